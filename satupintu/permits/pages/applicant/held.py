"""What the pages share that keep a post whose session has ended with the draft, or with the answer it belongs to."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from satupintu.people.held import may_keep, not_kept, of_another, sign_in_redirect
from satupintu.people.queries import is_officer
from satupintu.permits.pages.applicant.token import PageToken


def may_hold(request: HttpRequest, token: PageToken) -> bool:
    """Count a post to be kept; False when too many came for this very page."""
    subject = f"{token.subject_id} {token.user_id}"
    return may_keep(subject, auto=is_autosave(request))


def is_autosave(request: HttpRequest) -> bool:
    return "X-Autosave" in request.headers


def answer_held(
    request: HttpRequest,
    token: PageToken,
    *,
    kept: bool,
    refused: Iterable[str] = (),
    why: str = "",
) -> HttpResponseBase:
    """
    Answer a post without its session: to signing in when it was `kept`, else the truth and what was typed.

    `refused` names files that did not come along; `why` says what else stands in the way.
    """
    if is_autosave(request):
        return JsonResponse({"kept": kept}, status=401)
    staff = is_officer(token.user_id)
    if not kept:
        return not_kept(request, why, staff=staff)
    if request.user.is_authenticated:
        return of_another(request)
    text = _("Sesi Anda sudah berakhir. Isian Anda disimpan; masuk lagi untuk melanjutkan.")
    names = ", ".join(refused)
    if names:
        text += " " + _("Berkas ini belum diterima, pilih lagi: %(names)s.") % {"names": names}
    messages.info(request, text)
    return sign_in_redirect(request, staff=staff)
