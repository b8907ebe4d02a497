"""One page for each act: proposing a sanction, deciding it, and what ends it."""

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
from satupintu.lib import clock, words
from satupintu.lib.language import current_language
from satupintu.people.access import staff
from satupintu.people.held import restores, typed
from satupintu.people.queries import User, actor_for
from satupintu.people.rules import Actor
from satupintu.permits import queries as permits
from satupintu.permits.pages.paper_letters import LetterPlace, dispatch_page, scan_page
from satupintu.permits.pages.pdf import pdf_answer
from satupintu.permits.services import keys
from satupintu.supervision import queries, rules
from satupintu.supervision.pages.desk import WORKERS, get_supervision, legal_acts
from satupintu.supervision.pages.places import ACTIONS
from satupintu.supervision.pages.shown import for_ink, lines_of
from satupintu.supervision.queries import Supervision
from satupintu.supervision.rules import ConditionState, Kind
from satupintu.supervision.services import Proposal, letters, propose
from satupintu.web.forms import press
from satupintu.web.methods import require_safe_or_post
from satupintu.workflow.queries import NotFound, title_of
from satupintu.workflow.services import CannotMove, act

UNPROCESSABLE = 422
DAY = forms.DateInput(attrs={"type": "date"})


class ProposalForm(forms.Form):
    """A sanction to propose: which step, why, what to put right by when, and the law of a direct step."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Sanksi"),
        choices=list(rules.KIND_LABELS.items()),
        widget=forms.RadioSelect,
    )
    grounds = forms.CharField(
        label=gettext_lazy("Alasan"),
        max_length=rules.LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Satu alasan per baris. Dibaca pemegang izin."),
    )
    remedy = forms.CharField(
        label=gettext_lazy("Yang harus diperbaiki"),
        max_length=rules.LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        help_text=gettext_lazy("Untuk peringatan. Satu hal per baris."),
    )
    put_right_by = forms.DateField(
        label=gettext_lazy("Diperbaiki selambat-lambatnya"),
        required=False,
        widget=DAY,
        help_text=gettext_lazy(
            "Untuk peringatan. Kosong: sebanyak hari yang ditetapkan kantor, sejak ditandatangani."
        ),
    )
    until = forms.DateField(
        label=gettext_lazy("Dibekukan sampai"),
        required=False,
        widget=DAY,
        help_text=gettext_lazy("Untuk pembekuan. Kosong: sampai diakhiri."),
    )
    law = forms.CharField(
        label=gettext_lazy("Dasar hukum bila langsung"),
        max_length=300,
        required=False,
        help_text=gettext_lazy(
            "Hanya bila hukum membolehkan sanksi ini tanpa tahap sebelumnya: peraturan dan pasalnya."
        ),
    )

    def __init__(self, *args: Any, suspended: bool, **named: Any) -> None:
        super().__init__(*args, **named)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        if not suspended:  # nothing to lift
            kind.choices = [one for one in rules.KIND_LABELS.items() if one[0] != Kind.LIFTING]


@staff(*sorted(rules.PROPOSERS))
@restores
@require_safe_or_post
def propose_page(request: HttpRequest, number: str) -> HttpResponse:
    """Propose a sanction on the permit of a case; what was typed stays when it is refused."""
    actor = actor_for(request)
    try:
        about = permits.get_file_for(actor, number).case
    except NotFound as error:
        raise Http404 from error
    permit = permits.permit_of_case(about.pk)
    if permit is None:
        raise Http404
    found = queries.find_about(about.pk)
    sanctions = queries.sanctions_of(found.pk) if found else []
    if queries.proposed(sanctions) and found:
        messages.info(request, _("Sebuah usul atas izin ini sudah menunggu keputusan kepala."))
        return redirect("supervision:desk", found.case.number)
    suspended = _is_suspended(sanctions)
    initial: dict[str, Any] = {"kind": Kind.LIFTING if suspended else Kind.WARNING}
    if found:
        initial["version"] = found.case.version
        initial |= _from_condition(found, request.GET.get("syarat", ""))
    form = ProposalForm(typed(request), initial=initial, suspended=suspended)
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            given = form.cleaned_data
            proposal = Proposal(
                kind=Kind(given["kind"]),
                grounds=given["grounds"],
                remedy=given["remedy"],
                law=given["law"],
                put_right_by=given["put_right_by"],
                until=given["until"],
            )
            try:
                row = propose(
                    about=about,
                    proposal=proposal,
                    by=actor,
                    at=clock.now(),
                    seen_version=given["version"],
                )
            except CannotMove as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, _("Usul sudah diajukan kepada kepala."))
                return redirect("supervision:desk", row.case.number)
    context = {
        "form": form,
        "permit": permit,
        "about": about,
        "service": title_of(about, current_language()),
        "lines": lines_of(queries.in_force(sanctions), office=True),
        "next_level": rules.next_level(queries.given(sanctions)),
        "back": reverse("supervision:desk", args=[found.case.number])
        if found
        else reverse("permits:case", args=[number]),
    }
    return render(request, "supervision/propose.html", context, status=status)


def _from_condition(found: Supervision, text: str) -> dict[str, Any]:
    """Return a warning about a condition that was not fulfilled, to fill the form in; {} for no such one."""
    one = next((one for one in queries.conditions_of(found.pk) if str(one.pk) == text), None)
    if one is None or one.state != ConditionState.UNFULFILLED or one.due_on is None:
        return {}
    day = words.plain_date(one.due_on, "id")
    return {
        "kind": Kind.WARNING,
        "grounds": f"Syarat izin dengan batas {day} tidak dipenuhi: {one.text}",
        "remedy": one.text,
    }


def _is_suspended(sanctions: list[queries.Sanction]) -> bool:
    return any(one.kind == Kind.SUSPENSION for one in queries.in_force(sanctions))


class ActForm(forms.Form):
    """An act: the version that was looked at, a reason where one is needed, the secret where it is signed."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Catatan"),
        max_length=rules.LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )
    secret = forms.CharField(
        label=gettext_lazy("Kata sandi tanda tangan"),
        max_length=200,
        strip=False,
        help_text=gettext_lazy("Diminta sekali per sesi tanda tangan dan tidak disimpan."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, reason_required: bool, ask_secret: bool, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["reason"].required = reason_required
        if not ask_secret:
            del self.fields["secret"]


def _signs(action: str) -> bool:
    """Say whether the act makes a letter that the head signs with an electronic key."""
    return action in rules.DECISIONS and not keys.signs_by_hand()


@staff(*WORKERS)
@restores
@require_safe_or_post
def act_page(request: HttpRequest, number: str, slug: str) -> HttpResponse:
    """Show or do one act on one supervision; what was typed stays when it is refused."""
    actor, found = get_supervision(request, number)
    action = ACTIONS.get(slug)
    if action is None or action == "propose_sanction":
        raise Http404
    user = request.user
    assert isinstance(user, User)
    move = legal_acts(actor, found).get(action)
    place = LetterPlace(
        move is not None,
        f"{_('Pengawasan')}: {title_of(found.about, current_language())}",
        reverse("supervision:desk", args=[number]),
    )
    if action == "scan_letter":
        return scan_page(request, found.case, for_ink(found.pk), place)
    if action == "dispatch":
        return dispatch_page(request, found.case, queries.written_letters(found.pk), place)
    key = keys.kept_key(request.session, user) if _signs(action) else None
    form = ActForm(
        typed(request),
        reason_required=bool(move and move.reason_required),
        ask_secret=_signs(action) and key is None,
        initial={"version": found.case.version},
    )

    def do() -> HttpResponse:
        _do(request, found, action, actor, user, form, key)
        messages.success(request, f"{number}: {rules.DONE[action]}.")
        return redirect("supervision:desk", number)

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
        return redirect("supervision:desk", number)
    any_move = next(one for (_at, name), one in rules.SUPERVISION.moves.items() if name == action)
    waiting = queries.proposed(queries.sanctions_of(found.pk))
    context = {
        "form": form,
        "case": found.case,
        "service": title_of(found.about, current_language()),
        "label": any_move.label,
        "weight": any_move.weight,
        "possible": move is not None,
        "lines": lines_of([waiting], office=True) if waiting else [],
        "back": reverse("supervision:desk", args=[number]),
    }
    return render(request, "supervision/act.html", context, status=status)


@staff(*WORKERS)
@require_safe
def letter_to_print(request: HttpRequest, number: str, sanction_id: UUID) -> HttpResponse:
    """Return the letter of a sanction to print, sign and stamp by hand."""
    _actor, found = get_supervision(request, number)
    try:
        sanction = queries.get_sanction(found, sanction_id)
        return pdf_answer(letters.page_for_ink(sanction), f"surat-{number}.pdf")
    except (NotFound, CannotMove, RenderFailed) as error:
        raise Http404 from error


def _not_now() -> str:
    return _("Tindakan itu tidak tersedia pada keadaan pengawasan sekarang, atau bukan tugas Anda.")


def _do(  # noqa: PLR0917  who does what to which, with what
    request: HttpRequest,
    found: Supervision,
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
        reason=given["reason"],
        seen_version=given["version"],
    )
    letters.make_after(row, at=at, key=key)
