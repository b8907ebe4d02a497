"""The ready-made offices, the profile, regions, throttling, and what is kept between requests."""

import io
from datetime import UTC, date, datetime, time, timedelta

import pytest
from PIL import Image

from satupintu.config import start
from satupintu.lib.kept import forget_kept
from satupintu.office import queries, rules, services
from satupintu.office.models import (
    CalendarChange,
    NumberSeries,
    OfficeChange,
    OfficeProfile,
    RateCount,
    Region,
)
from satupintu.office.rules import BadProfile
from satupintu.office.services import ratelimit

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.mark.django_db
class TestSetUp:
    @pytest.mark.parametrize(
        ("code", "zone", "name"),
        [
            ("sanggau", "Asia/Pontianak", "DPMPTSP Kabupaten Sanggau"),
            ("bengkalis", "Asia/Jakarta", "DPMPTSP Kabupaten Bengkalis"),
        ],
    )
    def test_an_office_is_ready_after_one_call(self, code, zone, name):
        services.set_up_office(code, at=AT, whole_country=False)

        here = queries.profile()
        assert (here.code, here.zone, here.short_name) == (code, zone, name)
        assert {series.code for series in queries.list_series()} >= {
            "permit",
            "decree",
            "card",
            "letter",
            "registration",
        }
        assert date(2026, 12, 25) in queries.work_calendar().closed
        assert len(queries.regions("61" if code == "sanggau" else "14")) == 1

    def test_a_second_call_changes_nothing_a_person_changed(self):
        services.set_up_office("sanggau", at=AT, whole_country=False)
        services.save_profile({"phone": "0811-0000-1999"}, by_name="Rina", at=AT)
        services.save_series(
            "permit", name="Izin", pattern="{seq}/IZIN/{year}", by_name="Rina", at=AT
        )

        services.set_up_office("sanggau", at=AT, whole_country=False)

        assert queries.profile().phone == "+6281100001999"
        assert services.preview_number("permit", at=AT) == "1/IZIN/2026"

    def test_an_office_that_began_before_gets_the_registers_that_came_since(self):
        services.set_up_office("sanggau", at=AT, whole_country=False)
        unit = queries.get_series("permit").unit
        NumberSeries.objects.filter(code__in=["skrd", "ssrd", "letter"]).delete()
        services.save_series("card", name="Kartu", pattern="K/{seq}/{year}", by_name="R", at=AT)
        forget_kept()

        made = services.add_missing_series(by_name="satupintu", at=AT)

        assert made == ["letter", "skrd", "ssrd"]
        assert services.take_number("skrd", at=AT).number == "SKRD-2026-00001"
        assert queries.get_series("letter").unit == unit
        assert queries.get_series("card").pattern == "K/{seq}/{year}"
        assert services.add_missing_series(by_name="satupintu", at=AT) == []
        assert OfficeChange.objects.filter(subject="series:skrd").count() == 2

    def test_an_empty_database_gets_no_registers(self):
        assert services.add_missing_series(by_name="satupintu", at=AT) == []
        assert queries.list_series() == ()

    def test_the_upgrade_adds_them_by_itself(self):
        services.set_up_office("sanggau", at=AT, whole_country=False)
        NumberSeries.objects.filter(code="import").delete()
        forget_kept()
        assert start.migrate() == "up to date"
        assert queries.get_series("import").active

    def test_colours_and_patterns_of_ready_made_offices_are_fit(self):
        for office in services.OFFICES.values():
            assert rules.check_colour(office.profile["colour"])
            assert rules.read_hours(office.profile["hours"])

    def test_permit_and_registration_numbers_cannot_be_confused(self):
        services.set_up_office("sanggau", at=AT, whole_country=False)

        receipt = services.take_number("registration", at=AT).number
        permit = services.take_number("permit", at=AT, service="SIP-B").number

        assert receipt == "REG-2026-000001"
        assert permit == "500.16.7.2/001/SIP-B/DPMPTSP/XI/2026"


