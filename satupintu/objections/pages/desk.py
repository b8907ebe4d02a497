"""The officers' side: the list of objections, one objection, one page for each act."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from satupintu.documents.services import OpenKey, RenderFailed, SigningRefused
from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.objections import queries, rules
from satupintu.objections.pages.shown import SCAN_SLUG, for_ink, steps_of
from satupintu.objections.queries import Objection
from satupintu.objections.services import letters
from satupintu.office.queries import work_calendar
from satupintu.people.access import staff
from satupintu.people.held import restores, typed
from satupintu.people.queries import User, actor_for
from satupintu.people.rules import Actor, Role
from satupintu.permits.pages.paper_letters import LetterPlace, dispatch_page, scan_page
from satupintu.permits.pages.pdf import pdf_answer
from satupintu.permits.services import keys
from satupintu.web.forms import press
from satupintu.web.methods import require_safe_or_post
from satupintu.workflow.queries import (
    Case,
    Cursor,
    NotFound,
    history,
    newest_page,
    officer_actions,
    open_tasks,
    title_of,
)
from satupintu.workflow.rules import Move, time_left
from satupintu.workflow.services import CannotMove, act

WORKERS = (Role.FRONT_OFFICE, Role.VERIFIER, Role.SECTION_HEAD, Role.HEAD)
READERS = (*WORKERS, Role.AUDITOR)
LISTED_TO = (*READERS, Role.LEADER)  # the leader reads the list behind the figure

SLUGS = {
    "begin_review": "periksa",
    "propose": "ajukan-konsep",
    "send_back": "kembalikan-konsep",
    "uphold": "kabulkan",
    "uphold_partly": "kabulkan-sebagian",
    "refuse": "tolak",
    "carry_out": "laksanakan",
    "withdraw": "catat-penarikan",
    "comment": "catatan",
    "scan_letter": SCAN_SLUG,
    "dispatch": "ekspedisi",
}
ACTIONS = {slug: action for action, slug in SLUGS.items()}


# --- List -----------------------------------------------------------------------------------------


@staff(*LISTED_TO)
@require_safe
def objections(request: HttpRequest) -> HttpResponse:
    """List objections: those that wait, or all, newest first, by keyset."""
    everything = request.GET.get("semua") == "1"
    after = Cursor.from_text(request.GET.get("sesudah", ""))
    states = [] if everything else [str(one) for one in rules.WAITING]
    found = queries.list_objections(states, after.place if after else None)
    address = f"{reverse('objections:list')}?{'semua=1&' if everything else ''}"
    shown, page = newest_page(found, queries.PAGE, address)
    at, calendar, language = clock.now(), work_calendar(), current_language()
    rows = [
        {
            "case": one.case,
            "service": title_of(one.about, language),
            "about": one.about.number,
            "decision": rules.DECISION_LABELS[one.decision],
            "party": one.case.party.name if one.case.party else "",
            "state": rules.STATUSES[one.case.state],
            "left": time_left(due, at, calendar, language)
            if (due := one.case.legal_due_at or one.case.pledge_due_at)
            else None,
        }
        for one in shown
    ]
    return render(
        request,
        "objections/list.html",
        {
            "rows": rows,
            "everything": everything,
            "page": page,
            "for_ink": for_ink(None),
            "may_type": bool(actor_for(request).roles & {Role.FRONT_OFFICE, Role.VERIFIER}),
        },
    )


# --- One ------------------------------------------------------------------------------------------


def _get(request: HttpRequest, number: str) -> tuple[Actor, Objection]:
    actor = actor_for(request)
    try:
        return actor, queries.get_objection_for(actor, number)
    except NotFound as error:
        raise Http404 from error


def _legal(actor: Actor, objection: Objection) -> Mapping[str, Move]:
    """Return the acts that this officer may do now; none on an objection that concerns themselves."""
    if {objection.case.party_id, objection.about.party_id} & actor.party_ids:
        return {}
    found = {
        action: move
        for action, move in officer_actions(objection.case, actor).items()
        if action in SLUGS
    }
    if "scan_letter" in found and not queries.letters_for_ink(objection.pk):
        del found["scan_letter"]
    if "dispatch" in found and not queries.written_letters(objection):
        del found["dispatch"]
    if queries.took_part(objection, actor.user_id):
        found = {k: move for k, move in found.items() if k not in ("begin_review", "propose")}
    return found


@staff(*READERS)
@require_safe
def objection(request: HttpRequest, number: str) -> HttpResponse:
    """Show an objection to officers: what is objected, why, the evidence, the log, what can be done."""
    actor, found = _get(request, number)
    case = found.case
    order = {"primary": 0, "secondary": 1, "danger": 2, "quiet": 3}
    buttons = [
        {
            "label": move.label,
            "weight": move.weight,
            "url": reverse("objections:act", args=[number, SLUGS[action]]),
        }
        for action, move in _legal(actor, found).items()
    ]
    due = case.legal_due_at or case.pledge_due_at
    at = clock.now()
    return render(
        request,
        "objections/desk.html",
        {
            "objection": found,
            "case": case,
            "party": case.party,
            "about_url": reverse("permits:case", args=[found.about.number]),
            "service": title_of(found.about, current_language()),
            "decision": queries.decision_words(found),
            "against_url": reverse("supervision:desk", args=[found.against.number])
            if found.against
            else "",
            "effect": rules.EFFECTS[found.decision],
            "standing": rules.STANDING_LABELS[rules.Standing(found.standing)],
            "state": rules.STATUSES[case.state],
            "left": time_left(due, at, work_calendar(), current_language()) if due else None,
            "due": due,
            "papers": queries.evidence_of(found),
            "letters": [
                (rules.LETTER_LABELS[rules.LetterKind(one.kind)], one)
                for one in queries.letters_of(found)
            ],
            "steps": steps_of(history(case), case, public=False, tasks=open_tasks(case)),
            "buttons": sorted(buttons, key=lambda one: order[str(one["weight"])]),
            "checked": queries.took_part(found, actor.user_id) and case.state in rules.UNDECIDED,
        },
    )


# --- Acting ---------------------------------------------------------------------------------------


class ActForm(forms.Form):
    """An act on an objection: the version that was looked at, the reason, and what the act needs."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=gettext_lazy("Usul keputusan"),
        choices=list(rules.OUTCOME_LABELS.items()),
        widget=forms.RadioSelect,
    )
    keeps = forms.ChoiceField(
        label=gettext_lazy("Keputusan yang dikeberatkan"),
        widget=forms.RadioSelect,
    )
    day = forms.DateField(
        label=gettext_lazy("Batas sanksi yang baru"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Bila sanksinya tetap berlaku. Kosong: batasnya tidak berubah."),
    )
    reason = forms.CharField(
        max_length=4000, widget=forms.Textarea(attrs={"rows": 6}), required=False
    )
    secret = forms.CharField(
        label=gettext_lazy("Kata sandi tanda tangan"),
        max_length=200,
        strip=False,
        help_text=gettext_lazy("Diminta sekali per sesi tanda tangan dan tidak disimpan."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def __init__(
        self,
        objection: Objection,
        action: str,
        move: Move | None,
        *args: Any,
        ask_secret: bool,
        proposed: str = "",
        **named: Any,
    ) -> None:
        super().__init__(*args, **named)
        self.initial.setdefault("version", objection.case.version)
        reason = self.fields["reason"]
        reason.required = bool(move and move.reason_required)
        public = action in rules.LETTERS or action == "propose"
        reason.label = _("Pertimbangan") if public else _("Catatan")
        if public:
            reason.help_text = _("Satu pertimbangan per baris. Dibaca yang berkeberatan.")
            reason.initial = proposed
        if action != "propose":
            del self.fields["outcome"]
        keeps = self.fields["keeps"]
        if action == "uphold_partly":
            assert isinstance(keeps, forms.ChoiceField)
            keeps.choices = [
                ("0", str(rules.EFFECTS[objection.decision].result)),
                ("1", _("Tetap berlaku, dengan perubahan yang ditulis di pertimbangan.")),
            ]
        else:
            del self.fields["keeps"]
        if action != "uphold_partly" or objection.against_id is None:
            del self.fields["day"]
        if not ask_secret:
            del self.fields["secret"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("day") and given.get("keeps") == "0":
            self.add_error("day", _("Kosongkan, atau pilih bahwa sanksinya tetap berlaku."))
        return given


def _signs(action: str) -> bool:
    """Say whether the act makes a letter that the head signs with an electronic key."""
    return action in rules.LETTERS and not keys.signs_by_hand()


@staff(*WORKERS)
@restores
@require_safe_or_post
def act_page(request: HttpRequest, number: str, slug: str) -> HttpResponse:
    """Show or do one act on one objection; what was typed stays when it is refused."""
    actor, found = _get(request, number)
    action = ACTIONS.get(slug)
    if action is None:
        raise Http404
    user = request.user
    assert isinstance(user, User)
    legal = _legal(actor, found)
    move = legal.get(action)
    place = LetterPlace(
        move is not None,
        f"{_('Keberatan')}: {title_of(found.about, current_language())}",
        reverse("objections:desk", args=[number]),
    )
    if action == "scan_letter":
        return scan_page(request, found.case, for_ink(found.pk), place)
    if action == "dispatch":
        return dispatch_page(request, found.case, queries.written_letters(found), place)
    key = keys.kept_key(request.session, user) if _signs(action) else None
    form = ActForm(
        found,
        action,
        move,
        typed(request),
        ask_secret=_signs(action) and key is None,
        proposed=_proposed(found.case) if action in rules.LETTERS else "",
    )

    def do() -> HttpResponse:
        _do(request, found, action, actor, user, form, key)
        messages.success(request, f"{number}: {rules.DONE[action]}.")
        return redirect("objections:desk", number)

    status = 200
    if request.method == "POST":
        done = press(
            form,
            do,
            not_now="" if move else _not_now(),
            refusals=(CannotMove, SigningRefused),
            refused=keys.show_refusal,
        )
        if isinstance(done, HttpResponse):
            return done
        status = done
    elif move is None:
        messages.warning(request, _not_now())
        return redirect("objections:desk", number)
    any_move = next((one for (_at, name), one in rules.OBJECTION.moves.items() if name == action))
    return render(
        request,
        "objections/act.html",
        {
            "form": form,
            "case": found.case,
            "objection": found,
            "service": title_of(found.about, current_language()),
            "label": any_move.label,
            "weight": any_move.weight,
            "possible": move is not None,
            "result": rules.EFFECTS[found.decision].result
            if action in ("uphold", "carry_out")
            else "",
            "back": reverse("objections:desk", args=[number]),
        },
        status=status,
    )


@staff(*WORKERS)
@require_safe
def letter_to_print(request: HttpRequest, number: str, letter_id: UUID) -> HttpResponse:
    """Return a letter about an objection to print, sign and stamp by hand."""
    _actor, found = _get(request, number)
    try:
        letter = queries.get_letter(found, letter_id)
        return pdf_answer(letters.page_for_ink(letter), f"surat-{number}.pdf")
    except (NotFound, CannotMove, RenderFailed) as error:
        raise Http404 from error


def _not_now() -> str:
    return _("Tindakan itu tidak tersedia pada keadaan berkas sekarang, atau bukan tugas Anda.")


def _proposed(case: Case) -> str:
    """Return the considerations of the draft that lies before the signatory. At most one query."""
    if case.state != rules.State.PROPOSED:
        return ""
    drafted = [row for row in history(case) if row.action == "propose"]
    note = getattr(drafted[-1], "note", None) if drafted else None
    return note.text if note else ""


def _do(  # noqa: PLR0917  who does what to which, with what
    request: HttpRequest,
    found: Objection,
    action: str,
    actor: Actor,
    user: User,
    form: ActForm,
    key: OpenKey | None,
) -> None:
    """Do the act and make its letter. Raises what act() and the signer raise; a wrong secret changes nothing."""
    given, at = form.cleaned_data, clock.now()
    if given.get("secret"):
        key = keys.open_key(request.session, user, given["secret"])
    row = act(
        found.case,
        action,
        by=actor,
        at=at,
        channel="counter" if action == "withdraw" else "web",
        reason=given["reason"],
        data={
            name: value
            for name, value in {
                "outcome": given.get("outcome"),
                "keep_decision": given.get("keeps"),
                "day": given["day"].isoformat() if given.get("day") else "",
            }.items()
            if value
        },
        seen_version=given["version"],
    )
    letters.make_after(row, at=at, key=key)
