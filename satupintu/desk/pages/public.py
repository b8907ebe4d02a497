"""Complaining from home, following it by its code, and the public register."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from satupintu.desk import queries, rules, services
from satupintu.desk.pages.attached import (
    attached_shown,
    files_context,
    hand_over,
    say_refused,
    take_sent,
)
from satupintu.desk.pages.forms import STARS, TRAP, ComplaintForm, read_stars
from satupintu.desk.pages.shown import steps_of
from satupintu.desk.plan import plan, plan_of
from satupintu.desk.queries import Complaint, Reporter
from satupintu.desk.rules import State
from satupintu.desk.services import NotFiled
from satupintu.desk.services.filing import reporter_actor
from satupintu.documents.queries import Document
from satupintu.lib import clock, crypto
from satupintu.lib.ids import uuid7
from satupintu.lib.language import current_language
from satupintu.lib.refusal import Refusal
from satupintu.office.services import allow
from satupintu.people.access import HOUR, counted_address, known_by_code, public
from satupintu.people.queries import acting_party_id, actor_for, units_of_kind
from satupintu.web.forms import press
from satupintu.web.methods import require_safe_or_post
from satupintu.workflow.queries import Cursor, history

CODES_AN_HOUR = 5


@public
@never_cache
@require_safe_or_post
def file(request: HttpRequest) -> HttpResponse:
    """Complain, with or without a login. What looks like a flood is held back for an officer, never lost."""
    party_id = acting_party_id(request) if request.user.is_authenticated else None
    posted = request.POST if request.method == "POST" else None
    initial = {"about": request.GET.get("berkas", "")[:40]}
    form = ComplaintForm(posted, initial=initial, signed_in=party_id is not None)
    status, mark, files = 200, mark_of(posted), list[Document]()
    if posted is not None:
        sent = take_sent(request, owner=[mark], by=reporter_actor())
        files = sent.files
        say_refused(form, sent)
        done = press(form, lambda: _send(request, form, party_id, files))
        if isinstance(done, HttpResponse):
            return done
        status = done
    sealed = bool(units_of_kind("inspectorate"))
    context = {
        "sealed": sealed,
        "form": form,
        "trap": TRAP,
        "classes": _classes(),
        "mark": mark,
    } | files_context(files, [mark])
    return render(request, "desk/file.html", context, status=status)


def mark_of(posted: Any) -> str:
    """Return what makes a second press of the same page the same complaint."""
    return str(posted.get("tanda", "")[:40] if posted else "") or uuid7().hex


def _classes() -> list[tuple[str, int, bool]]:
    language = current_language()
    return [
        (one.label[language], one.deadline.days, one.deadline.working)
        for one in plan().classes.values()
    ]


def _send(
    request: HttpRequest, form: ComplaintForm, party_id: UUID | None, files: list[Document]
) -> HttpResponse:
    filing = form.filing(party_id=party_id, files=tuple(one.pk for one in files))
    if filing.privacy is not rules.Privacy.OPEN:  # it is theirs alone, whoever they act for
        filing = replace(filing, party_id=actor_for(request).self_id)
    done = services.receive_complaint(
        filing,
        by=actor_for(request),
        at=clock.now(),
        source=counted_address(request),
        trapped=bool(request.POST.get(TRAP)),
        origin="complaint:web",
        origin_ref=once(request, form.cleaned_data["story"]),
    )
    messages.success(request, _("Pengaduan Anda tercatat. Simpan kode lacaknya."))
    return redirect("desk:track", done.tracking_code)


def once(request: HttpRequest, said: str) -> str | None:
    """Return what makes the same press twice one: the page's mark and what was written."""
    mark = request.POST.get("tanda", "")[:40]
    return crypto.lookup_hash(f"{mark}{said}", "complaint") if mark else None


# --- Following ------------------------------------------------------------------------------------


@public
@never_cache
@require_safe_or_post
def track(request: HttpRequest, code: str) -> HttpResponse:
    """Show a complaint to whoever holds its code: where it stands, the answers, what they can do."""
    found = known_by_code(request, lambda: queries.find_by_code(code))
    error, status = "", 200
    if request.method == "POST":
        try:
            _do(request, found)
        except Refusal as refused:
            error, status = refused.message, 422
        else:
            return redirect("desk:track", found.tracking_code)
    return render(request, "desk/track.html", _standing(request, found, error), status=status)


