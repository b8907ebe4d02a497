"""The survey from the hand-over to the counts: by link, on the tablet, on paper; and who tries to guess or to look."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.test import Client

from satupintu.lib import clock, crypto
from satupintu.lib.codes import make_tracking_code
from satupintu.lib.keys import Ring
from satupintu.lib.tests.test_sheets import read_sheet
from satupintu.messaging.models import OutMessage
from satupintu.permits.tests.officer_cases import MONDAY, make_world
from satupintu.surveys import rules, services
from satupintu.surveys.models import Answer, Invitation
from satupintu.workflow.services import run_readers

BACKEND = "satupintu.people.backends.PasswordBackend"
ALL = dict.fromkeys(rules.QUESTION_KEYS, "3")
ABOUT = {"sex": "f", "education": "sma", "occupation": "wirausaha"}


@pytest.fixture
def world(db, monkeypatch, settings):
    settings.STAFF_MFA_REQUIRED = False
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    return make_world()


@pytest.fixture
def case(world):
    found = world.issued(world.apply())
    while run_readers(at=MONDAY, limit=500):
        pass
    return found


def browser(world, key):
    client = Client()
    client.force_login(world.user(key), backend=BACKEND)
    return client


def address(case):
    return services.path_of(services.open_code(case.pk))


def many(count, **more):
    """Let so many answers come in, each under a code of its own."""
    for _n in range(count):
        services.answer(stranger(), ALL | ABOUT, way=rules.Way.LINK, at=MONDAY, **more)


def stranger():
    """Return a code that was given out for something else."""
    from satupintu.lib.ids import uuid7

    return services.invite(uuid7(), "sip-bidan", at=MONDAY)


def test_whoever_got_a_permit_is_asked_in_the_message_and_on_the_tracking_page(case):
    link = address(case)
    message = OutMessage.objects.get(template="issued")
    tracking = f"/lacak/{case.permit_case.application.tracking_code}/"

    assert f"http://localhost:8000{link}" in message.body
    assert link in Client().get(tracking).content.decode()

    page = Client().get(link)
    assert page.status_code == 200
    assert page.content.decode().count('type="radio"') == 9 * 4 + 2 + 6 + 6
    answer = Client().post(link, ALL | ABOUT)

    assert answer.url == "/survei/terima-kasih/"
    kept = Answer.objects.get()
    assert [getattr(kept, key) for key in rules.QUESTION_KEYS] == [3] * 9
    assert (kept.service_code, kept.unit_code, kept.way) == (
        case.permit_case.service_code, "dpmptsp", "link",
    )  # fmt: skip
    assert (kept.sex, kept.education, kept.occupation) == ("f", "sma", "wirausaha")
    assert link not in Client().get(tracking).content.decode()


def test_a_code_answers_once(case):
    link = address(case)
    Client().post(link, ALL)

    again = Client().post(link, dict.fromkeys(ALL, "1"))

    assert again.status_code == 410
    assert "sudah dipakai" in again.content.decode()
    assert Client().get(link).status_code == 410
    assert Answer.objects.get().u1 == 3
    with pytest.raises(services.AlreadyUsed):
        services.answer(link.split("/")[2], ALL, way=rules.Way.PAPER, at=MONDAY)
    services.invite(case.pk, "sip-bidan", at=MONDAY)  # a reader that reads again
    assert services.open_code(case.pk) == ""


def test_nothing_that_is_kept_leads_from_an_answer_to_the_person(case):
    code = services.open_code(case.pk)
    Client().post(services.path_of(code), ALL)
    kept = Answer.objects.values().get()
    asked = Invitation.objects.values().get()
    secret = [code, code.replace("-", ""), str(case.pk), case.pk.hex, case.number]
    secret.append(case.permit_case.application.tracking_code)

    assert set(kept) == {
        "id", "service_code", "unit_code", "month", "way", "declined", "sex", "education", "occupation",
        *rules.QUESTION_KEYS,
    }  # fmt: skip
    assert set(asked) == {"code", "service_code", "unit_code", "month", "used"}
    assert kept["month"] == MONDAY.date().replace(day=1)
    assert kept["id"].version == 4
    stored = f"{kept} {asked}"
    assert [one for one in secret if one in stored] == []


def test_what_is_left_open_is_asked_for_once_and_then_kept_so(case):
    link, some = address(case), {"u1": "4", "u8": "1", "u9": "77", "sex": "m"}

    first = Client().post(link, some)

    assert first.status_code == 422
    assert "7 pertanyaan belum dijawab" in first.content.decode()
    assert first.content.decode().count("checked") == 3  # nothing that was chosen is lost
    assert not Answer.objects.exists()
    assert Client().post(link, some | {"sebagian": "1"}).status_code == 302
    kept = Answer.objects.get()
    assert (kept.u1, kept.u8, kept.u2, kept.u9, kept.sex) == (4, 1, None, None, "m")


def test_nothing_is_no_answer_but_declining_is_counted(case):
    link = address(case)

    assert "Jawab sedikitnya satu" in Client().post(link, {"sebagian": "1"}).content.decode()
    assert Client().post(link, ALL | {"menolak": "1"}).status_code == 302
    kept = Answer.objects.get()
    assert kept.declined
    assert kept.u1 is None


def test_guessing_codes_ends_after_a_few(case):
    codes = [make_tracking_code() for _n in range(rules.WRONG_AN_HOUR + 1)]

    statuses = [Client().get(services.path_of(code)).status_code for code in codes]

    assert statuses == [404] * rules.WRONG_AN_HOUR + [429]
    right = Client().post(address(case), ALL)
    assert right.status_code == 429
    assert not Answer.objects.exists()
    typing = Client().get("/survei/ABC/")
    assert typing.status_code == 404
    assert "9 huruf dan angka" in typing.content.decode()


def test_a_code_that_is_typed_by_hand_leads_to_its_questions(case):
    code = services.open_code(case.pk)

    asked = Client().get("/survei/", {"kode": f" {code.lower().replace('-', ' ')}"})

    assert asked.url == services.path_of(code)


def test_codes_outlive_a_change_of_keys_and_are_forgotten_after_half_a_year(case, settings):
    code = services.open_code(case.pk)
    old = crypto._ring()
    settings.FIELD_KEYS = Ring({**old.keys, "new": b"n" * 32}, "new")

    assert services.open_code(case.pk) == code
    assert Client().get(services.path_of(code)).status_code == 200

    assert services.forget_old_codes(at=MONDAY + timedelta(days=150)) == 0
    assert services.forget_old_codes(at=MONDAY + timedelta(days=250)) == 1
    assert services.open_code(case.pk) == ""


def test_the_tablet_signs_the_officer_out_and_comes_back_to_its_start(world, case):
    tablet = browser(world, "budi")

    assert tablet.post("/loket/survei/tablet/").url == "/survei/"
    assert "/masuk/petugas/" in tablet.get("/tugas/").url
    start = tablet.get("/survei/").content.decode()
    assert "data-idle" in start
    assert 'class="menu"' not in start
    tablet.post(address(case), ALL)
    assert 'http-equiv="refresh" content="12;url=/survei/"' in (
        tablet.get("/survei/terima-kasih/").content.decode()
    )
    assert Answer.objects.get().way == "tablet"
    assert tablet.post("/survei/selesai-tablet/").url == "/masuk/petugas/"
    assert 'class="menu"' in tablet.get("/survei/").content.decode()


def test_a_clerk_prints_the_sheet_and_types_it_in(world, case):
    clerk, code = browser(world, "budi"), services.open_code(case.pk)
    page = clerk.get(f"/berkas/{case.number}/").content.decode()
    assert f"/loket/survei/cetak/{case.number}/" in page

    sheet = clerk.post(f"/loket/survei/cetak/{case.number}/")

    assert sheet["Content-Type"] == "application/pdf"
    assert code in pdf_text(sheet.content)
    assert "Sari Lestari" not in pdf_text(sheet.content)
    assert case.number not in pdf_text(sheet.content)

    wrong = clerk.post("/loket/survei/", {"kode": code, "jawaban": "43443"})
    assert wrong.status_code == 422
    assert "yang Anda ketik 5" in " ".join(wrong.content.decode().split())
    assert 'value="43443"' in wrong.content.decode()
    typed = clerk.post("/loket/survei/", {"kode": code.lower(), "jawaban": "434034434", "sex": "m"})
    assert typed.url == "/loket/survei/"
    kept = Answer.objects.get()
    assert (kept.way, kept.u1, kept.u4, kept.sex) == ("paper", 4, None, "m")
    again = clerk.post("/loket/survei/", {"kode": code, "jawaban": "434434434"})
    assert "sudah dipakai" in again.content.decode()
    assert clerk.post(f"/loket/survei/cetak/{case.number}/").status_code == 404
    unknown = clerk.post("/loket/survei/", {"kode": make_tracking_code(), "jawaban": "434434434"})
    assert "tidak mengenal" in unknown.content.decode()


def pdf_text(content):
    import pypdfium2

    return " ".join(one.get_textpage().get_text_range() for one in pypdfium2.PdfDocument(content))


def test_counts_are_shown_only_when_enough_answered(world):
    leader = browser(world, "darius")
    many(rules.LEAST_SHOWN - 1)

    few = leader.get("/ringkasan/survei/")
    assert "Belum cukup jawaban" in few.content.decode()
    assert leader.get("/ringkasan/survei/?sebagai=csv")["Content-Type"].startswith("text/html")

    many(1)
    services.answer(stranger(), {"u1": 1}, way=rules.Way.PAPER, at=MONDAY)
    many(2, declined=True)
    found = leader.get("/ringkasan/survei/").context["found"]
    assert (found.answered, found.partial, found.declined) == (6, 1, 2)
    assert found.counts["u1"] == (1, 0, 5, 0)
    assert found.counts["u9"] == (0, 0, 5, 0)
    assert found.ways == {"link": 5, "tablet": 0, "paper": 1}
    assert found.about["sex"] == {"m": 0, "f": 5, "": 1}
    assert leader.get("/ringkasan/survei/?bulan=2026-10").context["found"].answered == 0
    assert leader.get("/ringkasan/survei/?layanan=paud").context["found"].answered == 0


def test_counts_leave_as_files_that_name_nobody(world):
    leader = browser(world, "darius")
    many(rules.LEAST_SHOWN)

    answer = leader.get("/ringkasan/survei/?sebagai=xlsx")
    rows = read_sheet(b"".join(answer.streaming_content))
    text = leader.get("/ringkasan/survei/?sebagai=csv").content.decode("utf-8-sig")

    lines = list(csv.reader(StringIO(text)))
    assert ["U1", "Persyaratan", "Sesuai", "3", "5", "semua layanan"] in lines
    assert len([line for line in lines if line[0].startswith("U")]) == 9 * 4 + 1
    assert any("Persyaratan" in [str(cell) for cell in row] for row in rows)


@pytest.mark.parametrize("who", ["budi", "wati", "sari"])
def test_who_serves_does_not_read_the_counts(world, who):
    assert browser(world, who).get("/ringkasan/survei/").status_code == 403
