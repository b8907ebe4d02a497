"""
A post whose session has ended is not lost: it is put aside for the person its page was shown to.

Every form of a signed-in page carries a mark: the user it was shown to, signed, with the time. A page of another site
cannot read it and cannot make it, so it may stand in for Django's CSRF token where that one has died with the session;
alone it opens nothing. What it names is put aside unseen (services.held), and shown to that very person after signing
in: in the form itself where the view reads `typed(request)`, else on a page of its own with one button to send it.

Pages of drafts and repairs carry a token of their own and keep their posts with the draft (permits).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from satupintu.lib import clock
from satupintu.office.services import allow
from satupintu.people import queries, services
from satupintu.people.models import HeldPost, User
from satupintu.web import views as web

MARK = "halaman"  # the hidden field of every form
WAITS = "tertahan"  # in an address: the id of what waits for this page
STAFF_SIGN_IN = "/masuk/petugas/"
HELD_AN_HOUR = 120  # posts kept for one person
_SALT = "people.page"
_SECONDS = 60 * 60 * 24 * 14  # as long as a session
_LONGEST_PATH = 500
_OF_THE_PAGE = frozenset({MARK, "csrfmiddlewaretoken", "draf_token"})
_SECRETS = frozenset({"secret", "credential"})  # and whatever has "password" in its name


@dataclass(frozen=True, slots=True)
class PageMark:
    """`held_id` is what was waiting for this page when it was shown, or ""."""

    user_id: int
    held_id: str


def make_mark(request: HttpRequest) -> str:
    """Return the mark of a page shown in this request; "" for a visitor."""
    user = getattr(request, "user", None)
    if not isinstance(user, User) or not user.is_authenticated:
        return ""
    return signing.dumps([user.pk, getattr(request, "held_id", "")], salt=_SALT)


def read_mark(request: HttpRequest) -> PageMark | None:
    """Return what a post's mark names; None when it is missing, altered or older than two weeks."""
    text = request.POST.get(MARK, "")
    if not text:
        return None
    try:
        user_id, held_id = signing.loads(text[:400], salt=_SALT, max_age=_SECONDS)
        return PageMark(int(user_id), str(held_id))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def sign_in_redirect(
    request: HttpRequest, *, staff: bool = False, back: str = ""
) -> HttpResponseRedirect:
    """Return the way to signing in, as officer or applicant, and back to `back` or this page."""
    wanted = urlencode({"next": back or request.get_full_path()})
    return HttpResponseRedirect(f"{STAFF_SIGN_IN if staff else settings.LOGIN_URL}?{wanted}")


def typed_fields(request: HttpRequest) -> dict[str, list[str]]:
    """Return what was typed: without the page's own tokens, and never a password or a passphrase."""
    return {
        name: list(values)
        for name, values in request.POST.lists()
        if name not in _OF_THE_PAGE | _SECRETS and "password" not in name
    }


def as_post(fields: Mapping[str, list[str]]) -> QueryDict:
    """Return kept fields as a post, to fill the form they came from."""
    data = QueryDict(mutable=True)
    for name, values in fields.items():
        data.setlist(name, values)
    return data


