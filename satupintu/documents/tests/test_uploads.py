import errno
import os
import resource
import signal
import subprocess
import sys
import textwrap
import uuid
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from satupintu.documents import files, intake, queries, rules, services
from satupintu.documents.models import Document, StoredFile
from satupintu.documents.services import UploadRefused
from satupintu.documents.tests import making
from satupintu.documents.tests.conftest import AT, BY, files_below
from satupintu.lib import clock

pytestmark = pytest.mark.django_db


def store(content, *, name="STR saya.pdf", accept=("pdf", "jpg", "png"), max_mb=5, **more):
    given_values = {"party_id": None, "kind": "str", "identity": False, "keep_gps": False} | more
    source = content if isinstance(content, Path) else making.upload(content, name)
    return services.store_upload(
        upload=source, accept=accept, max_mb=max_mb, name=name, by=BY, at=AT, **given_values
    )


# --- What is taken ----------------------------------------------------------------------
def test_a_pdf_is_kept_byte_for_byte_under_its_hash(settings):
    content = making.make_pdf(3)

    document = store(content)

    assert (document.name, document.file.pages, document.file.media_type) == (
        "STR saya.pdf",
        3,
        "application/pdf",
    )
    path = settings.FILES / document.file_id[:2] / document.file_id[2:4] / document.file_id
    assert path.read_bytes() == content
    assert files_below(settings.FILES / "tmp") == []


def test_the_same_bytes_are_stored_once_for_two_documents(settings):
    content = making.make_pdf()

    first, second = store(content), store(content, name="lain.pdf")

    assert first.file_id == second.file_id
    assert StoredFile.objects.count() == 1
    assert Document.objects.count() == 2
    assert len(files_below(settings.FILES)) == 1


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_written_again_as_jpeg(form):
    document = store(making.make_picture(form), name="foto.PNG", accept=("jpg",))

    assert document.name == "foto.jpg"
    with Image.open(queries.open_file(document)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (640, 480))


def test_a_large_picture_is_scaled_to_3000_pixels():
    document = store(making.make_picture(size=(4000, 1000)), name="spanduk.jpg")

    with Image.open(queries.open_file(document)) as picture:
        assert picture.size == (3000, 750)


def test_exif_goes_and_the_position_stays_out_unless_asked():
    document = store(making.make_photo_with_gps(), name="foto.jpg")

    content = queries.open_file(document).read()
    assert b"Ponsel Rahasia" not in content
    assert b"Exif" not in content
    assert (document.latitude, document.longitude) == (None, None)


@pytest.mark.parametrize(("latitude", "longitude"), [(0.1213, 110.5989), (-1.25, -60.5)])
def test_the_position_is_kept_in_the_row_when_asked(latitude, longitude):
    document = store(
        making.make_photo_with_gps(latitude, longitude), name="foto.jpg", keep_gps=True
    )

    assert document.latitude == pytest.approx(latitude, abs=1e-4)
    assert document.longitude == pytest.approx(longitude, abs=1e-4)
    assert b"Exif" not in queries.open_file(document).read()


def test_a_turned_photograph_is_stored_upright():
    exif = Image.Exif()
    exif[0x0112] = 6

    document = store(making.make_picture(exif=exif), name="foto.jpg")

    with Image.open(queries.open_file(document)) as picture:
        assert picture.size == (480, 640)


def test_transparent_parts_become_white():
    out = BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")

    document = store(out.getvalue(), name="cap.png")

    with Image.open(queries.open_file(document)) as picture:
        assert picture.getpixel((5, 5)) == (255, 255, 255)


def test_a_file_on_disk_is_taken_as_well_as_a_posted_one(tmp_path):
    path = tmp_path / "kiriman"
    path.write_bytes(making.make_pdf())

    assert store(path).file.pages == 1


def test_a_signed_pdf_of_somebody_else_is_taken():
    content = (Path(__file__).parent / "data" / "minimal-two-fields-signed-twice.pdf").read_bytes()

    assert queries.open_file(store(content)).read() == content


# --- What is refused, word for word -----------------------------------------------------
def encrypted(**passwords):
    return making.make_pdf(encryption=pikepdf.Encryption(**passwords))


def bomb() -> bytes:
    """A PNG of some kilobytes that would take 3.6 GB of memory."""
    out = BytesIO()
    Image.new("1", (30000, 30000)).save(out, "PNG", optimize=True)
    return out.getvalue()


