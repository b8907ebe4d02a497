"""The GSM alphabet and the cutting of an SMS, against smsutil (PyPI), somebody else's reading of the same standard."""

import pytest
import smsutil
from hypothesis import given
from hypothesis import strategies as st
from smsutil.codecs import GSM_BASIC_CHARSET, GSM_EXT_CHARSET

from satupintu.lib import sms
from satupintu.lib.sms import Coding

GSM = (GSM_BASIC_CHARSET + GSM_EXT_CHARSET).replace("\x1b", "")
gsm_texts = st.text(st.sampled_from(GSM), max_size=500)
mixed_texts = st.text(
    st.sampled_from(GSM + "^{}[]~|€" * 4 + "–“”•✓😀👍é½²④م漢\u200b\u00a0\ufe0f"), max_size=500
)
any_texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x1b"))


@given(gsm_texts)
def test_gsm_octets_are_those_of_smsutil_and_come_back(text):
    octets = sms.encode(text, Coding.GSM7)

    assert octets == smsutil.encode(text)
    assert sms.decode(octets, Coding.GSM7) == text == smsutil.decode(octets)


@pytest.mark.parametrize("char", list(GSM))
def test_every_letter_of_the_alphabet_has_smsutil_s_code(char):
    assert sms.encode(char, Coding.GSM7) == char.encode("gsm0338")


@given(st.one_of(gsm_texts, mixed_texts, any_texts))
def test_parts_are_those_of_smsutil(text):
    theirs = smsutil.split(text)

    assert list(sms.split(text)) == [part.content for part in theirs.parts]
    assert sms.count_parts(text) == len(theirs.parts)
    gsm = theirs.encoding == "gsm0338" or not text  # smsutil calls no text at all UTF-16
    assert (sms.coding_of(text) is Coding.GSM7) == gsm
    step = 1 if gsm else 2
    assert sms.units(text) == theirs.total_bytes // step


@given(st.one_of(mixed_texts, any_texts))
def test_parts_are_the_text_and_each_fits(text):
    parts = sms.split(text)

    assert "".join(parts) == text
    coding = sms.coding_of(text)
    for part in parts:
        octets = sms.encode(part, coding)
        most = 153 if coding is Coding.GSM7 else 134
        assert len(octets) <= most or len(parts) == 1


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "b" * 10, 2),  # the euro sign does not fit in the first part whole
        ("ж" * 70, 1),
        ("ж" * 71, 2),
        ("ж" * 134, 2),
        ("ж" * 135, 3),
        ("😶" * 35, 1),
        ("😶" * 36, 2),
    ],
)
def test_number_of_parts(text, parts):
    assert sms.count_parts(text) == parts


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("Berkas “SIP” – lengkap…", 'Berkas "SIP" - lengkap...'),
        ("Syarat:\r\n• KTP\r\n• STR", "Syarat:\n- KTP\n- STR"),
        ("✓ KTP ✗ STR", "(v) KTP (x) STR"),
        ("✔️ lengkap", "(v) lengkap"),
        ("Ibu Ma’ruf", "Ibu Ma'ruf"),
        ("José Peña", "José Peña"),  # é and ñ are in the alphabet
        ("García", "Garcia"),
        ("e\u0301", "é"),
        ("10 m²", "10 m2"),
        ("10²", "10^2"),
        ("2½ jam", "2 1/2 jam"),
        ("½ jam", "1/2 jam"),
        ("①KTP", "(1)KTP"),
        ("1️⃣ KTP", "1 KTP"),
        ("Rp\u00a050.000", "Rp 50.000"),
        ("a\u200bb\u00ad", "ab"),
        ("👍🏽 baik 🙂", "(y) baik :)"),
        ("ＡＢＣ", "ABC"),
        ("5 ≥ 3 → baik", "5 >= 3 -> baik"),
        ("A\tB", "A B"),
        # What nothing else says stays, and with it all the rest: it costs the same.
        ("Suhu 30° – baik", "Suhu 30° – baik"),
        ("“شكرا”", "“شكرا”"),
        ("🦄 – ok", "🦄 – ok"),
    ],
)
def test_typography_becomes_letters_without_losing_meaning(typed, plain):
    assert sms.to_gsm7(typed) == plain


@given(st.one_of(mixed_texts, any_texts))
def test_plain_words_stay_and_doing_it_twice_changes_nothing(text):
    once = sms.to_gsm7(text)

    assert sms.to_gsm7(once) == once
    if sms.coding_of(text) is Coding.GSM7:
        assert once == text.replace("\r\n", "\n")


def test_one_typographic_mark_does_not_cost_a_second_part():
    text = "Permohonan Anda – lengkap. " * 5

    assert sms.count_parts(text) == 3
    assert sms.count_parts(sms.to_gsm7(text)) == 1


@given(st.binary())
def test_nothing_received_is_unreadable(octets):
    assert isinstance(sms.decode(octets, Coding.GSM7), str)
    assert isinstance(sms.decode(octets, Coding.UCS2), str)


def test_unknown_escape_reads_as_the_main_letter():
    assert sms.decode(b"\x1ba\x1b\x1bb\x1b", Coding.GSM7) == "a b"


def test_what_is_not_in_the_alphabet_is_not_encoded_as_something_else():
    with pytest.raises(UnicodeError):
        sms.encode("–", Coding.GSM7)


def test_half_a_surrogate_pair_is_sent_as_a_question_mark():
    assert sms.decode(sms.encode("a\ud83d", Coding.UCS2), Coding.UCS2) == "a?"
