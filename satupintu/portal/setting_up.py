"""What an office still needs before it can take and decide applications: read from what is there, not ticked off."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from satupintu.catalogue.queries import list_services
from satupintu.catalogue.rules import Definition
from satupintu.lib import clock
from satupintu.office import queries as office
from satupintu.office.rules import ClosureKind
from satupintu.people.access import staff
from satupintu.people.queries import has_signatory, held_roles, list_units
from satupintu.people.rules import ROLE_LABELS, Role, unit_kind_words


@dataclass(frozen=True, slots=True)
class Step:
    """One thing an office needs: what, why or what is missing, where it is done, and whether it is."""

    title: str
    text: str
    url: str
    done: bool


@staff(Role.SERVICE_ADMIN)
@require_safe
def setting_up(request: HttpRequest) -> HttpResponse:
    """Show what the office has and what it still needs."""
    steps = steps_of(office.local_date(clock.now()))
    context = {"steps": steps, "left": sum(1 for step in steps if not step.done)}
    return render(request, "portal/office/setting_up.html", context)


def steps_of(today: date) -> list[Step]:
    """Return the steps in the order in which they are best done. A handful of queries."""
    services = list_services(today)
    kinds = _kinds_asked(services)
    return [
        _profile(),
        _services(services),
        _units(kinds),
        *_people(services, kinds, today),
        _calendar(today),
        _numbers(),
    ]


def _kinds_asked(services: Iterable[Definition]) -> list[str]:
    return sorted({stage.unit_kind for one in services for stage in one.stages})


def _profile() -> Step:
    profile = office.profile()
    return Step(
        _("Profil kantor"),
        _(
            "Lengkapi telepon, lambang, dan keputusan yang menetapkan standar pelayanan. Periksa juga"
            " janji layanan dan maklumat: keduanya tampil untuk umum."
        ),
        reverse("portal:office_profile"),
        done=bool(profile.phone and profile.promise_decree),
    )


def _services(services: Sequence[Definition]) -> Step:
    return Step(
        _("Standar layanan"),
        _("%(n)s layanan terbit. Periksa syarat dan waktunya terhadap keputusan kantor Anda.")
        % {"n": len(services)}
        if services
        else _("Belum ada layanan. Mulai dari berkas bawaan program, sesuaikan, lalu terbitkan."),
        reverse("catalogue:admin"),
        done=bool(services),
    )


def _units(kinds: Iterable[str]) -> Step:
    known = {unit.kind for unit in list_units() if unit.active}
    missing = [unit_kind_words(kind) for kind in kinds if kind not in known]
    return Step(
        _("Perangkat daerah"),
        _("Layanan yang terbit meminta rekomendasi dari: %(units)s. Catat dulu unit itu.")
        % {"units": ", ".join(missing)}
        if missing
        else _("Semua unit yang diminta layanan sudah tercatat."),
        reverse("people:units"),
        done=not missing,
    )


def _people(services: Sequence[Definition], kinds: Iterable[str], today: date) -> list[Step]:
    held = held_roles(today)
    wanted = {Role.FRONT_OFFICE, Role.VERIFIER, Role.HEAD}
    wanted |= {Role(role) for one in services for role in one.decision.initials}
    missing = [
        str(ROLE_LABELS[role])
        for role in Role
        if role in wanted and role not in {r for r, _ in held}
    ]
    missing += [
        _("petugas teknis %(unit)s") % {"unit": unit_kind_words(kind)}
        for kind in kinds
        if (Role.TECHNICAL_OFFICER, kind) not in held
    ]
    return [
        Step(
            pgettext("menu", "Petugas"),
            _("Belum ada: %(roles)s. Buat akunnya, lalu beri perannya.")
            % {"roles": ", ".join(missing)}
            if missing
            else _("Setiap peran yang diperlukan sudah dipegang seseorang."),
            reverse("people:officers"),
            done=not missing,
        ),
        Step(
            _("Pelimpahan wewenang tanda tangan"),
            _(
                "Catat pada akun kepala dinas keputusan yang memberinya wewenang menandatangani izin."
            ),
            reverse("people:officers"),
            done=has_signatory(today),
        ),
    ]


def _calendar(today: date) -> Step:
    closures = office.list_closures(today.year)
    return Step(
        _("Kalender kerja"),
        _("Periksa libur nasional dan cuti bersama tahun ini; tambahkan penutupan setempat."),
        reverse("portal:office_calendar"),
        done=any(one.kind == ClosureKind.NATIONAL for one in closures),
    )


def _numbers() -> Step:
    return Step(
        _("Register nomor"),
        _(
            "Bila melanjutkan buku register atau SiCantik, tetapkan nomor berikutnya sebelum izin pertama terbit."
            " Periksa juga bentuk nomor dan kode klasifikasinya."
        ),
        reverse("portal:office_numbers"),
        done=bool(office.last_values()),
    )
