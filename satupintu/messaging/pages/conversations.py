"""The officers' desk for conversations: the queue, one thread with its answer, and what is written down by hand."""

from datetime import datetime
from uuid import UUID

from django import forms
from django.contrib import messages as notes
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from satupintu.catalogue import queries as catalogue
from satupintu.documents import queries as documents
from satupintu.lib import clock
from satupintu.lib.identity import BadIdentity, check_phone
from satupintu.lib.language import current_language
from satupintu.lib.refusal import Refusal
from satupintu.messaging import answers, rules, services, threads
from satupintu.messaging.models import Conversation
from satupintu.messaging.pages import live
from satupintu.messaging.rules import ChannelKind
from satupintu.office import queries as office
from satupintu.people.access import staff
from satupintu.people.queries import User, actor_for, officers_on
from satupintu.people.rules import Role
from satupintu.web.methods import require_safe_or_post
from satupintu.workflow.queries import cases_of, page_of
from satupintu.workflow.rules import time_left

WORKERS = (Role.FRONT_OFFICE, Role.VERIFIER)
CONFLICT = 409


class WriteDownForm(forms.Form):
    channel = forms.ChoiceField(
        label=gettext_lazy("Saluran"),
        choices=lambda: [
            (kind.value, rules.CHANNEL_LABELS[kind])
            for kind in (
                ChannelKind.TELEPHONE, ChannelKind.WHATSAPP, ChannelKind.SMS, ChannelKind.EMAIL,
            )
        ],
    )  # fmt: skip
    address = forms.CharField(
        label=gettext_lazy("Nomor atau alamat"),
        max_length=254,
        error_messages={"required": gettext_lazy("Isi nomor atau alamatnya.")},
    )
    name = forms.CharField(label=gettext_lazy("Nama"), max_length=150, required=False)
    outgoing = forms.ChoiceField(
        label=gettext_lazy("Siapa yang berkata"),
        choices=[("", gettext_lazy("Orang itu")), ("1", gettext_lazy("Kami"))],
        required=False,
    )
    happened_at = forms.DateTimeField(
        label=gettext_lazy("Kapan"),
        required=False,
        help_text=gettext_lazy("Kosongkan kalau baru saja."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    waits = forms.BooleanField(
        label=gettext_lazy("Perlu dijawab: catat sebagai konsultasi"), required=False
    )
    text = forms.CharField(
        label=gettext_lazy("Apa yang dikatakan"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Tulis apa yang dikatakan.")},
    )

    def clean_address(self) -> str:
        """Telephones as the rest of the program keeps them (E.164), e-mail in small letters."""
        typed = str(self.cleaned_data["address"]).strip()
        if self.data.get("channel") == ChannelKind.EMAIL:
            return typed.lower()
        try:
            return check_phone(typed)
        except BadIdentity as error:
            raise forms.ValidationError(error.message) from error


@staff(*WORKERS)
@never_cache
@require_safe
def conversation_list(request: HttpRequest) -> HttpResponse:
    """Who waits for an answer, and who of us talks with whom."""
    shown = list(threads.list_open()[:100])
    cases = cases_of([one.case_id for one in shown if one.case_id])
    at, calendar, language = clock.now(), office.work_calendar(), current_language()
    rows = [
        {
            "conversation": one,
            "name": threads.named(one.identity),
            "channel": rules.CHANNEL_LABELS[ChannelKind(one.identity.channel)],
            "mine": one.officer_id == request.user.pk,
            "case": (case := cases.get(one.case_id)) if one.case_id else None,
            "page": page_of(case) if one.case_id and case else "",
            "left": time_left(case.promise_due_at, at, calendar, language)
            if one.case_id and case and case.promise_due_at
            else None,
        }
        for one in shown
    ]
    return render(request, "messaging/conversations.html", {"rows": rows})


def _conversation(conversation_id: UUID) -> Conversation:
    try:
        return threads.get_conversation(conversation_id)
    except Conversation.DoesNotExist as error:
        raise Http404 from error


def _canned(request: HttpRequest, at: datetime) -> str:
    """Return the answer that the published standard gives for the service picked; "" for none."""
    code = request.GET.get("layanan", "")
    if not code:
        return ""
    try:
        said = answers.told_of(code, "id", office.local_date(at))
    except catalogue.ServiceNotOffered:
        return ""
    return (
        _("%(title)s\nSyarat: %(needs)s\nWaktu: %(time)s. Biaya: %(fee)s.\nAjukan: %(link)s") % said
    )


def _shown(
    request: HttpRequest, conversation: Conversation, *, typed: str = "", problem: str = ""
) -> HttpResponse:
    at = clock.now()
    today = office.local_date(at)
    contact = conversation.identity.contact
    lines = threads.thread_of(contact)
    case = (
        cases_of([conversation.case_id]).get(conversation.case_id) if conversation.case_id else None
    )
    context = {
        "case": case,
        "page": page_of(case) if case else "",
        "may_ask_back": case is not None and case.promise.running,
        "conversation": conversation,
        "name": threads.named(conversation.identity),
        "party": contact.party,
        "channel": rules.CHANNEL_LABELS[ChannelKind(conversation.identity.channel)],
        "lines": lines,
        "live": live.address(reverse("messaging:conversation_live", args=[conversation.pk]), lines),
        "files_in": conversation.pk,
        "phone": conversation.identity.phone,
        "services": catalogue.list_services(today),
        "language": current_language(),
        "typed": typed or _canned(request, at),
        "problem": problem,
        "colleagues": [
            one for one in officers_on(*WORKERS, today=today) if one.pk != request.user.pk
        ],
        "mine": conversation.officer_id == request.user.pk,
        "others": conversation.officer
        if conversation.officer_id not in {None, request.user.pk}
        else None,
    }
    status = CONFLICT if problem else 200
    return render(request, "messaging/conversation.html", context, status=status)


@staff(*WORKERS)
@never_cache
@require_safe_or_post
def conversation(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """One thread: read everything, answer, take a note."""
    found = _conversation(conversation_id)
    if request.method != "POST":
        return _shown(request, found)
    by, at = actor_for(request), clock.now()
    text = request.POST.get("text", "")
    try:
        if request.POST.get("as") == "note":
            services.note(found.pk, text=text, by=by, at=at)
        else:
            turn = int(request.POST.get("turn", "-1") or -1)
            asks = request.POST.get("as") == "ask"
            services.answer(found.pk, text=text, turn=turn, by=by, at=at, asks=asks)
    except (Refusal, ValueError) as error:
        problem = error.message if isinstance(error, Refusal) else ""
        fresh = _conversation(conversation_id)
        return _shown(request, fresh, typed=text, problem=problem or _("Muat ulang halaman ini."))
    return redirect(f"{reverse('messaging:conversation', args=[found.pk])}#akhir")


@staff(*WORKERS)
@never_cache
@require_safe
def conversation_live(request: HttpRequest, conversation_id: UUID) -> HttpResponseBase:
    """Tell an officer's page what is said after it was loaded."""
    request.session.modified = False  # a page left open is no officer at the desk (people.access)
    contact = _conversation(conversation_id).identity.contact
    return live.answer(
        request,
        who=f"user:{request.user.pk}",
        identities=[one.pk for one in threads.identities_of(contact)],
        read=lambda: threads.thread_of(contact),
        files_in=conversation_id,
    )


@staff(*WORKERS)
@never_cache
@require_safe
def conversation_file(
    request: HttpRequest, conversation_id: UUID, document_id: UUID
) -> HttpResponseBase:
    """Give an officer a file that came in a person's messages: a photo, a letter, a voice."""
    del request
    contact = _conversation(conversation_id).identity.contact
    if not threads.has_file(contact, document_id):
        raise Http404
    try:
        document = documents.get_document(document_id)
        return documents.serve(document, watermark=None, at=clock.now())
    except (documents.DocumentNotFound, documents.FileMissing) as error:
        raise Http404 from error


@staff(*WORKERS)
@require_POST
def conversation_act(request: HttpRequest, conversation_id: UUID, what: str) -> HttpResponse:
    """Take, hand over or close a conversation."""
    found = _conversation(conversation_id)
    by, at = actor_for(request), clock.now()
    try:
        if what == "ambil":
            services.take_over(found.pk, by=by, at=at)
        elif what == "tutup":
            services.close(found.pk, by=by, at=at)
            notes.success(request, _("Percakapan ditutup."))
            return redirect("messaging:conversations")
        elif what == "alihkan":
            typed = request.POST.get("kepada", "")
            to = (
                User.objects.filter(pk=int(typed), is_active=True).first()
                if typed.isdigit()
                else None
            )
            services.hand_over(found.pk, to=to, by=by, at=at)
        else:
            raise Http404
    except Refusal as error:
        notes.error(request, error.message)
    return redirect("messaging:conversation", found.pk)


@staff(*WORKERS)
@never_cache
@require_safe_or_post
def write_down(request: HttpRequest) -> HttpResponse:
    """Manual mode: what was said on a telephone that the program cannot reach."""
    form = WriteDownForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data, at = form.cleaned_data, clock.now()
        try:
            made = services.write_down(
                channel=ChannelKind(data["channel"]),
                address=data["address"],
                name=data["name"],
                text=data["text"],
                outgoing=bool(data["outgoing"]),
                happened_at=data["happened_at"] or at,
                by=actor_for(request),
                at=at,
                waits=data["waits"],
            )
        except Refusal as error:
            form.add_error(None, error.message)
        else:
            notes.success(request, _("Tercatat."))
            return redirect("messaging:conversation", made.pk)
    return render(
        request,
        "messaging/write_down.html",
        {"form": form, "now": timezone.localtime(clock.now())},
        status=422 if form.errors else 200,
    )