PRINT_AGAIN = "Buka berkasnya, pilih Cetak, lalu Simpan sebagai PDF, dan unggah hasilnya"
REFUSED = {
    "empty": (b"", "Berkas ini kosong (0 byte). Pilih ulang berkas aslinya, lalu unggah lagi."),
    "program": (
        b"MZ" + b"\0" * 400,
        (
            "Isi berkas ini adalah program komputer, bukan dokumen. Unggah hasil pindai atau foto:"
            " PDF, JPG atau PNG."
        ),
    ),
    "heic": (
        b"\0\0\0\x18ftypheic" + b"\0" * 60,
        (
            "Foto ini memakai format HEIC. Ubah dahulu menjadi JPG (di iPhone: Pengaturan, Kamera,"
            " Format, Paling Kompatibel), lalu unggah lagi."
        ),
    ),
    "word": (
        b"\xd0\xcf\x11\xe0" + b"\0" * 60,
        (
            "Ini berkas Word atau Excel. Buka berkasnya, pilih Simpan sebagai PDF, lalu unggah PDF"
            " itu."
        ),
    ),
    "docx": (
        b"PK\x03\x04" + b"\0" * 60,
        (
            "Ini berkas arsip atau dokumen Office (ZIP, RAR, DOCX, XLSX). Simpan isinya sebagai"
            " PDF, lalu unggah PDF itu."
        ),
    ),
    "text": (b"halo", "Jenis berkas ini tidak diterima di sini. Unggah PDF, JPG atau PNG."),
    "svg": (
        b"<svg onload='alert(1)'/>",
        "Jenis berkas ini tidak diterima di sini. Unggah PDF, JPG atau PNG.",
    ),
    "gif": (
        b"GIF89a" + b"\0" * 60,
        "Jenis berkas ini tidak diterima di sini. Unggah PDF, JPG atau PNG.",
    ),
    "broken picture": (
        making.make_picture()[:3000],
        "Gambar ini rusak dan tidak dapat dibuka. Foto atau pindai ulang, lalu unggah lagi.",
    ),
    "broken pdf": (
        b"%PDF-1.7\n" + b"x" * 500,
        (
            "PDF ini rusak dan tidak dapat dibuka. Buka berkas aslinya, pilih Cetak, lalu Simpan"
            " sebagai PDF, dan unggah hasilnya."
        ),
    ),
    "pdf with an opening password": (
        encrypted(user="a", owner="b"),
        f"PDF ini dikunci dengan kata sandi. {PRINT_AGAIN} tanpa kata sandi.",
    ),
    "pdf with an owner password only": (
        encrypted(user="", owner="b"),
        f"PDF ini dikunci dengan kata sandi. {PRINT_AGAIN} tanpa kata sandi.",
    ),
    "javascript": (
        making.make_pdf(change=making.add_javascript),
        f"PDF ini berisi skrip atau perintah yang dapat berjalan sendiri. {PRINT_AGAIN}.",
    ),
    "launch": (
        making.make_pdf(change=making.add_launch),
        f"PDF ini berisi skrip atau perintah yang dapat berjalan sendiri. {PRINT_AGAIN}.",
    ),
    "attachment": (
        making.make_pdf(change=making.add_attachment),
        f"PDF ini membawa berkas lain di dalamnya. {PRINT_AGAIN}; lampirannya diunggah tersendiri.",
    ),
    "xfa": (
        making.make_pdf(change=making.add_xfa),
        (
            "PDF ini adalah formulir isian khusus (XFA) yang tidak dapat dibuka semua komputer."
            " Buka di Adobe Reader, pilih Cetak, lalu Simpan sebagai PDF, dan unggah hasilnya."
        ),
    ),
    "501 pages": (
        making.make_pdf(501),
        "PDF ini lebih dari 500 halaman. Unggah hanya halaman yang diminta.",
    ),
    "no pages": (
        making.make_pdf(0),
        "PDF ini tidak berisi halaman. Pindai ulang dokumennya, lalu unggah lagi.",
    ),
    "image bomb in a pdf": (
        making.make_pdf(change=making.add_huge_image),
        f"Isi PDF ini terlalu rumit untuk diperiksa. {PRINT_AGAIN}.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_file_is_refused_with_its_sentence_and_nothing_is_kept(case, settings):
    content, sentence = REFUSED[case]

    with pytest.raises(UploadRefused) as refused:
        store(content, name="STR.pdf")

    assert refused.value.message == sentence
    assert (StoredFile.objects.count(), Document.objects.count()) == (0, 0)
    assert files_below(settings.FILES) == []


def test_an_image_bomb_is_refused():
    with pytest.raises(UploadRefused) as refused:
        store(bomb(), name="foto.png")

    assert refused.value.message == (
        "Ukuran gambar ini terlalu besar untuk dibuka. Foto atau pindai ulang dengan resolusi"
        " paling"
        " tinggi 300 dpi, lalu unggah lagi."
    )


def test_a_pdf_of_20000_pages_that_tells_one_is_refused():
    content = making.make_pdf(20_000).replace(b"/Count 20000", b"/Count 1    ")

    with pytest.raises(UploadRefused) as refused:
        store(content)

    assert refused.value.trouble == rules.Trouble.PDF_PAGES


def test_a_picture_is_refused_where_only_pdf_is_asked():
    with pytest.raises(UploadRefused) as refused:
        store(making.make_picture(), accept=("pdf",))

    assert refused.value.message == "Jenis berkas ini tidak diterima di sini. Unggah PDF."


def test_a_file_of_200_mb_is_refused_before_it_is_read(settings):
    class Told(TemporaryUploadedFile):
        def chunks(self, chunk_size=None):
            raise AssertionError("read")

    with pytest.raises(UploadRefused) as refused:
        services.store_upload(
            upload=Told("x.pdf", "application/pdf", 200 * 1024 * 1024, "utf-8"),
            accept=("pdf",), max_mb=500, party_id=None, kind="str", name="x.pdf",
            identity=False, keep_gps=False, by=BY, at=AT,
        )  # fmt: skip

    assert refused.value.message == (
        "Berkas ini lebih besar dari 20 MB. Pindai ulang dengan mutu lebih rendah atau kecilkan"
        " berkasnya, lalu unggah lagi."
    )


def test_a_file_that_grows_beyond_the_limit_is_refused(settings, tmp_path):
    path = tmp_path / "besar"
    path.write_bytes(b"%PDF-" + b"0" * (1024 * 1024 + 1))

    with pytest.raises(UploadRefused) as refused:
        store(path, max_mb=1)

    assert refused.value.trouble == rules.Trouble.TOO_BIG
    assert files_below(settings.FILES) == []


def test_a_pdf_that_hangs_its_reader_is_refused_in_time(monkeypatch, tmp_path):
    slow = tmp_path / "slow.py"
    slow.write_text("import json,sys,resource\njson.load(sys.stdin)\n"
                    "resource.setrlimit(resource.RLIMIT_CPU,(1,2))\nwhile True:"
                    " pass\n")  # fmt: skip
    monkeypatch.setattr(intake.inspector, "__file__", str(slow))

    with pytest.raises(UploadRefused) as refused:
        store(making.make_pdf())

    assert refused.value.message == (
        "Berkas ini terlalu lama diperiksa. Buka berkasnya, pilih Cetak, lalu Simpan sebagai PDF,"
        " dan unggah hasilnya."
    )


# --- The disk ---------------------------------------------------------------------------
def test_a_full_disk_is_told_and_leaves_nothing(settings, monkeypatch):
    def full(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)

    with pytest.raises(UploadRefused) as refused:
        store(making.make_pdf())

    assert refused.value.message == (
        "Tempat penyimpanan kantor penuh, jadi berkas belum kami terima. Petugas perlu mengosongkan"
        " ruang; coba lagi nanti. Data lain yang sudah Anda simpan tetap aman."
    )
    assert files_below(settings.FILES) == []
    assert Document.objects.count() == 0


def test_a_disk_that_fills_while_writing_is_told(settings):
    # A limit on the size of files gives a real error of the kernel in the middle of a write.
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    content = making.make_pdf() + b"0" * 400_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, hard))
    try:
        with pytest.raises(UploadRefused) as refused:
            store(content)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert refused.value.trouble == rules.Trouble.NO_SPACE
    assert files_below(settings.FILES) == []


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {root!r})
os.environ["SATUPINTU_HOME"] = {home!r}
os.environ["DJANGO_SETTINGS_MODULE"] = "satupintu.config.settings"
import django
django.setup()
from satupintu.documents import files
real = Path.replace
def replace(self, target):
    if {when!r} == "after":
        real(self, target)
    os.kill(os.getpid(), signal.SIGKILL)
