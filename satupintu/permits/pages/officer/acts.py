"""Acting on a case: one page per act. GET shows what is asked, POST acts; what was typed stays when it is refused."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from satupintu.documents.services import (
    OpenKey,
    RenderFailed,
    SigningRefused,
    UploadRefused,
)
from satupintu.lib.identity import mask_identity
from satupintu.office.services import NumberProblem
from satupintu.people.held import restores, typed
from satupintu.people.queries import User
from satupintu.permits import queries, rules
from satupintu.permits.pages.officer import forms, words
from satupintu.permits.pages.officer.desk import Desk, desk_for, works_on_cases
from satupintu.permits.pages.officer.drafts import DRAFT, proposed_reason
from satupintu.permits.pages.officer.paths import ACTIONS, SLUGS, case_page
from satupintu.permits.services import keys, letters, preview
from satupintu.permits.services.issue import number_and_issue
from satupintu.web.methods import require_safe_or_post
from satupintu.workflow.queries import Case, Transition, history
from satupintu.workflow.services import CannotMove, MovedMeanwhile, act

CONFLICT, UNPROCESSABLE = 409, 422
# What a unit does about its own part, beside other units at the same time; and what concerns nobody's answer.
UNIT_ACTS = frozenset(
    {
        "recommend_for",
        "recommend_against",
        "record_recommendation",
        "schedule_inspection",
        "record_inspection",
        "sign_report",
    }
)
BESIDE = frozenset(
    {
        "take",
        "release",
        "reassign",
        "comment",
        "notice_deadline",
        "note_originals",
        "shelve",
        "dispatch",
        "scan_letter",
        "choose_collection",
    }
)
REFUSALS = (CannotMove, SigningRefused, UploadRefused, NumberProblem)


class _SecretAsked(SigningRefused):
    def __init__(self) -> None:
        super().__init__(_("Ketik kata sandi tanda tangan."))


def form_class(action: str) -> type[forms.ActForm]:
    """Return the form of an act; signing by hand has its own."""
    if keys.signs_by_hand():
        if action == "issue":
            return forms.IssueScanForm
        if action == "number":
            return forms.PlainForm
    return forms.FORMS[action]


@works_on_cases
@restores
@require_safe_or_post
def act_page(request: HttpRequest, number: str, slug: str) -> HttpResponse:
    """Show or do one act on one case."""
    desk = desk_for(request, number)
    action = ACTIONS.get(slug)
    if action is None or not any(name == action for _state, name in desk.file.lifecycle.moves):
        raise Http404
    legal = action in desk.actions
    if request.method == "POST":
        return _do(request, desk, action, legal=legal)
    form = _form(request, desk, action)
    if legal:
        return _show(request, desk, action, form, status=200)
    if (
        form.is_bound
    ):  # typed before the session ended, and the case has moved on: still theirs to copy
        form.is_valid()
        form.add_error(None, _why_not(desk))
        return _show(request, desk, action, form, status=CONFLICT)
    messages.warning(request, _why_not(desk))
    return HttpResponseRedirect(case_page(desk.case))


def _why_not(desk: Desk) -> str:
    if desk.own:
        return _("Berkas ini atas nama Anda sendiri. Minta petugas lain menanganinya.")
    return _("Tindakan itu tidak tersedia pada keadaan berkas sekarang, atau bukan tugas Anda.")


def _form(request: HttpRequest, desk: Desk, action: str) -> forms.ActForm:
    kind, data = form_class(action), typed(request)
    form = kind(desk, action) if data is None else kind(desk, action, data, request.FILES)
    _ask_secret(request, desk, form)
    return form


def _ask_secret(request: HttpRequest, desk: Desk, form: forms.ActForm) -> None:
    """Ask for the secret of the signature, if the act needs it and no signing session is open now."""
    if isinstance(form, forms.SecretMixin) and not keys.signs_by_hand():
        form.ask_secret(needed=keys.kept_key(request.session, desk.user) is None)


def _do(request: HttpRequest, desk: Desk, action: str, *, legal: bool) -> HttpResponse:
    form, later = _form(request, desk, action), later_form(desk, action, request.POST)
    form.store_files()
    if not legal:
        # Somebody was quicker, or it never was theirs: said once, and what was typed stays.
        form.is_valid()
        form.add_error(None, _why_not(desk))
        return _show(request, desk, action, form, status=CONFLICT)
    valid, timely = form.is_valid(), later is None or later.is_valid()
    if not valid or not timely:
        return _show(request, desk, action, form, status=UNPROCESSABLE, later=later)
    try:
        row = perform(request, desk, action, form, later.happened if later else None)
    except REFUSALS as error:
        _ask_secret(request, desk, form)  # the signing session may have ended since
        status = keys.show_refusal(form, error)
        seen = desk_for(request, desk.case.number) if status == CONFLICT else desk
        return _show(request, seen, action, form, status=status)
    if row is not None:
        messages.success(request, f"{desk.case.number}: {words.DONE.get(row.action, row.action)}.")
    return HttpResponseRedirect(case_page(desk.case))


def later_form(desk: Desk, action: str, data: Any = None) -> forms.LaterForm | None:
    """Return the form for when it truly happened; None for acts that are always of this moment. At most one query."""
    if action not in rules.ENTERED_LATER or (action == "issue" and not keys.signs_by_hand()):
        return None
    return forms.LaterForm(data, now=desk.at, not_before=queries.came_here_at(desk.case))


def _show(
    request: HttpRequest,
    desk: Desk,
    action: str,
    form: forms.ActForm,
    *,
    status: int,
    later: forms.LaterForm | None = None,
) -> HttpResponse:
    move = desk.file.lifecycle.move(desk.case.state, action)
    if status == CONFLICT:
        # The next press is about the case as it is now; the sentence above the form has said so.
        form.show_version(desk.case.version)
    return render(
        request,
        "permits/officer/act.html",
        {
            "desk": desk,
            "case": desk.case,
            "action": action,
            "label": words.OFFICER_LABELS.get(action, move.label)
            if move
            else words.DONE.get(action, action),
            "weight": move.weight if move else "primary",
            "possible": action in desk.actions,
            "form": form,
            "number": desk.file.permit_case.number,
            "session_open": form.reads_secret and keys.SESSION_KEY in request.session,
            "back": case_page(desk.case),
            "service": desk.file.definition.title,
            "said": _said(desk, action),
            "renews": _renews(desk) if action == "renew_holder" else (),
            "later": later or later_form(desk, action, typed(request)),
            "later_open": "kemudian" in request.GET,
        },
        status=status,
    )


# Acts before which one reads what the units and the verifier said.
_DECIDING = frozenset({"propose_approval", "propose_refusal", "initial", "approve", "reject"})


def _said(desk: Desk, action: str) -> dict[str, Any] | None:
    """Return what a decision rests on: recommendations, and the refusal's reasons. Two queries; None for other acts."""
    if action not in _DECIDING:
        return None
    reason = ""
    if desk.case.state == rules.State.REFUSAL_PROPOSED:
        reason = proposed_reason(history(desk.case))
    return {
        "recommendations": queries.recommendations(desk.case.pk),
        "refusal": reason,
        "draft_url": f"{case_page(desk.case)}?dok={DRAFT}#dokumen"
        if preview.has_draft(desk.file)
        else "",
    }


