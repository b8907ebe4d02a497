"""The pages: from home with and without a login, by the code, the telephone, the officers, the report; who may not."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client

from satupintu.desk import services
from satupintu.desk.models import Complaint, Reporter
from satupintu.desk.rules import Privacy, State
from satupintu.desk.tests.conftest import (
    ANSWER,
    STORY,
    answered,
    assigned,
    complain,
    drafted,
    fresh,
)
from satupintu.people.models import Disclosure
from satupintu.permits.tests.officer_cases import World

SignIn = Callable[[str], Client]


def typed(**more: Any) -> dict[str, Any]:
    return {
        "category": "late",
        "story": STORY,
        "accused": "nobody",
        "privacy": "open",
        **more,
    }


def test_a_stranger_complains_and_reads_the_answer(world: World) -> None:
    client = Client()
    assert client.get("/pengaduan/").status_code == 200
    answer = client.post("/pengaduan/", typed(story=""))
    assert answer.status_code == 422
    answer = client.post("/pengaduan/", typed(about="REG-2026-999999"))
    assert STORY in answer.content.decode()
    answer = client.post("/pengaduan/", typed())
    one = Complaint.objects.get()
    assert answer["Location"] == f"/pengaduan/lacak/{one.tracking_code}/"
    page = client.get(answer["Location"]).content.decode()
    assert one.case.number in page
    assert one.tracking_code in page
    world.do(one.case, "assign", "maya", **{"class": "simple"})
    world.do(one.case, "draft", "ratna", answer=ANSWER)
    assert ANSWER not in client.get(answer["Location"]).content.decode()
    world.do(one.case, "approve", "lina")
    page = client.get(answer["Location"]).content.decode()
    assert ANSWER in page
    assert "Ombudsman" in page
    assert "Lina" not in page
    assert client.post(answer["Location"], {"apa": "nilai"}).status_code == 422
    told = client.post(answer["Location"], {"apa": "buka", "alasan": ""})
    assert told.status_code == 422
    client.post(answer["Location"], {"apa": "buka", "alasan": "Belum."})
    assert fresh(one).case.state == State.ASSIGNED


def test_the_same_press_twice_is_one_complaint(world: World) -> None:
    client = Client()
    for _press in range(2):
        client.post("/pengaduan/", typed(tanda="abc"))
    assert Complaint.objects.count() == 1


def test_floods_and_traps_are_held_back_and_not_lost(world: World) -> None:
    client = Client()
    client.post("/pengaduan/", typed(situs="http://iklan.example"))
    assert Complaint.objects.get().hold == "trap"
    for n in range(6):
        client.post("/pengaduan/", typed(story=f"{STORY} {n}"))
    held = Complaint.objects.filter(case__state=State.HELD)
    assert Complaint.objects.count() == 7
    assert {one.hold for one in held} == {"trap", "often"}


def test_a_contact_asks_for_its_code_and_is_confirmed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("satupintu.desk.services.own.secrets.randbelow", lambda _most: 7)
    client = Client()
    address = client.post("/pengaduan/", typed(contact="081234567890"))["Location"]
    assert "Pastikan kontak" in client.get(address).content.decode()
    assert client.post(address, {"apa": "kode", "kode": "111111"}).status_code == 422
    client.post(address, {"apa": "kode", "kode": "000007"})
    assert Complaint.objects.get().case.state == State.RECEIVED


def test_somebody_signed_in_finds_it_in_their_list(world: World, browser: SignIn) -> None:
    sari = browser("sari")
    sari.post("/pengaduan/", typed(privacy="confidential"))
    one = Complaint.objects.get()
    assert one.case.party_id is None
    assert Reporter.objects.get().party_id == world.user("sari").party_id
    assert one.case.number in sari.get("/permohonan/").content.decode()
    answer = Client().get("/lacak/", {"kode": one.tracking_code}, follow=True)
    assert one.case.number in answer.content.decode()
    assert "Sari" not in answer.content.decode()


def test_from_a_permits_page_to_a_complaint_about_it(world: World, browser: SignIn) -> None:
    case, sari = world.apply(), browser("sari")
    address = f"/pengaduan/?berkas={case.number}"
    assert address in sari.get(f"/permohonan/{case.number}/").content.decode()
    assert case.number in sari.get(address).content.decode()
    sari.post("/pengaduan/", typed(about=case.number))
    assert Complaint.objects.get().about_id == case.pk


def test_an_officer_types_a_call(world: World, browser: SignIn) -> None:
    budi = browser("budi")
    assert budi.get("/pengaduan/meja/baru/").status_code == 200
    given = typed(channel="phone", happened="2026-11-20T10:00", name="Joko", contact="081234567890")
    answer = budi.post("/pengaduan/meja/baru/", given | {"happened": "2027-01-01T10:00"})
    assert "masa depan" in answer.content.decode()
    assert STORY in answer.content.decode()
    answer = budi.post("/pengaduan/meja/baru/", given, follow=True)
    one = Complaint.objects.get()
    assert one.tracking_code in answer.content.decode()
    assert (one.case.channel, one.case.state) == ("phone", State.RECEIVED)
    assert one.case.opened_at.day == 20
    # budi typed it and does not handle it.
    assert budi.get(f"/pengaduan/berkas/{one.case.number}/").status_code == 404


def test_officers_work_through_the_pages(world: World, browser: SignIn) -> None:
    one = complain(world, name="Sari", contact="sari@contoh.id")
    here = f"/pengaduan/berkas/{one.case.number}/"
    maya, ratna, lina = browser("maya"), browser("ratna"), browser("lina")
    assert here in maya.get("/pengaduan/meja/").content.decode()
    assert here in maya.get("/tugas/?map=belum-ditangani").content.decode()
    assert "Sari" in maya.get(here).content.decode()
    version = one.case.version
    answer = maya.post(f"{here}sisihkan/", {"version": version, "reason": ""})
    assert answer.status_code == 422
    answer = maya.post(f"{here}teruskan/", {"version": version, "class_key": "simple"})
    assert answer["Location"] == here
    assert "jawab/" in ratna.get(here).content.decode()
    stale = ratna.post(f"{here}jawab/", {"version": version, "answer": ANSWER})
    assert ANSWER in stale.content.decode()
    ratna.post(f"{here}jawab/", {"version": fresh(one).case.version, "answer": ANSWER})
    assert ANSWER in lina.get(f"{here}setujui/").content.decode()
    lina.post(f"{here}setujui/", {"version": fresh(one).case.version})
    assert fresh(one).case.state == State.ANSWERED
    form = maya.get(f"{here}umumkan/").content.decode()
    assert STORY in form
    given = {"version": fresh(one).case.version, "story": "Terlambat.", "answer": "Selesai."}
    maya.post(f"{here}umumkan/", given)
    public = Client().get("/pengaduan/umum/").content.decode()
    assert "Terlambat." in public
    assert STORY not in public
    assert "Sari" not in public


def test_a_confidential_name_is_shown_after_a_recorded_press(world: World, browser: SignIn) -> None:
    one = assigned(world, privacy=Privacy.CONFIDENTIAL, name="Sari Lestari")
    here = f"/pengaduan/berkas/{one.case.number}/"
    maya, ratna = browser("maya"), browser("ratna")
    for client in (maya, ratna):
        assert "Sari" not in client.get(here).content.decode()
    assert ratna.post(f"{here}pelapor/").status_code == 403
    assert browser("auditor").post(f"{here}pelapor/").status_code == 404
    assert Disclosure.objects.count() == 0
    assert "Sari Lestari" in maya.post(f"{here}pelapor/").content.decode()
    assert Disclosure.objects.count() == 1


def test_a_sealed_one_is_nowhere_for_the_office(world: World, browser: SignIn) -> None:
    one = complain(world, category="levy")
    number = one.case.number
    for who in ("maya", "ratna", "lina", "darius", "budi", "auditor"):
        client = browser(who)
        assert client.get(f"/pengaduan/berkas/{number}/").status_code == 404, who
        assert number not in client.get("/pengaduan/meja/?semua=1").content.decode(), who
        assert client.get(f"/berkas/{number}/").status_code in (403, 404), who
    nora = browser("nora")
    assert nora.get(f"/pengaduan/berkas/{number}/").status_code == 200
    assert number in nora.get("/tugas/?map=belum-ditangani").content.decode()
    assert browser("sari").get(f"/pengaduan/berkas/{number}/").status_code == 403


def test_the_year_in_figures(world: World, browser: SignIn) -> None:
    services.rate(answered(world), 4, at=world.at)
    complain(world, category="levy")
    lina = browser("lina")
    page = lina.get("/pengaduan/laporan/")
    late = next(row for row in page.context["rows"] if "terlambat" in str(row[0]))
    assert late[1:] == [1, 1, 1, 0, 0, 0, 4.0]
    assert page.context["total"][1:] == [2, 1, 1, 1, 0, 0, None]
    text = lina.get("/pengaduan/laporan/2026.csv").content.decode("utf-8-sig")
    assert "Jumlah,2,1,1,1,0,0," in text
    with ZipFile(BytesIO(lina.get("/pengaduan/laporan/2026.xlsx").content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "Pungutan liar" in sheet
    assert "<v>4</v>" in sheet
    assert lina.get("/pengaduan/laporan/2026.pdf").status_code == 404
    assert browser("budi").get("/pengaduan/laporan/").status_code == 403


def test_a_late_answer_is_not_on_time_and_a_reopened_one_waits_again(world: World) -> None:
    assert answered(world).on_time is True
    late = drafted(world)
    world.at += timedelta(days=90)
    world.do(late.case, "approve", "lina")
    late = fresh(late)
    assert (late.on_time, late.answered_at) == (False, world.at)
    services.reopen(late, "Belum selesai.", at=world.at)
    late = fresh(late)
    assert (late.on_time, late.answered_at) == (None, None)


def test_a_wrong_code_opens_nothing(world: World) -> None:
    assert Client().get("/pengaduan/lacak/7K3F-9QXM-2/").status_code == 404