Path.replace = replace
with files.temporary_path() as path:
    files.write_chunks(path, [b"isi" * 1000], 10_000)
    files.adopt(path)
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_kill_9_around_the_rename_leaves_no_half_file_and_the_sweep_cleans(
    when, settings, tmp_path
):
    home = tmp_path / "home"
    root = str(django_settings.PACKAGE.parent)
    script = textwrap.dedent(KILLED).format(root=root, home=str(home), when=when)

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)

    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    settings.FILES = home / "files"
    for sha256 in files.stored_hashes():
        assert files.hash_of(files.path_of(sha256)) == sha256
    assert len(files_below(settings.FILES)) == 1
    assert (StoredFile.objects.count(), list(queries.missing_files())) == (0, [])
    later = clock.now() + timedelta(hours=25)
    assert services.sweep(at=later) == 1
    assert files_below(settings.FILES) == []


def test_the_sweep_cleans_what_a_killed_web_process_left_of_an_upload(settings):
    left = Path(settings.FILE_UPLOAD_TEMP_DIR) / "tmp72h_ldxe.upload.jpg"
    left.write_bytes(b"KTP")
    now = clock.now()
    assert services.sweep(at=now) == 0

    assert services.sweep(at=now + timedelta(hours=25)) == 1
    assert not left.exists()


