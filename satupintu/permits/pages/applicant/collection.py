"""Where the applicant wants to get the permit on paper: at the office, at a district office, or by post."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from satupintu.lib import clock
from satupintu.people.access import signed_in
from satupintu.people.held import restores, typed
from satupintu.people.queries import Party
from satupintu.permits import collecting
from satupintu.permits.collecting import CHOOSE
from satupintu.permits.models import Collection
from satupintu.permits.pages.applicant.common import Sheet, get_own_file
from satupintu.permits.pages.officer.forms.delivering import (
    collection_data,
    collection_fields,
    missing_collection,
)
from satupintu.permits.paid import lifecycle_for
from satupintu.permits.queries import File
from satupintu.permits.rules import State
from satupintu.web.methods import require_safe_or_post
from satupintu.workflow.services import CannotMove, act


class ChoiceForm(forms.Form):
    def __init__(self, found: Collection | None, party: Party | None, *args: Any) -> None:
        super().__init__(*args)
        self.fields |= collection_fields(found, party)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, message in missing_collection(cleaned):
            self.add_error(name, message)
        return cleaned


class FirstChoiceForm(ChoiceForm):
    """The same choice while applying: may be left alone, which is the office's own counter."""

    def __init__(self, party: Party | None, *args: Any) -> None:
        super().__init__(None, party, *args)
        self.fields["how"].required = False

    @property
    def data_of(self) -> dict[str, Any] | None:
        """Return what the move is given; None for the office's own counter, where every permit is. Of a valid form."""
        if self.cleaned_data.get("how") in ("", collecting.OFFICE):
            return None
        return collection_data(self.cleaned_data)


def first_choice(sheet: Sheet, *args: Any) -> FirstChoiceForm | None:
    """
    Return the choice for an application that is being checked; None where no permit of it is on this office's paper.

    An officer who types for somebody does not read their address here. One query.
    """
    if not any(lifecycle_for(one).move(State.SUBMITTED, CHOOSE) for one in sheet.definitions):
        return None
    return FirstChoiceForm(None if sheet.draft.typed_by_id else sheet.draft.party, *args)


def collection_card(file: File, *, may_choose: bool) -> dict[str, Any]:
    """Return what the case page says of the paper. One query."""
    found = collecting.collection_of(file.case.pk)
    away = found is not None and found.consignment_id is not None
    card = {
        "wanted": collecting.chosen_words(found),
        "away": collecting.place_words(found) if away else "",
    }
    return {"collection": card if found else None, "may_choose": may_choose and not away}


@signed_in
@restores
@never_cache
@require_safe_or_post
def collection(request: HttpRequest, number: str) -> HttpResponse:
    """Ask where to get the permit on paper, and note it."""
    actor, file = get_own_file(request, number)
    if file.case.party_id not in actor.party_ids:
        raise Http404
    form = ChoiceForm(collecting.collection_of(file.case.pk), file.case.party, typed(request))
    if request.method == "POST" and form.is_valid():
        data = collection_data(form.cleaned_data)
        try:
            act(file.case, CHOOSE, by=actor, at=clock.now(), data=data)
        except CannotMove as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Pilihan Anda sudah disimpan."))
            return redirect("permits:mycase", number)
    return render(
        request,
        "permits/applicant/collection.html",
        {"file": file, "form": form},
        status=422 if form.errors else 200,
    )
