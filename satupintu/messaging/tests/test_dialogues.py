"""The dialogues that ship, and what a file of dialogues may not be."""

import re

import pytest

from satupintu.messaging.channels.port import Choice
from satupintu.messaging.dialogues.book import BadDialogue, check_book, read_book
from satupintu.messaging.dialogues.talk import (
    Heard,
    Outcome,
    Position,
    Talk,
    close_to,
    command_of,
)
from satupintu.messaging.registry import known_outcomes
from satupintu.messaging.wording import book

LANGUAGES = ("id", "en")


def talk(outcome=None, language="id", words=None):
    done = []

    def act(name, memory, heard):
        done.append((name, dict(memory)))
        return (
            outcome(name, memory)
            if callable(outcome)
            else outcome or Outcome("found", {"cases": "Izin terbit."})
        )

    made = Talk(book(), language, act, words)
    made.done = done
    return made


def test_every_dialogue_that_ships_is_whole():
    check_book(book(), known_outcomes())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_written_in_plain_letters(language):
    """What an SMS cannot carry in 7 bits costs twice: no typographic quotes, dashes, dots or marks in our own texts."""
    for key in book().text_keys():
        text = book().text(key)[language]
        assert re.fullmatch(r"[\x20-\x7e\n]*", text), key
        assert len(text) <= 300, key


def test_menu_fits_what_a_list_can_hold():
    for language in LANGUAGES:
        menu = talk(language=language).menu()
        assert 3 <= len(menu) <= 10
        assert all(len(one.title) <= 20 and len(one.hint) <= 72 for one in menu)


@pytest.mark.parametrize(
    ("typed", "dialogue"),
    [
        ("CEK 7K3F-9QXM-2", "track"),
        ("cek 7k3f9qxm2", "track"),
        ("Lacak 7K3F-9QXM-2", "track"),
        ("lcak 7K3F-9QXM-2", "track"),  # a letter forgotten
        ("SYARAT SIP BIDAN", "requirements"),
        ("persyaratan reklame", "requirements"),
        ("sarat sip bidan", "requirements"),
        ("TANYA apakah buka hari Sabtu", "ask"),
        ("jam", "hours"),
    ],
)
def test_keywords_begin_a_dialogue_with_the_rest_as_first_answer(typed, dialogue):
    said = talk(
        lambda name, memory: {
            "permits.track": Outcome("found", {"cases": "x"}),
            "catalogue.find": Outcome("none"),
            "desk.ask": Outcome("asked", dict.fromkeys(("number", "by", "code"), "x")),
            "office.hours": Outcome(
                "told", dict.fromkeys(("office", "address", "hours", "now", "phone"), "x")
            ),
        }[name]
    )
    turn = said.hear(Position(), Heard(typed))
    assert said.done, turn.text
    assert {"track": "permits.track", "requirements": "catalogue.find", "ask": "desk.ask",
            "hours": "office.hours"}[dialogue] == said.done[0][0]  # fmt: skip


def test_whoever_says_nothing_known_gets_the_menu_and_picks_by_number_title_or_button():
    greeted = talk().hear(Position(), Heard("Selamat pagi pak"))
    assert "Selamat datang" in greeted.text
    number = next(n for n, one in enumerate(greeted.choices, 1) if one.id == "menu:track")

    for heard in (Heard(str(number)), Heard("cek permohonan"), Heard("", choice="menu:track")):
        turn = talk().hear(greeted.position, heard)
        assert "kode lacak" in turn.text
        assert turn.position.dialogue == "track"

    again = talk().hear(greeted.position, Heard("xyzzy"))
    assert "belum mengerti" in again.text
    assert again.choices == greeted.choices


def test_a_wrong_answer_is_asked_again_until_it_is_right_and_menu_leads_out():
    answers = iter(
        [
            Outcome("bad", {"why": "Kode kurang satu huruf."}),
            Outcome("unknown"),
            Outcome("found", {"cases": "Terbit."}),
        ]
    )
    said = talk(lambda _name, _memory: next(answers))
    first = said.hear(Position(), Heard("CEK 7K3F"))
    assert first.text.startswith("Kode kurang satu huruf.")
    second = said.hear(first.position, Heard("7K3F-9QXM-2"))
    assert "7K3F-9QXM-2 tidak kami temukan" in second.text
    third = said.hear(second.position, Heard("7K3F-9QXM-3"))
    assert third.text == "Terbit."
    assert third.position.dialogue == ""

    out = said.hear(first.position, Heard("menu"))
    assert out.choices