def test_the_sweep_spares_what_rows_name_and_what_is_new(settings):
    document = store(making.make_pdf())
    with files.temporary_path() as path:
        files.write_chunks(path, [b"baru"], 10)
        fresh, _size = files.adopt(path)
    old = files.path_of(document.file_id)
    os.utime(old, (0, 0))

    assert services.sweep(at=clock.now()) == 0

    assert old.exists()
    assert files.path_of(fresh).exists()


# --- Names ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\x\\STR.pdf", "STR.pdf"),
        ("STR\x00.pdf.exe", "STR.pdf"),
        ("\u202efdp.exe", "fdp.pdf"),
        ("", "berkas.pdf"),
        ("...", "berkas.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("surat\r\nSet-Cookie: x.pdf", "suratSet-Cookie x.pdf"),
        ("ijazah é.PDF", "ijazah é.pdf"),
        ("a" * 300 + ".pdf", "a" * 115 + ".pdf"),
    ],
)
def test_a_name_becomes_safe(name, expected):
    assert rules.safe_name(name, "application/pdf") == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("KTP 6103015203949999 HP 081200001234.jpg", "KTP …9999 HP …1234.jpg"),
        ("610301 520394 9999.pdf", "…9999.pdf"),
        ("0812-0000-1234.pdf", "…1234.pdf"),
        ("+62 812 0000 1234.pdf", "…1234.pdf"),
        ("STR 2026-11-20.pdf", "STR 2026-11-20.pdf"),
        ("IMG_20261120_123456.jpg", "IMG_20261120_123456.jpg"),
    ],
)
def test_a_long_number_in_a_name_is_cut(name, expected):
    assert rules.without_numbers(name) == expected


@given(st.text(max_size=400))
def test_any_name_becomes_safe(name):
    safe = rules.safe_name(name, "application/pdf")

    assert 5 <= len(safe) <= 120
    assert safe.endswith(".pdf")
    assert not safe.startswith((".", " "))
    assert not set(safe) & set('/\\:*?"<>|\0\r\n\t\u202e')
    assert rules.safe_name(safe, "application/pdf") == safe


@given(st.binary(max_size=2000))
def test_the_same_bytes_always_lie_under_the_same_hash(content):
    import hashlib

    from django.test import override_settings

    with override_settings(FILES=django_settings.HOME / "property-files"):
        with files.temporary_path() as one:
            files.write_chunks(one, [content], 5000)
            first = files.adopt(one)
        with files.temporary_path() as two:
            files.write_chunks(two, [content[:7], content[7:]], 5000)
            second = files.adopt(two)
        assert first == second == (hashlib.sha256(content).hexdigest(), len(content))
        assert files.path_of(first[0]).read_bytes() == content


@given(st.binary(max_size=1100))
def test_no_first_bytes_confuse_the_table_of_types(head):
    assert isinstance(rules.sniff(head), str)


# --- The vault --------------------------------------------------------------------------
@pytest.fixture
def party():
    from satupintu.people.models import Party

    return Party.objects.create(name="Sari Contoh", is_demo=True, created_at=AT)


