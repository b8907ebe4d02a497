"""A demo's mailboxes: letters go by real SMTP both ways, and the office takes them by the road of a mail server."""

import smtplib
from email.message import EmailMessage

import pytest
from django.test import Client

from satupintu.lib import clock
from satupintu.lib.ports import free_port
from satupintu.messaging import channels, services
from satupintu.messaging.channels.imap import Imap, Mailbox
from satupintu.messaging.channels.smtp import Smtp
from satupintu.messaging.handsets.cast import CAST
from satupintu.messaging.handsets.mailboxes import Mailboxes, NotTaken, office_address, read
from satupintu.messaging.models import InMessage, OutMessage
from satupintu.messaging.pages import telephones

OFFICE = "satupintu@sanggau.contoh.id"
YOHANES = next(one for one in CAST if one.key == "yohanes")


@pytest.fixture
def mail(settings, socket_enabled):
    port = free_port()  # the controller cannot ask the system for one itself
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.DEFAULT_FROM_EMAIL = f"Satu Pintu <{OFFICE}>"
    came = []
    made = Mailboxes(OFFICE, port, lambda raw: came.append(raw) or 0)
    made.came = came
    made.start()
    yield made
    made.stop()


@pytest.fixture
def imap(tmp_path, monkeypatch):
    box = Mailbox(
        host="", port=993, tls=True, user="", password="", folder="INBOX", every_seconds=20
    )
    made = Imap(box, tmp_path / "mail")
    monkeypatch.setattr(channels, "transports", lambda: (made, Smtp()))
    return made


def office_reads(mail, imap):
    """Let the office keep, read and answer what came, as its processes do one after another."""
    at = clock.now()
    while mail.came:
        services.take("imap", imap.hear(mail.came.pop(0), at), at=at)
    services.read_due(at=clock.now())
    services.send_due(at=clock.now())


@pytest.mark.django_db
def test_a_letter_is_answered_in_its_thread_and_answered_again(mail, imap):
    mail.write(YOHANES, subject="Tanya", text="JAM")
    office_reads(mail, imap)

    asked, answer = mail.box(YOHANES)
    assert (asked.mine, asked.subject, asked.text) == (True, "Tanya", "JAM")
    assert (answer.mine, answer.subject) == (False, "Re: Tanya")
    assert "Jam layanan" in answer.text
    assert answer.references == (asked.id,)

    mail.write(YOHANES, subject="Re: Tanya", text="JAM", answers=answer.id)
    office_reads(mail, imap)
    again = InMessage.objects.order_by("-received_at").first()
    assert again.text == "JAM", "what is quoted below is nobody's question"
    first, second = OutMessage.objects.order_by("created_at")
    assert first.conversation == second.conversation
    *_older, third, last = mail.box(YOHANES)
    assert third.references == (asked.id, answer.id)
    assert last.references == (asked.id, answer.id, third.id)


@pytest.mark.django_db
def test_a_photo_in_a_letter_is_kept(mail, imap):
    mail.write(YOHANES, subject="Foto", text="Ini lokasinya.", photo=True)
    office_reads(mail, imap)

    (file,) = InMessage.objects.get().files.all()
    assert file.document_id
    assert "[foto.png]" in mail.box(YOHANES)[0].text


def test_an_office_that_does_not_keep_a_letter_is_told_to_its_writer(mail):
    for code, said in ((75, 451), (65, 554)):
        mail.pipe = lambda _raw, code=code: code
        with pytest.raises(NotTaken) as told:
            mail.write(YOHANES, subject="Tanya", text="JAM")
        assert told.value.__cause__.smtp_code == said
    mail.stop()
    with pytest.raises(NotTaken):
        mail.write(YOHANES, subject="Tanya", text="JAM")
    mail.start()
    assert mail.box(YOHANES) == [], "a letter that nobody took is not among those sent"


