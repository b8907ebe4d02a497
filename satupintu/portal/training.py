"""The way into the training office, for every officer; making it anew, for who runs the office's services."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from satupintu.lib.training import Place
from satupintu.people.access import staff
from satupintu.people.queries import actor_for
from satupintu.people.rules import Role

LOOK_AGAIN_SECONDS = 3


def has_training() -> bool:
    """Say whether this office has a training office beside it."""
    return bool(settings.TRAINING_PORT) and not settings.TRAINING


def _place() -> Place:
    if not has_training():
        raise Http404
    return Place(Path(settings.HOME))


@staff()
@never_cache
@require_safe
def training(request: HttpRequest) -> HttpResponse:
    """Show where officers train, under which names; and how far a new copy has come."""
    place = _place()
    copy = place.current()
    waiting = place.is_asked_for() or place.is_being_made()
    what, failed = place.told()
    context = {
        "copy": copy,
        "made_at": datetime.fromisoformat(copy.made_at) if copy else None,
        "address": settings.TRAINING_URL,
        "waiting": waiting,
        "what": what,
        "failed": failed and not waiting,
        "again": LOOK_AGAIN_SECONDS,
        "may_reset": Role.SERVICE_ADMIN in actor_for(request).roles,
    }
    return render(request, "portal/training.html", context)


@staff(Role.SERVICE_ADMIN)
@require_POST
def reset(request: HttpRequest) -> HttpResponse:
    """Ask for a new copy, once it is confirmed; pressing again while one is made changes nothing."""
    place = _place()
    if request.POST.get("mengerti") != "ya":
        messages.error(request, _("Centang dulu bahwa semua isi latihan boleh dihapus."))
    elif place.ask():
        messages.success(request, _("Salinan latihan yang baru sedang dibuat."))
    else:
        messages.info(request, _("Salinan latihan sudah sedang dibuat; tunggu sampai selesai."))
    return redirect("portal:training")