def test_the_vault_gives_valid_documents_newest_first(party):
    today = AT.date()
    old = store(making.make_pdf(1), party_id=party.id)
    gone = store(making.make_pdf(2), party_id=party.id, valid_until=today - timedelta(days=1))
    new = store(making.make_pdf(3), party_id=party.id, valid_until=today)
    other = store(making.make_pdf(4), party_id=party.id, kind="ktp")
    removed = store(making.make_pdf(5), party_id=party.id)
    services.remove_document(document_id=removed.id, by=BY, at=AT)

    assert list(queries.vault(party.id, ["str"], today)) == [new, old]
    assert set(queries.vault(party.id, None, today)) == {new, old, other}
    assert queries.reusable_documents(party.id, {"str": None}, today) == {"str": new}
    assert queries.reusable_documents(party.id, {"str": 3}, date(2027, 3, 1)) == {}
    assert gone not in queries.vault(party.id, ["str"], today)


def test_a_removed_document_is_not_found_but_its_bytes_stay_as_evidence(party):
    content = making.make_pdf()
    document = store(content, party_id=party.id)
    assert services.remove_document(document_id=document.id, by=BY, at=AT) is True
    assert services.remove_document(document_id=document.id, by=BY, at=AT) is False

    with pytest.raises(queries.DocumentNotFound):
        queries.get_document(document.id)
    assert services.erase_unused_files(at=AT + timedelta(days=4000)) == 0
    assert queries.open_file(document).read() == content


def test_bytes_go_when_every_document_has_let_them_go(party, settings):
    content = making.make_pdf()
    first, second = store(content, party_id=party.id), store(content, party_id=party.id)
    last_day = AT.date() + timedelta(days=30)
    services.remove_document(document_id=first.id, by=BY, at=AT, erase_after=last_day)
    assert services.let_erase(document_ids=[second.id], after=last_day, by=BY, at=AT) == 0
    services.remove_document(document_id=second.id, by=BY, at=AT)
    later = AT + timedelta(days=31)
    assert services.erase_unused_files(at=later) == 0

    assert services.let_erase(document_ids=[second.id], after=last_day, by=BY, at=AT) == 1
    assert services.erase_unused_files(at=AT + timedelta(days=30)) == 0
    assert services.erase_unused_files(at=later) == 1

    assert files_below(settings.FILES) == []
    assert StoredFile.objects.get().erased_at == later
    assert list(queries.file_hashes()) == []


def test_erased_content_that_is_sent_again_is_there_again(party):
    content = making.make_pdf()
    services.remove_document(document_id=store(content).id, by=BY, at=AT, erase_after=AT.date())
    assert services.erase_unused_files(at=AT + timedelta(days=31)) == 1

    document = store(content)

    assert queries.open_file(queries.get_document(document.id)).read() == content
    assert list(queries.missing_files(deep=True)) == []


def test_the_newest_usable_document_of_each_kind_comes_in_one_query(
    party, django_assert_num_queries
):
    old = store(making.make_pdf(1), party_id=party.id)
    new = store(making.make_pdf(2), party_id=party.id)
    identity = store(making.make_pdf(3), party_id=party.id, kind="ktp")
    assert old != new

    with django_assert_num_queries(1):
        found = queries.reusable_documents(
            party.id, {"str": None, "ktp": 3, "ijazah": 1}, date(2027, 1, 5)
        )

    assert found == {"str": new, "ktp": identity}
    assert queries.reusable_documents(party.id, {"ktp": 1}, date(2027, 1, 5)) == {}


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 23), 3, date(2026, 8, 23)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2028, 3, 31), 1, date(2028, 2, 29)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 5, 31), 18, date(2024, 11, 30)),
    ],
)
def test_months_are_counted_on_the_calendar(day, months, expected):
    assert queries.months_before(day, months) == expected


def test_an_unknown_document_is_not_found():
    with pytest.raises(queries.DocumentNotFound):
        queries.get_document(uuid.uuid4())


def test_missing_and_altered_files_are_named():
    lost, changed, whole = (store(making.make_pdf(pages)) for pages in (1, 2, 3))
    files.path_of(lost.file_id).unlink()
    files.path_of(changed.file_id).write_bytes(b"x")

    assert list(queries.missing_files()) == [lost.file_id]
    assert set(queries.missing_files(deep=True)) == {lost.file_id, changed.file_id}
    assert whole.file_id in dict(queries.file_hashes())
    with pytest.raises(queries.FileMissing):
        queries.open_file(lost)


def test_every_trouble_has_a_sentence():
    assert set(rules.SENTENCES) == set(rules.Trouble)
