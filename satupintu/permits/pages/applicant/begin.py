"""The start of an application: for whom, which kind of request, or on with a draft."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from satupintu.catalogue.queries import Offer, ServiceNotOffered, get_offer
from satupintu.catalogue.rules import KIND_LABELS, Kind, System, fields_by_key
from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.people.access import signed_in
from satupintu.people.queries import Party, acting_party_id, actor_for, parties_for
from satupintu.permits.pages.applicant.already import held_before
from satupintu.permits.pages.applicant.common import get_sheet, me, sheet_of, today
from satupintu.permits.queries import Draft, Permit, list_drafts, list_permits_of, titles_of
from satupintu.permits.rules import NEEDS_PERMIT, PermitState, restorable_until
from satupintu.permits.services import drafts
from satupintu.permits.services.supervised import suspended_words
from satupintu.web.methods import require_safe_or_post

BUNDLE_LIMIT = 5  # services in one application
NOT_LISTED = "-"  # a permit from before the register


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to apply for: the services as offered today."""

    offers: list[Offer]

    @property
    def title(self) -> str:
        return ", ".join(one.definition.title_in(current_language()) for one in self.offers)

    @property
    def kinds(self) -> list[Kind]:
        """The kinds of request that every service has."""
        first = self.offers[0].definition.kinds
        return [kind for kind in first if all(kind in o.definition.kinds for o in self.offers)]

    def fits(self, party: Party) -> bool:
        wanted = {one.definition.party for one in self.offers}
        kind = "organisation" if party.is_organisation else "person"
        return all(one in ("any", kind) for one in wanted)


