"""The form engine: each type of question, rows, search, and the final check."""

import re
from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override

from satupintu.catalogue.form import check_answers, display_answers, merged_answers, page_form
from satupintu.catalogue.form.fields import build_field, read_number
from satupintu.catalogue.parse import load_definition
from satupintu.catalogue.rules import Choice, Field, FieldType, Kind, Page, Text, visible_pages
from satupintu.catalogue.services import list_shipped_files

TODAY = date(2026, 11, 23)


def make_field(kind: FieldType, **options) -> Field:
    return Field(key="x", type=kind, label=Text("Isian", "Input"), **options)


def clean(item: Field, typed: object):
    with override("id"):
        field = build_field(item, "id", TODAY)
        return field.clean(field.prepare_value(typed))


def refusal(item: Field, typed: object) -> str:
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError) as caught:
        clean(item, typed)
    return " ".join(caught.value.messages)


COLOURS = (Choice("red", Text("Merah", "Red")), Choice("blue", Text("Biru", "Blue")))


@pytest.mark.parametrize(
    ("kind", "options", "typed", "stored"),
    [
        (FieldType.TEXT, {}, "  Sari ", "Sari"),
        (FieldType.LONG_TEXT, {}, "Jalan A\nRT 1", "Jalan A\nRT 1"),
        (FieldType.NUMBER, {}, "1.500", 1500),
        (FieldType.NUMBER, {}, "2,5", 2.5),
        (FieldType.NUMBER, {}, 2.5, 2.5),
        (FieldType.NUMBER, {"required": False}, "", ""),
        (FieldType.MONEY, {}, "Rp1.500.000", 1500000),
        (FieldType.DATE, {}, "31-01-2026", "2026-01-31"),
        (FieldType.DATE, {}, "2026-01-31", "2026-01-31"),
        (FieldType.CHOICE, {"choices": COLOURS}, "red", "red"),
        (FieldType.CHOICES, {"choices": COLOURS}, ["red", "blue"], ["red", "blue"]),
        (FieldType.YES_NO, {}, "yes", "yes"),
        (FieldType.NIK, {}, "6103 0141 0790 9999", "6103014107909999"),
        (FieldType.NIB, {}, "1234567890123", "1234567890123"),
        (FieldType.PHONE, {}, "0812-0000-1234", "+6281200001234"),
        (FieldType.EMAIL, {}, "sari@contoh.id", "sari@contoh.id"),
        (FieldType.KBLI, {}, "01111", {"code": "01111", "version": "2025"}),
        (FieldType.COORDINATES, {}, "0.1216, 110.5975", {"lat": 0.1216, "lon": 110.5975}),
        (FieldType.COORDINATES, {}, "-0,1216 110,5975", {"lat": -0.1216, "lon": 110.5975}),
        (FieldType.COORDINATES, {}, {"lat": 0.1, "lon": 110.5}, {"lat": 0.1, "lon": 110.5}),
    ],
)
def test_each_type_stores_a_json_value(kind, options, typed, stored):
    assert clean(make_field(kind, **options), typed) == stored


@pytest.mark.parametrize(
    ("kind", "options", "typed", "says"),
    [
        (FieldType.TEXT, {}, "", "Isi bagian ini."),
        (FieldType.CHOICE, {"choices": COLOURS}, "", "Pilih salah satu."),
        (FieldType.YES_NO, {}, "", "Pilih salah satu."),
        (FieldType.TEXT, {"max_length": 5}, "x" * 100_000, "5"),
        (FieldType.TEXT, {"pattern": "[A-Z]{2}"}, "ab", "Bentuknya belum benar."),
        (FieldType.NUMBER, {}, "banyak", "Tulis angka"),
        (FieldType.NUMBER, {}, "1e999", "Tulis angka"),
        (FieldType.NUMBER, {"minimum": "2"}, "1", "Paling sedikit 2."),
        (FieldType.NUMBER, {"maximum": "50"}, "1.000", "Paling banyak 50."),
        (FieldType.MONEY, {}, "1000,50", "rupiah bulat"),
        (FieldType.DATE, {}, "31-02-2026", "Tulis tanggal"),
        (FieldType.DATE, {"maximum": "today"}, "2026-11-24", "Paling akhir 23 November 2026."),
        (FieldType.CHOICE, {"choices": COLOURS}, "green", "green"),
        (FieldType.YES_NO, {}, "maybe", "maybe"),
        (FieldType.NIK, {}, "6103019907909999", "ke-7 dan ke-8"),
        (FieldType.NIK, {}, "610301410790", "16 angka"),
        (FieldType.NPWP, {}, "12", "15 angka"),
        (FieldType.NIB, {}, "123", "13 angka"),
        (FieldType.PHONE, {}, "12", ""),
        (FieldType.EMAIL, {}, "sari", ""),
        (FieldType.KBLI, {}, "99999", "Pilih bidang usaha"),
        (FieldType.COORDINATES, {}, "pasar", "Tulis lintang"),
        (FieldType.COORDINATES, {}, "110.5975, 0.1216", "di luar Indonesia"),
    ],
)
def test_each_type_refuses_with_a_sentence(kind, options, typed, says):
    assert says in refusal(make_field(kind, **options), typed)


