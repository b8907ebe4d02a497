"""The registers of numbers: one number once, in order, none lost without a reason."""

import os
import subprocess
import sys
import uuid
from datetime import UTC, datetime

import pytest
from django.db import transaction

from satupintu.office import queries, services
from satupintu.office.models import NumberTaken
from satupintu.office.services import NumberProblem

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
PATTERN = "{class}/{seq:3}/{service}/{unit}/{roman_month}/{year}"


def make_series(code="permit", **changes):
    values = {"name": "Izin", "pattern": PATTERN, "classification": "503", "unit": "DPMPTSP"}
    return services.save_series(code, by_name="Rina", at=AT, **{**values, **changes})


@pytest.mark.django_db
class TestTaking:
    def test_numbers_follow_each_other_and_stand_in_the_register(self):
        make_series()
        case_id = uuid.uuid4()

        first = services.take_number(
            "permit", at=AT, case_id=case_id, service="SIP-B", by_name="Rina"
        )
        second = services.take_number("permit", at=AT, service="SIP-B")

        assert first.number == "503/001/SIP-B/DPMPTSP/XI/2026"
        assert second.number == "503/002/SIP-B/DPMPTSP/XI/2026"
        assert [row.number for row in NumberTaken.objects.filter(case_id=case_id)] == [first.number]
        assert (first.state, first.by, first.year, first.seq) == ("taken", "Rina", 2026, 1)

    def test_a_new_year_begins_at_one_in_the_office_s_zone(self):
        make_series()
        before = datetime(2026, 12, 31, 16, 59, tzinfo=UTC)  # 23.59 in Pontianak
        after = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)

        numbers = [services.take_number("permit", at=at).number for at in (AT, before, after)]

        assert [number.split("/")[1] for number in numbers] == ["001", "002", "001"]
        assert numbers[2].endswith("/I/2027")

    def test_a_clock_set_back_goes_on_with_the_old_year(self):
        make_series()
        services.take_number("permit", at=AT)
        services.take_number("permit", at=AT.replace(year=2027))

        late = services.take_number("permit", at=AT)

        assert (late.year, late.seq) == (2026, 2)

    def test_a_series_without_years_goes_on(self):
        make_series(pattern="SK-{seq:4}", yearly=False)
        services.take_number("permit", at=AT)

        assert services.take_number("permit", at=AT.replace(year=2027)).number == "SK-0002"

    def test_a_preview_consumes_nothing(self):
        make_series()

        previews = {services.preview_number("permit", at=AT, service="SIP-B") for _ in range(3)}

        assert previews == {"503/001/SIP-B/DPMPTSP/XI/2026"}
        assert services.take_number("permit", at=AT, service="SIP-B").number in previews
        assert NumberTaken.objects.count() == 1

    def test_a_number_taken_in_a_transaction_that_fails_is_not_lost(self):
        make_series()
        with transaction.atomic():
            services.take_number("permit", at=AT)
            transaction.set_rollback(True)

        assert services.take_number("permit", at=AT).seq == 1

    def test_a_paper_register_is_continued(self):
        make_series()

        services.set_start("permit", year=2026, next_seq=418, by_name="Rina", at=AT)

        assert services.take_number("permit", at=AT).seq == 418
        assert services.take_number("permit", at=AT).seq == 419

    @pytest.mark.parametrize("next_seq", [1, 418, 419])
    def test_a_start_never_gives_a_number_twice(self, next_seq):
        make_series()
        services.set_start("permit", year=2026, next_seq=419, by_name="Rina", at=AT)
        services.take_number("permit", at=AT)

        with pytest.raises(NumberProblem, match="sudah pernah diberikan"):
            services.set_start("permit", year=2026, next_seq=next_seq, by_name="Rina", at=AT)

        assert services.take_number("permit", at=AT).seq == 420

    def test_a_block_ends(self):
        make_series(block_start=100, block_end=101)
        taken = [services.take_number("permit", at=AT).seq for _ in range(2)]

        with pytest.raises(NumberProblem, match="habis di 101"), transaction.atomic():
            services.take_number("permit", at=AT)

        assert taken == [100, 101]
        assert NumberTaken.objects.count() == 2
        with pytest.raises(NumberProblem, match="di dalam blok"):
            services.set_start("permit", year=2027, next_seq=99, by_name="Rina", at=AT)

    def test_runs_and_single_numbers_go_on_from_each_other(self):
        make_series(block_start=100, block_end=108)
        cases = [uuid.uuid4() for _ in range(3)]

        numbers = services.take_numbers("permit", at=AT, case_ids=cases, by_name="Rina")
        alone = services.take_number("permit", at=AT)
        reserved = services.reserve_numbers("permit", year=2026, count=2)
        last = services.take_numbers("permit", at=AT, case_ids=cases)

        rows = list(NumberTaken.objects.order_by("seq"))
        assert [row.seq for row in rows] == [100, 101, 102, 103, 106, 107, 108]
        assert [row.case_id for row in rows] == [*cases, None, *cases]
        assert [row.number for row in rows] == [*numbers, alone.number, *last]
        assert (rows[0].by, reserved) == ("Rina", 104)

    @pytest.mark.parametrize("taken", [0, 1])
    def test_a_run_that_goes_beyond_the_block_takes_nothing(self, taken):
        make_series(block_start=100, block_end=101)
        for _ in range(taken):
            services.take_number("permit", at=AT)

        with pytest.raises(NumberProblem, match="habis di 101"), transaction.atomic():
            services.take_numbers("permit", at=AT, case_ids=[uuid.uuid4() for _ in range(3)])
        with pytest.raises(NumberProblem, match="habis di 101"), transaction.atomic():
            services.reserve_numbers("permit", year=2026, count=3)

        assert services.take_number("permit", at=AT).seq == 100 + taken
        assert NumberTaken.objects.count() == taken + 1

    def test_a_closed_register_gives_no_run_and_takes_nothing(self):
        make_series(active=False)
        with pytest.raises(NumberProblem, match="sudah ditutup"):
            services.take_numbers("permit", at=AT, case_ids=[uuid.uuid4()])
        make_series()
        assert services.take_number("permit", at=AT).seq == 1

    def test_two_registers_never_write_the_same_number(self):
        make_series()
        make_series("decree")
        services.take_number("permit", at=AT)

        with pytest.raises(NumberProblem, match="sudah ada dalam register"), transaction.atomic():
            services.take_number("decree", at=AT)

        assert NumberTaken.objects.filter(series__code="decree").count() == 0
        assert services.preview_number("decree", at=AT) == "503/001//DPMPTSP/XI/2026"

    def test_a_closed_or_unknown_register_gives_nothing(self):
        make_series(active=False)

        with pytest.raises(NumberProblem, match="sudah ditutup"):
            services.take_number("permit", at=AT)
        with pytest.raises(queries.NoSuchSeries) as caught:
            services.take_number("none", at=AT)

        assert caught.value.message == "Register nomor “none” tidak ada."
        assert NumberTaken.objects.count() == 0

    def test_taking_costs_few_statements(self, django_assert_max_num_queries):
        make_series()
        services.take_number("permit", at=AT)

        # Series, profile and closures (kept between pages, not in tests), two savepoints, the counter,
        # the register.
        with django_assert_max_num_queries(9):
            services.take_number("permit", at=AT)


