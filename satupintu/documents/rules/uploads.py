"""What an uploaded file may be: its type by content, a safe name, the sentence of a refusal."""

import re
import unicodedata
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_lazy as _

MAX_PAGES: Final = 500
MAX_PIXELS: Final = 60_000_000  # an A4 page at 600 dpi has 35 million
MAX_SIDE: Final = 3000  # pixels of a stored picture: an A4 page at 250 dpi
JPEG_QUALITY: Final = 85
MAX_OBJECTS: Final = 300_000  # of a PDF file; ordinary scans have some hundred
INSPECT_SECONDS: Final = 20

PDF: Final = "application/pdf"
JPEG: Final = "image/jpeg"
IMAGES: Final = frozenset({"image/jpeg", "image/png", "image/webp"})
# What telephones and messengers record a voice as -> the ending of its name.
VOICES: Final = {
    "audio/ogg": ".ogg", "audio/mp4": ".m4a", "audio/mpeg": ".mp3", "audio/aac": ".aac",
    "audio/amr": ".amr", "audio/wav": ".wav",
}  # fmt: skip
_WORDS: Final = {
    "pdf": "PDF", "jpg": "JPG", "jpeg": "JPG", "png": "PNG", "webp": "WebP",
    "voice": _("rekaman suara"),
}  # fmt: skip