@pytest.mark.django_db
class TestProfile:
    def test_before_set_up_there_is_a_nameless_office(self):
        assert queries.profile().name == "Satu Pintu"
        assert queries.work_calendar().is_open_day(date(2026, 11, 24))
        with pytest.raises(BadProfile, match="belum disiapkan"):
            services.save_profile({"name": "X"}, by_name="Rina", at=AT)

    def test_new_hours_move_deadlines(self):
        services.set_up_office("sanggau", at=AT, whole_country=False)
        CalendarChange.objects.all().delete()

        services.save_profile({"hours": {"0": ["08:00", "16:00"]}}, by_name="Rina", at=AT)
        services.save_profile({"email": "baru@contoh.id"}, by_name="Rina", at=AT)

        assert queries.work_calendar().hours == {0: (time(8), time(16))}
        assert [change.what for change in queries.list_calendar_changes()] == ["hours"]

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({"phone": "abc"}, "Nomor telepon"),
            ({"colour": "#ffcc00"}, "terlalu muda"),
            ({"colour": "teal"}, "heksadesimal"),
            ({"hours": {}}, "paling sedikit satu hari"),
            ({"hours": {"0": ["15:00", "08:00"]}}, "sesudah jam buka"),
            ({"hours": {"0": ["delapan", "15:00"]}}, "tidak dapat dibaca"),
            ({"hours": {"9": ["08:00", "15:00"]}}, "tidak ada dalam sepekan"),
        ],
    )
    def test_what_cannot_be_used_is_refused_and_nothing_changes(self, values, words):
        services.set_up_office("sanggau", at=AT, whole_country=False)
        before = OfficeProfile.objects.values().get()

        with pytest.raises(BadProfile, match=words):
            services.save_profile({"name": "Lain", **values}, by_name="Rina", at=AT)

        assert OfficeProfile.objects.values().get() == before

    def test_arms_are_drawn_anew_and_small(self):
        services.set_up_office("sanggau", at=AT, whole_country=False)
        buffer = io.BytesIO()
        Image.new("RGB", (2000, 1000), "gold").save(buffer, "JPEG")

        services.save_arms(buffer.getvalue(), by_name="Rina", at=AT + timedelta(hours=1))

        here = queries.profile()
        assert here.arms_type == "image/png"
        assert 'viewBox="0 0 512 256"' in here.arms_svg
        assert Image.open(io.BytesIO(here.arms)).size == (512, 256)

    @pytest.mark.parametrize(
        "content", [b"<svg onload='x'/>", b"MZ" + b"0" * 100, b"x" * 5_000_000]
    )
    def test_what_is_no_picture_is_refused(self, content):
        services.set_up_office("sanggau", at=AT, whole_country=False)

        with pytest.raises(BadProfile):
            services.save_arms(content, by_name="Rina", at=AT)

        assert queries.profile().arms == b""

    def test_a_setting_is_kept_by_name(self):
        services.put_setting("sample-share", 5)
        services.put_setting("sample-share", {"percent": 10})

        assert queries.setting("sample-share") == {"percent": 10}
        assert queries.setting("none", default=1) == 1


@pytest.mark.django_db(transaction=True)
def test_pages_ask_for_profile_and_calendar_once_in_five_seconds(django_assert_num_queries):
    services.set_up_office("sanggau", at=AT, whole_country=False)
    with django_assert_num_queries(2):
        queries.work_calendar()

    with django_assert_num_queries(0):
        queries.work_calendar()
        queries.profile()

    services.save_profile({"phone": "0811-0000-1999"}, by_name="Rina", at=AT)
    assert queries.profile().phone == "+6281100001999"


@pytest.mark.parametrize(
    ("colour", "fit"),
    [("#0b5d5e", True), ("#1B4F8A", True), ("#b7791f", False), ("#ffffff", False), ("#000", False)],
)
def test_a_colour_must_carry_white_text(colour, fit):
    if fit:
        assert rules.check_colour(colour) == colour.lower()
    else:
        with pytest.raises(BadProfile):
            rules.check_colour(colour)


