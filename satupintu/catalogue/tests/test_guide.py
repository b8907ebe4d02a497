"""The guide is data: what is wrong with it is named by line, and each way through it ends at a service."""

import pytest
from django.utils.translation import override

from satupintu.catalogue.guide import load_guide, read_guide
from satupintu.catalogue.rules import Kind

GUIDE = """start = "what"

[[question]]
key = "what"
text = { id = "Apa?", en = "What?" }
answer = [
    { text = { id = "A", en = "A" }, services = ["reklame"] },
    { text = { id = "B", en = "B" }, kind = "extension", next = "held" },
]

[[question]]
key = "held"
text = { id = "Yang mana?", en = "Which?" }
answer = [{ text = { id = "C", en = "C" }, services = ["pbg", "reklame"] }]
"""
KNOWN = {"reklame", "pbg"}


def test_a_guide_is_read_with_its_kinds():
    guide, problems = read_guide(GUIDE, KNOWN)

    assert problems == []
    assert guide.answer("what", 2).kind is Kind.EXTENSION
    assert guide.answer("what", 1).kind is None
    assert guide.services_of(guide.answer("what", 2)) == {"pbg", "reklame"}
    assert guide.before("held", Kind.EXTENSION) == ("what", None)


@pytest.mark.parametrize(
    ("old", "new", "key", "says"),
    [
        ('start = "what"', 'start = "x"', "start", "tidak dikenal"),
        ('next = "held"', 'next = "x"', "question[1].answer[2].next", "tidak dikenal"),
        ('next = "held"', 'services = ["reklame"]', "question[2].key", "Tidak ada jawaban"),
        ('next = "held"', 'next = "what"', "question[1].answer[2].next", "berputar"),
        ('next = "held"', 'next = "held", services = ["pbg"]', "question[1].answer[2].next", "menuju satu"),
        (', services = ["reklame"]', "", "question[1].answer[1].next", "menuju satu"),
        ('services = ["reklame"]', 'services = ["x"]', "question[1].answer[1].services", "tidak dikenal"),
        ('kind = "extension"', 'kind = "renew"', "question[1].answer[2].kind", "tidak dikenal"),
        ('kind = "extension"', 'sort = "extension"', "question[1].answer[2].sort", "tidak dikenal"),
        ('key = "held"', 'key = "what"', "question[2].key", "dipakai dua kali"),
        ('en = "Which?"', 'en = ""', "question[2].text.en", "tidak boleh kosong"),
        ('answer = [{ text = { id = "C", en = "C" }, services = ["pbg", "reklame"] }]', "",
         "question[2].answer", "tidak mempunyai jawaban"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_guide_is_named_by_line_and_key(old, new, key, says):
    assert GUIDE.count(old) >= 1
    with override("id"):
        _guide, problems = read_guide(GUIDE.replace(old, new, 1), KNOWN)

    found = [problem for problem in problems if problem.key == key]
    assert len(found) == 1, [str(problem) for problem in problems]
    assert says in found[0].message
    assert found[0].line > 0


def test_text_that_is_no_toml_is_one_problem():
    assert [problem.line for problem in read_guide("start = ", KNOWN)[1]] == [1]


def test_the_shipped_guide_has_no_problem_and_serves_each_kind():
    guide = load_guide()

    existing = guide.question("existing")
    assert {answer.kind for answer in existing.answers} == {
        Kind.EXTENSION, Kind.CHANGE, Kind.REPLACEMENT, None,
    }  # fmt: skip
    for kind in (Kind.EXTENSION, Kind.CHANGE, Kind.REPLACEMENT):
        assert guide.before("health", kind) == ("held", kind)
        assert guide.before("held", kind) == ("existing", None)
    assert guide.before("health") == ("what", None)
    assert guide.before("what") == ("", None)