def test_choices_that_an_action_found_can_be_picked_by_number_and_title():
    choices = (Choice("sip-bidan", "SIP Bidan"), Choice("sip-dokter", "SIP Dokter"))

    def act(name, memory):
        if name == "catalogue.find":
            return Outcome("many", choices=choices)
        assert memory["picked"] == "sip-dokter"
        return Outcome("found", dict.fromkeys(("title", "needs", "time", "fee", "link"), "ya"))

    asked = talk(act).hear(Position(), Heard("SYARAT SIP"))
    assert asked.choices == choices
    for typed in ("2", "sip dokter", "SIP dkter"):
        assert "ya" in talk(act).hear(asked.position, Heard(typed)).text
    assert talk(act).hear(asked.position, Heard("7")).choices == choices


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pungutan liar", "levies"),
        ("Pungli", "levies"),
        ("liar pungutn", "levies"),
        ("kode etik", "conduct"),
        ("atau", ""),  # of four titles
        ("pungutan tempat", ""),  # of no title
        ("pungutan liar dari pak kades", ""),
        ("di", ""),
    ],
)
def test_a_choice_is_meant_by_those_of_its_words_that_no_other_has(typed, meant):
    titles = {
        "late": "Pelayanan terlambat atau tidak ada kabar",
        "bad": "Pelayanan buruk atau tempat tidak layak",
        "conduct": "Sikap atau kode etik petugas",
        "levies": "Pungutan liar (pungli) atau permintaan uang",
    }
    choices = tuple(Choice(key, title) for key, title in titles.items())

    def act(name, memory):
        return Outcome("ask", choices=choices)

    told = talk(act).hear(Position(), Heard("ADU"))
    asked = talk(act).hear(told.position, Heard("Petugas minta uang di luar tarif resmi."))
    turn = talk(act).hear(asked.position, Heard(typed))

    if meant:
        assert turn.position.step == "consent"
        assert turn.position.memory["category"] == meant
    else:
        assert turn.choices == choices


@pytest.mark.parametrize(
    ("typed", "command"),
    [("STOP", "stop"), ("Berhenti.", "stop"), ("Lanjut", "resume"), ("English", "english"), ("menu!", "menu"),
     ("stop minum kopi", ""), ("", "")],
)  # fmt: skip
def test_commands_stand_alone(typed, command):
    assert command_of(typed) == command


def test_the_office_may_say_it_in_its_own_words_and_english_speakers_hear_english():
    own = talk(words={"greeting": "Sugeng rawuh."}).hear(Position(), Heard("hai"))
    assert own.text == "Sugeng rawuh."
    english = talk().hear(Position(), Heard("english"))
    assert english.text.startswith("Welcome")
    assert english.command == "english"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lacak", "lacak"),
        ("lacka", "lacak"),
        ("lacaak", "lacak"),
        ("cek", "cek"),
        ("cak", None),
        ("rumah", None),
    ],
)
def test_one_wrong_letter_is_forgiven_in_longer_words_only(typed, meant):
    assert close_to(typed, ["cek", "lacak", "syarat"]) == meant


GOOD = """
title = { id = "A", en = "A" }
words = ["a"]
[[step]]
id = "x"
expects = "words"
fills = "y"
say.ask = { id = "Ya?", en = "Yes?" }
next = "z"
[[step]]
id = "z"
does = "act"
say.done = { id = "{y} {told}", en = "{y} {told}" }
"""


def test_a_good_file_is_read():
    made = read_book([("a", GOOD)])
    check_book(made, {"act": {"done": frozenset({"told"})}})


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('say.ask = { id = "Ya?", en = "Yes?" }', 'say.ask = { id = "Ya?" }', "both languages"),
        ('en = "Yes?"', 'en = "Yes {x}?"', "one language only"),
        ('say.ask = { id = "Ya?", en = "Yes?" }', "", "must ask"),
        ('next = "z"', 'next = "q"', "no step q"),
        ('fills = "y"', "", "fills"),
        ('expects = "words"', 'expects = "poem"', "poem"),
        ('does = "act"', "", "either expects"),
        ('id = "z"', 'id = "x"', "one id"),
        ('title = { id = "A", en = "A" }', 'title = "A"', "both languages"),
        ('id = "x"', 'id = "x"\nodd = 1', "odd"),
        ("[[step]]", "[step", "a:"),
        ('id = "{y} {told}", en = "{y} {told}"', 'id = "{y", en = "{y"', "expected '}'"),
    ],
)
def test_a_bad_file_is_refused_with_where_and_what(old, new, says):
    assert old in GOOD
    with pytest.raises(BadDialogue, match=re.escape(says)):
        read_book([("a", GOOD.replace(old, new, 1))])


@pytest.mark.parametrize(
    ("outcomes", "says"),
    [
        ({}, "nobody does act"),
        ({"act": {"done": frozenset()}}, "nothing tells told"),
        ({"act": {"done": frozenset({"told"}), "odd": frozenset()}}, "what follows odd"),
        ({"act": {"other": frozenset()}}, "never ends in done"),
    ],
)
def test_a_file_that_does_not_fit_the_actions_is_refused(outcomes, says):
    with pytest.raises(BadDialogue, match=re.escape(says)):
        check_book(read_book([("a", GOOD)]), outcomes)


def test_one_word_begins_one_dialogue():
    with pytest.raises(BadDialogue, match="already begins"):
        read_book([("a", GOOD), ("b", GOOD)])