@pytest.mark.parametrize("colour", ["#0b5d5e", "#000000", "#7a0000", "#1b4f8a"])
def test_shades_stay_readable_by_day_and_by_night(colour):
    made = rules.shades(colour)

    assert rules.contrast(rules._rgb(made["hover"]), (255, 255, 255)) >= 4.5
    assert rules.contrast(rules._rgb(made["night"]), (23, 27, 31)) >= 4.5
    assert rules.contrast(rules._rgb(made["base"]), rules._rgb(made["tint"])) >= 4.5


class TestRegions:
    @pytest.fixture
    def _sanggau(self, db):
        services.load_regions(within="61.03")

    @pytest.mark.django_db
    def test_the_whole_country_is_loaded_once(self):
        added = services.load_regions()

        assert added == 91_599
        assert services.load_regions() == 0
        assert {
            level: Region.objects.filter(level=level).count() for level in rules.RegionLevel
        } == {
            "provinsi": 38,
            "kabkota": 514,
            "kecamatan": 7_285,
            "kelurahan": 8_496,
            "desa": 75_266,
        }

    @pytest.mark.usefixtures("_sanggau")
    def test_each_level_lists_the_one_below(self):
        assert [region.code for region in queries.regions()] == ["61"]
        assert len(queries.regions("61.03")) == 15
        assert "Beringin" in {region.name for region in queries.regions("61.03.01")}

    @pytest.mark.usefixtures("_sanggau")
    def test_names_are_told_from_the_village_up(self, django_assert_num_queries):
        village = queries.regions("61.03.01")[0]

        with django_assert_num_queries(1):
            names = queries.region_names([village.code, "61.03", "99"])

        assert names == {
            village.code: f"{village.name}, Kapuas, Kabupaten Sanggau, Kalimantan Barat",
            "61.03": "Kabupaten Sanggau, Kalimantan Barat",
        }

    @pytest.mark.usefixtures("_sanggau")
    def test_search_shows_the_best_first(self):
        found = queries.search_regions("KAPUAS")

        assert (found[0].name, found[0].level) == ("Kapuas", "kecamatan")
        assert len(found) > 1
        assert queries.search_regions("kapuas", within="61.03.02") != found
        assert queries.search_regions("k") == []
        assert queries.search_regions("tidak ada desa ini") == []


@pytest.mark.django_db
class TestThrottle:
    def allow(self, at=AT, subject="10.0.0.7"):
        return services.allow("track", subject, limit=3, window_seconds=60, at=at)

    def test_tries_beyond_the_limit_wait_for_the_next_window(self):
        assert [self.allow() for _ in range(5)] == [True, True, True, False, False]
        assert self.allow(AT + timedelta(seconds=59)) is False
        assert self.allow(AT + timedelta(seconds=60)) is True

    def test_everybody_has_their_own_count(self):
        assert [self.allow() for _ in range(3)] == [True] * 3
        assert self.allow(subject="10.0.0.8") is True
        assert services.allow("login", "10.0.0.7", limit=1, window_seconds=60, at=AT) is True

    def test_first_tries_at_the_same_moment_refuse_each_other_not(self, monkeypatch):
        assert self.allow()  # somebody else's first try, made between our first count and the look
        counted = ratelimit._count_one
        answers = iter([False])
        monkeypatch.setattr(
            ratelimit, "_count_one", lambda *given: next(answers, None) is None and counted(*given)
        )

        assert self.allow() is True

    def test_a_clock_set_back_gives_no_new_tries(self):
        for _ in range(3):
            self.allow()

        assert self.allow(AT - timedelta(hours=2)) is False

    def test_the_subject_is_not_stored(self):
        self.allow(subject="+6281200001234")

        assert "6281200001234" not in RateCount.objects.get().key

    def test_a_usual_try_is_one_statement(self, django_assert_num_queries):
        self.allow()

        with django_assert_num_queries(1):
            assert self.allow() is True

    def test_old_counters_are_forgotten(self):
        self.allow()
        self.allow(AT + timedelta(hours=3), subject="10.0.0.8")

        assert services.forget_old_counts(at=AT + timedelta(hours=3)) == 1
        assert RateCount.objects.count() == 1

    def test_a_senseless_limit_is_a_mistake_of_the_programmer(self):
        with pytest.raises(ValueError, match="at least 1"):
            services.allow("x", "y", limit=0, window_seconds=60, at=AT)
