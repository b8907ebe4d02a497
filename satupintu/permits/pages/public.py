"""
The public check: is this permit genuine, and does it hold today.

By QR, by number and code, or by dropping the PDF file. An unknown code and one that cannot be a code get the same
answer; nothing is cached; a file that is sent is looked at and forgotten.
"""

from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from satupintu.lib import clock
from satupintu.office.services import allow
from satupintu.people.access import counted_address, public
from satupintu.permits import queries
from satupintu.permits.imported_queries import old_permit
from satupintu.permits.pages.typed import Hint, Typed, hint_for
from satupintu.permits.verification import (
    Answer,
    CannotRead,
    answer_about,
    answer_file,
    examine,
    read_check_code,
    same_number,
    unknown,
)
from satupintu.web.methods import require_safe_or_post

LOOKS_AN_HOUR = 240  # of codes that are right: a whole telephone network may share one address
TRIES_AN_HOUR = 30  # of codes that are not: 50 bits cannot be guessed at this pace
FILES_AN_HOUR = 30  # each takes seconds of a processor
HOUR = 3600
MAX_BYTES = settings.UPLOAD_MAX_MB * 1024 * 1024
ENVELOPE = 64 * 1024  # what a browser wraps around the file

# --- What is asked -------------------------------------------------------------------------------


class CodeForm(forms.Form):
    """The code that stands beside the QR; with the number, both must belong together."""

    nomor = forms.CharField(
        label=gettext_lazy("Nomor izin"),
        max_length=120,
        required=False,
        help_text=gettext_lazy(
            "Bila diisi, nomor dan kode harus cocok. Izin lama tanpa kode dicari dengan nomornya saja."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    kode = forms.CharField(
        label=gettext_lazy("Kode periksa"),
        max_length=40,
        help_text=gettext_lazy("Sepuluh huruf dan angka di sebelah kode QR."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class FileForm(forms.Form):
    berkas = forms.FileField(
        label=gettext_lazy("Berkas PDF izin"),
        max_length=255,
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
        error_messages={
            "required": gettext_lazy("Pilih dulu berkas PDF yang akan diperiksa."),
            "missing": gettext_lazy("Pilih dulu berkas PDF yang akan diperiksa."),
            "empty": gettext_lazy("Berkas ini kosong (0 byte). Pilih berkas aslinya."),
            "max_length": gettext_lazy("Nama berkas ini terlalu panjang. Ganti namanya dulu."),
            "invalid": gettext_lazy("Berkas belum terkirim utuh. Kirim sekali lagi."),
        },
    )


def _page(
    request: HttpRequest,
    *,
    answer: Answer | None = None,
    form: CodeForm | None = None,
    files: FileForm | None = None,
    hint: Hint | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context = {
        "answer": answer,
        "hint": hint,
        "form": form or CodeForm(),
        "files": files or FileForm(),
        "max_mb": settings.UPLOAD_MAX_MB,
    }
    answered = render(request, "permits/public/check.html", context, status=status)
    answered["X-Robots-Tag"] = "noindex"
    return answered


def _too_often(request: HttpRequest) -> HttpResponse:
    form = CodeForm({})
    form.errors.clear()
    form.add_error(
        None, _("Terlalu sering dicoba dari jaringan Anda. Tunggu satu jam, lalu coba lagi.")
    )
    return _page(request, form=form, status=HTTPStatus.TOO_MANY_REQUESTS)


def _may(request: HttpRequest, bucket: str, limit: int, at: datetime) -> bool:
    return allow(bucket, counted_address(request), limit=limit, window_seconds=HOUR, at=at)


# --- Pages ---------------------------------------------------------------------------------------


# A file that is sent changes nothing and is not kept: no token is asked, so that a body that is too large can be
# refused before any of it is read.
@public
@csrf_exempt
@never_cache
@require_safe_or_post
def check(request: HttpRequest) -> HttpResponse:
    """Ask for number and code, or for the file; a GET form, so that it works without cookies."""
    if request.method == "POST":
        return _check_file(request)
    if "kode" not in request.GET:
        return _page(request)
    form = CodeForm(request.GET)
    if not form.is_valid() and not request.GET["kode"].strip():
        return _look_up_old(request, form)
    for typed in (request.GET["kode"], request.GET.get("nomor", "")):
        if hint := hint_for(typed, wanted=Typed.CHECK):
            return _page(request, form=CodeForm(), hint=hint, status=HTTPStatus.NOT_FOUND)
    code = read_check_code(request.GET["kode"][:40])
    number = request.GET.get("nomor", "").strip()[:120]
    if code:
        address = reverse("permits:check_code", args=[code])
        return HttpResponseRedirect(
            f"{address}?{urlencode({'nomor': number})}" if number else address
        )
    return _look_up(request, "", number)


@public
@never_cache
@require_safe
def check_code(request: HttpRequest, code: str) -> HttpResponse:
    """Answer a QR code, or a code that was typed."""
    if hint := hint_for(code, wanted=Typed.CHECK):
        return _page(request, form=CodeForm(), hint=hint, status=HTTPStatus.NOT_FOUND)
    return _look_up(request, read_check_code(code[:40]), request.GET.get("nomor", "").strip()[:120])


def _look_up(request: HttpRequest, code: str, number: str) -> HttpResponse:
    at = clock.now()
    if not _may(request, "check", LOOKS_AN_HOUR, at):
        return _too_often(request)
    permit = queries.find_permit(code=code) if code else None
    if permit and number and not same_number(permit.number, number):
        permit = None
    if permit is None:
        if not _may(request, "check-unknown", TRIES_AN_HOUR, at):
            return _too_often(request)
        return _page(request, answer=unknown(at), status=HTTPStatus.NOT_FOUND)
    return _page(request, answer=answer_about(permit, timezone.localdate(at), at))


def _look_up_old(request: HttpRequest, form: CodeForm) -> HttpResponse:
    """Answer the number of a permit of before this program: it was printed without a code."""
    at = clock.now()
    number = request.GET.get("nomor", "").strip()[:120]
    if number and not _may(request, "check-unknown", TRIES_AN_HOUR, at):
        return _too_often(request)
    permit = old_permit(number) if number else None
    if permit is None:
        return _page(request, form=form, status=HTTPStatus.BAD_REQUEST)
    return _page(request, answer=answer_about(permit, timezone.localdate(at), at))


def _check_file(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    files = FileForm()
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES + ENVELOPE:
        return _refuse(request, files, _too_big(), HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if not _may(request, "check-file", FILES_AN_HOUR, at):
        return _too_often(request)
    files = FileForm(request.POST, request.FILES)
    if not files.is_valid():
        return _page(request, files=files, status=HTTPStatus.BAD_REQUEST)
    upload = files.cleaned_data["berkas"]
    if upload.size > MAX_BYTES:
        return _refuse(request, files, _too_big(), HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        found = examine(upload.read())
    except CannotRead as trouble:
        return _refuse(request, files, trouble.message, trouble.status)
    return _page(request, answer=answer_file(found, at))


def _too_big() -> str:
    return _(
        "Berkas ini lebih besar dari %(max_mb)s MB. Izin dari kantor kami tidak sebesar itu; periksa lagi berkasnya."
    ) % {"max_mb": settings.UPLOAD_MAX_MB}


def _refuse(request: HttpRequest, files: FileForm, message: str, status: int) -> HttpResponse:
    bound = files if files.is_bound else FileForm({}, MultiValueDict())
    bound.errors.clear()
    bound.add_error("berkas", message)
    return _page(request, files=bound, status=status)
