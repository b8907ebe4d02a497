"""The pages: from the permit's case to the letter in the holder's hands; lists, days, and who may not."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from satupintu.catalogue.rules import Kind as Asked
from satupintu.permits.models import Permit
from satupintu.permits.services.supervised import PermitSuspended, check_not_suspended
from satupintu.permits.tests.officer_cases import World
from satupintu.supervision.models import Sanction, Supervision
from satupintu.supervision.queries import periods
from satupintu.supervision.rules import Kind
from satupintu.supervision.services import letters
from satupintu.supervision.tests.conftest import GROUNDS, LAW, REMEDY, give, suggest

SignIn = Callable[[str], Client]
PROPOSED = {"kind": "warning", "grounds": GROUNDS, "remedy": REMEDY, "law": ""}


def said(answer: Any) -> str:
    return str(answer.content.decode())


def test_from_the_permits_case_to_the_letter(world: World, permit: Permit, browser: SignIn) -> None:
    ratna, darius, sari = browser("ratna"), browser("darius"), browser("sari")
    address = f"/pengawasan/usul/{permit.case.number}/"
    assert address in said(ratna.get(f"/berkas/{permit.case.number}/"))
    answer = ratna.post(address, PROPOSED | {"remedy": ""})
    assert answer.status_code == 422
    assert "harus diperbaiki" in said(answer)
    assert "Papan nama praktik" in said(answer)
    answer = ratna.post(address, PROPOSED)
    case = Supervision.objects.get().case
    assert answer["Location"] == f"/pengawasan/berkas/{case.number}/"
    assert ratna.get(address)["Location"] == answer["Location"]
    own = f"/pengawasan/saya/{case.number}/"
    assert "Papan nama" not in said(sari.get(own))
    assert own not in said(sari.get(f"/permohonan/{permit.case.number}/"))
    desk = said(darius.get(answer["Location"]))
    assert "peringatkan" in desk
    assert "bekukan/" not in desk
    act = f"/pengawasan/berkas/{case.number}/peringatkan/"
    assert "Papan nama" in said(darius.get(act))
    wrong = darius.post(act, {"version": case.version, "secret": "salah"})
    assert wrong.status_code == 422
    assert Sanction.objects.get().number == ""
    stale = darius.post(act, {"version": 0, "secret": "demo"})
    assert stale.status_code == 409
    done = darius.post(act, {"version": case.version, "secret": "demo"})
    assert done.status_code == 302
    document = Sanction.objects.get().document_id
    page = said(sari.get(own))
    assert "perbaiki selambat-lambatnya Senin, 7 Desember 2026" in page
    paper = f"/pengawasan/surat/{case.number}/{document}/"
    assert paper in page
    assert sari.get(paper)["Content-Type"] == "application/pdf"
    assert own in said(sari.get(f"/permohonan/{permit.case.number}/"))
    assert own in said(sari.get("/permohonan/"))
    assert darius.get(act)["Location"] == f"/pengawasan/berkas/{case.number}/"


def test_lifting_is_offered_where_a_suspension_stands(
    world: World, permit: Permit, browser: SignIn
) -> None:
    ratna, address = browser("ratna"), f"/pengawasan/usul/{permit.case.number}/"
    assert 'value="lifting"' not in said(ratna.get(address))
    refused = ratna.post(address, PROPOSED | {"kind": "lifting"})
    assert (refused.status_code, Supervision.objects.count()) == (422, 0)
    give(world, permit, Kind.SUSPENSION, law=LAW)
    assert 'value="lifting"' in said(ratna.get(address))


def test_strangers_see_nothing(world: World, permit: Permit, browser: SignIn) -> None:
    case = give(world, permit, Kind.WARNING)
    letters.make(Sanction.objects.get(), at=world.at)
    paper = Sanction.objects.get().document_id
    joko, budi = browser("joko"), browser("budi")
    for address in (
        f"/pengawasan/saya/{case.number}/",
        f"/pengawasan/surat/{case.number}/{paper}/",
    ):
        assert joko.get(address).status_code == 404, address
        assert Client().get(address).status_code == 302, address
    for address in ("/pengawasan/", "/pengawasan/peringatan/", "/pengaturan/pengawasan/"):
        assert joko.get(address).status_code == 403, address
    assert budi.get(f"/pengawasan/usul/{permit.case.number}/").status_code == 403
    assert budi.get(f"/pengawasan/saya/{case.number}/").status_code == 404
    assert budi.get("/pengawasan/berkas/PGW-1/").status_code == 404
    assert browser("ratna").get("/pengawasan/usul/REG-1/").status_code == 404
    assert budi.get(f"/pengawasan/berkas/{case.number}/usul/").status_code == 404


def test_a_suspended_permit_says_so_everywhere(
    world: World, permit: Permit, browser: SignIn
) -> None:
    sari, check = browser("sari"), f"/cek/{permit.check_code}/"
    give(world, permit, Kind.SUSPENSION, law=LAW)
    assert "DIBEKUKAN" in said(Client().get(check))
    assert "Sedang dibekukan" in said(Client().get("/register/"))
    assert "DIBEKUKAN" in said(sari.get("/permohonan/"))
    assert "Dibekukan" in said(browser("budi").get("/buku/izin/"))
    start = sari.get("/ajukan/sip-bidan/", {"jenis": "extension", "izin": str(permit.pk)})
    assert "sedang dibekukan" in said(start)
    suspended = Permit.objects.get(pk=permit.pk)
    for kind in (Asked.EXTENSION, Asked.CHANGE, Asked.REPLACEMENT):
        with pytest.raises(PermitSuspended, match=permit.number):
            check_not_suspended(kind, suspended)
    check_not_suspended(Asked.CLOSING, suspended)
    give(world, permit, Kind.LIFTING)
    assert "BERLAKU" in said(Client().get(check))
    assert "Sedang dibekukan" not in said(Client().get("/register/"))


def test_the_lists(
    world: World, permit: Permit, browser: SignIn, django_assert_max_num_queries: Any
) -> None:
    ratna = browser("ratna")
    assert "Tidak ada izin dalam pengawasan" in said(ratna.get("/pengawasan/"))
    give(world, permit, Kind.WARNING)
    Sanction.objects.update(put_right_by=date(2026, 11, 20))
    with django_assert_max_num_queries(12) as few:
        assert permit.case.number in said(ratna.get("/pengawasan/"))
    counted = len(few)
    page = said(ratna.get("/pengawasan/peringatan/"))
    assert "sudah lewat, periksa hasilnya" in page
    for order in ("2", "3"):
        other = world.issued(world.apply(place_name=f"Klinik {order}", permit_order=order))
        give(world, Permit.objects.get(case=other), Kind.WARNING)
    with django_assert_max_num_queries(counted):
        ratna.get("/pengawasan/")
    mark = f"2026-11-20_{Sanction.objects.order_by('put_right_by')[0].pk}"
    second = said(ratna.get("/pengawasan/peringatan/", {"sesudah": mark}))
    assert "sudah lewat" not in second
    assert second.count("data-row") == 2
    assert ratna.get("/pengawasan/peringatan/", {"sesudah": "x"}).status_code == 200


def test_the_office_sets_its_days(world: World, browser: SignIn) -> None:
    admin = browser("admin")
    given = {
        "first": 30,
        "second": 20,
        "third": 10,
        "warnings_before": 2,
        "decide_days": 5,
        "follow_days": 4,
        "remind_days": "60, 14,3",
    }
    assert admin.post("/pengaturan/pengawasan/", given | {"first": 0}).status_code == 422
    assert periods().warning_days == (14, 7, 7)
    assert admin.post("/pengaturan/pengawasan/", given).status_code == 302
    assert periods().warning_days == (30, 20, 10)
    assert periods().remind_days == (60, 14, 3)
    assert admin.post("/pengaturan/pengawasan/", given | {"remind_days": "tiga"}).status_code == 422
    assert (periods().warnings_before, periods().decide_days, periods().follow_days) == (2, 5, 4)
    assert 'value="30"' in said(admin.get("/pengaturan/pengawasan/"))


def test_each_officer_gets_the_buttons_of_their_role(
    world: World, permit: Permit, browser: SignIn
) -> None:
    case = suggest(world, permit, Kind.WARNING)
    assert "peringatkan/" in said(browser("darius").get(f"/pengawasan/berkas/{case.number}/"))
    assert "peringatkan/" not in said(browser("ratna").get(f"/pengawasan/berkas/{case.number}/"))
