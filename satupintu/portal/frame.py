"""What the frame of every page shows: the office, the menus, who is signed in."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from satupintu.documents.queries import little_room
from satupintu.lib.language import current_language
from satupintu.lib.words import number
from satupintu.office import queries as office_queries
from satupintu.office.queries import Profile
from satupintu.people import queries as people
from satupintu.people.access import PUBLIC, STAFF, Access
from satupintu.people.rules import ROLE_LABELS, STAFF_ROLES, Role, landing_page
from satupintu.portal.training import has_training
from satupintu.web import context
from satupintu.web.context import MenuGroup, MenuItem

OWN_COLOURS = frozenset({"", "#0b5d5e"})  # the stylesheet's own primary: nothing to add

MENU = (
    (pgettext_lazy("menu", "Layanan"), "/layanan/"),
    (gettext_lazy("Lacak"), "/lacak/"),
    (gettext_lazy("Cek izin"), "/cek/"),
    (gettext_lazy("Pengaduan"), "/pengaduan/"),
    (gettext_lazy("Kontak"), "/kontak/"),
)

INBOX = (gettext_lazy("Tugas saya"), "/tugas/", "inbox")

# Officers see of these what the page itself would let them open: the menu asks each page's own
# access, so the two cannot differ. What a day at the counter needs stands open; the rest is folded under its title.
DESK = (
    (
        "",
        (
            (gettext_lazy("Ringkasan"), "/ringkasan/", "chart"),
            (gettext_lazy("Semua berkas"), "/berkas/", "folder"),
            (gettext_lazy("Bantu pemohon"), "/loket/permohonan-baru/", "people"),
            (gettext_lazy("Konsultasi"), "/konsultasi/meja/", "chat"),
            (gettext_lazy("Meja telepon"), "/telepon/", "people"),
            (gettext_lazy("Pengaduan"), "/pengaduan/meja/", "flag"),
        ),
    ),
    (
        gettext_lazy("Loket dan pesan"),
        (
            (gettext_lazy("Slip bernomor"), "/loket/slip/", "print"),
            (gettext_lazy("Beri kode masuk"), "/loket/kode/", "key"),
            (gettext_lazy("Surat kuasa"), "/loket/kuasa/", "id-card"),
            (gettext_lazy("Survei di loket"), "/loket/survei/", "check"),
            (gettext_lazy("Kejar catatan"), "/kejar-catatan/", "history"),
            (gettext_lazy("Buku ekspedisi"), "/surat/ekspedisi/", "mail"),
            (gettext_lazy("Percakapan"), "/percakapan/", "chat"),
            (gettext_lazy("Kirim pesan"), "/pesan/", "chat"),
        ),
    ),
    (
        gettext_lazy("Izin dan hak pemohon"),
        (
            (gettext_lazy("Izin terbit"), "/izin/", "stamp"),
            (gettext_lazy("Buku register"), "/buku/", "list"),
            (gettext_lazy("Periksa ulang"), "/izin/periksa-ulang/", "search"),
            (gettext_lazy("Pengawasan izin"), "/pengawasan/", "eye"),
            (gettext_lazy("Keberatan"), "/keberatan/", "alert"),
            (gettext_lazy("Status di sistem lain"), "/impor/status/", "search"),
        ),
    ),
    (
        gettext_lazy("Laporan dan arsip"),
        (
            (gettext_lazy("Laporan pengaduan"), "/pengaduan/laporan/", "chart"),
            (gettext_lazy("Laporan konsultasi"), "/konsultasi/laporan/", "chart"),
            (gettext_lazy("Hasil survei"), "/ringkasan/survei/", "chart"),
            (gettext_lazy("Rekonsiliasi retribusi"), "/retribusi/", "list"),
            (gettext_lazy("Data yang dibuka"), "/data-dibuka/", "eye"),
            (gettext_lazy("Arsip"), "/arsip/", "folder"),
        ),
    ),
    (
        gettext_lazy("Pengaturan"),
        (
            (gettext_lazy("Menyiapkan kantor"), "/pengaturan/", "check"),
            (gettext_lazy("Standar layanan"), "/pengaturan/layanan/", "folder"),
            (gettext_lazy("Kalender kerja"), "/pengaturan/kalender/", "calendar"),
            (gettext_lazy("Register nomor"), "/pengaturan/nomor/", "list"),
            (gettext_lazy("Hari pengawasan"), "/pengaturan/pengawasan/", "calendar"),
            (gettext_lazy("Klasifikasi arsip"), "/pengaturan/klasifikasi-arsip/", "list"),
            (pgettext_lazy("menu", "Petugas"), "/pengaturan/petugas/", "person"),
            (gettext_lazy("Perangkat daerah"), "/pengaturan/perangkat-daerah/", "building"),
            (gettext_lazy("Impor register lama"), "/impor/", "upload"),
            (pgettext_lazy("menu", "Saluran"), "/pengaturan/saluran/", "chat"),
            (gettext_lazy("Kalimat pesan"), "/pengaturan/kalimat/", "mail"),
            (gettext_lazy("Rencana pengaduan"), "/pengaturan/pengaduan/", "chat"),
            (gettext_lazy("Topik konsultasi"), "/pengaturan/konsultasi/", "chat"),
            (gettext_lazy("Klien API"), "/pengaturan/klien-api/", "key"),
            (gettext_lazy("Profil kantor"), "/pengaturan/kantor/", "settings"),
        ),
    ),
    (
        gettext_lazy("Belajar"),
        (
            (gettext_lazy("Panduan"), "/panduan/", "file"),
            (gettext_lazy("Latihan"), "/latihan/", "people"),
        ),
    ),
    (
        gettext_lazy("Peragaan"),
        (
            (gettext_lazy("Telepon peragaan"), "/demo/telepon/", "chat"),
            (gettext_lazy("Pesan terkirim"), "/demo/kotak-masuk/", "mail"),
        ),
    ),
)


class OfficeFrame:
    """The office's profile as templates read it, with the addresses of its arms and colours."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    def __getattr__(self, name: str) -> Any:
        return getattr(self._profile, name)

    @property
    def arms_url(self) -> str:
        return f"{reverse('portal:office_arms')}?v={self.version}" if self._profile.arms else ""

    @property
    def theme_url(self) -> str:
        if self._profile.colour.lower() in OWN_COLOURS:
            return ""
        return f"{reverse('portal:office_css')}?v={self.version}"