def find_asked(code: str, more: str) -> Asked:
    """Return the services of the address: one, or more by ?layanan=a,b. Raises Http404."""
    codes = dict.fromkeys([code, *(one.strip() for one in more.split(",") if one.strip())])
    try:
        asked = Asked([get_offer(one, today()) for one in list(codes)[:BUNDLE_LIMIT]])
    except ServiceNotOffered as error:
        raise Http404 from error
    if not asked.kinds:
        raise Http404
    return asked


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A draft of the same service that is there already."""

    draft: Draft
    kind: Any
    filled_to: str


class StartForm(forms.Form):
    """
    For whom, and which kind of request; of which permit is asked once the kind needs one.

    A post that has only just said so comes back unbound with the question: `is_valid()` is False, without errors.
    """

    party = forms.ChoiceField(label=_("Untuk siapa izin ini?"), widget=forms.RadioSelect)
    kind = forms.ChoiceField(label=_("Apa yang Anda perlukan?"), widget=forms.RadioSelect)
    permit = forms.ChoiceField(label=_("Izin yang mana?"), widget=forms.RadioSelect)

    def __init__(
        self,
        *args: Any,
        parties: list[Party],
        kinds: list[Kind],
        permits: list[Permit],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.permits = {str(one.pk): one for one in permits}
        self._choices("party", [(str(one.pk), one.name) for one in parties])
        self._choices("kind", [(kind.value, KIND_LABELS[kind]) for kind in kinds])
        held = [(key, f"{one.number} · {one.holder}") for key, one in self.permits.items()]
        self._choices("permit", [*held, (NOT_LISTED, _("Tidak ada di daftar ini"))])
        self.fields["permit"].initial = next(iter(self.permits)) if len(permits) == 1 else None
        if len(parties) == 1:
            self._only("party", str(parties[0].pk))
        if len(kinds) == 1:
            self._only("kind", kinds[0].value)
        given = self.data if self.is_bound else self.initial
        if not permits or given.get("kind") not in NEEDS_PERMIT:
            del self.fields["permit"]
        elif self.is_bound and "permit" not in self.data:
            self.initial.update({name: self.data.get(name, "") for name in ("party", "kind")})
            self.is_bound = False

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def _only(self, name: str, value: str) -> None:
        """One possibility is no question."""
        self.fields[name].widget = forms.HiddenInput()
        self.fields[name].initial = value

    def previous(self) -> Permit | None:
        """Return the permit the request is about; None for a new one."""
        if Kind(self.cleaned_data["kind"]) not in NEEDS_PERMIT:
            return None
        found = self.permits.get(self.cleaned_data.get("permit", ""))
        return found if found and str(found.party_id) == self.cleaned_data["party"] else None


@signed_in
@never_cache
@require_safe_or_post
def apply(request: HttpRequest, code: str) -> HttpResponse:
    """Begin an application, or go on with a draft of the same service."""
    asked = find_asked(code, request.GET.get("layanan", ""))
    user = me(request)
    parties = [one for one in parties_for(user, today()) if asked.fits(one)]
    codes = {one.code for one in asked.offers}
    held = list_permits_of(frozenset(one.pk for one in parties))
    permits = [one for one in held if one.service_code in codes and one.state == "in_force"]
    form = StartForm(
        request.POST or None,
        parties=parties,
        kinds=asked.kinds,
        permits=permits,
        initial=_wanted(request, asked, parties),
    )
    if request.method == "POST" and parties and form.is_valid():
        draft = _start(user.pk, asked, form)
        return redirect("permits:step", draft.pk, get_sheet(request, draft.pk).keys[0])
    context = {
        "asked": asked,
        "form": form,
        "parties": parties,
        "drafts": [
            DraftLine(one, KIND_LABELS[Kind(one.kind)], _filled_to(one))
            for one in _same(list_drafts(actor_for(request)), asked)
        ],
        "already": [
            one for offer in asked.offers for one in held_before(held, offer.definition, today())
        ],
        "suspended": [
            suspended_words(one)
            for one in held
            if one.service_code in codes and one.state == PermitState.SUSPENDED
        ],
        "system": asked.offers[0].definition.system,
        "outside": asked.offers[0].definition.system is not System.SATUPINTU,
    }
    return render(request, "permits/applicant/start.html", context)


def _wanted(request: HttpRequest, asked: Asked, parties: list[Party]) -> dict[str, str]:
    """Return what the address already says (?jenis=extension&izin=...), else oneself and a new permit."""
    kind = request.GET.get("jenis", "")
    acting = acting_party_id(request)
    mine = next((one for one in parties if one.pk == acting), parties[0] if parties else None)
    return {
        "kind": kind if kind in asked.kinds else asked.kinds[0].value,
        "party": str(mine.pk) if mine else "",
    } | ({"permit": request.GET["izin"]} if request.GET.get("izin") else {})


def _filled_to(draft: Draft) -> str:
    """Return the title of the last page with an answer, so that one draft is told from another; "" for none."""
    answered = [
        one
        for one in sheet_of(draft).steps
        if any(item.key in draft.answers for item in one.page.fields)
    ]
    return answered[-1].title.in_language(current_language()) if answered else ""


def _same(found: list[Draft], asked: Asked) -> list[Draft]:
    wanted = {one.version_id for one in asked.offers}
    return [draft for draft in found if not draft.discarded_at and wanted <= set(draft.versions)]


def _start(user_id: int, asked: Asked, form: StartForm) -> Draft:
    previous = form.previous()
    return drafts.start_draft(
        user_id=user_id,
        party_id=UUID(form.cleaned_data["party"]),
        version_ids=[one.version_id for one in asked.offers],
        kind=Kind(form.cleaned_data["kind"]),
        answers=answers_from(previous, asked) if previous else {},
        previous_permit=previous,
        at=clock.now(),
    )


def answers_from(previous: Permit, asked: Asked) -> dict[str, Any]:
    """Return the answers of the earlier case that these services ask too, and its number where it is asked."""
    known = {key for one in asked.offers for key in fields_by_key(one.definition)}
    answers = {**previous.case.permit_case.answers, "old_number": previous.number}
    answers["permit_number"] = previous.number
    return {key: value for key, value in answers.items() if key in known}


@signed_in
@never_cache
@require_safe_or_post
def discard(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Ask first, on a page of its own; then throw a draft away. The list says so, with the way back."""
    sheet, at = get_sheet(request, draft_id), clock.now()
    if "yakin" not in request.POST:
        context = {"sheet": sheet, "until": restorable_until(timezone.localdate(at))}
        return render(request, "permits/applicant/discard.html", context)
    drafts.discard_draft(draft=sheet.draft, at=at)
    return redirect(f"{reverse('permits:mine')}?dihapus={draft_id}")


@signed_in
@require_POST
def restore(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Take a draft back that was thrown away."""
    found = next((one for one in list_drafts(actor_for(request)) if one.pk == draft_id), None)
    if found is None:
        messages.warning(request, _("Draf itu sudah dihapus dan tidak dapat dikembalikan lagi."))
        return redirect("permits:mine")
    drafts.restore_draft(draft_id=draft_id)
    titles = titles_of(found.versions, current_language())
    messages.success(
        request,
        _("Draf “%(service)s” dikembalikan.")
        % {"service": ", ".join(titles[one] for one in found.versions)},
    )
    return redirect("permits:mine")
