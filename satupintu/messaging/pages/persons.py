"""Officers say that two addresses are one person's, and take it back: nothing is moved, so nothing is lost."""

from uuid import UUID

from django.contrib import messages as notes
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from satupintu.lib import clock
from satupintu.lib.identity import BadIdentity, check_phone
from satupintu.messaging import rules, services, threads
from satupintu.messaging.models import Conversation, Identity
from satupintu.messaging.pages.conversations import WORKERS
from satupintu.messaging.rules import ChannelKind
from satupintu.people.access import staff
from satupintu.people.queries import actor_for
from satupintu.people.rules import Actor
from satupintu.people.services import record_disclosure
from satupintu.web.formatting import masked
from satupintu.web.methods import require_safe_or_post


def _read(typed: str) -> str:
    """Return a typed number or address as it is kept. Raises BadIdentity for neither."""
    typed = typed.strip()
    return typed.lower() if "@" in typed else check_phone(typed)


def _others(typed: str, here: set[UUID], by: Actor) -> list[Identity]:
    """Return who else is known by an address that was typed whole; the look is recorded. Raises BadIdentity."""
    found = [one for one in threads.known_at(_read(typed)) if one.contact_id not in here]
    party = next((one.contact.party_id for one in found if one.contact.party_id), None)
    what = "email" if "@" in typed else "phone"
    record_disclosure(by=by, party_id=party, subject=f"search {what}", at=clock.now())
    return found


def _row(one: Identity) -> dict[str, object]:
    contact = one.contact
    return {
        "contact": contact,
        "name": threads.named(one),
        "channel": rules.CHANNEL_LABELS[ChannelKind(one.channel)],
        "address": masked(one.phone or one.address),
        "party": contact.party,
    }


@staff(*WORKERS)
@never_cache
@require_safe_or_post
def same_person(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """The addresses of whoever writes; find another that is theirs too, join it, part one again."""
    try:
        found = threads.get_conversation(conversation_id)
    except Conversation.DoesNotExist as error:
        raise Http404 from error
    contact, actor = found.identity.contact, actor_for(request)
    own = threads.identities_of(contact)
    here = {one.contact_id for one in own}
    typed, problem, others = request.POST.get("alamat", "")[:254], "", None
    what = request.POST.get("apa", "")
    try:
        if what == "pisah" and (parted := _chosen(request, own)):
            services.unmerge_contacts(
                here=contact.pk, other=parted.contact_id, at=clock.now(), by=actor
            )
            notes.success(request, _("Dipisahkan: keduanya kembali sebagai dua orang."))
            return redirect("messaging:same_person", found.pk)
        if what in {"cari", "gabung"}:
            others = _others(typed, here, actor)
        if what == "gabung" and (chosen := _chosen(request, others or [])):
            services.merge_contacts(
                keep=contact.pk, other=chosen.contact_id, at=clock.now(), by=actor
            )
            notes.success(request, _("Digabungkan: percakapannya kini satu."))
            return redirect("messaging:same_person", found.pk)
    except BadIdentity as error:
        problem = error.message
    except services.MergeRefused:
        problem = _(
            "Keduanya pemohon yang berbeda, masing-masing dengan berkasnya. Orang yang berbeda tidak dapat digabungkan."
        )
    context = {
        "conversation": found,
        "name": threads.named(found.identity),
        "own": [_row(one) for one in own],
        "others": [_row(one) for one in others] if others is not None else None,
        "typed": typed,
        "problem": problem,
    }
    return render(request, "messaging/same_person.html", context, status=422 if problem else 200)


def _chosen(request: HttpRequest, among: list[Identity]) -> Identity | None:
    """Return which of these contacts was pressed; None for another: an address of a form proves nothing."""
    pressed = request.POST.get("kontak", "")
    return next((one for one in among if str(one.contact_id) == pressed), None)
