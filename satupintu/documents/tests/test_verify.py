"""Files of pyHanko's test set (data/SOURCE.md, MIT) and files bent here."""

import asyncio
import hashlib
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from django.utils import translation

from satupintu.documents import verify, verify_process
from satupintu.documents.render import render_pdf
from satupintu.documents.rules import STANDING_LABELS, Standing
from satupintu.documents.signing import cms, der, keyfiles, pdf
from satupintu.documents.signing.demo import DemoSigner, officer_key
from satupintu.documents.tests import making
from satupintu.documents.tests.conftest import AT, RATNA, make_permit_page
from satupintu.documents.verify import verify_pdf
from satupintu.documents.verify_process import verify_apart

DATA = Path(__file__).parent / "data"


@pytest.fixture
def signed(permit_pdf):
    key = DemoSigner().unlock(RATNA, "demo")
    return key.sign(permit_pdf, reason="Izin", location="Sanggau", at=AT).content


@pytest.mark.parametrize("name", ["minimal.pdf", "minimal-pdf-ua-and-a.pdf"])
def test_a_file_without_signature_says_so(name):
    verdict = verify_pdf((DATA / name).read_bytes())

    assert (verdict.state, verdict.what) == (
        Standing.UNSIGNED,
        "Berkas ini tidak memuat tanda tangan elektronik.",
    )


@pytest.mark.parametrize(
    "name",
    [
        "minimal-two-fields-signed-twice.pdf",
        "pades-lta-dss-indirect-arrs-test.pdf",
        "sig-no-signed-attrs.pdf",
    ],
)
def test_a_whole_file_of_strangers_is_whole_but_unknown(name):
    verdict = verify_pdf((DATA / name).read_bytes())

    assert verdict.state == Standing.UNKNOWN_SIGNER
    assert verdict.what == (
        "Berkas ini utuh, tetapi penerbit sertifikat penanda tangannya tidak kami kenal."
    )
    assert verdict.signer


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "Berkas ini bukan PDF."),
        (b"halo", "Berkas ini bukan PDF."),
        (b"%PDF-1.7 rusak", "PDF ini rusak dan tidak dapat dibaca."),
        (
            b"%PDF-1.7 /ByteRange [0 1 2 3]",
            "Berkas ini pernah ditandatangani, tetapi isinya rusak atau diubah sesudahnya.",
        ),
    ],
)
def test_what_cannot_be_read_says_so(content, what):
    verdict = verify_pdf(content)

    assert verdict.what == what
    assert verdict.state in {Standing.BROKEN, Standing.ALTERED}


def test_a_trusted_root_from_the_folder_is_named(permit_pdf, settings):
    ca = keyfiles.make_key(keyfiles.certificate_name("CA Daerah", "Uji"), None, is_ca=True)
    leaf = keyfiles.make_key(keyfiles.certificate_name("Kepala", "Uji"), ca, is_ca=False)
    content = pdf.sign_pdf(permit_pdf, leaf, reason="", location="", name="Kepala", at=AT)
    assert verify_pdf(content).state == Standing.UNKNOWN_SIGNER
    trust = settings.KEYS / "trust"
    trust.mkdir(parents=True)

    (trust / "daerah.pem").write_text(keyfiles.to_pem(ca).split("-----END PRIVATE KEY-----\n")[1])

    verdict = verify_pdf(content)
    assert (verdict.state, verdict.signer, verdict.trusted_by, verdict.demo) == (
        Standing.VALID,
        "Kepala",
        "CA Daerah",
        False,
    )


def test_a_forged_demo_authority_is_not_known(permit_pdf):
    """The same names as our demo CA, another key."""
    officer_key(RATNA)
    from satupintu.documents.signing import demo

    name = keyfiles.certificate_name("CA CONTOH Satu Pintu (tidak berlaku)", demo.ORGANISATION)
    fake = keyfiles.make_key(name, None, is_ca=True)
    leaf = keyfiles.make_key(keyfiles.certificate_name("Ratna", "x"), fake, is_ca=False)

    content = pdf.sign_pdf(permit_pdf, leaf, reason="", location="", name="", at=AT)

    assert verify_pdf(content).state == Standing.UNKNOWN_SIGNER


