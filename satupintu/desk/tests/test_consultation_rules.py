"""Consultations, the pure part: whose turn it is, what is only thanks, what a question is about, what is counted."""

import pytest

from satupintu.desk.rules import consultations as rules
from satupintu.desk.rules.consultations import Asked, ConsultationState
from satupintu.desk.rules.tables import BadPlan
from satupintu.desk.rules.topics import OTHER, read
from satupintu.desk.topics import FILE, shipped
from satupintu.people.rules import Role

S = ConsultationState


@pytest.mark.parametrize(
    ("state", "action", "to"),
    [
        (S.ASKED, "answer", S.ANSWERED),
        (S.ASKED, "ask_back", S.QUESTIONED),
        (S.QUESTIONED, "reply", S.ASKED),
        (S.QUESTIONED, "answer", S.ANSWERED),
        (S.ANSWERED, "reply", S.ASKED),
        (S.ANSWERED, "close", S.CLOSED),
        (S.QUESTIONED, "close", S.CLOSED),
        (S.ANSWERED, "rate", S.CLOSED),
        (S.ASKED, "discard", S.DISCARDED),
    ],
)
def test_whose_turn_it_is_after_a_move(state, action, to):
    move = rules.CONSULTATION.move(state, action)
    assert move is not None
    assert move.to == to


@pytest.mark.parametrize(
    ("state", "action"),
    [
        (S.ASKED, "close"),  # nobody has answered
        (S.ASKED, "reply"),
        (S.ASKED, "rate"),
        (S.ANSWERED, "answer"),
        (S.ANSWERED, "discard"),
        (S.CLOSED, "reply"),
        (S.CLOSED, "answer"),
        (S.DISCARDED, "rate"),
    ],
)
def test_moves_that_there_are_not(state, action):
    assert rules.CONSULTATION.move(state, action) is None


def test_only_whoever_asked_judges_the_answer():
    for state in (S.ANSWERED, S.CLOSED):
        assert rules.CONSULTATION.move(state, "rate").roles == {Role.APPLICANT}


def test_every_move_has_its_words():
    named = {action for _state, action in rules.CONSULTATION.moves}
    assert named == set(rules.CONSULTATION_DONE)


@pytest.mark.parametrize(
    "text", ["Terima kasih", "makasih banyak pak", "OK", "Baik, terima kasih atas jawabannya!", "thank you very much"]
)  # fmt: skip
def test_thanks_reopen_nothing(text):
    assert rules.is_thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Terima kasih, tapi di mana formulirnya",
        "Jelas?",
        "ok?",
        "tidak jelas",
        "Terima kasih " * 9,
        "sudah saya kirim",
    ],
)
def test_what_is_more_than_thanks_is_a_reply(text):
    assert not rules.is_thanks(text)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Apa syarat SIP bidan?", "requirements"),
        ("Berapa biaya retribusi reklame?", "fee"),
        ("kapan berkas saya selesai", "status"),
        ("Apakah lokasi saya masuk tata ruang permukiman?", "technical"),
        ("izin saya HILANG terbakar", "change"),
        ("halo", OTHER),
        ("", OTHER),
        ("bersyarat", OTHER),  # a word within a word is none
    ],
)
def test_a_question_finds_its_topic(text, topic):
    known = [(one.key, one.words) for one in shipped().by_key.values()]
    assert rules.topic_of(text, known, OTHER) == topic


def test_the_shipped_plan_says_where_each_number_comes_from():
    plan = shipped()
    for one in (plan.closing, plan.lapse, *(topic.deadline for topic in plan.by_key.values())):
        assert min(map(len, one.source.values())) > 20
    assert plan.get("technical").deadline.days == 3
    assert plan.get("gone").key == OTHER


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("days = 1\n", "days = 0\n"), "`days` must be a number from 1 to 365, not 0."),
        (('counting = "working"\n', 'counting = "moons"\n'), "`counting` must be"),
        (("[closing]", "[closed]"), "[closing] is missing."),
        (('key = "other"', 'key = "rest"'), "There is no topic “other”"),
        (('key = "fee"', 'key = "status"'), "There are two of topic “status”."),
        (('role = "verifier"', 'role = "wizard"'), "`role` is no role: 'wizard'."),
        (("words = []", 'words = "x"'), "`words` must be a list"),
        (("[answer]", "[answer"), "The file is not TOML"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_with_a_sentence(change, said):
    text = FILE.read_text(encoding="utf-8").replace(*change, 1)
    with pytest.raises(BadPlan) as refused:
        read(text)
    assert said in str(refused.value)


def test_the_statistics_count_what_they_say():
    rows = [
        Asked("fee", "sms", waited=30, on_time=True, is_open=False, stars=5),
        Asked("fee", "web", waited=90, on_time=True, is_open=False, stars=None),
        Asked("fee", "web", waited=600, on_time=False, is_open=False, stars=2),
        Asked("fee", "web", waited=None, on_time=None, is_open=True, stars=None),
    ]
    line = rules.tally("fee", rows)
    assert (line.came, line.answered, line.on_time, line.open) == (4, 3, 2, 1)
    assert line.wait == 90
    assert line.rating == 3.5


def test_an_empty_line_counts_nothing():
    line = rules.tally("fee", [])
    assert (line.came, line.wait, line.rating) == (0, None, None)