@pytest.mark.parametrize(
    ("typed", "language", "number"),
    [
        ("1.234,5", "id", "1234.5"),
        ("1,234.5", "en", "1234.5"),
        ("1.5", "id", "1.5"),
        ("1.234", "id", "1234"),
        ("1.234", "en", "1.234"),
        ("-3", "id", "-3"),
    ],
)
def test_numbers_are_read_as_typed_in_the_language(typed, language, number):
    assert str(read_number(typed, language)) == number


GROUP = Field(
    key="people",
    type=FieldType.GROUP,
    label=Text("Anggota", "Members"),
    max_rows=2,
    fields=(
        Field(key="name", type=FieldType.TEXT, label=Text("Nama", "Name")),
        Field(key="age", type=FieldType.NUMBER, label=Text("Umur", "Age"), required=False),
    ),
)
PAGE = Page("team", Text("Tim", "Team"), (GROUP,))


def group_form(data):
    return page_form(None, PAGE, Kind.NEW, {}, data, language="id", today=TODAY)


def test_rows_of_a_group_become_a_list_and_blank_rows_are_left_out():
    form = group_form(
        {"people-rows": "2", "people-0-name": "Sari", "people-0-age": "30", "people-1-name": ""}
    )

    assert form.is_valid(), form.errors
    assert form.answers() == {"people": [{"name": "Sari", "age": 30}]}


def test_errors_of_a_group_name_row_and_column():
    form = group_form({"people-rows": "2", "people-0-name": "Sari", "people-1-age": "30"})

    assert not form.is_valid()
    assert form.errors["people"] == ["Baris 2, Nama: Isi bagian ini."]


def test_a_wrong_cell_is_marked_where_it_is_and_no_other():
    form = group_form(
        {"people-rows": "2", "people-0-name": "Sari", "people-0-age": "30", "people-1-age": "30"}
    )
    assert form.errors

    html = str(form["people"])
    assert html.count("has-error") == html.count('aria-invalid="true"') == 1
    assert html.index("has-error") > html.index("people-1-") - 200
    assert 'id="id_people_1_name_error"' in html


def test_more_rows_than_allowed_are_refused():
    form = group_form({"people-rows": "3", **{f"people-{i}-name": "A" for i in range(3)}})

    assert form.errors["people"] == ["Paling banyak 2 baris."]


def test_add_row_button_shows_one_more_row_and_keeps_what_was_typed():
    form = group_form({"people-rows": "1", "people-0-name": "Sari", "people-add": "1"})

    assert not form.is_valid()
    assert not form.errors
    html = form.as_p()
    assert 'name="people-1-name"' in html
    assert 'value="Sari"' in html


def test_remove_row_button_takes_that_row_away():
    form = group_form(
        {"people-rows": "2", "people-0-name": "Sari", "people-1-name": "Budi", "people-remove": "0"}
    )

    html = form.as_p()
    assert "Sari" not in html
    assert 'value="Budi"' in html


def test_posted_names_nobody_asked_for_are_ignored():
    form = group_form(
        {"people-rows": "1", "people-0-name": "Sari", "role": "head", "people-0-x": "1"}
    )

    assert form.answers() if form.is_valid() else None
    assert form.cleaned_data == {"people": [{"name": "Sari", "age": ""}]}