def restores(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Say of a view that its GET shows what waits, by `typed`."""
    view.restores = True  # type: ignore[attr-defined]  # read by _back_to
    return view


def typed(request: HttpRequest) -> QueryDict | None:
    """Return what the forms of this page show: the post, or what was put aside for it; None for neither."""
    if request.method == "POST":
        return request.POST
    wanted = request.GET.get(WAITS, "")
    if not wanted or not isinstance(request.user, User):
        return None
    found = queries.find_held(request.user.pk, wanted)
    if found is None or found.path.partition("?")[0] != request.path:
        return None
    request.held_id = str(found.pk)  # type: ignore[attr-defined]  # goes into the page's mark
    _say_restored(request, found)
    return as_post(found.fields)


def _say_restored(request: HttpRequest, found: HeldPost) -> None:
    text = _("Yang Anda ketik sebelum sesi berakhir ada di bawah ini. Periksa, lalu kirim.")
    if found.files:
        text += " " + _("Pilih lagi berkasnya: %(names)s.") % {"names": ", ".join(found.files)}
    messages.info(request, text)


def settle(request: HttpRequest, answer: HttpResponseBase) -> None:
    """Forget what waited for a page once its form has been taken."""
    mark = read_mark(request)
    if mark is None or not mark.held_id or not isinstance(request.user, User):
        return
    if answer.status_code < 400 and mark.user_id == request.user.pk:  # noqa: PLR2004  taken
        services.drop_held(held_id=UUID(mark.held_id), user_id=mark.user_id)
    else:
        request.held_id = mark.held_id  # type: ignore[attr-defined]  # shown again: it still waits


# --- Putting aside --------------------------------------------------------------------------------
def without_session(request: HttpRequest, *, staff: bool) -> HttpResponseBase:
    """Answer a visitor at a page of signed-in people: to signing in; a post is put aside first."""
    if request.method != "POST":
        return sign_in_redirect(request, staff=staff)
    fields, files = typed_fields(request), _names(request)
    if not fields and not files:
        return sign_in_redirect(request, staff=staff)
    mark = read_mark(request)
    held = _hold(request, mark, fields, files) if mark else None
    if held is None:
        return not_kept(request, staff=staff)
    text = _("Sesi Anda sudah berakhir. Yang Anda ketik disimpan; masuk lagi untuk melanjutkan.")
    if files:
        text += " " + _("Berkasnya perlu dipilih lagi.")
    messages.info(request, text)
    return sign_in_redirect(request, staff=staff, back=_back_to(request, held))


def of_somebody_else(request: HttpRequest) -> HttpResponseBase | None:
    """Put aside a post whose page was shown to another person than the one signed in; None for everybody's own."""
    mark = read_mark(request)
    if mark is None or mark.user_id == request.user.pk:
        return None
    fields, files = typed_fields(request), _names(request)
    if (fields or files) and _hold(request, mark, fields, files) is None:
        return not_kept(request)
    return of_another(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """
    Answer a post whose CSRF token is not this session's: a page opened before signing in again.

    With the mark of a page of ours it is put aside for the person who saw that page; nothing is done.
    """
    match = request.resolver_match
    access = getattr(match.func, "access", None) if match else None
    mark = read_mark(request)
    if access is None or access.kind == "public" or mark is None:
        return web.csrf_failure(request, reason)
    fields, files = typed_fields(request), _names(request)
    held = _hold(request, mark, fields, files) if fields or files else None
    if held is None:
        return not_kept(request) if fields else web.csrf_failure(request, reason)
    if not request.user.is_authenticated:
        return sign_in_redirect(request, staff=access.kind == "staff", back=_back_to(request, held))
    if request.user.pk != mark.user_id:
        return of_another(request)
    return HttpResponseRedirect(_back_to(request, held))


def may_keep(subject: str, *, auto: bool = False) -> bool:
    """
    Count a post to be kept for one page or person; False when there were too many within the hour.

    What the page saves by itself is counted apart: it never uses up what a press of the button needs.
    """
    bucket = "held:auto" if auto else "held"
    return allow(bucket, subject, limit=HELD_AN_HOUR, window_seconds=3600, at=clock.now())


def _names(request: HttpRequest) -> list[str]:
    return [one.name or "" for _name, many in request.FILES.lists() for one in many]


def _hold(
    request: HttpRequest, mark: PageMark, fields: dict[str, list[str]], files: list[str]
) -> HeldPost | None:
    path = request.get_full_path()
    if len(path) > _LONGEST_PATH or not may_keep(f"user {mark.user_id}"):
        return None
    return services.hold_post(
        user_id=mark.user_id, path=path, fields=fields, files=files, at=clock.now()
    )


def _back_to(request: HttpRequest, held: HeldPost) -> str:
    """Return where what waits is shown: the form itself, or the page of what waits."""
    match = request.resolver_match
    if match is not None and getattr(match.func, "restores", False):
        return f"{request.path}?{urlencode({WAITS: str(held.pk)})}"
    return reverse("people:held", args=[held.pk])


def not_kept(request: HttpRequest, why: str = "", *, staff: bool = False) -> HttpResponseBase:
    """Answer a post that could not be put aside: the truth, and everything that was typed, to copy."""
    values = [
        value for many in typed_fields(request).values() for value in many if len(value.strip()) > 1
    ]
    context = {
        "title": _("Belum tersimpan"),
        "text": why
        or _(
            "Sesi Anda sudah berakhir dan kiriman ini tidak dapat kami simpan. Yang Anda ketik ada"
            " di bawah: salin dulu, masuk lagi, lalu tempel."
        ),
        "values": values,
        "files": _names(request),
        "messages": (),  # what is waiting to be said of an earlier post would be read as of this one
        "sign_in": "" if request.user.is_authenticated else (STAFF_SIGN_IN if staff else "/masuk/"),
    }
    return render(request, "people/not_kept.html", context, status=403)


def of_another(request: HttpRequest) -> HttpResponseBase:
    """Answer a post of a page that was shown to somebody else: kept for them, shown to nobody here."""
    context = {
        "title": _("Halaman ini dibuka oleh orang lain"),
        "text": _(
            "Isian yang baru dikirim disimpan untuk orang yang membukanya, dan hanya ia yang dapat"
            " melihatnya setelah masuk lagi."
        ),
    }
    return render(request, "people/not_kept.html", context, status=403)
