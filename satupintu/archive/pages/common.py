"""What the pages of the archive share: who reads and keeps, rows of folders, choosing among them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from satupintu.archive import rules
from satupintu.archive.queries import Folder
from satupintu.documents.services import RenderFailed, render_pdf
from satupintu.lib.language import current_language
from satupintu.lib.refusal import Refusal
from satupintu.people.rules import Role
from satupintu.permits.keeping import KEEPERS
from satupintu.permits.rules import State
from satupintu.workflow.queries import title_of

READERS = (
    Role.FRONT_OFFICE, Role.VERIFIER, Role.SECTION_HEAD, Role.HEAD, Role.AUDITOR,
)  # fmt: skip
KEEPING = tuple(sorted(KEEPERS))


@dataclass(frozen=True, slots=True)
class Row:
    """One folder as the lists show it."""

    number: str
    party: str
    service: str
    code: str
    box: int
    place: str
    state: Any
    fate: Any
    active_until: date | None
    inactive_until: date | None
    lent_to: str
    holds: str  # what of a case lies in the folder that should not: its permit, when nobody collected it


def row_of(folder: Folder) -> Row:
    case = folder.case
    return Row(
        number=case.number,
        party=case.party.name if case.party else "",
        service=title_of(case, current_language()),
        code=folder.code,
        box=folder.box_id,
        place=folder.box.place,
        state=rules.STATE_LABELS[folder.state],
        fate=rules.FATE_LABELS[folder.fate],
        active_until=folder.active_until,
        inactive_until=folder.inactive_until,
        lent_to=folder.lent_to,
        holds=held_words(case.state),
    )


def held_words(state: str) -> str:
    """Return that the permit itself lies in the folder of a case in this state; "" when it does not."""
    return _("izin tidak diambil, ada di map") if state == State.NOT_COLLECTED else ""


class ChooseForm(forms.Form):
    """Which of the folders or cases that the page offers."""

    chosen = forms.MultipleChoiceField(
        label=gettext_lazy("Yang dipilih"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Pilih sedikitnya satu.")},
    )

    def __init__(self, offered: Sequence[tuple[str, str]], *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        field = self.fields["chosen"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = list(offered)

    def picked(self) -> set[str]:
        return set(self.cleaned_data["chosen"])


def chosen(
    request: HttpRequest, due: Sequence[Folder], *, may: bool, draw: Callable[[list[Folder]], str]
) -> tuple[ChooseForm, str]:
    """
    Return the form that offers the folders due, and "" or the page of the list that `draw` made of those picked.

    A refusal of `draw` stands in the form.
    """
    data = request.POST if request.method == "POST" and may else None
    form = ChooseForm([folder_choice(one) for one in due], data)
    if form.is_bound and form.is_valid():
        picked = form.picked()
        try:
            return form, draw([one for one in due if str(one.pk) in picked])
        except Refusal as error:
            form.add_error(None, error.message)
    return form, ""


def folder_choice(folder: Folder) -> tuple[str, str]:
    row = row_of(folder)
    where = _("boks %(box)s") % {"box": row.box}
    return str(folder.pk), f"{row.number} · {row.service} · {row.party} · {row.code} · {where}"


def tell(request: HttpRequest, done: int, stayed: Sequence[str]) -> None:
    """Say how many were done, and why the others were not."""
    for sentence in stayed:
        messages.warning(request, sentence)
    if done:
        text = ngettext("%(n)s map dicatat.", "%(n)s map dicatat.", done)
        messages.success(request, text % {"n": done})


def record_pdf(page: Any, name: str) -> HttpResponse:
    """Return a page of the template "record" as a PDF that no cache keeps."""
    try:
        answer = HttpResponse(render_pdf("record", page), content_type="application/pdf")
    except RenderFailed as error:
        raise Http404 from error
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
