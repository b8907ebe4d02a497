"""What is kept between requests, and when it is not."""

import pytest
from django.db import transaction

from satupintu.lib import kept
from satupintu.lib.kept import forget_kept, read_ahead

asked: list[str] = []


@kept.kept
def answer(name: str) -> int:
    asked.append(name)
    return len(asked)


@kept.kept
def plain_answer() -> int:
    asked.append("plain")
    return len(asked)


@pytest.fixture(autouse=True)
def _fresh():
    asked.clear()
    forget_kept()


@pytest.mark.django_db(transaction=True)
class TestOutsideATransaction:
    def test_each_argument_is_asked_once(self):
        assert [answer("a"), answer("b"), answer("a"), answer("b")] == [1, 2, 1, 2]

    def test_what_was_forgotten_is_asked_again(self):
        answer("a")
        forget_kept()
        assert answer("a") == 2

    def test_it_is_asked_again_after_some_seconds(self, monkeypatch):
        answer("a")
        later = kept.machine_time.monotonic() + kept.SECONDS + 0.1
        monkeypatch.setattr(kept.machine_time, "monotonic", lambda: later)
        assert answer("a") == 2

    def test_what_a_transaction_reads_is_not_kept(self):
        with transaction.atomic():
            assert [answer("a"), answer("a")] == [1, 2]
        assert answer("a") == 3

    def test_read_ahead_is_used_inside_a_transaction(self):
        read_ahead()
        asked.clear()
        with transaction.atomic():
            plain_answer()
        assert asked == []

    def test_a_reader_between_edit_and_commit_does_not_keep_the_old_for_long(self):
        with transaction.atomic():
            forget_kept()
            # Another thread reads and keeps what was before the edit.
            kept._kept[("other",)] = (kept.machine_time.monotonic() + 5, "old")
        assert ("other",) not in kept._kept

    def test_it_does_not_grow_without_end(self, monkeypatch):
        monkeypatch.setattr(kept, "MOST", 3)
        for number in range(10):
            answer(str(number))
        assert len(kept._kept) <= 3


@kept.kept_each
def letters(keys: set[str]) -> dict[str, str]:
    asked.append("".join(sorted(keys)))
    return {key: key.upper() for key in keys if key != "?"}


@pytest.mark.django_db
class TestReferenceTables:
    def test_only_what_is_not_kept_is_read(self):
        assert letters({"a", "b"}) == {"a": "A", "b": "B"}
        assert letters({"b", "c"}) == {"b": "B", "c": "C"}
        assert letters({"a", "b", "c"}) == {"a": "A", "b": "B", "c": "C"}
        assert asked == ["ab", "c"]

    def test_what_is_not_there_is_asked_again(self):
        assert [letters({"?"}), letters({"?"})] == [{}, {}]
        assert asked == ["?", "?"]

    def test_it_can_be_forgotten(self):
        letters({"a"})
        forget_kept()
        letters({"a"})
        assert asked == ["a", "a"]

    def test_room_is_made(self, monkeypatch):
        monkeypatch.setattr(kept, "MOST", 2)
        letters({"a", "b"})
        letters({"c"})
        assert letters({"a", "b"}) == {"a": "A", "b": "B"}
        assert asked == ["ab", "c", "ab"]