def append_update(content: bytes, change) -> bytes:
    """Add an incremental update, as an editor would that keeps the signed bytes."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(BytesIO(content))
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_words_added_after_signing_are_found_and_named(signed, permit_pdf):
    from pyhanko.pdf_utils import generic

    def cover(writer):
        stream = generic.StreamObject(stream_data=b"BT /F0 20 Tf 100 700 Td (Dipalsukan) Tj ET")
        page = writer.root["/Pages"]["/Kids"][0].get_object()
        font = generic.DictionaryObject(
            {
                generic.NameObject("/Type"): generic.NameObject("/Font"),
                generic.NameObject("/Subtype"): generic.NameObject("/Type1"),
                generic.NameObject("/BaseFont"): generic.NameObject("/Helvetica"),
            }
        )
        writer.add_stream_to_page(
            0,
            writer.add_object(stream),
            resources=generic.DictionaryObject(
                {
                    generic.NameObject("/Font"): generic.DictionaryObject(
                        {generic.NameObject("/F0"): font}
                    )
                }
            ),
        )
        assert page is not None

    altered = append_update(signed, cover)

    verdict = verify_pdf(altered, permit_pdf)
    assert verdict.state == Standing.ALTERED
    assert verdict.what.startswith(
        "Ada yang ditambahkan pada berkas ini setelah ditandatangani. Halaman 1: "
    )
    assert "Dipalsukan" in verdict.what


def test_a_page_added_after_signing_is_found(signed):
    def add_page(writer):
        from pyhanko.pdf_utils import generic
        from pyhanko.pdf_utils.writer import PageObject

        page = PageObject(
            contents=writer.add_object(generic.StreamObject(stream_data=b"")),
            media_box=generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 100, 100)]),
        )
        writer.insert_page(page)

    assert verify_pdf(append_update(signed, add_page)).state == Standing.ALTERED


def test_bytes_after_the_end_are_found(signed):
    assert verify_pdf(signed + b"\n% tambahan\n").state == Standing.ALTERED


def test_a_signature_cut_out_leaves_an_unsigned_file(signed):
    with pikepdf.open(BytesIO(signed)) as opened:
        del opened.Root.AcroForm
        del opened.pages[0].Annots
        out = BytesIO()
        opened.save(out)

    assert verify_pdf(out.getvalue()).state == Standing.UNSIGNED


def test_the_words_of_another_holder_are_named(permit_pdf):
    other = render_pdf("permit", make_permit_page("Budi Contoh"))

    assert verify.changed_pages(permit_pdf, other) == ["Halaman 1: “Sari” menjadi “Budi”."]
    assert verify.changed_pages(permit_pdf, permit_pdf) == []
    assert verify.changed_pages(permit_pdf, b"x") == ["Halamannya tidak dapat dibuka lagi."]


# --- Signatures that hide something -----------------------------------------------------
def sign_bent(content: bytes, *, econtent=False, gap=0) -> bytes:
    """Sign as pdf.sign_pdf does, with encapsulated content or a byte range with too large a gap."""
    key = officer_key(RATNA)
    words = {"Reason": "", "Location": "", "Name": "", "M": "D:20261123023000+00'00'"}
    room = 5000
    prepared = bytearray(pdf._with_place(content, room, words))
    hole = b"<" + b"0" * (2 * room) + b">"
    start = prepared.find(hole)
    end = start + len(hole)
    low, high = start - gap, end + gap
    at_range = prepared.find(pdf._RANGE)
    told = b"[ 0 %d %d %d ]" % (low, high, len(prepared) - high)
    prepared[at_range : at_range + len(pdf._RANGE)] = told.ljust(len(pdf._RANGE))
    digest = hashlib.sha256(bytes(prepared[:low]) + bytes(prepared[high:])).digest()
    signature = cms.sign_digest(digest, key)
    if econtent:
        inside = der.sequence(cms._DATA, der.tlv(0xA0, der.octets(b"isi lain")))
        from asn1crypto import cms as asn1_cms

        info = asn1_cms.ContentInfo.load(signature)
        info["content"]["encap_content_info"] = asn1_cms.ContentInfo.load(inside)
        signature = info.dump(force=True)
    prepared[start + 1 : start + 1 + 2 * len(signature)] = signature.hex().encode()
    return bytes(prepared)


def test_the_bent_signer_is_valid_when_nothing_is_bent(permit_pdf):
    assert verify_pdf(sign_bent(permit_pdf)).state == Standing.VALID


def test_a_signature_with_its_own_content_is_refused(permit_pdf):
    verdict = verify_pdf(sign_bent(permit_pdf, econtent=True))

    assert (verdict.state, verdict.what) == (
        Standing.ALTERED,
        "Bentuk tanda tangannya tidak wajar: isinya tidak terikat pada berkas ini.",
    )


def test_a_gap_larger_than_the_signature_is_refused(permit_pdf):
    verdict = verify_pdf(sign_bent(permit_pdf, gap=12))

    assert (verdict.state, verdict.what) == (
        Standing.ALTERED,
        "Ada bagian berkas yang tidak tercakup oleh tanda tangan.",
    )


def test_a_file_too_large_to_check_is_not_read(monkeypatch):
    monkeypatch.setattr(verify, "MAX_BYTES", 10)

    assert verify_pdf(making.make_pdf()).what == "Berkas ini terlalu besar untuk diperiksa."


def test_every_standing_has_a_label():
    assert set(STANDING_LABELS) == set(Standing)


# --- In a process of its own ------------------------------------------------------------
def test_a_stranger_s_file_is_checked_apart_with_the_same_verdict(signed, permit_pdf):
    altered = signed[:-300] + b"?" + signed[-299:]

    for content in (signed, permit_pdf, altered, b"halo"):
        assert verify_apart(content) == verify_pdf(content)


def test_the_check_apart_names_changes_in_the_language_of_the_reader(signed, permit_pdf):
    other = render_pdf("permit", make_permit_page("Budi Contoh"))
    key = DemoSigner().unlock(RATNA, "demo")
    forged = key.sign(other, reason="", location="", at=AT).content + b"\n"

    with translation.override("en"):
        verdict = verify_apart(forged, permit_pdf)

    assert verdict.what == (
        "Something was added to this file after it was signed. Page 1: “Sari” became “Budi”."
    )


def test_a_file_that_hangs_the_check_is_given_up(monkeypatch, tmp_path):
    (tmp_path / "satupintu" / "documents").mkdir(parents=True)
    for folder in ("satupintu", "satupintu/documents"):  # else the real package is found first
        (tmp_path / folder / "__init__.py").touch()
    (tmp_path / "satupintu" / "documents" / "verify_process.py").write_text("while True: pass")
    monkeypatch.setattr(verify_process, "_HERE", tmp_path / "satupintu" / "documents")
    monkeypatch.setattr(verify_process, "SECONDS", 0.3)

    verdict = verify_apart(b"%PDF-")

    assert (verdict.state, verdict.what) == (
        Standing.BROKEN,
        "Berkas ini terlalu rumit untuk diperiksa.",
    )


def test_a_check_inside_a_running_event_loop_gives_the_same_verdict():
    data = (DATA / "minimal-two-fields-signed-twice.pdf").read_bytes()

    async def check() -> Standing:
        return verify_pdf(data).state

    # In a thread of its own: the browser tests leave a loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        inside = pool.submit(lambda: asyncio.run(check())).result()
    assert inside == verify_pdf(data).state == Standing.UNKNOWN_SIGNER
