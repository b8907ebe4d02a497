# ruff: noqa: E501  a table reads better in rows
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import engines
from django.utils import translation

from satupintu.catalogue.rules import Text
from satupintu.web import parts
from satupintu.web.icons import ICONS

MOMENT = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)  # 15.00 in Sanggau


@pytest.mark.parametrize(
    ("source", "value", "indonesian", "english"),
    [
        ("{{ x|tanggal }}", MOMENT, "Rabu, 25 November 2026", "Wednesday, 25 November 2026"),
        ("{{ x|tanggal }}", datetime(2026, 11, 24, 20, 0, tzinfo=UTC), "Rabu, 25 November 2026", "Wednesday, 25 November 2026"),
        ("{{ x|tanggal }}", date(2026, 8, 17), "Senin, 17 Agustus 2026", "Monday, 17 August 2026"),
        ("{{ x|tanggal }}", None, "", ""),
        ("{{ x|tanggal_pendek }}", MOMENT, "25 Nov 2026", "25 Nov 2026"),
        ("{{ x|tanggal_pendek }}", date(2026, 8, 1), "1 Agu 2026", "1 Aug 2026"),
        ("{{ x|bulan }}", MOMENT, "November 2026", "November 2026"),
        ("{{ x|waktu }}", MOMENT, "Rabu, 25 November 2026, 15.00", "Wednesday, 25 November 2026, 15:00"),
        ("{{ x|waktu_pendek }}", MOMENT, "25 Nov 2026, 15.00", "25 Nov 2026, 15:00"),
        ("{{ x|jam }}", MOMENT, "15.00", "15:00"),
        ("{{ x|jam }}", None, "", ""),
        ("{{ x|rupiah }}", 150000, "Rp150.000", "Rp150,000"),
        ("{{ x|rupiah }}", 0, "Rp0", "Rp0"),
        ("{{ x|rupiah }}", None, "", ""),
        ("{{ x|angka }}", 1234, "1.234", "1,234"),
        ("{{ x|angka(1) }}", Decimal("88.94"), "88,9", "88.9"),
        ("{{ durasi(x) }}", 95, "1 jam 35 menit", "1 hour 35 minutes"),
        ("{{ durasi(x) }}", 0, "0 menit", "0 minutes"),
        ("{{ durasi(x) }}", None, "", ""),
        ("{{ x|bahasa }}", Text("Izin Reklame", "Advertising permit"), "Izin Reklame", "Advertising permit"),
        ("{{ x|bahasa }}", {"id": "Baru", "en": "New"}, "Baru", "New"),
        ("{{ x|bahasa }}", {"id": "Baru", "en": ""}, "Baru", "Baru"),
        ("{{ x|bahasa }}", "Meliau", "Meliau", "Meliau"),
        ("{{ x|bahasa }}", None, "", ""),
        ("{{ x|masked }}", "6103014107999999", "6103••••••••9999", "6103••••••••9999"),
        ("{{ x|masked }}", "12345", "•••45", "•••45"),
        ("{{ x|masked }}", None, "", ""),
        ("{{ x|telepon }}", "+6281200001234", "0812-0000-1234", "0812-0000-1234"),
        ("{{ x|telepon }}", None, "", ""),
        ("{{ x|shape }}", "bad", "▲", "▲"),
        ("{{ x|shape }}", "unknown", "○", "○"),
    ],
)  # fmt: skip
def test_value_is_written_as_people_write_it(settings, source, value, indonesian, english):
    settings.TIME_ZONE = "Asia/Pontianak"

    written = []
    for language in ("id", "en"):
        with translation.override(language):
            written.append(engines["pages"].from_string(source).render({"x": value}))

    assert written == [indonesian, english]


def test_every_icon_is_one_hidden_drawing():
    for name in ICONS:
        drawn = str(parts.icon(name))
        assert drawn.count("<path") == 1
        assert 'aria-hidden="true"' in drawn


def test_an_unknown_icon_names_the_known_ones():
    with pytest.raises(KeyError, match="Known: alert, arrow-left"):
        parts.icon("kucing")


@pytest.mark.parametrize(
    ("percent", "y", "height"), [(0, 100, 0), (82, 18, 82), (140, 0, 100), (-3, 100, 0)]
)
def test_due_bar_fills_from_below_and_stays_inside(percent, y, height):
    drawn = str(parts.due_bar(percent, "warn"))

    assert f'<rect y="{y}" width="6" height="{height}" class="due-fill"/>' in drawn
    assert 'class="due warn"' in drawn