def test_a_mail_program_of_somebody_else_reads_and_writes_here(mail):
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "x@contoh.id", YOHANES.email, "Surat – satu"
    letter.set_content("Isi surat.")
    with smtplib.SMTP("127.0.0.1", mail.port) as server:
        server.send_message(letter)
        server.sendmail("x@contoh.id", [OFFICE.upper(), YOHANES.email], b"Subject: dua\r\n\r\nDua")
    assert [one.subject for one in mail.box(YOHANES)] == ["Surat – satu", "dua"]
    assert len(mail.came) == 1


def test_an_answer_that_comes_at_once_stands_after_its_question(mail):
    def quick(_raw):
        mail._keep(YOHANES.email, read(b"Subject: Re: Tanya\n\nBuka.", mine=False))
        return 0

    mail.pipe = quick
    mail.write(YOHANES, subject="Tanya", text="JAM")
    assert [one.mine for one in mail.box(YOHANES)] == [True, False]


def test_a_mailbox_does_not_grow_for_ever(mail):
    for number in range(103):
        mail._keep(YOHANES.email, read(f"Subject: {number}\n\n.".encode(), mine=True))
    assert len(mail.box(YOHANES)) == 100
    assert mail.box(YOHANES)[0].subject == "3"


@pytest.mark.parametrize(
    ("sender", "address"),
    [("Satu Pintu <satupintu@localhost>", "satupintu@localhost"), ("a@b.id", "a@b.id")],
)
def test_the_office_is_written_to_where_it_writes_from(sender, address):
    assert office_address(sender) == address


# --- The page -------------------------------------------------------------------------------------
@pytest.fixture
def page(monkeypatch, settings, db):
    """Give a browser of the demo's page, and what it asked of the telephones."""
    settings.HANDSETS_PORT, settings.DEMO = 8007, True
    letters = [
        {"mine": True, "id": "<1@x>", "subject": "Tanya", "text": "JAM", "at": "2026-11-29T08:00:00+00:00"},
        {"mine": False, "id": "<2@x>", "subject": "Re: Tanya", "text": "Buka.", "at": "2026-11-29T08:01:00+00:00"},
    ]  # fmt: skip
    asked = []

    def ask(method, given):
        asked.append((method, given))
        if method == "POST" and given["text"] == "gagal":
            return None, str(telephones._UNSAID["mail"])
        return {"email": letters, "call": None}, ""

    monkeypatch.setattr(telephones, "_ask", ask)
    return Client(), asked


ADDRESS = "/demo/telepon/?siapa=yohanes&apa=surel"
FORM = {"siapa": "yohanes", "apa": "surel", "lakukan": "email", "subject": "Re: Tanya"}


def test_letters_are_read_and_one_is_answered(page):
    browser, asked = page
    shown = browser.get(ADDRESS).content.decode()
    assert shown.count("balas=") == 1
    assert "Re: Tanya" in shown
    answering = browser.get(f"{ADDRESS}&balas=%3C2%40x%3E").content.decode()
    assert 'name="answers" value="&lt;2@x&gt;"' in answering
    assert 'value="Re: Tanya"' in answering, "not Re: Re:"

    sent = browser.post("/demo/telepon/", FORM | {"text": "Baik", "answers": "<2@x>", "photo": "1"})
    assert sent.status_code == 302
    given = {"text": "Baik", "subject": "Re: Tanya", "answers": "<2@x>", "photo": "1"}
    assert ("POST", given | {"who": "yohanes", "kind": "email"}) in asked


@pytest.mark.parametrize(
    ("text", "why"), [("  ", "Surat itu kosong"), ("gagal", "Kantor belum menerima surat itu")]
)
def test_a_letter_that_did_not_go_is_told_and_kept(page, text, why):
    browser, _asked = page
    given = FORM | {"text": text, "subject": "Perihal saya", "photo": "1", "answers": "<2@x>"}
    answer = browser.post("/demo/telepon/", given)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert why in shown
    assert 'value="Perihal saya"' in shown
    assert 'name="photo" value="1" checked' in shown
    assert 'name="answers" value="&lt;2@x&gt;"' in shown
