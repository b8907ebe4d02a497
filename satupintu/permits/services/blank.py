"""The blank form of a service on paper, from its definition: for who writes by hand, and for days without power."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from satupintu.catalogue.phrases import days_words, fee_words, when_words
from satupintu.catalogue.rules import (
    KIND_LABELS,
    Condition,
    Definition,
    Field,
    FieldType,
    Kind,
    longest_days,
)
from satupintu.documents.rules import Blank, FormPage, FormRow, FormSection
from satupintu.permits.services.pages import WEB, letterhead

LANGUAGE = "id"  # an official paper (UU 24/2009, article 27)
ROWS_ON_PAPER = 6  # of a repeating group; more go on a sheet of their own

_BOXES = {
    FieldType.NIK: (16, (6, 6, 4)),
    FieldType.NIB: (13, (13,)),
    FieldType.NPWP: (16, (16,)),
    FieldType.DATE: (8, (2, 2, 4)),
}


def blank_form(definition: Definition) -> FormPage:
    """
    Return the paper form of a service: every question of every kind of request, what to bring, room for the office.

    A question that is asked only sometimes says when.
    """
    with override(LANGUAGE):
        sections = tuple(
            FormSection(
                title=page.title.id,
                note=_when(definition, frozenset(definition.kinds), page.shown_when),
                rows=tuple(_row(item, definition) for item in page.fields),
            )
            for page in definition.pages
        )
        return FormPage(
            letterhead=letterhead(),
            number=f"{definition.code} v{definition.version}",
            title=definition.title.id,
            kinds=tuple(str(KIND_LABELS[kind]) for kind in definition.kinds),
            sections=sections,
            requirements=tuple(
                (
                    _starred(one.label.id, needed=one.required),
                    _when(definition, one.kinds, one.required_when),
                )
                for one in definition.requirements
                if one.by_file
            ),
            statements=tuple(
                (one.label.id, one.statement_text.id)
                for one in definition.requirements
                if one.may_declare
            ),
            promise=_("Janji kami: %(days)s sejak permohonan lengkap.")
            % {"days": days_words(longest_days(definition))},
            fee=_("Biaya: %(fee)s.") % {"fee": fee_words(definition, LANGUAGE)},
            follow=f"{WEB}/lacak",
            demo=bool(settings.DEMO),
        )


def _row(item: Field, definition: Definition) -> FormRow:
    notes = [
        _when(definition, item.kinds, item.shown_when),
        item.help.id if item.type is not FieldType.COORDINATES else "",
    ]
    blank, size, groups, options = _blank(item)
    return FormRow(
        label=_starred(item.label.id, needed=item.required),
        blank=blank,
        note=" ".join(one for one in notes if one),
        size=size,
        groups=groups,
        options=options,
    )


def _starred(label: str, *, needed: bool) -> str:
    return f"{label} *" if needed else label


def _blank(item: Field) -> tuple[Blank, int, tuple[int, ...], tuple[str, ...]]:
    """Return how a question looks on paper: kind, size, groups of boxes, options."""
    if item.type in _BOXES:
        size, groups = _BOXES[item.type]
        return Blank.BOXES, size, groups, ()
    if item.type in {FieldType.CHOICE, FieldType.CHOICES}:
        return Blank.CHOICE, 1, (), tuple(one.label.id for one in item.choices)
    if item.type is FieldType.YES_NO:
        return Blank.CHOICE, 1, (), (_("Ya"), _("Tidak"))
    if item.type is FieldType.REGION:
        return Blank.PLACE, 1, (), ()
    if item.type is FieldType.GROUP:
        rows = min(item.max_rows, ROWS_ON_PAPER)
        return Blank.TABLE, rows, (), tuple(one.label.id for one in item.fields)
    return Blank.LINES, 2 if item.type is FieldType.LONG_TEXT else 1, (), ()


def _when(definition: Definition, kinds: frozenset[Kind], condition: Condition | None) -> str:
    """Return for whom something is asked, as a sentence; "" for everybody."""
    said = when_words(definition, kinds, condition, LANGUAGE)
    return f"{said[0].upper()}{said[1:]}." if said else ""