def test_kbli_search_without_script_lists_matches_and_keeps_the_typed_words():
    page = Page("p", Text("P", "P"), (make_field(FieldType.KBLI),))

    form = page_form(
        None, page, Kind.NEW, {}, {"x-q": "jagung", "x-search": "1"}, language="id", today=TODAY
    )

    assert not form.is_valid()
    html = form.as_p()
    assert 'value="01111"' in html
    assert 'value="jagung"' in html


def test_newly_typed_search_counts_more_than_the_old_choice():
    page = Page("p", Text("P", "P"), (make_field(FieldType.KBLI),))

    form = page_form(
        None,
        page,
        Kind.NEW,
        {},
        {"x": "01111", "x-q": "01113", "x-seen": ""},
        language="id",
        today=TODAY,
    )

    assert form.is_valid(), form.errors
    assert form.answers() == {"x": {"code": "01113", "version": "2025"}}


def bidan():
    text = dict(list_shipped_files())["sip-bidan.v1.toml"]
    return load_definition(text, "sip-bidan.v1.toml")


def test_pages_depend_on_kind_and_answers():
    definition = bidan()

    assert [page.key for page in visible_pages(definition, Kind.NEW, {})] == [
        "applicant",
        "profession",
        "practice",
        "place",
    ]
    assert [page.key for page in visible_pages(definition, Kind.EXTENSION, {})][-1] == "old_permit"


def test_answers_to_questions_no_longer_asked_are_dropped():
    definition = bidan()
    own = {"practice_kind": "own", "permit_order": "1", "place_point": {"lat": 0.1, "lon": 110.5}}

    merged = merged_answers(definition, Kind.NEW, own, {"practice_kind": "facility"})

    assert merged == {"practice_kind": "facility", "permit_order": "1"}


def test_final_check_names_each_missing_answer():
    wrong = check_answers(
        bidan(), Kind.NEW, {"name": "Sari", "nik": "123"}, language="id", today=TODAY
    )

    assert ("applicant", "nik") in [(page.key, field.key) for page, field, _message in wrong]
    assert ("place", "schedule") in [(page.key, field.key) for page, field, _message in wrong]
    assert "name" not in [field.key for _page, field, _message in wrong]


@pytest.mark.django_db
def test_answers_are_shown_as_people_read_them():
    answers = {
        "str_date": "2026-01-31",
        "phone": "+6281200001234",
        "practice_kind": "own",
        "schedule": [{"day": "mon", "hours": "16.00-20.00"}],
    }

    shown = display_answers(bidan(), answers, "id")

    assert [(title, [row[:2] for row in rows]) for title, rows in shown] == [
        ("Data pemohon", [("Nomor telepon atau WhatsApp", "0812-0000-1234")]),
        ("Profesi dan STR", [("Tanggal STR terbit", "31 Januari 2026")]),
        ("Cara berpraktik", [("Di mana Anda berpraktik?", "Praktik mandiri")]),
        (
            "Tempat praktik",
            [("Jadwal praktik", "Senin, 16.00-20.00")],
        ),
    ]


def test_a_telephone_is_shown_as_people_write_it_and_what_was_typed_stays():
    phone = Page("p", Text("P", "P"), (make_field(FieldType.PHONE),))

    def shown(answers, data=None):
        form = page_form(bidan(), phone, Kind.NEW, answers, data, today=TODAY, language="id")
        return str(form["x"])

    assert 'value="0812-0000-1234"' in shown({"x": "+6281200001234"})
    assert 'value="+60 12-345 6789"' in shown({"x": "+60123456789"})
    assert 'value="0812 0000"' in shown({}, {"x": "0812 0000"})
    assert 'value="abc"' in shown({"x": "abc"})  # kept to be put right
    form = page_form(bidan(), phone, Kind.NEW, {}, {"x": "0812-0000-1234"}, today=TODAY)
    assert form.is_valid()
    assert form.answers() == {"x": "+6281200001234"}