def _renews(desk: Desk) -> list[tuple[str, str, str]]:
    """Return what of the applicant changed since it was sent in: label, as it was, as it is now."""
    before, after = desk.file.holder, desk.file.holder_now
    found = []
    for name in before.changed_to(after):
        pair = getattr(before, name), getattr(after, name)
        was, now = map(mask_identity, pair) if name == "identity" else pair
        found.append((str(rules.HOLDER_LABELS[name]), was, now))
    return found


@works_on_cases
@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """End the signing session now: the next signature asks for the secret again."""
    user = request.user
    assert isinstance(user, User)
    keys.close_key(request.session, user)
    messages.info(request, _("Sesi tanda tangan ditutup."))
    return HttpResponseRedirect(reverse("portal:inbox"))


# --- Doing ---------------------------------------------------------------------------------------


def perform(
    request: HttpRequest,
    desk: Desk,
    action: str,
    form: forms.ActForm,
    happened: datetime | None = None,
) -> Transition | None:
    """
    Do the act and what follows from it at once: number, signature, letter. Raises what act() raises.

    `happened` is the true moment of what was done on paper before; what follows by machine is of this moment.

    None when the act was done and the signature after it was refused: the person has been told.
    """
    reason, data = form.request_data()
    seen = form.cleaned_data["version"]
    if keys.signs_by_hand() or not form.reads_secret:
        row = _act(desk, action, reason, data, seen, happened)
        letters.make_after(row, at=desk.at)
        if action == "approve":
            return act(desk.case, "number", by=desk.actor, at=desk.at)
        return row
    key = _key(request, desk, form)  # first: a wrong secret changes nothing
    if action in ("number", "issue"):
        if seen != desk.case.version:
            raise MovedMeanwhile(_moved())
        return _sign(request, desk.case, desk, key)
    row = _act(desk, action, reason, data, seen, happened)
    if action == "approve":
        return _sign(request, desk.case, desk, key)
    letters.make_after(row, at=desk.at, key=key)
    return row


