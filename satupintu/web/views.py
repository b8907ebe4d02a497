"""Error pages: what happened, what to do, and a reference number. They read no database."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from satupintu.web.context import THEME_COOKIE, THEMES
from satupintu.web.middleware import reference_of


def _answer(request: HttpRequest, status: int, title: str, text: str, advice: str) -> HttpResponse:
    """Render without context processors: a broken database must not break its own error page."""
    body = render_to_string(
        "web/error.html",
        {
            "title": title,
            "text": text,
            "advice": advice,
            "status": status,
            "reference": reference_of(request),
            "theme": THEMES.get(request.COOKIES.get(THEME_COOKIE, ""), ""),
        },
    )
    return HttpResponse(body, status=status)


def bad_request(
    request: HttpRequest,
    exception: Exception | None = None,  # noqa: ARG001  named by the framework
) -> HttpResponse:
    return _answer(
        request,
        400,
        _("Permintaan ini tidak dapat dibaca"),
        _("Alamat atau isian yang dikirim tidak lengkap atau terlalu besar."),
        _("Kembali ke halaman sebelumnya, periksa isian, lalu kirim sekali lagi."),
    )


def forbidden(
    request: HttpRequest,
    exception: Exception | None = None,  # noqa: ARG001  named by the framework
) -> HttpResponse:
    return _answer(
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
    return _answer(
        request,
        404,
        _("Halaman tidak ditemukan"),
        _("Alamat ini tidak ada, sudah pindah, atau bukan milik Anda."),
        _("Periksa kembali alamatnya, atau cari layanan dari halaman depan."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    return _answer(
        request,
        500,
        _("Terjadi kesalahan pada sistem kami"),
        _("Yang sudah tersimpan tetap aman. Kesalahan ini sudah tercatat."),
        _("Coba lagi beberapa menit lagi. Bila masih terjadi, sampaikan nomor rujukan ini."),
    )


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
