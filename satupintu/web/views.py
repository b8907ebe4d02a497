"""
Error pages: what happened, what to do, and a reference number.

They read no database, but for a page that is missing or not this person's: nothing is broken then, and the frame of
every page (menu, office, language) leads on.
"""

import sys
from contextlib import suppress

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from satupintu.web.context import THEME_COOKIE, THEMES
from satupintu.web.middleware import reference_of
from satupintu.web.troubles import BUSY_SECONDS, is_no_room, is_passing


def _answer(request: HttpRequest, status: int, title: str, text: str, advice: str) -> HttpResponse:
    """Render without context processors: a broken database must not break its own error page."""
    context = _context(request, status, title, text, advice)
    return HttpResponse(render_to_string("web/error.html", context), status=status)


def _answer_framed(
    request: HttpRequest, status: int, title: str, text: str, advice: str
) -> HttpResponse:
    """Render in the frame of every page, or without it when the database does not answer."""
    context = _context(request, status, title, text, advice)
    if hasattr(request, "user"):  # not refused before anybody asked who it is
        with suppress(DatabaseError):
            return render(request, "web/error_framed.html", context, status=status)
    return _answer(request, status, title, text, advice)


def _context(
    request: HttpRequest, status: int, title: str, text: str, advice: str
) -> dict[str, object]:
    return {
        "title": title,
        "text": text,
        "advice": advice,
        "status": status,
        "reference": reference_of(request),
        "theme": THEMES.get(request.COOKIES.get(THEME_COOKIE, ""), ""),
    }


def bad_request(
    request: HttpRequest,
    exception: Exception | None = None,  # noqa: ARG001  named by the framework
) -> HttpResponse:
    return _answer(
        request,
        400,
        _("Permintaan ini tidak dapat dibaca"),
        _(
            "Alamat atau isian yang dikirim tidak lengkap atau terlalu besar: paling besar %(mb)s MB"
            " tulisan dan %(files)s berkas sekali kirim."
        )
        % {
            "mb": settings.DATA_UPLOAD_MAX_MEMORY_SIZE // (1024 * 1024),
            "files": settings.DATA_UPLOAD_MAX_NUMBER_FILES,
        },
        _("Kembali ke halaman sebelumnya, periksa isian, lalu kirim sekali lagi."),
    )


def too_large(request: HttpRequest) -> HttpResponse:
    return _answer(
        request,
        413,
        _("Kiriman ini terlalu besar"),
        _("Paling besar %(mb)s MB sekali kirim. Belum ada yang diterima dari kiriman ini.")
        % {"mb": settings.BODY_MAX_MB},
        _("Kirim berkasnya satu per satu, atau kecilkan dulu ukurannya."),
    )


def forbidden(
    request: HttpRequest,
    exception: Exception | None = None,  # noqa: ARG001  named by the framework
) -> HttpResponse:
    return _answer_framed(
        request,
        403,
        _("Halaman ini bukan untuk akun Anda"),
        _("Anda sudah masuk, tetapi peran Anda tidak mencakup halaman ini."),
        _("Masuk dengan akun lain, atau minta akses kepada pengelola kantor."),
    )


def not_found(
    request: HttpRequest,
    exception: Exception | None = None,  # noqa: ARG001  named by the framework
) -> HttpResponse:
    return _answer_framed(
        request,
        404,
        _("Halaman tidak ditemukan"),
        _("Alamat ini tidak ada, sudah pindah, atau bukan milik Anda."),
        _("Periksa kembali alamatnya, atau cari layanan dari halaman depan."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer what nobody expected; called while the exception is being handled."""
    error = sys.exc_info()[1]
    if error is not None and is_no_room(error):
        return no_room(request)
    if error is not None and is_passing(error):
        return busy(request)
    return _answer(
        request,
        500,
        _("Terjadi kesalahan pada sistem kami"),
        _("Yang sudah tersimpan tetap aman. Kesalahan ini sudah tercatat."),
        _("Coba lagi beberapa menit lagi. Bila masih terjadi, sampaikan nomor rujukan ini."),
    )


def no_room(request: HttpRequest) -> HttpResponse:
    """Answer when a file could not be written for want of room: nothing of it was taken."""
    return _answer(
        request,
        507,
        _("Penyimpanan kantor sedang penuh"),
        _("Berkas ini tidak dapat kami terima. Yang sudah tersimpan sebelumnya tetap aman."),
        _("Tekan Kembali, lalu coba lagi nanti. Bila masih terjadi, beri tahu kantor."),
    )


def busy(request: HttpRequest) -> HttpResponse:
    """Answer when the database is locked, full or away: nothing was written, trying again helps."""
    answer = _answer(
        request,
        503,
        _("Sistem sedang sibuk"),
        _("Permintaan Anda belum dapat diproses. Belum ada yang tersimpan dari kiriman ini."),
        _(
            "Tunggu sebentar, lalu muat ulang halaman ini. Atau tekan Kembali: yang Anda ketik masih"
            " ada di halaman sebelumnya."
        ),
    )
    answer["Retry-After"] = str(BUSY_SECONDS)
    answer["Cache-Control"] = "no-store"
    return answer


def csrf_failure(
    request: HttpRequest,
    reason: str = "",  # noqa: ARG001  the framework names it, people cannot use it
) -> HttpResponse:
    return _answer(
        request,
        403,
        _("Halaman ini sudah terlalu lama terbuka"),
        _("Demi keamanan, kiriman dari halaman lama tidak kami terima. Belum ada yang berubah."),
        _("Kembali ke halaman sebelumnya, muat ulang, lalu kirim sekali lagi."),
    )