# --- Regions --------------------------------------------------------------------------------
@pytest.fixture
def kapuas(db):
    from satupintu.lib.words import fold
    from satupintu.office.models import Region

    rows = [
        ("61", "Kalimantan Barat", "", "province"),
        ("61.03", "Kabupaten Sanggau", "61", "regency"),
        ("61.03.01", "Kapuas", "61.03", "district"),
        ("61.03.01.1001", "Beringin", "61.03.01", "village"),
        ("61.03.01.1002", "Bunut", "61.03.01", "village"),
        ("61.03.01.2003", "Bunut Hulu", "61.03.01", "village"),
    ]
    Region.objects.bulk_create(
        Region(code=code, name=name, parent=parent, level=level, search=fold(name))
        for code, name, parent, level in rows
    )


REGION = make_field(FieldType.REGION)
WHERE = Page("p", Text("P", "P"), (REGION,))


def region_form(data):
    return page_form(None, WHERE, Kind.NEW, {}, data, language="id", today=TODAY)


def test_region_is_stored_by_its_code(kapuas):
    form = region_form({"x": "61.03.01.1001", "x-q": "beringin", "x-seen": "beringin"})

    assert form.is_valid(), form.errors
    assert form.answers() == {"x": "61.03.01.1001"}


def test_region_typed_so_that_only_one_matches_is_taken(kapuas):
    form = region_form({"x-q": "beringin", "x-seen": ""})

    assert form.is_valid(), form.errors
    assert form.answers() == {"x": "61.03.01.1001"}


def test_region_with_several_matches_asks_to_choose_and_lists_them(kapuas):
    form = region_form({"x-q": "bunut", "x-seen": ""})

    assert form.errors["x"] == ["Pilih desa atau kelurahan dari daftar."]
    html = form.as_p()
    assert 'value="61.03.01.1002"' in html
    assert 'value="61.03.01.2003"' in html


@pytest.mark.parametrize("code", ["61.03", "61.03.01", "99.99.99.9999", "x'; --"])
def test_region_that_is_no_village_is_refused(kapuas, code):
    assert not region_form({"x": code}).is_valid()


@pytest.mark.parametrize("name", [name for name, _text in list_shipped_files()])
def test_every_page_of_every_shipped_service_renders_in_both_languages(name, db):
    from django.template.loader import render_to_string

    definition = load_definition(dict(list_shipped_files())[name], name)

    for language in ("id", "en"):
        with override(language):
            for page in definition.pages:
                for kind in definition.kinds:
                    form = page_form(definition, page, kind, {}, language=language, today=TODAY)
                    html = render_to_string("catalogue/_page_fields.html", {"form": form})
                    assert html.count("<label") >= len(form.fields) - html.count("<fieldset")


# --- Dates that depend on another answer ---------------------------------------------------------
FROM_TO = Page(
    "time",
    Text("Waktu", "Time"),
    (
        Field(key="start", type=FieldType.DATE, label=Text("Mulai", "From"), minimum="today"),
        Field(
            key="end",
            type=FieldType.DATE,
            label=Text("Sampai", "Until"),
            minimum="field:start",
            maximum="field:start+12m",
        ),
    ),
)


@pytest.mark.parametrize(
    ("start", "end", "errors"),
    [
        ("2026-12-20", "2026-12-20", {}),
        ("2026-12-20", "2027-12-20", {}),
        ("2026-12-20", "2026-11-01", {"end": ["Paling awal 20 Desember 2026."]}),
        ("2026-12-20", "2099-01-01", {"end": ["Paling akhir 20 Desember 2027."]}),
        ("1990-01-01", "1990-06-01", {"start": ["Paling awal 23 November 2026."]}),
    ],
)
def test_a_date_is_held_against_another_of_the_page(start, end, errors):
    with override("id"):
        form = page_form(
            None, FROM_TO, Kind.NEW, {}, {"start": start, "end": end}, today=TODAY, language="id"
        )

        assert form.errors == errors


def test_a_month_is_added_to_the_last_day_of_a_shorter_one():
    from satupintu.catalogue.form.dates import add_months

    assert add_months(date(2027, 2, 28), 12) == date(2028, 2, 28)
    assert add_months(date(2028, 2, 29), 12) == date(2029, 2, 28)
    assert add_months(date(2026, 12, 31), 2) == date(2027, 2, 28)


