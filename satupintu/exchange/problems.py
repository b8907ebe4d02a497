"""
Every refusal of the product as the API says it: one table of problems, one table of which exception is which.

A problem's `type` leads to a page that says what it means and what a program does about it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja.errors import HttpError, ValidationError

from satupintu.catalogue.queries import ServiceNotOffered
from satupintu.documents.rules import Trouble
from satupintu.documents.services import UploadRefused
from satupintu.exchange.services import KeyInUse, KeyReused
from satupintu.lib.identity import BadIdentity
from satupintu.lib.refusal import Refusal
from satupintu.permits.services.common import ConflictOfInterest, Incomplete
from satupintu.permits.services.submit import HasPermit
from satupintu.permits.verification import CannotRead
from satupintu.web.middleware import reference_of
from satupintu.web.problems import problem
from satupintu.web.troubles import BUSY_SECONDS, is_no_room, is_passing
from satupintu.workflow.queries import NotFound
from satupintu.workflow.services import (
    BadData,
    CannotMove,
    MovedMeanwhile,
    MoveNotAllowed,
    ReasonMissing,
)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its status, its title, what it means and what to do."""

    status: int
    title: Any
    meaning: Any


KINDS: Mapping[str, Kind] = {
    "bad-request": Kind(
        HTTPStatus.BAD_REQUEST,
        gettext_lazy("Permintaan tidak terbaca"),
        gettext_lazy(
            "Isi bukan JSON atau multipart yang utuh. Perbaiki bentuknya, lalu kirim lagi."
        ),
    ),
    "idempotency-key-missing": Kind(
        HTTPStatus.BAD_REQUEST,
        gettext_lazy("Idempotency-Key tidak ada"),
        gettext_lazy(
            "Setiap POST membawa kepala Idempotency-Key, 8 sampai 100 huruf, angka, titik, titik dua, garis bawah,"
            " atau tanda hubung. Pakai kunci baru untuk setiap perbuatan, dan kunci yang sama bila mengulang."
        ),
    ),
    "token-missing": Kind(
        HTTPStatus.UNAUTHORIZED,
        gettext_lazy("Token tidak ada"),
        gettext_lazy(
            "Kirim kepala Authorization: Bearer dengan token dari pengelola layanan kantor."
        ),
    ),
    "token-invalid": Kind(
        HTTPStatus.UNAUTHORIZED,
        gettext_lazy("Token tidak berlaku"),
        gettext_lazy("Token keliru, dicabut, atau habis masanya. Minta yang baru kepada kantor."),
    ),
    "scope-missing": Kind(
        HTTPStatus.FORBIDDEN,
        gettext_lazy("Cakupan kurang"),
        gettext_lazy(
            "Token ini tidak diberi cakupan yang diminta. Pengelola layanan yang menambahkannya."
        ),
    ),
    "conflict-of-interest": Kind(
        HTTPStatus.FORBIDDEN,
        gettext_lazy("Berkas sendiri"),
        gettext_lazy("Petugas tidak menangani berkas atas namanya sendiri."),
    ),
    "not-found": Kind(
        HTTPStatus.NOT_FOUND,
        gettext_lazy("Tidak ditemukan"),
        gettext_lazy("Tidak ada, atau bukan untuk klien ini; keduanya dijawab sama."),
    ),
    "method-not-allowed": Kind(
        HTTPStatus.METHOD_NOT_ALLOWED,
        gettext_lazy("Metode tidak dikenal di alamat ini"),
        gettext_lazy("Kepala Allow menyebut metode yang ada."),
    ),
    "move-not-allowed": Kind(
        HTTPStatus.CONFLICT,
        gettext_lazy("Tindakan tidak dapat dilakukan sekarang"),
        gettext_lazy(
            "Keadaan berkas atau peran petugas tidak memungkinkannya. Baca berkasnya lagi dan lihat tindakan yang ada."
        ),
    ),
    "permit-held": Kind(
        HTTPStatus.CONFLICT,
        gettext_lazy("Izin sudah dimiliki"),
        gettext_lazy(
            "Pemohon memegang izin yang sama dan masih berlaku. Ajukan perpanjangan atau perubahan."
        ),
    ),
    "key-in-use": Kind(
        HTTPStatus.CONFLICT,
        gettext_lazy("Perbuatan yang sama sedang dikerjakan"),
        gettext_lazy(
            "Kunci ini sedang dipakai kiriman lain. Tunggu sebentar, lalu ulangi dengan kunci yang sama."
        ),
    ),
    "changed": Kind(
        HTTPStatus.PRECONDITION_FAILED,
        gettext_lazy("Berkas sudah berubah"),
        gettext_lazy("ETag pada If-Match bukan yang terbaru. Baca berkasnya lagi, lalu putuskan."),
    ),
    "too-large": Kind(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        gettext_lazy("Kiriman terlalu besar"),
        gettext_lazy("Perkecil berkas; batasnya tertulis pada persyaratan layanan."),
    ),
    "invalid": Kind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        gettext_lazy("Isian belum benar"),
        gettext_lazy(
            "Semua yang kurang atau keliru tercantum di errors, masing-masing dengan letaknya."
        ),
    ),
    "upload-refused": Kind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        gettext_lazy("Berkas tidak diterima"),
        gettext_lazy(
            "Jenis, ukuran, isi, atau pemeriksaan virus; kalimatnya menyebut sebab dan caranya."
        ),
    ),
    "key-reused": Kind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        gettext_lazy("Idempotency-Key sudah dipakai"),
        gettext_lazy("Kunci ini milik kiriman dengan isi lain. Pakai kunci baru."),
    ),
    "refused": Kind(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        gettext_lazy("Ditolak"),
        gettext_lazy("Kalimat pada detail menyebut sebab dan apa yang dapat dilakukan."),
    ),
    "if-match-missing": Kind(
        HTTPStatus.PRECONDITION_REQUIRED,
        gettext_lazy("If-Match tidak ada"),
        gettext_lazy(
            "Tindakan petugas membawa ETag berkas yang dilihat. Baca berkasnya, lalu kirim ETag-nya."
        ),
    ),
    "too-many": Kind(
        HTTPStatus.TOO_MANY_REQUESTS,
        gettext_lazy("Terlalu sering"),
        gettext_lazy("Tunggu sebanyak detik pada Retry-After."),
    ),
    "internal": Kind(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        gettext_lazy("Kesalahan di pihak kami"),
        gettext_lazy(
            "Ulangi dengan kunci yang sama. Bila tetap, sebutkan nomor pada instance kepada kantor."
        ),
    ),
    "busy": Kind(
        HTTPStatus.SERVICE_UNAVAILABLE,
        gettext_lazy("Sedang penuh"),
        gettext_lazy(
            "Belum ada yang tersimpan, atau belum dapat dipastikan. Tunggu sebanyak detik pada Retry-After, lalu"
            " ulangi dengan kunci yang sama."
        ),
    ),
    "no-room": Kind(
        HTTPStatus.INSUFFICIENT_STORAGE,
        gettext_lazy("Penyimpanan kantor penuh"),
        gettext_lazy(
            "Tidak ada yang tersimpan dari kiriman ini. Beri tahu kantor, lalu ulangi dengan kunci yang sama."
        ),
    ),
}


