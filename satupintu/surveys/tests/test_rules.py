"""The nine questions, and what of an answer is kept."""

import pytest

from satupintu.surveys import rules


def test_the_nine_elements_stand_in_the_order_of_the_regulation_with_four_answers_each():
    assert [one.code for one in rules.QUESTIONS] == [f"U{n}" for n in range(1, 10)]
    assert all(len({str(word) for word in one.answers}) == 4 for one in rules.QUESTIONS)
    assert str(rules.QUESTIONS[3].answers[3]) == "Gratis"
    assert str(rules.QUESTIONS[7].element) == "Penanganan pengaduan, saran, dan masukan"
    assert str(rules.QUESTIONS[8].element) == "Sarana dan prasarana"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("434434434", [4, 3, 4, 4, 3, 4, 4, 3, 4]),
        ("434 434 434", [4, 3, 4, 4, 3, 4, 4, 3, 4]),
        ("40-000000", [4]),
        ("000000000", []),
    ],
)
def test_a_sheet_is_typed_as_nine_digits(typed, found):
    assert list(rules.read_row(typed).values()) == found


@pytest.mark.parametrize("typed", ["", "43443443", "4344344345", "43443443a", "534434434"])
def test_another_row_is_refused(typed):
    with pytest.raises(rules.BadRow):
        rules.read_row(typed)


def test_what_is_no_answer_is_left_out():
    given = {
        "u1": "4",
        "u2": "5",
        "u3": "x",
        "u4": "",
        "u5": "-1",
        "u6": None,
        "u7": "²",
        "u10": "4",
    }

    assert rules.clean_answers(given) == {"u1": 4}
    assert rules.clean_about({"sex": "f", "education": "doktor"}) == {
        "sex": "f",
        "education": "",
        "occupation": "",
    }
