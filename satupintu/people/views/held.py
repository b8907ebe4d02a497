"""What waits since a session ended: seen once more, sent on, or thrown away."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from satupintu.people import queries, services
from satupintu.people.access import signed_in
from satupintu.people.views.common import me

_SHORT = 20  # characters; longer ones, and those with a space, were typed


@signed_in
@never_cache
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """List what waits for this person."""
    return render(request, "people/held_list.html", {"posts": queries.list_held(me(request).pk)})


@signed_in
@never_cache
@require_safe
def held(request: HttpRequest, held_id: UUID) -> HttpResponse:
    """Show one post: what was typed can be changed here, then it goes where it was going."""
    found = queries.find_held(me(request).pk, str(held_id))
    if found is None:
        raise Http404
    request.held_id = str(found.pk)  # type: ignore[attr-defined]  # goes into the page's mark
    pairs = [(name, value) for name, values in found.fields.items() for value in values]
    context = {
        "post": found,
        "texts": [(name, value) for name, value in pairs if _is_text(value)],
        "others": [(name, value) for name, value in pairs if not _is_text(value)],
    }
    return render(request, "people/held.html", context)


def _is_text(value: str) -> bool:
    return len(value) > _SHORT or " " in value.strip()


@signed_in
@require_POST
def drop(request: HttpRequest, held_id: UUID) -> HttpResponse:
    """Throw one away."""
    services.drop_held(held_id=held_id, user_id=me(request).pk)
    messages.success(request, _("Isian yang tertahan sudah dibuang."))
    return redirect("people:held_list")
