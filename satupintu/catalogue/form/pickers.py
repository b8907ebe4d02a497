"""Fields whose value is picked from a long list: a village, a KBLI group. What their widgets find and open."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from satupintu.catalogue import kbli
from satupintu.catalogue.form.widgets import Found, Option, Parts, Picker
from satupintu.office import queries as office
from satupintu.office.rules import RegionLevel

_VILLAGE = re.compile(r"^\d{2}\.\d{2}\.\d{2}\.\d{4}$")
_PART = re.compile(r"^\d{2}\.\d{2}(\.\d{2})?$")  # a regency or a kecamatan
_SHOWN = 15  # villages of a search
_SHOWN_PARTS = 6  # regencies and kecamatan of a search


class PickerField(forms.Field):
    """A value from a long list: given as code, chosen among matches, or typed so that only one matches."""

    widget: Picker

    def __init__(self, *, ask: str, **options: Any) -> None:
        self.ask = ask
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        given = (
            value
            if isinstance(value, dict)
            else {"value": str(value or ""), "typed": "", "seen": "", "within": ""}
        )
        chosen, typed = given["value"], given["typed"]
        if typed and typed != given["seen"]:
            chosen = self._typed(typed)  # counts more than what was chosen before it
        if not chosen:
            if typed or given["within"]:
                raise ValidationError(self.ask)
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return ""
        if self.widget.find(chosen) is None:
            raise ValidationError(self.ask)
        return self.stored(chosen)

    def _typed(self, typed: str) -> str:
        """Return the one value that a text means. Raises ValidationError."""
        found = self.widget.search(typed)
        if len(found.options) == 1:
            return found.options[0][0]
        if self.widget.find(typed):
            return typed
        raise ValidationError(
            self.ask
            if found.options or found.parts
            else _("Tidak ada yang cocok. Coba sebagian kata saja.")
        )

    def stored(self, value: str) -> Any:
        return value


class RegionField(PickerField):
    """
    A village by its Kemendagri code: found by its name, or by opening its kecamatan.

    The kecamatan of the office's own regency are listed; those of another one are found by a name of it.
    """

    def __init__(self, **options: Any) -> None:
        picker = Picker(
            source="wilayah",
            search=search_villages,
            find=find_village,
            parts=Parts(
                title=gettext_lazy("Tidak tahu tulisannya? Pilih lewat kecamatan"),
                label=gettext_lazy("Kecamatan"),
                button=gettext_lazy("Tampilkan desa dan kelurahan"),
                help=region_help,
                listed=own_districts,
                opened=open_region,
                holding=lambda code: code.rpartition(".")[0],
            ),
        )
        super().__init__(widget=picker, ask=_("Pilih desa atau kelurahan dari daftar."), **options)


class KbliField(PickerField):
    """A five-digit KBLI code with its version year."""

    def __init__(self, **options: Any) -> None:
        picker = Picker(source="kbli", search=search_kbli, find=find_kbli)
        super().__init__(widget=picker, ask=_("Pilih bidang usaha dari daftar."), **options)

    def stored(self, value: str) -> Any:
        return {"code": value, "version": kbli.VERSION}

    def prepare_value(self, value: Any) -> Any:
        return value["code"] if isinstance(value, dict) and "code" in value else value


# --- Regions -----------------------------------------------------------------------------------
def search_villages(text: str) -> Found:
    """
    Return the villages that fit with their full names, and the regencies and kecamatan that can be opened.

    The office's own regency comes first; the country is searched when it has nothing.
    """
    if _VILLAGE.match(text):
        label = find_village(text)
        return Found([(text, label)] if label else [])
    own = office.profile().region_code
    found = _named(office.search_regions(text, within=own, limit=40)) if own else Found()
    if found.options or found.parts:
        return found
    return _named(office.search_regions(text, limit=60))


def _named(regions: list[Any]) -> Found:
    codes = [region.code for region in regions if _VILLAGE.match(region.code)][:_SHOWN]
    parts = [
        region.code
        for region in regions
        if region.level in (RegionLevel.REGENCY, RegionLevel.DISTRICT)
    ][:_SHOWN_PARTS]
    names = office.region_names([*codes, *parts])
    return Found(_with_names(codes, names), _with_names(parts, names))


def _with_names(codes: list[str], names: dict[str, str]) -> list[Option]:
    return [(code, names[code]) for code in codes if code in names]


def own_districts() -> list[Option]:
    """Return the kecamatan of the office's regency. Usually no query."""
    own = office.profile().region_code
    return [(one.code, one.name) for one in office.regions(own)] if own else []


def open_region(code: str) -> Found:
    """Return the villages of a kecamatan, or the kecamatan of a regency, by name. Usually no query."""
    if not _PART.match(code):
        return Found()
    below = [(one.code, one.name) for one in office.regions(code)]
    title = office.region_names([code]).get(code, "")
    if below and _VILLAGE.match(below[0][0]):
        return Found(below, title=title)
    return Found(parts=below, title=title)


def region_help() -> str:
    """Return how to find a place in another regency."""
    return _(
        "Ini kecamatan di %(regency)s. Untuk daerah lain, cari nama kecamatan atau kabupatennya di kotak di atas."
    ) % {"regency": office.profile().regency}


def find_village(code: str) -> str | None:
    """Return the full name of a village, None for anything else."""
    if not _VILLAGE.match(code):
        return None
    return office.region_names([code]).get(code)


# --- KBLI ----------------------------------------------------------------------------------------
def search_kbli(text: str) -> Found:
    """Return (code, "code title") of KBLI groups that fit."""
    return Found([(code, f"{code} {title}") for code, title in kbli.search(text)])


def find_kbli(code: str) -> str | None:
    title = kbli.find(code)
    return f"{code} {title}" if title else None
