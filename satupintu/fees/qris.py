"""
The text of a QRIS code: EMVCo's merchant-presented QR (MPM 1.1) as Bank Indonesia uses it. Pure.

Tag, length in two digits, value; the last tag (63) holds a CRC over all that stands before it, its own head included.
"""

from binascii import crc_hqx
from collections.abc import Iterator

RUPIAH = "360"  # ISO 4217
GOVERNMENT = "9399"  # merchant category: government services
_CRC = "6304"
_REFERENCE_LENGTH = 25


def crc(text: str) -> str:
    """Return the CRC-16/CCITT-FALSE of a text as four capital hexadecimal digits (EMVCo MPM 4.7.3)."""
    return f"{crc_hqx(text.encode(), 0xFFFF):04X}"


def field(tag: str, value: str) -> str:
    """Return tag, length and value. Raises ValueError for more than 99 characters, or none."""
    if not 0 < len(value) <= 99:  # noqa: PLR2004  two digits of length
        raise ValueError(f"QRIS field {tag} has {len(value)} characters.")
    return f"{tag}{len(value):02}{value}"


def code(
    *, amount_idr: int, reference: str, merchant: str, city: str, merchant_id: str, acquirer: str
) -> str:
    """
    Return the text of a code for one payment of a fixed amount ("dynamic").

    `reference` is at most 25 characters; merchant and city are cut to the 25 and 15 that fit. Raises ValueError for an
    amount below one rupiah, or a reference that is too long.
    """
    if amount_idr < 1 or len(reference) > _REFERENCE_LENGTH:
        raise ValueError("A QRIS payment has an amount, and a reference of at most 25 characters.")
    account = field("00", acquirer) + field("02", merchant_id) + field("03", "UME")
    text = "".join(
        (
            field("00", "01"),
            field("01", "12"),
            field("26", account),
            field(
                "51", field("00", "ID.CO.QRIS.WWW") + field("02", merchant_id) + field("03", "UME")
            ),
            field("52", GOVERNMENT),
            field("53", RUPIAH),
            field("54", str(amount_idr)),
            field("58", "ID"),
            field("59", merchant[:25].strip()),
            field("60", city[:15].strip()),
            field("62", field("05", reference)),
        )
    )
    return text + _CRC + crc(text + _CRC)


def read(text: str) -> dict[str, str]:
    """Return tag -> value. Raises ValueError for what is no such code, or whose CRC is another."""
    if text[-8:-4] != _CRC or crc(text[:-4]) != text[-4:]:
        raise ValueError("The CRC of the QRIS code is wrong.")
    return dict(_fields(text))


def _fields(text: str) -> Iterator[tuple[str, str]]:
    while text:
        tag, length = text[:2], text[2:4]
        if not (tag.isdecimal() and length.isdecimal() and len(text) >= 4 + int(length)):
            raise ValueError("The QRIS code is cut off.")
        yield tag, text[4 : 4 + int(length)]
        text = text[4 + int(length) :]
