"""A place outside the regency is not refused, but nobody overlooks it: not who sends it, not who decides."""

import pytest

from satupintu.office.models import OfficeProfile
from satupintu.permits.tests.applicant_office import PAGES, begin, post_step
from satupintu.permits.tests.officer_cases import World

INSIDE, OUTSIDE = "0.1355, 110.6464", "-0.0263, 109.3425"  # Kapuas; Pontianak


@pytest.fixture(autouse=True)
def sanggau(world: World) -> None:
    OfficeProfile.objects.update(region_code="61.03", regency="Kabupaten Sanggau")


@pytest.mark.parametrize(("point", "told"), [(INSIDE, False), (OUTSIDE, True), ("", False)])
def test_who_sends_it_is_asked_on_the_last_page(world: World, browser, point: str, told):
    sari, user = browser("sari"), world.user("sari")
    draft = begin(sari)
    for key, typed in PAGES.items():
        given = {**typed, "place_point": point} if key == "place" else typed
        assert post_step(sari, draft, key, given, user).status_code == 302

    page = sari.get(f"/ajukan/draf/{draft.pk}/periksa/").content.decode()

    assert ("ada di luar Kabupaten Sanggau menurut peta kami" in page) == told
    assert ("/place/?kembali=periksa#id_place_point" in page.split("<dl")[0]) == told


@pytest.mark.parametrize(
    ("point", "told"),
    [({"lat": 0.1355, "lon": 110.6464}, False), ({"lat": -0.0263, "lon": 109.3425}, True)],
)
def test_who_decides_sees_it_beside_the_answer(world: World, browser, point, told):
    case = world.apply(practice_kind="own", place_point=point)

    page = browser("budi").get(f"/berkas/{case.number}/").content.decode()

    assert ("di luar Kabupaten Sanggau" in page) == told