@pytest.mark.django_db
class TestRegister:
    def test_a_used_number_stays_used(self):
        make_series()
        taken = services.take_number("permit", at=AT)

        services.use_number(taken.pk, taken.number, at=AT, by_name="Rina")

        taken.refresh_from_db()
        assert (taken.state, taken.settled_by) == ("used", "Rina")
        with pytest.raises(NumberProblem, match="sudah dipakai"):
            services.void_number(taken, reason="salah", at=AT, by_name="Rina")
        taken.refresh_from_db()
        assert taken.state == "used"

    def test_an_abandoned_number_is_void_with_its_reason_and_never_given_again(self):
        make_series()
        taken = services.take_number("permit", at=AT)

        with pytest.raises(NumberProblem, match="Tulis alasan"):
            services.void_number(taken, reason="  ", at=AT, by_name="Rina")
        services.void_number(taken, reason="Permohonan ditarik", at=AT, by_name="Rina")

        taken.refresh_from_db()
        assert (taken.state, taken.reason) == ("void", "Permohonan ditarik")
        with pytest.raises(NumberProblem):
            services.use_number(taken.pk, taken.number, at=AT)
        assert services.take_number("permit", at=AT).seq == 2

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"pattern": "{seq}/{tahun}"}, "tidak dikenal"),
            ({"pattern": "{seq}/SK"}, "harus memuat"),
            ({"block_start": 5, "block_end": 4}, "Akhir blok"),
        ],
    )
    def test_an_impossible_series_is_refused(self, changes, words):
        with pytest.raises(NumberProblem, match=words):
            make_series(**changes)

        assert list(queries.list_series()) == []

    def test_a_series_in_use_keeps_its_way_of_restarting(self):
        make_series()
        services.take_number("permit", at=AT)

        with pytest.raises(NumberProblem, match="Buat register baru"):
            make_series(yearly=False, pattern="SK-{seq}")

        assert queries.get_series("permit").yearly is True

    def test_who_changed_a_register_is_on_record(self):
        make_series()
        make_series(pattern="{seq}/{year}")
        make_series(pattern="{seq}/{year}")  # nothing new: no row
        services.set_start("permit", year=2026, next_seq=5, by_name="Joko", at=AT)

        changes = queries.list_office_changes("series:permit")

        assert [(row.by, row.before, row.after) for row in changes[:2]] == [
            ("Joko", {"next": 1}, {"next": 5}),
            ("Rina", {"pattern": PATTERN}, {"pattern": "{seq}/{year}"}),
        ]
        assert len(changes) == 3

    def test_the_register_is_read_in_pages(self, django_assert_num_queries):
        series = make_series()
        for _ in range(5):
            services.take_number("permit", at=AT)

        with django_assert_num_queries(1):
            page = queries.list_numbers(series, 2026, limit=2)
        rest = queries.list_numbers(series, 2026, before=page[-1].seq)

        assert [row.seq for row in page] == [5, 4]
        assert [row.seq for row in rest] == [3, 2, 1]


def test_processes_never_share_a_number_and_leave_no_gap(migrated_database, tmp_path):
    environment = {
        **os.environ,
        "DATABASE_URL": migrated_database(),
        "SATUPINTU_HOME": str(tmp_path),
    }
    setup = (
        "import django; django.setup()\n"
        "from satupintu.office.services import save_series\n"
        "from satupintu.lib.clock import now\n"
        "save_series('race', name='Lomba', pattern='{seq}/{year}', by_name='x', at=now())\n"
    )
    subprocess.run([sys.executable, "-c", setup], env=environment, check=True, timeout=60)

    running = [
        subprocess.Popen(
            [sys.executable, "-m", "satupintu.office.tests.take_many", "race", "200"],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    taken = [list(map(int, process.communicate(timeout=120)[0].split())) for process in running]

    assert [process.returncode for process in running] == [0, 0]
    assert sorted(taken[0] + taken[1]) == list(range(1, 401))
    assert taken[0] == sorted(taken[0])