def _do(request: HttpRequest, found: Complaint) -> None:
    at, post = clock.now(), request.POST
    what, reason = post.get("apa", ""), post.get("alasan", "").strip()[:1000]
    if what == "kode":
        services.confirm(found, post.get("kode", "")[:12], at=at)
        messages.success(request, _("Terima kasih. Kontak Anda sudah dipastikan."))
    elif what == "kirim-kode":
        if not allow(
            "complaint_code", str(found.pk), limit=CODES_AN_HOUR, window_seconds=HOUR, at=at
        ):
            raise services.WrongCode(_("Kode sudah dikirim beberapa kali. Coba lagi nanti."))
        services.send_code(found, at=at)
        messages.success(request, _("Kode baru sudah dikirim."))
    elif what == "nilai":
        services.rate(found, read_stars(post.get("bintang", "")), at=at, reason=reason)
        messages.success(request, _("Terima kasih atas penilaian Anda."))
    elif what == "buka":
        services.reopen(found, reason, at=at)
        messages.success(request, _("Pengaduan dibuka kembali dan diteruskan ke unitnya."))
    elif what == "tarik":
        services.withdraw(found, at=at, reason=reason)
        messages.success(request, _("Pengaduan sudah ditarik."))
    elif what == "lampiran":
        _attach(request, found)


def _attach(request: HttpRequest, found: Complaint) -> None:
    """Add what can be taken; raise NotFiled with why the rest was not."""
    sent = take_sent(request, owner=[str(found.pk)], by=reporter_actor())
    if sent.files:
        services.attach(found, sent.files, by=reporter_actor(), at=clock.now())
        messages.success(request, _("Lampiran Anda sampai."))
    if sent.refused or not sent.files:
        raise NotFiled(" ".join(sent.refused) or _("Pilih berkasnya dahulu."))


@public
@never_cache
@require_safe
def attached(request: HttpRequest, code: str, document_id: UUID) -> HttpResponseBase:
    """Give a file back to whoever holds the code of the complaint that it was sent with."""
    found = known_by_code(request, lambda: queries.find_by_code(code))
    return hand_over(found, document_id)


def _standing(request: HttpRequest, found: Complaint, error: str) -> dict[str, Any]:
    case, language = found.case, current_language()
    reporter = Reporter.objects.filter(complaint=found).first()
    answers = queries.answers_of(found, sent=True)
    return {
        "complaint": found,
        "case": case,
        "state": rules.STATUSES[case.state],
        "category": queries.category_words(found.category, language),
        "class_name": queries.class_words(found.class_key, language),
        "privacy": rules.PRIVACY_SHORT[rules.Privacy(found.privacy)],
        "steps": steps_of(history(case), case, public=True),
        "due": case.legal.due_at if case.state in rules.WAITING else None,
        "answers": answers,
        "error": error,
        "asks_code": case.state == State.HELD and found.hold == rules.Hold.UNCONFIRMED,
        "contact_kind": reporter.contact_kind if reporter else "",
        "may_rate": case.state == State.ANSWERED,
        "may_reopen": case.state in (State.ANSWERED, State.CLOSED),
        "may_withdraw": case.state in rules.WAITING,
        "closes": rules.closes_at(found.answered_at, plan_of(found).closing)
        if found.answered_at and case.state == State.ANSWERED
        else None,
        "stars": STARS,
        "reason": request.POST.get("alasan", ""),
        "attached": attached_shown(
            found, lambda one: reverse("desk:own_attached", args=[found.tracking_code, one])
        ),
        "may_attach": case.state in rules.WAITING,
    } | files_context([], [])


@public
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """List complaints and answers that were made public, without names, newest first."""
    after = Cursor.from_text(request.GET.get("sesudah", ""))
    found = queries.list_public(after.place if after else None)
    shown, language = found[: queries.PAGE], current_language()
    following = ""
    if len(found) > queries.PAGE and (last := shown[-1]).published_at:
        following = f"?sesudah={Cursor(last.published_at, last.pk).to_text()}"
    now = plan()
    rows = [(one, now.category_words(one.category, language)) for one in shown]
    page = {"next_url": following, "prev_url": ""}
    return render(request, "desk/register.html", {"rows": rows, "page": page})
