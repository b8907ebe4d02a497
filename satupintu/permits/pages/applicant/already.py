"""A permit that the applicant holds already: said before they fill in a form for it, with the ways on."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from satupintu.catalogue.form import PageForm, shown_values
from satupintu.catalogue.rules import Definition, Kind, fields_by_key
from satupintu.lib.language import current_language
from satupintu.permits.pages.applicant.common import Sheet, today
from satupintu.permits.queries import Permit
from satupintu.permits.services.submit import Problem, held_alike, held_words
from satupintu.permits.steps import Step
from satupintu.web.context import MenuItem

ASKABLE = (Kind.EXTENSION, Kind.CHANGE, Kind.REPLACEMENT, Kind.CLOSING)


@dataclass(frozen=True, slots=True)
class Held:
    """A permit in force; `what` says for which thing, `question` which answer makes another one possible."""

    permit: Permit
    what: str
    question: str
    actions: list[MenuItem]
    step: str = ""
    anchor: str = ""


def permit_actions(permit: Permit, definition: Definition | None) -> list[MenuItem]:
    """Return what the service lets one ask for a permit, as links that start a filled-in draft."""
    kinds = definition.kinds if definition else ()
    words = {
        Kind.EXTENSION: _("Perpanjang"),
        Kind.CHANGE: _("Ubah data"),
        Kind.REPLACEMENT: _("Ganti yang hilang atau rusak"),
        Kind.CLOSING: _("Tutup izin"),
    }
    return [
        MenuItem(str(words[kind]), f"/ajukan/{permit.service_code}/?jenis={kind}&izin={permit.pk}")
        for kind in kinds
        if kind in ASKABLE
    ]


def held_before(permits: list[Permit], definition: Definition, day: date) -> list[Held]:
    """Return those of a person's permits that a new request may repeat. At most one query for each permit."""
    if not definition.unique_by or Kind.NEW not in definition.kinds:
        return []
    return [
        _held(permit, definition)
        for permit in permits
        if permit.service_code == definition.code
        and permit.state == "in_force"
        and (permit.valid_until is None or permit.valid_until >= day)
    ]


def _held(permit: Permit, definition: Definition, *, step: str = "") -> Held:
    used, known = current_language(), fields_by_key(definition)
    keys = [key for key in definition.unique_by if key in known]
    given = {key: permit.case.permit_case.answers.get(key, "") for key in keys}
    values = shown_values(definition, given, used)
    labels = [known[key].label.in_language(used).rstrip("?:") for key in keys]
    return Held(
        permit,
        ", ".join(values[key] for key in keys if key in values),
        ", ".join(labels),
        [one for one in permit_actions(permit, definition) if Kind.CLOSING not in one.url],
        step,
        f"id_{keys[-1]}" if keys else "",
    )


def held_now(sheet: Sheet) -> list[Held]:
    """Return the permits that a draft asks for once more. At most one query for each service."""
    place = {item.key: one.key for one in sheet.steps for item in one.page.fields}
    found = []
    for definition in sheet.definitions:
        permit = held_alike(sheet.draft, definition, today())
        if permit is not None:
            key = definition.unique_by[-1]
            found.append(_held(permit, definition, step=place.get(key, "")))
    return found


def problem_of(held: Held) -> Problem:
    return Problem(held.step, held.anchor, held_words(held.permit))


def refuse_held(sheet: Sheet, page: Step, form: PageForm) -> list[Held]:
    """Put the refusal beside the question of `page` that makes a request the same as a permit in force."""
    asked = set(form.fields) & set(page.definition.unique_by)
    if not asked:
        return []
    found = [one for one in held_now(sheet) if one.permit.service_code == page.definition.code]
    for one in found:
        form.add_error(max(asked, key=page.definition.unique_by.index), held_words(one.permit))
    return found
