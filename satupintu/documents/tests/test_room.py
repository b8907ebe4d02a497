"""The worker warns before the disk is full, not after."""

from datetime import UTC, datetime

from structlog.testing import capture_logs

from satupintu.config.worker import STEPS
from satupintu.documents.services import warn_of_full_disk

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def test_little_room_is_said_in_the_log_with_what_is_left(settings):
    settings.DISK_LEAST_MB = 2**40

    with capture_logs() as said:
        assert warn_of_full_disk(at=AT) == 1

    assert [(one["event"], one["log_level"], one["least_mb"]) for one in said] == [
        ("disk_nearly_full", "warning", 2**40)
    ]


def test_enough_room_is_worth_no_word(settings):
    settings.DISK_LEAST_MB = 0

    with capture_logs() as said:
        assert warn_of_full_disk(at=AT) == 0

    assert said == []


def test_the_worker_looks():
    assert "satupintu.documents.services.warn_of_full_disk" in [step.does for step in STEPS]
