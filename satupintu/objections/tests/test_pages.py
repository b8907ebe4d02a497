"""The pages: from the refusal to the form, the receipt, the officers' desk, the decision; and who may not."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from satupintu.lib import clock
from satupintu.objections import rules
from satupintu.objections.models import Objection
from satupintu.objections.tests.conftest import GROUNDS, object_to, refused, reviewed
from satupintu.office.queries import work_calendar
from satupintu.permits.models import Letter, Permit
from satupintu.permits.services import letters
from satupintu.permits.tests.officer_cases import World, sheet
from satupintu.workflow.queries import Transition

SignIn = Callable[[str], Client]


def test_from_the_refusal_to_a_receipt(world: World, browser: SignIn) -> None:
    case, sari = refused(world), browser("sari")
    page = sari.get(f"/permohonan/{case.number}/").content.decode()
    assert f"/keberatan/ajukan/{case.number}/" in page
    address = f"/keberatan/ajukan/{case.number}/"
    last = rules.last_moment(world.at, work_calendar())
    assert sari.get(address).context["decided"].last == last
    bad = SimpleUploadedFile("bukti.exe", b"MZ", "application/octet-stream")
    answer = sari.post(address, {"grounds": GROUNDS, "wish": "Cepat.", "bukti": bad})
    assert answer.status_code == 200
    assert GROUNDS in answer.content.decode()
    assert "bukti.exe" in answer.content.decode()
    good = SimpleUploadedFile("bukti.pdf", sheet("bukti"), "application/pdf")
    answer = sari.post(address, {"grounds": "", "bukti": good})
    kept = answer.context["kept"]
    assert kept
    answer = sari.post(address, {"grounds": GROUNDS, "disimpan": kept})
    objection = Objection.objects.get()
    assert answer["Location"] == f"/keberatan/{objection.case.number}/"
    assert objection.evidence.count() == 1
    own = sari.get(answer["Location"]).content.decode()
    assert objection.tracking_code in own
    pdf = sari.get(f"/keberatan/{objection.case.number}/tanda-terima.pdf")
    assert pdf["Content-Type"] == "application/pdf"
    paper = objection.evidence.get().document_id
    assert sari.get(f"/keberatan/{objection.case.number}/dokumen/{paper}/").status_code == 200
    # The same page again sends nothing twice.
    again = sari.get(address)
    assert again.status_code == 200
    answer = sari.post(address, {"grounds": GROUNDS})
    assert objection.case.number in answer.content.decode()
    assert Objection.objects.count() == 1


def test_too_late_is_a_sentence_with_the_last_day_and_nothing_typed_is_lost(
    world: World, browser: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, sari = refused(world), browser("sari")
    address = f"/keberatan/ajukan/{case.number}/"
    late = rules.last_moment(world.at, work_calendar()) + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: late)
    sari = browser("sari")
    answer = sari.get(address, follow=True)
    assert "tidak dapat diterima lagi" in answer.content.decode()
    page = sari.post(address, {"grounds": GROUNDS}).content.decode()
    assert "paling lambat diajukan" in page
    assert GROUNDS in page
    assert "/keberatan/ajukan/" not in sari.get(f"/permohonan/{case.number}/").content.decode()
    assert Objection.objects.count() == 0


def test_the_code_of_an_objection_is_followed_on_the_tracking_page(
    world: World, browser: SignIn
) -> None:
    objection = object_to(world, refused(world))
    answer = Client().get("/lacak/", {"kode": objection.tracking_code}, follow=True)
    page = answer.content.decode()
    assert objection.case.number in page
    assert "Sari" not in page
    assert GROUNDS not in page
    assert Client().get("/keberatan/lacak/7K3F-9QXM-2/").status_code == 404


def test_strangers_see_nothing(world: World, browser: SignIn) -> None:
    objection = object_to(world, refused(world))
    joko, number = browser("joko"), objection.case.number
    paper = objection.evidence.get().document_id
    for address in (
        f"/keberatan/{number}/",
        f"/keberatan/{number}/tanda-terima.pdf",
        f"/keberatan/{number}/tarik/",
        f"/keberatan/{number}/dokumen/{paper}/",
        f"/keberatan/ajukan/{objection.about.number}/",
    ):
        assert joko.get(address).status_code == 404, address
    assert joko.get("/keberatan/").status_code == 403
    assert browser("budi").get(f"/berkas/{number}/").status_code == 404


def test_a_neighbour_objects_from_the_public_check(world: World, browser: SignIn) -> None:
    permit = Permit.objects.get(case=world.issued(world.apply()))
    page = Client().get(f"/cek/{permit.check_code}/").content.decode()
    address = f"/keberatan/izin/{permit.check_code}/"
    assert address in page
    joko = browser("joko")
    shown = joko.get(address).content.decode()
    assert "Sari Lestari" not in shown
    answer = joko.post(address, {"grounds": "Bising.", "interest": ""})
    assert "merugikan" in answer.content.decode()
    answer = joko.post(address, {"grounds": "Bising.", "interest": "Saya tetangga."})
    objection = Objection.objects.get()
    assert objection.standing == "third"
    assert joko.get(answer["Location"]).status_code == 200
    assert objection.case.number in joko.get("/permohonan/").content.decode()
    # The holder reads of it nowhere; an own permit cannot be objected to here.
    assert (
        objection.case.number
        not in browser("sari").get(f"/permohonan/{permit.case.number}/").content.decode()
    )
    assert browser("sari").get(address).status_code == 302


def test_the_counter_types_a_letter_with_the_moment_it_came(
    world: World, browser: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = refused(world)
    later = world.at + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    budi = browser("budi")
    assert "Tidak ada berkas" in budi.get("/loket/keberatan/", {"nomor": "REG-1"}).content.decode()
    answer = budi.get("/loket/keberatan/", {"nomor": case.number.lower()})
    address = answer["Location"]
    sent = {
        "grounds": GROUNDS,
        "channel": "post",
        "happened_on": "2026-11-23",
        "happened_at": "",
    }
    page = budi.post(address, sent).content.decode()
    assert "Isi tanggal dan pukulnya" in page
    assert GROUNDS in page
    answer = budi.post(address, sent | {"happened_at": "15:00"})
    objection = Objection.objects.get()
    assert answer["Location"] == f"/keberatan/berkas/{objection.case.number}/"
    row = Transition.objects.get(case=objection.case)
    assert (row.channel, row.role) == ("post", "front_office")
    assert row.recorded_at == later
    assert row.at < row.recorded_at
    assert objection.typed_by == world.user("budi")
    assert objection.case.opened_at == row.at


def test_the_counter_takes_a_neighbours_letter(world: World, browser: SignIn) -> None:
    case = world.issued(world.apply())
    budi = browser("budi")
    sent = {
        "grounds": "Bising.",
        "interest": "Tetangga.",
        "channel": "counter",
        "nik": "6103011207859999",
        "name": "Yohanes Bujang",
        "phone": "0812-0000-9999",
        "address": "Gang Damai 2",
    }
    page = budi.post(f"/loket/keberatan/{case.number}/", sent | {"nik": "123"})
    assert page.status_code == 200
    budi.post(f"/loket/keberatan/{case.number}/", sent)
    objection = Objection.objects.select_related("case__party").get()
    assert objection.case.party is not None
    assert objection.case.party.name == "Yohanes Bujang"


def test_officers_look_draft_and_decide(world: World, browser: SignIn) -> None:
    case = refused(world)
    objection = object_to(world, case)
    number = objection.case.number
    desk = f"/keberatan/berkas/{number}/"
    assert "disiapkan petugas lain" in browser("ratna").get(desk).content.decode()
    assert browser("ratna").get(f"{desk}periksa/").status_code == 302
    lina, darius = browser("lina"), browser("darius")
    assert number in lina.get("/tugas/?map=belum-ditangani").content.decode()
    assert number in lina.get("/keberatan/").content.decode()
    version = world.fresh(objection.case).version
    assert lina.post(f"{desk}periksa/", {"version": version}).status_code == 302
    page = lina.post(f"{desk}ajukan-konsep/", {"version": version + 1, "outcome": "uphold"})
    assert page.status_code == 422
    lina.post(
        f"{desk}ajukan-konsep/",
        {"version": version + 1, "outcome": "uphold", "reason": "Alamat benar."},
    )
    form = darius.get(f"{desk}kabulkan/").content.decode()
    assert "Alamat benar." in form
    sent = {"version": version + 2, "reason": "Alamat benar.", "secret": "salah"}
    assert darius.post(f"{desk}kabulkan/", sent).status_code == 422
    assert world.fresh(objection.case).state == "proposed"
    assert darius.post(f"{desk}kabulkan/", sent | {"secret": "demo"}).status_code == 302
    assert world.fresh(case).state == "ready"
    sari = browser("sari")
    page = sari.get(f"/keberatan/{number}/").content.decode()
    assert "dibuka kembali" in page
    assert "banding kepada Bupati Sanggau" in page
    tracked = sari.get(f"/lacak/{world.fresh(case).permit_case.application.tracking_code}/")
    assert "Keberatan dikabulkan" in tracked.content.decode()
    assert number in sari.get(f"/permohonan/{case.number}/").content.decode()
    assert number in browser("ratna").get(f"/berkas/{case.number}/").content.decode()


def test_two_who_decide_at_once(world: World, browser: SignIn) -> None:
    objection = reviewed(world, refused(world))
    desk = f"/keberatan/berkas/{objection.case.number}/"
    version = world.fresh(objection.case).version
    sent = {"version": version, "reason": "Sudah ditimbang.", "secret": "demo"}
    assert browser("darius").post(f"{desk}tolak/", sent).status_code == 302
    page = browser("darius").post(f"{desk}kabulkan/", sent)
    assert page.status_code == 409
    assert "Sudah ditimbang." in page.content.decode()
    assert world.fresh(objection.case).state == "refused"


def test_the_leader_counts_what_waits(world: World, browser: SignIn) -> None:
    object_to(world, refused(world))
    page = browser("bupati").get("/ringkasan/").content.decode()
    assert "keberatan menunggu" in page
    assert browser("bupati").get("/keberatan/").status_code == 200


def test_the_refusal_letter_names_the_form(world: World) -> None:
    case = refused(world)
    row = Transition.objects.get(case=case, action="reject")
    letters.make_after(row, at=world.at)
    letter = Letter.objects.get(case=case, kind="refusal")
    assert letter.document is not None
    page = letters.BUILDERS[letters.LetterKind.REFUSAL](
        letters._Writing(letter, letters.file_of(case), row, signed=False)
    )
    said = " ".join(item for block in page.blocks for item in block.items)
    assert f"/keberatan/ajukan/{case.number}/" in said


def test_withdrawn_from_home(world: World, browser: SignIn) -> None:
    objection = object_to(world, refused(world))
    address = f"/keberatan/{objection.case.number}/tarik/"
    sari = browser("sari")
    assert sari.get(address).status_code == 200
    sari.post(address, {"alasan": "Sudah jelas."})
    assert world.fresh(objection.case).state == "withdrawn"
    assert sari.get(address).status_code == 302
