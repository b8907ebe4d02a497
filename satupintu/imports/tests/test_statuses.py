"""The list of another system: matched, changed and unknown are shown first, then recorded by the acts of the case."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from satupintu.permits.queries import PermitCase
from satupintu.workflow.queries import Case, Transition

pytestmark = pytest.mark.django_db
ADDRESS = "/impor/status/"


@pytest.fixture
def browser(world):
    client = Client()
    client.force_login(world.user("budi"), backend="satupintu.people.backends.PasswordBackend")
    return client


def filed(world, number):
    """Return a case that is filed in the other system under `number`."""
    case = world.apply(service="nib-pendampingan")
    case = world.do(case, "declare_complete", "budi")
    return world.do(case, "record_filing", "budi", number=number, status="Menunggu Verifikasi")


def send(browser, *lines):
    text = "\r\n".join(["No;Nomor Permohonan;Nama;Status", *lines])
    return browser.post(ADDRESS, {"berkas": SimpleUploadedFile("oss.csv", text.encode())})


def test_a_list_is_compared_first_and_then_recorded(world, browser):
    issued, refused, moved, same = (filed(world, f"I-{n}") for n in range(1, 5))
    page = send(
        browser,
        "1;I-1;A;Izin Terbit",
        "2;i-2;B;Permohonan Ditolak",
        "3;I-3;C;Perbaikan Dokumen",
        "4;I-4;D;Menunggu Verifikasi",
        "5;X-9;E;Izin Terbit",
    )
    compared = page.context["compared"]
    assert [one.action for one in compared.changed] == [
        "record_issued", "record_refused", "record_status",
    ]  # fmt: skip
    assert (compared.same, compared.unknown) == (1, ["X-9"])
    assert not Transition.objects.filter(action__in=["record_issued", "record_status"]).exists()
    fields = {"catat": "1", "daftar": page.context["token"]}
    chosen = {f"tindakan-{n}": one.action for n, one in enumerate(compared.changed)}
    assert browser.post(ADDRESS, fields | chosen).status_code == 302
    states = [world.fresh(one).state for one in (issued, refused, moved, same)]
    assert states == ["issued_elsewhere", "refused_elsewhere", "filed", "filed"]
    assert PermitCase.objects.get(pk=moved.pk).external_status == "Perbaikan Dokumen"
    assert world.tasks(moved)[0].stage == "follow"  # looked at, and to be looked at again
    assert Case.objects.get(pk=same.pk).version == same.version

    # The same list once more: what was recorded has moved on, and nothing happens twice.
    browser.post(ADDRESS, fields | chosen)
    assert Transition.objects.filter(case=moved, action="record_status").count() == 1


def test_what_cannot_be_a_list_or_was_altered_is_refused(world, browser):
    page = browser.post(ADDRESS, {"berkas": SimpleUploadedFile("a.csv", b"a;b;c\n1;2;3\n")})
    assert page.status_code == 400
    assert "kolom" in page.content.decode()
    answer = browser.post(ADDRESS, {"catat": "1", "daftar": "salah"}, follow=True)
    assert "Kirim lagi berkasnya" in answer.content.decode()
    assert browser.post(ADDRESS, {}).status_code == 400
