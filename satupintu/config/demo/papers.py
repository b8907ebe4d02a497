"""Made-up papers and answers for made-up people, as the service files ask for them."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

from satupintu.catalogue.form import visible_fields, visible_pages
from satupintu.catalogue.rules import Definition, Field, FieldType, Kind
from satupintu.people.queries import Party

TEXTS = {
    "place_name": "Klinik Pratama Kapuas Sehat",
    "place_address": "Jalan Merdeka 12",
    "ad_text": "Toko Kapuas Maju",
    "title": "Kebiasaan membaca di desa tepi sungai",
    "university": "Universitas Tanjungpura",
    "str_number": "STR-CONTOH-0001",
    "plate": "KB 1234 XY",
    "permit_number": "503/0001/DPMPTSP/2025",
    "hours": "16.00–20.00",
    "from_place": "Sanggau",
    "to_place": "Pontianak",
    "purpose": "Rombongan wisata rohani",
    "topic": "Kebiasaan membaca di desa tepi sungai",
    "unit_name": "KB Tunas Kapuas",
    "founder": "Yayasan Tunas Kapuas",
    "route_name": "Sanggau – Balai – Tayan",
    "route_number": "KP-12",
    "method": "Pijat urut tradisional",
    "route": "Sanggau – Balai – Tayan",
}

MADE_UP_NIK = "6103015203949999"


def own_services() -> list[tuple[str, str]]:
    """Return (file name, text) of the services that only a demo office offers, by name."""
    folder = Path(__file__).resolve().parent / "services"
    return [(one.name, one.read_text(encoding="utf-8")) for one in sorted(folder.glob("*.toml"))]


def paper(title: str, name: str) -> bytes:
    """Return a one-page PDF that looks like a scan of an official paper, marked as an example."""
    from PIL import Image, ImageDraw, ImageFont

    sheet = Image.new("RGB", (744, 1052), "#fdfcf8")
    pen = ImageDraw.Draw(sheet)
    large, plain = ImageFont.load_default(26), ImageFont.load_default(18)
    pen.rectangle((40, 40, 704, 1012), outline="#8b8577", width=2)
    pen.text((80, 90), title.upper()[:44], fill="#1b1f23", font=large)
    pen.text((80, 140), f"Atas nama: {name}", fill="#1b1f23", font=plain)
    for line in range(14):
        width = 560 - (line * 37) % 170
        pen.rectangle((80, 210 + line * 36, 80 + width, 224 + line * 36), fill="#d9d6ce")
    pen.text((150, 800), "CONTOH", fill="#c9a86a", font=ImageFont.load_default(90))
    pen.text((80, 950), "Berkas peragaan, bukan dokumen sebenarnya.", fill="#565d66", font=plain)
    out = BytesIO()
    sheet.save(out, "PDF", resolution=90)
    return out.getvalue()


def answers_for(
    definition: Definition, kind: Kind, party: Party, day: date, given: Mapping[str, Any]
) -> dict[str, Any]:
    """Return an answer for every field that is shown, in the form the form engine stores; `given` comes first."""
    answers: dict[str, Any] = dict(given)
    for _round in range(3):  # an answer may open another page or field
        for page in visible_pages(definition, kind, answers):
            for field in visible_fields(page, kind, answers):
                if field.key not in answers and (field.required or field.prefill):
                    answers[field.key] = _answer(field, party, day)
    return {key: value for key, value in answers.items() if value not in ("", None)}


def _answer(field: Field, party: Party, day: date) -> Any:
    if field.prefill:
        value = getattr(party, field.prefill.removeprefix("party."), "")
        if value:
            return value.isoformat() if isinstance(value, date) else value
    if field.type is FieldType.GROUP:
        return [{column.key: _answer(column, party, day) for column in field.fields}]
    return _PLAIN[field.type](field, party, day)


def _number(field: Field) -> int:
    low = Decimal(field.minimum or "1")
    return int(max(low.to_integral_value(ROUND_CEILING), Decimal(3)))


def _text(field: Field, party: Party) -> str:
    if field.key == "responsible":  # who asks for it answers for it
        return party.name
    return TEXTS.get(field.key, f"Contoh {field.label.id.lower()}")[: field.max_length]


_PLAIN: dict[FieldType, Callable[[Field, Party, date], Any]] = {
    FieldType.TEXT: lambda field, party, _day: _text(field, party),
    FieldType.LONG_TEXT: lambda field, party, _day: _text(field, party),
    FieldType.NUMBER: lambda field, _party, _day: _number(field),
    FieldType.MONEY: lambda field, _party, _day: _number(field),
    FieldType.DATE: lambda field, _party, day: _date(field, day),
    FieldType.CHOICE: lambda field, _party, _day: field.choices[0].value,
    FieldType.CHOICES: lambda field, _party, _day: [field.choices[0].value],
    FieldType.YES_NO: lambda _field, _party, _day: "no",
    FieldType.REGION: lambda _field, party, _day: party.region,
    FieldType.NIK: lambda _field, party, _day: (
        party.identity if len(party.identity) == len(MADE_UP_NIK) else MADE_UP_NIK
    ),
    FieldType.NPWP: lambda _field, _party, _day: MADE_UP_NIK,
    FieldType.NIB: lambda _field, _party, _day: "9120000099991",
    FieldType.PHONE: lambda _field, party, _day: party.phone or "+6281200009999",
    FieldType.EMAIL: lambda _field, party, _day: party.email or "contoh@contoh.id",
    FieldType.KBLI: lambda _field, _party, _day: {"code": "47111", "version": "2025"},
    FieldType.COORDINATES: lambda _field, _party, _day: {"lat": 0.12, "lon": 110.59},
}


def _date(field: Field, day: date) -> str:
    """Return a day the field allows: ahead when it asks for one, else half a year ago."""
    wanted = day + timedelta(days=30) if field.minimum else day - timedelta(days=180)
    return wanted.isoformat()
