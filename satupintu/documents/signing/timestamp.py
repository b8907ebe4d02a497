"""A client of a timestamp authority (RFC 3161 over HTTP)."""

import hashlib
import secrets

from django.utils.translation import gettext_lazy as _

from satupintu.documents.signing import cms, der

_SHA256 = der.sequence(der.oid("2.16.840.1.101.3.4.2.1"), der.NULL)
_SECONDS = 15


class NoTimestamp(Exception):
    """The timestamp authority cannot be reached or answered something else."""

    message = _(
        "Otoritas stempel waktu tidak menjawab, jadi dokumen belum ditandatangani. Coba lagi."
    )


def request_bytes(signature: bytes, nonce: int) -> bytes:
    """Return a TimeStampReq over SHA-256 of `signature` that asks for the certificates too."""
    imprint = der.sequence(_SHA256, der.octets(hashlib.sha256(signature).digest()))
    return der.sequence(der.integer(1), imprint, der.integer(nonce), der.TRUE)


def token_of(answer: bytes, signature: bytes, nonce: int) -> bytes:
    """Return the token in a TimeStampResp. Raises NoTimestamp unless it stamps this signature."""
    from asn1crypto import tsp

    try:
        response = tsp.TimeStampResp.load(answer, strict=True)
        status = response["status"]["status"].native
        if status not in {"granted", "granted_with_mods"}:
            raise NoTimestamp(f"refused: {status}")
        token = response["time_stamp_token"]
        info = token["content"]["encap_content_info"]["content"].parsed
        stamped = info["message_imprint"]["hashed_message"].native
        if stamped != hashlib.sha256(signature).digest() or info["nonce"].native != nonce:
            raise NoTimestamp("the token belongs to something else")
        return bytes(token.dump())
    except (ValueError, TypeError, KeyError) as error:
        raise NoTimestamp("the answer cannot be read") from error


def stamper(url: str) -> cms.Stamp | None:
    """Return the function that asks the authority at `url`, or None for ""."""
    if not url:
        return None

    def stamp(signature: bytes) -> bytes:
        import httpx

        nonce = secrets.randbits(63)
        try:
            answer = httpx.post(
                url,
                content=request_bytes(signature, nonce),
                headers={"Content-Type": "application/timestamp-query"},
                timeout=_SECONDS,
            )
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise NoTimestamp(str(error)) from error
        return token_of(answer.content, signature, nonce)

    return stamp
