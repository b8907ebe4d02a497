"""QRIS codes against EMVCo's own example, the published check value of the CRC, and a second way of computing it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from satupintu.fees import qris

# EMV QR Code Specification for Payment Systems, Merchant-Presented Mode 1.1, example of a whole code.
EMVCO = (
    "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT"
    "6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME"
    "91320016A0112233449988770708123456786304A13A"
)


def by_bits(data: bytes) -> int:
    """CRC-16/CCITT-FALSE written out: polynomial 1021, beginning with FFFF."""
    register = 0xFFFF
    for byte in data:
        register ^= byte << 8
        for _bit in range(8):
            register = (register << 1) ^ (0x1021 if register & 0x8000 else 0)
            register &= 0xFFFF
    return register


def made(**more):
    given = {
        "amount_idr": 673_200,
        "reference": "REF-1",
        "merchant": "KAS DAERAH KABUPATEN SANGGAU",
        "city": "SANGGAU",
        "merchant_id": "ID0000000000000",
        "acquirer": "ID.CO.SIMULATOR.WWW",
        **more,
    }
    return qris.code(**given)


def test_the_crc_has_its_published_check_value():
    assert qris.crc("123456789") == "29B1"


def test_emvcos_own_example_is_read():
    found = qris.read(EMVCO)
    assert found["59"] == "BEST TRANSPORT"
    assert found["54"] == "23.72"
    assert found["63"] == "A13A"


@given(st.text(max_size=80))
def test_the_crc_is_the_same_written_out(text):
    assert qris.crc(text) == f"{by_bits(text.encode()):04X}"


def test_a_code_says_amount_currency_and_reference():
    found = qris.read(made())
    assert (found["54"], found["53"], found["58"], found["01"]) == ("673200", "360", "ID", "12")
    assert found["62"] == "0505REF-1"
    assert found["59"] == "KAS DAERAH KABUPATEN SANG"


@pytest.mark.parametrize(
    "wrong", [{"amount_idr": 0}, {"reference": "x" * 26}, {"acquirer": "x" * 100}]
)
def test_what_no_bank_could_read_is_not_made(wrong):
    with pytest.raises(ValueError, match="QRIS"):
        made(**wrong)


@pytest.mark.parametrize("place", [0, 20, -1])
def test_a_changed_code_is_not_read(place):
    text = list(made())
    text[place] = "9" if text[place] != "9" else "8"
    with pytest.raises(ValueError, match="CRC"):
        qris.read("".join(text))


def test_a_code_that_is_cut_off_is_not_read():
    text = "000201" + "5499" + "6304"
    with pytest.raises(ValueError, match="cut off"):
        qris.read(text + qris.crc(text))