@dataclass
class Problem(Exception):
    """A refusal of the API itself; `errors` all at once, each with "pointer" or "parameter" and "detail"."""

    code: str
    detail: str = ""
    errors: Sequence[Mapping[str, Any]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


# The first line that fits decides; what the services refuse in a kind of their own stands before its parent.
_CODES: tuple[tuple[type[Exception], str], ...] = (
    (MovedMeanwhile, "changed"),
    (KeyReused, "key-reused"),
    (KeyInUse, "key-in-use"),
    (HasPermit, "permit-held"),
    (ConflictOfInterest, "conflict-of-interest"),
    (MoveNotAllowed, "move-not-allowed"),
    (UploadRefused, "upload-refused"),
    (BadIdentity, "invalid"),
    (NotFound, "not-found"),
    (ServiceNotOffered, "not-found"),
    (Http404, "not-found"),
    (PermissionDenied, "scope-missing"),
    (CannotMove, "move-not-allowed"),
    (Refusal, "refused"),
    (RequestDataTooBig, "too-large"),
    (BadRequest, "bad-request"),
    (SuspiciousOperation, "bad-request"),
    (MultiPartParserError, "bad-request"),
    (UnicodeError, "bad-request"),
)
# What the schema library says, in our words; any other kind is "the form is not right".
_WORDS = {
    "missing": gettext_lazy("Wajib diisi."),
    "extra_forbidden": gettext_lazy("Tidak dikenal."),
    "string_too_long": gettext_lazy("Terlalu panjang."),
    "string_too_short": gettext_lazy("Terlalu pendek."),
    "uuid_parsing": gettext_lazy("Bukan UUID."),
}


def known(error: Exception) -> Problem:  # noqa: C901, PLR0911  a table that needs each exception's own words
    """Return an exception as a problem; "internal" when nobody foresaw it."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, ValidationError):
        return Problem("invalid", errors=[_said(one) for one in error.errors])
    if isinstance(error, Incomplete):
        found = [{"detail": text, "pointer": f"#/{where}"} for where, text in error.problems]
        return Problem("invalid", error.message, found)
    if isinstance(error, ReasonMissing | BadData):
        place = "#/reason" if isinstance(error, ReasonMissing) else "#/data"
        return Problem("invalid", errors=[{"detail": error.message, "pointer": place}])
    if isinstance(error, CannotRead):
        return Problem(_OF_STATUS.get(int(error.status), "upload-refused"), error.message)
    if isinstance(error, HttpError):
        return Problem(_OF_STATUS.get(error.status_code, "bad-request"))
    for kind, code in _CODES:
        if isinstance(error, kind):
            full = isinstance(error, UploadRefused) and error.trouble is Trouble.NO_SPACE
            return Problem("no-room" if full else code, str(getattr(error, "message", "")))
    if is_no_room(error):
        return Problem("no-room")
    if is_passing(error):
        return Problem("busy", headers={"Retry-After": str(BUSY_SECONDS)})
    return Problem("internal")


_OF_STATUS = {
    int(HTTPStatus.BAD_REQUEST): "bad-request",
    int(HTTPStatus.UNAUTHORIZED): "token-missing",
    int(HTTPStatus.REQUEST_ENTITY_TOO_LARGE): "too-large",
    int(HTTPStatus.SERVICE_UNAVAILABLE): "busy",
}


def _said(raw: Mapping[str, Any]) -> dict[str, str]:
    """Return one finding of the schema library with its place: a pointer into the body, or the parameter's name."""
    source, *rest = [str(one) for one in raw["loc"]]
    text = str(_WORDS.get(str(raw["type"]), "") or _("Bentuk atau isinya tidak sesuai skema."))
    if source in ("body", "form", "file"):
        inner = rest[1:] if source == "body" else rest
        return {"detail": text, "pointer": "#" + "".join(f"/{_escaped(one)}" for one in inner)}
    return {"detail": text, "parameter": rest[-1] if rest else source}


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def pointer(*parts: str | int) -> str:
    """Return a JSON pointer into the body (RFC 6901) as a fragment."""
    return "#" + "".join(f"/{_escaped(str(one))}" for one in parts)


# What is the office's own trouble: nobody who asked could have known it.
_OURS = frozenset({"internal", "busy", "no-room"})


def answer(request: HttpRequest, error: Exception) -> HttpResponse:
    """Return the answer to whatever was raised, in the current language. What nobody foresaw goes to the log."""
    found = known(error)
    kind = KINDS[found.code]
    if found.code in _OURS and not isinstance(error, CannotRead):
        match = request.resolver_match
        log.error(
            "request_failed",
            route=match.route if match else "",
            method=request.method,
            exc_info=error,
        )
    return problem(
        code=found.code,
        status=kind.status,
        title=kind.title,
        detail=found.detail or str(kind.meaning),
        errors=found.errors,
        reference=reference_of(request),
        headers=found.headers,
    )