# First bytes -> what the file is. The name a person gave it says nothing.
_MAGIC: Final[tuple[tuple[int, bytes, str], ...]] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"MZ", "program"),
    (0, b"\x7fELF", "program"),
    (0, b"\xcf\xfa\xed\xfe", "program"),
    (0, b"\xca\xfe\xba\xbe", "program"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"#!", "program"),
    (4, b"ftypheic", "heic"),
    (4, b"ftypheix", "heic"),
    (4, b"ftypmif1", "heic"),
    (4, b"ftypavif", "heic"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftyp", "video"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    *((0, bytes((0xFF, second)), "audio/mpeg") for second in (0xFB, 0xFA, 0xF3, 0xF2)),
    *((0, bytes((0xFF, second)), "audio/aac") for second in (0xF1, 0xF9)),
    (0, b"PK\x03\x04", "archive"),
    (0, b"Rar!", "archive"),
    (0, b"7z\xbc\xaf", "archive"),
    (0, b"\x1f\x8b", "archive"),
    (0, b"\xd0\xcf\x11\xe0", "office"),
    (0, b"{\\rtf", "office"),
    (0, b"GIF8", "image/gif"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
)


def sniff(head: bytes) -> str:
    """
    Return what the first 1,024 bytes say: a media type, or a word such as "program"; "" when
    unknown.

    A PDF header may stand anywhere in the first 1,024 bytes (ISO 32000-1, annex H, note 13), but a
    file that begins as something else is that other thing.
    """
    for offset, magic, kind in _MAGIC:
        if head[offset : offset + len(magic)] == magic:
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    if b"%PDF-" in head[:1024]:
        return PDF
    return ""


def is_accepted(media_type: str, accept: tuple[str, ...]) -> bool:
    """
    Return whether whoever takes `accept` ("pdf", "jpg", "png", "voice") takes this type.

    Any picture is as good as another, because pictures are stored as JPEG anyway.
    """
    if media_type == PDF:
        return "pdf" in accept
    if media_type in VOICES:
        return "voice" in accept
    return media_type in IMAGES and bool({"jpg", "jpeg", "png", "webp"} & set(accept))


def accepted_words(accept: tuple[str, ...]) -> str:
    """Return the accepted types as a person reads them: "PDF, JPG atau PNG"."""
    words = list(dict.fromkeys(str(_WORDS.get(code, code.upper())) for code in accept))
    if len(words) == 1:
        return words[0]
    return ", ".join(words[:-1]) + " " + str(_("atau")) + " " + words[-1]


_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
MAX_NAME: Final = 120


def safe_name(name: str, media_type: str) -> str:
    """
    Return `name` without folders, control, direction-changing or reserved characters, with the
    right ending.

    Never empty, never begins with a dot, at most 120 characters, "berkas" when nothing is left.
    """
    text = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    text = "".join(
        ch
        for ch in text
        if unicodedata.category(ch) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    )
    text = " ".join(_FORBIDDEN.sub(" ", text).split())
    stem = re.sub(
        r"(?i)(\.(pdf|jpe?g|png|webp|ogg|m4a|mp3|aac|amr|wav|exe|com|scr|bat|cmd|js|html?|svg|php))+$",
        "",
        text,
    )
    stem = stem.strip(" .")[: MAX_NAME - 5].strip(" .") or "berkas"
    endings = {PDF: ".pdf", JPEG: ".jpg", "image/png": ".png", "image/webp": ".webp"} | VOICES
    ending = endings.get(media_type, "")
    return stem + ending


# Nine digits or more, as people group them: an identity or telephone number, never a date.
_NUMBERS = re.compile(r"\+?[0-9](?:[ .\-]?[0-9]){8,}")


def without_numbers(name: str) -> str:
    """Return a person's file name with long numbers cut to their last four digits: "KTP …9999.jpg"."""
    return _NUMBERS.sub(lambda run: "…" + re.sub(r"[^0-9]", "", run.group())[-4:], name)


class Trouble(StrEnum):
    """Why a file cannot be taken; each has one sentence that says how to put it right."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    PROGRAM = "program"
    HEIC = "heic"
    OFFICE = "office"
    ARCHIVE = "archive"
    NOT_ACCEPTED = "not_accepted"
    PICTURE_TOO_LARGE = "picture_too_large"
    PICTURE_BROKEN = "picture_broken"
    PDF_BROKEN = "pdf_broken"
    PDF_ENCRYPTED = "pdf_encrypted"
    PDF_ACTIVE = "pdf_active"
    PDF_ATTACHMENT = "pdf_attachment"
    PDF_XFA = "pdf_xfa"
    PDF_PAGES = "pdf_pages"
    PDF_NO_PAGES = "pdf_no_pages"
    PDF_HEAVY = "pdf_heavy"
    TOO_SLOW = "too_slow"
    VIRUS = "virus"
    NO_SCANNER = "no_scanner"
    NO_SPACE = "no_space"
    CANNOT_WRITE = "cannot_write"


SENTENCES: Final = {
    Trouble.EMPTY: _("Berkas ini kosong (0 byte). Pilih ulang berkas aslinya, lalu unggah lagi."),
    Trouble.TOO_BIG: _(
        "Berkas ini lebih besar dari %(max_mb)s MB."
        " Pindai ulang dengan mutu lebih rendah atau kecilkan berkasnya, lalu unggah lagi."
    ),
    Trouble.PROGRAM: _(
        "Isi berkas ini adalah program komputer, bukan dokumen. Unggah hasil pindai atau foto:"
        " %(accepted)s."
    ),
    Trouble.HEIC: _(
        "Foto ini memakai format HEIC. Ubah dahulu menjadi JPG (di iPhone: Pengaturan, Kamera,"
        " Format,"
        " Paling Kompatibel), lalu unggah lagi."
    ),
    Trouble.OFFICE: _(
        "Ini berkas Word atau Excel. Buka berkasnya, pilih Simpan sebagai PDF, lalu unggah PDF itu."
    ),
    Trouble.ARCHIVE: _(
        "Ini berkas arsip atau dokumen Office (ZIP, RAR, DOCX, XLSX). Simpan isinya sebagai PDF,"
        " lalu unggah PDF itu."
    ),
    Trouble.NOT_ACCEPTED: _("Jenis berkas ini tidak diterima di sini. Unggah %(accepted)s."),
    Trouble.PICTURE_TOO_LARGE: _(
        "Ukuran gambar ini terlalu besar untuk dibuka. Foto atau pindai ulang dengan resolusi"
        " paling tinggi 300 dpi,"
        " lalu unggah lagi."
    ),
    Trouble.PICTURE_BROKEN: _(
        "Gambar ini rusak dan tidak dapat dibuka. Foto atau pindai ulang, lalu unggah lagi."
    ),
    Trouble.PDF_BROKEN: _(
        "PDF ini rusak dan tidak dapat dibuka. Buka berkas aslinya, pilih Cetak, lalu Simpan"
        " sebagai PDF, dan unggah"
        " hasilnya."
    ),
    Trouble.PDF_ENCRYPTED: _(
        "PDF ini dikunci dengan kata sandi. Buka berkasnya, pilih Cetak, lalu Simpan sebagai PDF,"
        " dan unggah hasilnya"
        " tanpa kata sandi."
    ),
    Trouble.PDF_ACTIVE: _(
        "PDF ini berisi skrip atau perintah yang dapat berjalan sendiri. Buka berkasnya, pilih"
        " Cetak, lalu Simpan"
        " sebagai PDF, dan unggah hasilnya."
    ),
    Trouble.PDF_ATTACHMENT: _(
        "PDF ini membawa berkas lain di dalamnya. Buka berkasnya, pilih Cetak, lalu Simpan"
        " sebagai PDF, dan unggah"
        " hasilnya; lampirannya diunggah tersendiri."
    ),
    Trouble.PDF_XFA: _(
        "PDF ini adalah formulir isian khusus (XFA) yang tidak dapat dibuka semua komputer. Buka"
        " di Adobe Reader, pilih"
        " Cetak, lalu Simpan sebagai PDF, dan unggah hasilnya."
    ),
    Trouble.PDF_PAGES: _(
        "PDF ini lebih dari %(max_pages)s halaman. Unggah hanya halaman yang diminta."
    ),
    Trouble.PDF_NO_PAGES: _(
        "PDF ini tidak berisi halaman. Pindai ulang dokumennya, lalu unggah lagi."
    ),
    Trouble.PDF_HEAVY: _(
        "Isi PDF ini terlalu rumit untuk diperiksa. Buka berkasnya, pilih Cetak, lalu Simpan"
        " sebagai PDF, dan unggah"
        " hasilnya."
    ),
    Trouble.TOO_SLOW: _(
        "Berkas ini terlalu lama diperiksa. Buka berkasnya, pilih Cetak, lalu Simpan sebagai PDF,"
        " dan unggah hasilnya."
    ),
    Trouble.VIRUS: _(
        "Pemindai virus menemukan %(virus)s di berkas ini. Bersihkan komputer atau ponsel Anda,"
        " buat ulang berkasnya,"
        " lalu unggah lagi."
    ),
    Trouble.NO_SCANNER: _(
        "Pemindai virus sedang tidak dapat dihubungi, jadi berkas belum kami terima. Coba lagi"
        " beberapa menit lagi."
    ),
    Trouble.NO_SPACE: _(
        "Tempat penyimpanan kantor penuh, jadi berkas belum kami terima. Petugas perlu"
        " mengosongkan ruang; coba lagi"
        " nanti. Data lain yang sudah Anda simpan tetap aman."
    ),
    Trouble.CANNOT_WRITE: _(
        "Berkas tidak dapat disimpan karena gangguan penyimpanan. Coba lagi; bila berulang, beri"
        " tahu petugas."
    ),
}


def refusal(trouble: Trouble, **values: object) -> str:
    """
    Return the sentence of `trouble` in the current language; `values` fill max_mb, accepted,
    max_pages, virus.
    """
    sentence = str(SENTENCES[trouble])
    return sentence % values if values else sentence