# --- A list opened part by part ------------------------------------------------------------------
@pytest.fixture
def office_of_sanggau(kapuas):
    from satupintu.lib.words import fold
    from satupintu.office.models import OfficeProfile, Region

    more = [
        ("61.03.09", "Meliau", "61.03", "kecamatan"),
        ("61.03.09.2001", "Meliau Hilir", "61.03.09", "desa"),
        ("61.05", "Kabupaten Sintang", "61", "kabkota"),
        ("61.05.01", "Sintang", "61.05", "kecamatan"),
        ("61.05.01.1001", "Kapuas Kanan Hulu", "61.05.01", "kelurahan"),
    ]
    Region.objects.bulk_create(
        Region(code=code, name=name, parent=parent, level=level, search=fold(name))
        for code, name, parent, level in more
    )
    OfficeProfile.objects.create(
        id=1, code="sanggau", name="Kantor", short_name="Kantor", regency="Kabupaten Sanggau",
        region_code="61.03", zone="Asia/Pontianak", hours={"0": ["08:00", "15:00"]},
        updated_at=datetime(2026, 1, 5, tzinfo=UTC),
    )  # fmt: skip


def options_in(html):
    return re.findall(r'type="radio" name="x" value="([^"]*)"', html)


def buttons_in(html):
    return re.findall(r'name="x-search" value="([^"]*)"', html)


def test_the_kecamatan_of_the_offices_regency_can_be_opened_without_a_script(office_of_sanggau):
    plain = region_form(None).as_p()
    opened = region_form({"x-in": "61.03.01", "x-search": "in", "x-q": "", "x-seen": ""})

    assert re.findall(r'<option value="([^"]*)"', plain) == ["", "61.03.01", "61.03.09"]
    assert options_in(plain) == []
    assert not opened.is_bound  # shown again, with what was typed
    html = opened.as_p()
    assert options_in(html) == ["61.03.01.1001", "61.03.01.1002", "61.03.01.2003"]
    assert '<option value="61.03.01" selected>' in html
    assert "Kapuas, Kabupaten Sanggau, Kalimantan Barat" in html
    chosen = region_form({"x": "61.03.01.1002", "x-in": "61.03.01", "x-q": "", "x-seen": ""})
    assert chosen.is_valid(), chosen.errors
    assert chosen.answers() == {"x": "61.03.01.1002"}


def test_a_kecamatan_chosen_and_saved_without_a_village_asks_for_it_and_lists_them(
    office_of_sanggau,
):
    form = region_form({"x-in": "61.03.09", "x-q": "", "x-seen": ""})

    assert form.errors["x"] == ["Pilih desa atau kelurahan dari daftar."]
    assert options_in(form.as_p()) == ["61.03.09.2001"]


def test_another_regency_is_opened_from_the_search(office_of_sanggau):
    def pressed(value, typed="sintang"):
        return region_form({"x-q": typed, "x-seen": typed, "x-search": value}).as_p()

    found = pressed("1")
    assert options_in(found) == []
    assert set(buttons_in(found)) == {"1", "in", "61.05", "61.05.01"}
    assert "Tidak ada yang cocok" not in found
    assert buttons_in(pressed("61.05"))[-1] == "61.05.01"
    assert options_in(pressed("61.05.01")) == ["61.05.01.1001"]


def test_a_name_of_a_kecamatan_alone_asks_to_choose(office_of_sanggau):
    assert region_form({"x-q": "sintang", "x-seen": ""}).errors["x"] == [
        "Pilih desa atau kelurahan dari daftar."
    ]


@pytest.mark.parametrize("part", ["61", "61.03.01.1001", "99.99", "x'; --", "\u0000"])
def test_what_is_no_part_of_the_list_opens_nothing(office_of_sanggau, part):
    html = region_form({"x-search": part, "x-q": "", "x-seen": ""}).as_p()

    assert options_in(html) == []
    assert set(buttons_in(html)) == {"1", "in"}


def test_the_chosen_village_stays_chosen_while_another_kecamatan_is_opened(office_of_sanggau):
    data = {"x": "61.03.01.1001", "x-in": "61.03.09", "x-search": "in", "x-q": "", "x-seen": ""}

    html = region_form(data).as_p()

    assert options_in(html) == ["61.03.01.1001", "61.03.09.2001"]
    assert 'value="61.03.01.1001" checked' in html
