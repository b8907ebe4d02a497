import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from satupintu.lib import sealed

PIECE = 64 * 1024


def seal(data: bytes, passphrase: str = "kata sandi") -> bytes:
    target = io.BytesIO()
    with sealed.SealedWriter(target, passphrase) as writer:
        writer.write(data)
    return target.getvalue()


def unseal(data: bytes, passphrase: str = "kata sandi") -> bytes:
    return io.BufferedReader(sealed.SealedReader(io.BytesIO(data), passphrase)).read()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_was_sealed_comes_back(size):
    data = bytes(index % 251 for index in range(size))

    assert unseal(seal(data)) == data


def test_the_text_cannot_be_read_from_the_sealed_bytes():
    assert b"rahasia" not in seal(b"rahasia" * 100)


def test_a_wrong_passphrase_is_told_apart_from_damage():
    with pytest.raises(sealed.WrongPassphrase):
        unseal(seal(b"rahasia"), "bukan ini")


@settings(max_examples=15, deadline=None)
@given(position=st.integers(min_value=0, max_value=10_000))
def test_any_changed_bit_is_noticed(position):
    whole = bytearray(seal(b"x" * 9_000))
    whole[position % len(whole)] ^= 1

    with pytest.raises((sealed.Damaged, sealed.WrongPassphrase)):
        unseal(bytes(whole))


@pytest.mark.parametrize("keep", [10, 60, 70, PIECE, PIECE + 100, 2 * PIECE])
def test_a_cut_off_end_is_noticed(keep):
    whole = seal(b"x" * (2 * PIECE))
    assert keep < len(whole)

    with pytest.raises(sealed.Damaged):
        unseal(whole[:keep])


def test_pieces_cannot_change_places():
    whole = seal(b"a" * PIECE + b"b" * PIECE + b"c")
    header = len(whole) - 2 * (PIECE + 16) - 17
    first, second = whole[header : header + PIECE + 16], whole[header + PIECE + 16 : -17]

    with pytest.raises(sealed.Damaged):
        unseal(whole[:header] + second + first + whole[-17:])