def _seen(desk: Desk, action: str, version: int) -> int:
    """
    Return the version the officer was looking at, as far as it matters to this act.

    A unit answers its own task: what other units answered at the same time, and who took which task, changes nothing
    that it looked at. One query, only when the case has moved since.
    """
    if action not in UNIT_ACTS or version >= desk.case.version:
        return version
    since = {row.action for row in history(desk.case) if row.seq > version}
    return desk.case.version if since <= UNIT_ACTS | BESIDE else version


def _moved() -> str:
    return _(
        "Berkas ini sudah berubah sejak halaman dibuka. Periksa keadaan terbarunya, lalu ulangi bila masih perlu."
    )


def _act(  # noqa: PLR0917  the order of the words: what, why, with what
    desk: Desk,
    action: str,
    reason: str,
    data: dict[str, Any],
    seen: int,
    happened: datetime | None,
) -> Transition:
    return act(
        desk.case,
        action,
        by=desk.actor,
        at=happened or desk.at,
        recorded_at=desk.at if happened else None,
        channel="counter" if action in ("resubmit", "resume", "restart", "withdraw") else "web",
        reason=reason,
        data=data,
        seen_version=_seen(desk, action, seen),
    )


def _key(request: HttpRequest, desk: Desk, form: forms.ActForm) -> OpenKey:
    secret = form.cleaned_data.get("secret", "")
    if secret:
        return keys.open_key(request.session, desk.user, secret)
    found = keys.kept_key(request.session, desk.user)
    if found is None:
        raise _SecretAsked
    return found


def _sign(request: HttpRequest, case: Case, desk: Desk, key: OpenKey) -> Transition | None:
    try:
        return number_and_issue(case, by=desk.actor, at=desk.at, key=key)
    except (SigningRefused, NumberProblem, UploadRefused) as error:
        _say_unsigned(request, case, error.message)
    except RenderFailed:
        _say_unsigned(request, case, _("Halaman izin belum dapat dibuat. Beri tahu admin."))
    return None


def _say_unsigned(request: HttpRequest, case: Case, why: str) -> None:
    """Say what was done and what was not: the number stays with the case."""
    if case.state == rules.State.NUMBERED:
        text = _(
            "%(case)s sudah bernomor tetapi belum ditandatangani: %(why)s Nomornya tetap, coba lagi."
        )
    else:
        text = _("%(case)s sudah disetujui tetapi belum bernomor: %(why)s")
    messages.error(request, text % {"case": case.number, "why": why})


def links(desk: Desk) -> list[dict[str, Any]]:
    """Return the buttons of the action bar, the main one first."""
    order = {"primary": 0, "secondary": 1, "danger": 2, "quiet": 3}
    rare = {"withdraw", "lapse", "pause"}  # behind "Lainnya", whatever their weight
    hidden = {"number"} if "issue" in desk.actions else set()
    found = [
        {
            "label": words.OFFICER_LABELS.get(action, move.label),
            "weight": "quiet" if action in rare else move.weight,
            "url": reverse("permits:act", args=[desk.case.number, SLUGS[action]]),
            "action": action,
        }
        for action, move in desk.actions.items()
        if action in SLUGS and action not in hidden
    ]
    return sorted(found, key=lambda one: order.get(str(one["weight"]), 1))
