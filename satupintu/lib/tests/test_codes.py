"""Tracking codes: forgiving to the person, strict about mistakes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from satupintu.lib.codes import (
    ALPHABET,
    BadCode,
    _check_symbol,
    keypad,
    make_tracking_code,
    read_tracking_code,
)

BODIES = st.text(ALPHABET, min_size=8, max_size=8)


def complete(body: str) -> str:
    return body + _check_symbol(body)


def test_a_made_code_has_its_written_form_and_reads_back():
    codes = {make_tracking_code() for _ in range(500)}

    assert len(codes) == 500
    assert all(re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]", code) for code in codes)
    assert all(read_tracking_code(code) == code for code in codes)
    assert not any(set(code) & set("ILOU") for code in codes)


@pytest.mark.parametrize(
    "typed",
    ["7K3F-9QXM-{c}", "7k3f9qxm{c}", " 7K3F 9QXM {c} ", "7k3f–9qxm–{c}", "7K3F.9QXM.{c}"],
)
def test_case_spaces_and_dashes_do_not_matter(typed):
    check = _check_symbol("7K3F9QXM")

    assert read_tracking_code(typed.format(c=check)) == f"7K3F-9QXM-{check}"


def test_letters_that_look_like_figures_are_read_as_figures():
    code = complete("01A0B1C0")

    assert read_tracking_code("OlAoBiC0" + code[-1]) == read_tracking_code(code)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "9 huruf dan angka"),
        ("7K3F-9QX", "yang Anda ketik 7"),
        ("7K3F-9QXM-22", "yang Anda ketik 10"),
        ("UUUU-UUUU-U", "tidak memakai “U”"),
        ("7K3F-9Q?M-2", "tidak memakai “?”"),
    ],
)
def test_what_cannot_be_a_code_is_refused_with_a_sentence(typed, words):
    with pytest.raises(BadCode) as caught:
        read_tracking_code(typed)

    assert words in caught.value.message


@given(BODIES, st.integers(0, 8), st.sampled_from(ALPHABET))
def test_any_one_wrong_symbol_is_noticed(body, place, symbol):
    code = complete(body)
    typed = code[:place] + symbol + code[place + 1 :]
    if typed == code:
        return

    with pytest.raises(BadCode, match="keliru"):
        read_tracking_code(typed)


@given(BODIES, st.integers(0, 8), st.integers(0, 8))
def test_any_two_exchanged_symbols_are_noticed(body, one, other):
    symbols = list(complete(body))
    symbols[one], symbols[other] = symbols[other], symbols[one]
    typed = "".join(symbols)
    if typed == complete(body):
        return

    with pytest.raises(BadCode, match="keliru"):
        read_tracking_code(typed)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_but_never_breaks(text):
    try:
        code = read_tracking_code(text)
    except BadCode:
        return
    assert read_tracking_code(code) == code


@pytest.mark.parametrize(
    ("code", "keys"),
    [("7K3F-9QXM-2", "753397962"), ("0000-0000-0", "000000000"), ("abcz", "2229"), ("PQRS-TVWX", "77778899")],
)  # fmt: skip
def test_a_code_is_pressed_by_the_keys_that_bear_its_letters(code, keys):
    assert keypad(code) == keys
