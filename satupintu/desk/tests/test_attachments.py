"""Files of complaints: from the page, the counter, by message; refused with a reason; read by whom the complaint is."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from satupintu.desk import services
from satupintu.desk.models import Attachment, Complaint
from satupintu.desk.proof import case_faults
from satupintu.desk.rules import Privacy
from satupintu.desk.rules import attachments as rules
from satupintu.desk.tests.conftest import STORY, answered, assigned, complain, fresh
from satupintu.desk.tests.test_pages import typed
from satupintu.documents.queries import Document
from satupintu.documents.services import store_upload
from satupintu.documents.tests.making import make_pdf, make_photo_with_gps, make_picture
from satupintu.documents.tests.test_scanner import EICAR, clamd  # noqa: F401  a fixture
from satupintu.permits.tests.officer_cases import World

SignIn = Callable[[str], Client]
VOICE = b"OggS" + bytes(60)


def photo(name: str = "Foto Sari di rumah.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, make_photo_with_gps(), content_type="image/jpeg")


def paper() -> SimpleUploadedFile:
    return SimpleUploadedFile("bukti.pdf", make_pdf())


def voice(size: int = 64) -> SimpleUploadedFile:
    return SimpleUploadedFile("suara.opus", VOICE + bytes(max(0, size - len(VOICE))))


def program() -> SimpleUploadedFile:
    return SimpleUploadedFile("foto.jpg", b"MZ" + bytes(100))


def file(client: Client, *files: Any, **more: Any) -> Any:
    return client.post("/pengaduan/", typed(tanda="m1", lampiran=list(files), **more))


def token(answer: Any) -> str:
    found = re.search(r'name="disimpan" value="([^"]+)"', answer.content.decode())
    assert found, "what arrived is kept with the page"
    return found.group(1)


def links(page: str) -> list[str]:
    return re.findall(r'href="(/pengaduan/[^"]+/lampiran/[^"]+)"', page)


def attached_to(one: Complaint) -> list[Attachment]:
    return list(Attachment.objects.filter(complaint=one))


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_photo_a_paper_and_a_voice_come_with_a_complaint(world: World, browser: SignIn) -> None:
    client = Client()
    file(client, photo(), paper(), voice())
    one = Complaint.objects.get()
    own = client.get(f"/pengaduan/lacak/{one.tracking_code}/").content.decode()
    assert "1. Foto" in own
    assert "2. Dokumen" in own
    assert "3. Rekaman suara" in own
    maya = browser("maya")
    page = maya.get(f"/pengaduan/berkas/{one.case.number}/").content.decode()
    assert len(links(page)) == len(links(own)) == 3
    handed = [maya.get(address) for address in links(page)]
    assert [answer["Content-Type"] for answer in handed] == [
        "image/jpeg", "application/pdf", "audio/ogg",
    ]  # fmt: skip
    assert b"Exif" not in body(handed[0])
    assert body(handed[2]) == VOICE
    assert body(client.get(links(own)[2])) == VOICE
    for sent in Attachment.objects.select_related("document"):
        # Nothing of a file leads to who sent it.
        assert (sent.document.party_id, sent.document.uploaded_by_id) == (None, None)
        assert sent.document.latitude is None
        assert "Sari" not in sent.document.name
    assert links(maya.get(f"/pengaduan/berkas/{one.case.number}/teruskan/").content.decode())


def test_nothing_names_somebody_signed_in_who_complains_without_a_name(
    world: World, browser: SignIn
) -> None:
    file(browser("sari"), photo(), privacy="anonymous")
    document = Document.objects.get(kind=rules.KIND)
    assert (document.party_id, document.uploaded_by_id) == (None, None)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (program, "program komputer"),
        (lambda: voice(10 * 1024 * 1024 + 1), "lebih besar dari 10 MB"),
        (
            lambda: SimpleUploadedFile("film.mp4", b"\0\0\0\x18ftypisom" + bytes(50)),
            "tidak diterima",
        ),
        (lambda: SimpleUploadedFile("kosong.pdf", b""), "kosong"),
    ],
)
def test_a_refused_file_says_why_and_nothing_typed_or_sent_is_lost(
    world: World, wrong: Callable[[], Any], said: str
) -> None:
    client = Client()
    bad = wrong()
    answer = file(client, photo(), bad, wish="Loket dibuka.")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert bad.name in page
    assert STORY in page
    assert "Loket dibuka." in page
    assert Complaint.objects.count() == 0
    file(client, disimpan=token(answer), wish="Loket dibuka.")
    assert len(attached_to(Complaint.objects.get())) == 1


def test_a_voice_of_ten_megabytes_is_taken(world: World) -> None:
    file(Client(), voice(10 * 1024 * 1024))
    assert Attachment.objects.get().document.file.size == 10 * 1024 * 1024


def test_a_virus_is_named_and_the_complaint_stays(
    world: World,
    settings: Any,
    clamd: tuple[str, str],  # noqa: F811  that fixture
) -> None:
    settings.CLAMD = clamd[0]
    answer = file(Client(), SimpleUploadedFile("bukti.pdf", make_pdf() + EICAR), voice())
    page = answer.content.decode()
    assert "Uji.Eicar" in page
    assert STORY in page
    assert [one.file.size for one in Document.objects.filter(kind=rules.KIND)] == [len(VOICE)]


def test_a_scanner_that_is_away_takes_nothing_and_loses_nothing(
    world: World, settings: Any
) -> None:
    settings.CLAMD = "127.0.0.1:1"
    answer = file(Client(), photo())
    assert "Pemindai virus sedang tidak dapat dihubungi" in answer.content.decode()
    assert STORY in answer.content.decode()


def test_what_is_wrong_in_words_keeps_the_files(world: World) -> None:
    client = Client()
    answer = file(client, photo(), about="REG-2026-999999")
    assert "Berkas yang sudah tersimpan: 1" in answer.content.decode()
    kept = token(answer)
    file(client, voice(), disimpan=kept)
    assert len(attached_to(Complaint.objects.get())) == 2
    # Another page cannot use it.
    client.post("/pengaduan/", typed(tanda="m2", disimpan=kept, story=f"{STORY} Lagi."))
    assert Attachment.objects.count() == 2


def test_there_are_five_at_once_and_twenty_together(world: World) -> None:
    answer = file(Client(), *(voice(64 + n) for n in range(6)))
    assert "Paling banyak 5 berkas." in answer.content.decode()
    one = complain(world)
    here = f"/pengaduan/lacak/{one.tracking_code}/"
    for _time in range(4):
        Client().post(here, {"apa": "lampiran", "lampiran": [voice() for _n in range(5)]})
    assert len(attached_to(one)) == rules.MOST
    answer = Client().post(here, {"apa": "lampiran", "lampiran": [voice()]})
    assert answer.status_code == 422
    assert len(attached_to(one)) == rules.MOST


def test_many_posts_with_files_from_one_place_wait(world: World) -> None:
    client = Client()
    for _post in range(rules.POSTS_AN_HOUR):
        file(client, voice(), story="")
    answer = file(client, voice())
    assert "Terlalu banyak berkas" in answer.content.decode()
    assert STORY in answer.content.decode()


def test_files_are_added_by_the_code_while_it_waits(world: World) -> None:
    one = complain(world)
    here = f"/pengaduan/lacak/{one.tracking_code}/"
    client = Client()
    assert client.post(here, {"apa": "lampiran"}).status_code == 422
    mixed = client.post(here, {"apa": "lampiran", "lampiran": [photo(), program()]})
    assert mixed.status_code == 422
    assert "program komputer" in mixed.content.decode()
    assert len(links(mixed.content.decode())) == 1
    assert "Lampiran ditambahkan pelapor" in mixed.content.decode()
    done = answered(world)
    over = f"/pengaduan/lacak/{done.tracking_code}/"
    assert "Tambah lampiran" not in client.get(over).content.decode()
    assert client.post(over, {"apa": "lampiran", "lampiran": [photo()]}).status_code == 422
    assert attached_to(done) == []


def test_the_clerk_adds_the_scan_of_a_letter(world: World, browser: SignIn) -> None:
    budi = browser("budi")
    given = typed(channel="post", lampiran=[paper(), program()])
    answer = budi.post("/pengaduan/meja/baru/", given)
    assert "program komputer" in answer.content.decode()
    assert STORY in answer.content.decode()
    budi.post("/pengaduan/meja/baru/", typed(channel="post", disimpan=token(answer)))
    one = Complaint.objects.get()
    assert len(attached_to(one)) == 1
    # Who typed it does not handle it, and has no way to its files.
    assert Client().get(f"/pengaduan/lacak/{one.tracking_code}/").status_code == 200
    document = Attachment.objects.get().document_id
    address = f"/pengaduan/berkas/{one.case.number}/lampiran/{document}/"
    assert budi.get(address).status_code == 404
    assert browser("maya").get(address).status_code == 200


def stored(world: World) -> Document:
    return store_upload(
        upload=paper(), accept=("pdf",), max_mb=1, party_id=None, kind=rules.KIND, name="lampiran",
        identity=False, keep_gps=False, by=world.actor("budi"), at=world.at,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("more", "reads"),
    [
        ({}, {"maya", "nora", "auditor"}),
        ({"privacy": Privacy.CONFIDENTIAL}, {"maya", "nora", "auditor"}),
        ({"privacy": Privacy.ANONYMOUS}, {"maya", "nora", "auditor"}),
        ({"category": "levy"}, {"nora"}),
        ({"accused": "officer", "accused_text": "Maya"}, {"nora", "auditor", "lina"}),
    ],
)
def test_who_reads_the_complaint_sees_its_files_and_nobody_else(
    world: World, browser: SignIn, more: dict[str, Any], reads: set[str]
) -> None:
    document = stored(world)
    one = complain(world, files=(document.pk,), **more)
    address = f"/pengaduan/berkas/{one.case.number}/lampiran/{document.pk}/"
    for who in ("maya", "nora", "auditor", "ratna", "lina", "darius", "budi", "sari"):
        expected = {200} if who in reads else {403, 404}
        assert browser(who).get(address).status_code in expected, who
    other = complain(world, story=f"{STORY} Lain.")
    assert Client().get(address).status_code == 302
    for wrong in (
        f"/pengaduan/lacak/{other.tracking_code}/lampiran/{document.pk}/",
        f"/pengaduan/berkas/{other.case.number}/lampiran/{document.pk}/",
    ):
        assert browser("maya").get(wrong).status_code == 404


def test_whoever_is_asked_to_answer_sees_them(world: World, browser: SignIn) -> None:
    document = stored(world)
    one = assigned(world, files=(document.pk,))
    assert links(browser("ratna").get(f"/pengaduan/berkas/{one.case.number}/").content.decode())


def test_they_are_never_public(world: World, browser: SignIn) -> None:
    done = answered(world, files=(stored(world).pk,))
    given = {"version": done.case.version, "story": "Terlambat.", "answer": "Selesai."}
    browser("maya").post(f"/pengaduan/berkas/{done.case.number}/umumkan/", given)
    public = Client().get("/pengaduan/umum/").content.decode()
    assert "Terlambat." in public
    assert "lampiran" not in public
    assert fresh(done).published_at is not None


def test_what_no_complaint_followed_is_let_go(world: World) -> None:
    file(Client(), photo(), story="")
    file(Client(), voice())
    assert services.forget_unsent(at=world.at + timedelta(hours=23)) == 0
    assert services.forget_unsent(at=world.at + timedelta(hours=25)) == 1
    assert [one.complaint for one in Attachment.objects.all()] == [Complaint.objects.get()]
    assert Document.objects.filter(removed_at__isnull=False).count() == 1
    assert services.forget_unsent(at=world.at + timedelta(hours=25)) == 0


def test_the_audit_sees_a_file_that_was_slipped_in(world: World) -> None:
    one = complain(world, files=(stored(world).pk,))
    chain = {one.pk: list(one.case.transitions.order_by("seq"))}
    assert list(case_faults([one.case], chain)) == []
    Attachment.objects.create(complaint=one, document=stored(world), at=world.at)
    assert "attachments are not" in next(case_faults([one.case], chain))


def test_a_picture_that_cannot_be_opened_is_refused(world: World) -> None:
    broken = SimpleUploadedFile("foto.jpg", make_picture()[:200])
    assert "rusak" in file(Client(), broken).content.decode()
