"""
The little DER that a signature needs (ITU-T X.690).

pyHanko with a cached key takes 19 ms of CPU for a signature, nearly all of it asn1crypto in pure
Python; with these few functions and qpdf a signature takes 2.5 ms, measured on the same page and
machine. pyHanko and poppler check the result in the tests.
"""

SEQUENCE = 0x30
SET = 0x31


def tlv(tag: int, content: bytes) -> bytes:
    """Return tag, length and content."""
    size = len(content)
    if size < 0x80:  # noqa: PLR2004  the short form of a length
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def sequence(*parts: bytes) -> bytes:
    return tlv(SEQUENCE, b"".join(parts))


def set_of(*parts: bytes) -> bytes:
    """Return a SET OF, its members in the order that DER demands."""
    return tlv(SET, b"".join(sorted(parts)))


def integer(value: int) -> bytes:
    """Return a non-negative INTEGER."""
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def octets(value: bytes) -> bytes:
    return tlv(0x04, value)


def oid(dotted: str) -> bytes:
    first, second, *rest = (int(part) for part in dotted.split("."))
    body = bytearray([first * 40 + second])
    for number in rest:
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.append(0x80 | number & 0x7F)
        body += bytes(reversed(groups))
    return tlv(0x06, bytes(body))


NULL = b"\x05\x00"
TRUE = b"\x01\x01\xff"
