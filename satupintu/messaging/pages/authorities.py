"""Letters of authority: an officer looks at a claim to act for somebody, and confirms or refuses it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from satupintu.documents import queries as documents
from satupintu.lib import clock
from satupintu.messaging import letters
from satupintu.people import services as people
from satupintu.people.access import staff
from satupintu.people.queries import Authority, actor_for
from satupintu.people.rules import AUTHORITY_LABELS, AuthorityKind, Role
from satupintu.web.methods import require_safe_or_post


def _waiting(authority_id: int) -> Authority:
    found = (
        Authority.objects.filter(
            pk=authority_id, confirmed_at__isnull=True, revoked_at__isnull=True
        )
        .select_related("user", "party")
        .first()
    )
    if found is None:
        raise Http404
    return found


@staff(Role.FRONT_OFFICE, Role.VERIFIER)
@never_cache
@require_safe_or_post
def authority(request: HttpRequest, authority_id: int) -> HttpResponse:
    """Look at a claim to act for somebody, with its letter; confirm or refuse it."""
    claim = _waiting(authority_id)
    if request.method == "POST":
        by, at = actor_for(request), clock.now()
        if request.POST.get("action") == "confirm":
            letters.confirm_authority(authority_id=claim.pk, by=by, at=at)
        elif request.POST.get("action") == "refuse":
            people.end_authority(authority_id=claim.pk, by=by, at=at)
        return redirect("people:waiting_authorities")
    letter = documents.get_document(claim.document_id) if claim.document_id else None
    return render(
        request,
        "messaging/authority.html",
        {
            "claim": claim,
            "kind": AUTHORITY_LABELS[AuthorityKind(claim.kind)],
            "pages": range(1, (letter.file.pages or 1) + 1) if letter else (),
        },
    )


@staff(Role.FRONT_OFFICE, Role.VERIFIER)
@require_safe
def authority_letter(request: HttpRequest, authority_id: int, page: int) -> HttpResponse:
    """One page of the letter as a picture."""
    del request
    claim = _waiting(authority_id)
    if claim.document_id is None:
        raise Http404
    try:
        return documents.preview_response(
            documents.get_document(claim.document_id), page, watermark=None
        )
    except (documents.PageNotFound, documents.FileMissing, documents.NotPreviewable) as error:
        raise Http404 from error
