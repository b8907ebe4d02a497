"""What an office keeps when a process is killed, a disk is full, or two act at once."""

from contextlib import ExitStack

import offices
import pytest
from full import NoSmallDisk, full_disk
from storm import Plan, Storm

KILLS, SEED = 3, "20261128"
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("new_database")]


# --- Killed in the middle ------------------------------------------------------------------------


def test_a_receipt_that_was_promised_is_there_after_a_kill(office):
    found = office.run("killed_submit")
    assert found["problems"] == []
    assert found["applications"] >= found["promised"] > 0


def test_no_number_is_shared_or_lost_when_its_taker_is_killed(office):
    found = office.run("killed_number")
    assert found["problems"] == []
    assert found["register"] >= found["given"] > 0


def test_a_case_whose_signer_was_killed_is_signed_under_its_own_number(office):
    found = office.run("killed_issue")
    assert found["problems"] == []
    assert found["permits"] == 6


def test_a_replay_that_was_killed_goes_on_and_adds_nothing_twice(office):
    found = office.run("killed_replay")
    assert found["problems"] == []
    assert (found["rows"], found["again"], found["skipped"]) == (240, 0, 240)


def test_nothing_acknowledged_is_lost_under_load(office):
    """What `make faults` does more often: kills, on PostgreSQL restarts, on SQLite a backup that is restored."""
    with ExitStack() as opened:
        environment = offices.for_serving(office.environment)
        if office.url.startswith("sqlite"):
            plan = Plan(SEED, KILLS, restored=offices.beside(environment))
        else:  # a restart of the session's server would hit other tests
            url = opened.enter_context(offices.own_server(office.url))
            environment |= {"DATABASE_URL": url}
            plan = Plan(SEED, KILLS, 2, opened.enter_context(offices.restartable(url)))
        found = Storm(environment, plan).run()
    assert found["problems"] == []
    assert found["lost"] == {"submission": 0, "number": 0, "signature": 0, "payment": 0}
    assert (found["shared"], found["twice"], found["wrong"], found["kills"]) == (0, 0, 0, KILLS)
    assert found["acknowledged"]["payment"] > 0


# --- Full disk -----------------------------------------------------------------------------------


def test_a_full_disk_refuses_an_upload_with_a_sentence_and_keeps_nothing(office):
    found = office.run("full_disk_at_upload")
    assert found["problems"] == []
    assert len(found["said"]) == 2
    for sentence in found["said"]:
        assert sentence.startswith("Tempat penyimpanan kantor penuh")


def test_a_full_disk_at_signing_leaves_the_number_with_the_case(office):
    found = office.run("full_disk_at_signing")
    assert found["problems"] == []
    assert found["said"].startswith("Tempat penyimpanan kantor penuh")
    assert found["same"]


def test_a_full_disk_of_the_database_writes_no_half_of_a_move(office):
    if office.url.startswith("sqlite"):
        found = office.run("full_disk_of_the_database")
        assert found["problems"] == []
        assert found["failed"]


def test_everything_on_a_full_disk_is_refused_or_waits_and_goes_on_when_there_is_room(office):
    """On a file system of its own, which root mounts; `make faults` tries a full disk of the files alone, too."""
    try:
        found = full_disk(office.environment, whole=True)
    except NoSmallDisk as why:
        pytest.skip(f"no small file system: {why}")
    assert found["problems"] == []
    assert found["refused"] == found["went_on"] >= 10


# --- Two at once ---------------------------------------------------------------------------------


def test_of_two_who_move_one_case_one_wins_and_the_other_is_told(office):
    found = office.run("two_move_one_case")
    assert found["problems"] == []
    assert found["said"] == [["MovedMeanwhile", "moved"]] * 3


def test_two_who_take_numbers_never_share_one(office):
    found = office.run("two_take_numbers")
    assert found["problems"] == []
    assert len(found["numbers"]) == len(set(found["numbers"])) == 24


# --- Busy ----------------------------------------------------------------------------------------


def test_a_busy_database_is_a_page_that_says_to_try_again(office):
    if not office.url.startswith("sqlite"):
        return  # PostgreSQL lets readers and writers of other rows go on
    found = office.run("busy")
    assert found["problems"] == []
    assert found["status"] == {"check": 503, "read": 200, "post": 503, "english": 503}
    assert "Sistem sedang sibuk" in found["page"]
    assert "Belum ada yang tersimpan" in found["post"]
    assert "The system is busy" in found["english"]
    assert found["retry"] == "10"
    assert "no-store" in found["kept"]
    assert found["later"] == 404
