"""
Puts a signature into a PDF file that has none yet.

The file is written once more by qpdf with an empty place for the signature; then the byte range
and the signature are patched in. A file that carries a signature is never written again.
"""

import hashlib
from datetime import UTC, datetime
from io import BytesIO

from django.utils.translation import gettext as _

from satupintu.documents.signing import cms

PLACE_BYTES = 1600  # names, digests and a signature of RSA-4096, beside the certificates
STAMP_BYTES = 12 * 1024  # a timestamp token with its certificates
_RANGE = b"[ 0 9999999999 9999999999 9999999999 ]"


class CannotSign(Exception):
    """The file cannot be signed; the message says why."""


def sign_pdf(
    content: bytes,
    key: cms.Key,
    *,
    reason: str,
    location: str,
    name: str,
    at: datetime,
    stamp: cms.Stamp | None = None,
) -> bytes:
    """
    Return the PDF with a PAdES signature over the whole file (SubFilter ETSI.CAdES.detached).

    `at` is the time that the signer states; only `stamp` proves one.
    Raises CannotSign if the file is broken, encrypted, or signed already.
    """
    room = PLACE_BYTES + cms.certificates_size(key) + (STAMP_BYTES if stamp else 0)
    words = {"Reason": reason, "Location": location, "Name": name, "M": _pdf_date(at)}
    prepared = bytearray(_with_place(content, room, words))
    hole = b"<" + b"0" * (2 * room) + b">"
    start = prepared.find(hole)
    at_range = prepared.find(_RANGE)
    if start < 0 or at_range < 0 or prepared.find(hole, start + 1) >= 0:
        raise CannotSign(_("tempat tanda tangan tidak ditemukan di berkasnya."))
    end = start + len(hole)
    byte_range = b"[ 0 %d %d %d ]" % (start, end, len(prepared) - end)
    prepared[at_range : at_range + len(_RANGE)] = byte_range.ljust(len(_RANGE))
    digest = hashlib.sha256(prepared[:start])
    digest.update(prepared[end:])
    signature = cms.sign_digest(digest.digest(), key, stamp)
    if len(signature) > room:
        raise CannotSign(_("tanda tangannya lebih besar daripada tempatnya."))
    prepared[start + 1 : start + 1 + 2 * len(signature)] = signature.hex().encode()
    return bytes(prepared)


def _pdf_date(at: datetime) -> str:
    return f"D:{at.astimezone(UTC):%Y%m%d%H%M%S}+00'00'"


def _with_place(content: bytes, room: int, words: dict[str, str]) -> bytes:
    import pikepdf
    from pikepdf import Array, Dictionary, Name, String

    try:
        document = pikepdf.open(BytesIO(content))
    except pikepdf.PdfError as error:
        raise CannotSign(_("berkasnya bukan PDF yang dapat dibuka.")) from error
    with document as pdf:
        if pdf.is_encrypted:
            raise CannotSign(_("berkasnya dikunci dengan kata sandi."))
        if Name.AcroForm in pdf.Root:
            raise CannotSign(_("berkasnya sudah memuat formulir atau tanda tangan."))
        # qpdf writes the contents of a signature dictionary as hexadecimal digits, uncompressed.
        signature = pdf.make_indirect(
            Dictionary(
                Type=Name.Sig,
                Filter=Name("/Adobe.PPKLite"),
                SubFilter=Name("/ETSI.CAdES.detached"),
                ByteRange=Array([0, 9999999999, 9999999999, 9999999999]),
                Contents=String(bytes(room)),
            )
        )
        for key, text in words.items():
            signature[f"/{key}"] = String(text)
        page = pdf.pages[0]
        field = pdf.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                FT=Name.Sig,
                T=String("Signature1"),
                V=signature,
                Rect=Array([0, 0, 0, 0]),
                F=132,  # printed, locked
                P=page.obj,
            )
        )
        if Name.Annots in page.obj:
            page.obj.Annots.append(field)
        else:
            page.obj.Annots = Array([field])
        pdf.Root.AcroForm = pdf.make_indirect(Dictionary(Fields=Array([field]), SigFlags=3))
        out = BytesIO()
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.preserve)
        return out.getvalue()