def office(request: HttpRequest) -> OfficeFrame:  # noqa: ARG001  every source is asked with it
    """Return the office's public profile; usually no query (the profile is kept for seconds)."""
    return OfficeFrame(office_queries.profile())


@lru_cache
def _access(url: str) -> Access | None:
    """Return who may open a page; None if the address leads nowhere."""
    try:
        view = resolve(url).func
    except Resolver404:
        return None
    return getattr(view, "access", Access(PUBLIC))


def _is_there(url: str) -> bool:
    """Say whether a page of the menu is one of this kind of office."""
    if url == "/latihan/":
        return has_training()
    return bool(settings.DEMO) or not url.startswith("/demo/")


def _may_open(url: str, roles: frozenset[Role]) -> bool:
    access = _access(url)
    return access is not None and (access.kind != STAFF or bool(access.roles & roles))


def _nearest(path: str, urls: Iterable[str]) -> str:
    """Return the entry a page belongs to: the longest address it starts with; "" if none."""
    return max((url for url in urls if path.startswith(url)), key=len, default="")


def menu(request: HttpRequest) -> list[MenuItem]:
    """Return the menu of everybody."""
    here = _nearest(request.path, [url for _label, url in MENU])
    return [MenuItem(str(label), url, current=url == here) for label, url in MENU]


def desk(request: HttpRequest) -> list[MenuGroup]:
    """
    Return the officers' menu, by the roles held today; empty for everybody else.

    The first group are the folders of tasks, from whoever provides "folders" (with their counts);
    without one it is the inbox alone.
    """
    roles = people.actor_for(request).roles
    if not roles & STAFF_ROLES:
        return []
    here = _nearest(
        request.path, [url for _title, entries in DESK for _label, url, _icon in entries]
    )
    folders = context.ask("folders", request)
    if not folders and _may_open(INBOX[1], roles):
        label, url, icon = INBOX
        folders = [MenuItem(str(label), url, icon=icon, current=request.path.startswith(url))]
    groups = [MenuGroup("", folders)] if folders else []
    for title, entries in DESK:
        items = [
            MenuItem(str(label), url, icon=icon, current=url == here)
            for label, url, icon in entries
            if _is_there(url) and _may_open(url, roles)
        ]
        if items:
            groups.append(MenuGroup(str(title), items))
    return groups


def warnings(request: HttpRequest) -> list[str]:
    """Tell who runs the office's services that the disk is nearly full, and what to do; nobody else can do anything."""
    if Role.SERVICE_ADMIN not in people.actor_for(request).roles:
        return []
    left = little_room()
    if left is None:
        return []
    return [
        _(
            "Penyimpanan kantor hampir penuh: tersisa %(left)s MB. Bila habis, berkas pemohon tidak dapat diterima dan"
            " izin tidak dapat terbit; yang sudah tersimpan tetap aman. Minta pengelola komputer menambah ruang, atau"
            " memindahkan cadangan lama dari komputer ini."
        )
        % {"left": number(left, current_language())}
    ]


def who(request: HttpRequest) -> MenuItem | None:
    """Return the signed-in person by name and role, and where their things are."""
    if not request.user.is_authenticated:
        return None
    actor = people.actor_for(request)
    staff = [role for role in Role if role in actor.roles & STAFF_ROLES]
    if staff:
        return MenuItem(f"{actor.name} · {ROLE_LABELS[staff[0]]}", landing_page(actor.roles))
    return MenuItem(actor.name or _("Akun saya"), "/permohonan/")
