"""Rows for every list, the pages that show them, and sessions of the people who open them."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from satupintu.catalogue.rules import Kind
from satupintu.config.bench import stories
from satupintu.lib import clock
from satupintu.people.queries import Unit, User
from satupintu.people.rules import Role, system_actor
from satupintu.people.services import create_officer, give_role, save_unit
from satupintu.permits import steps
from satupintu.permits.queries import Application, Draft, Permit
from satupintu.permits.rules import State
from satupintu.workflow.queries import Case, get_case
from satupintu.workflow.services import run_readers

VISITOR = "joko"  # whose pages are visited; the steps of a case are measured with somebody else
PEOPLE = (VISITOR, "budi", "ratna", "wati", "lina", "darius", "admin", "auditor")
PUBLIC, APPLICANT, OFFICER = "public", "applicant", "officer"


def sessions() -> dict[str, dict[str, str]]:
    """Return the cookies of everybody in PEOPLE, signed in."""
    found = {}
    for key in PEOPLE:
        client = Client()
        client.force_login(stories.user(key), backend=settings.AUTHENTICATION_BACKENDS[0])
        name = settings.SESSION_COOKIE_NAME
        found[key] = {name: client.cookies[name].value}
    return found


def grow(rows: int) -> list[dict[str, str]]:
    """Add rows until every list has at least `rows` of them; return the pages to visit."""
    with transaction.atomic():
        _grow_staff(rows)
        _grow_cases(rows)
        while run_readers(at=clock.now(), limit=500):
            pass
    return pages()


def _grow_staff(rows: int) -> None:
    # Nobody signs in with these; hashing well would cost the bench seconds.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    by, at = system_actor("bench"), clock.now()
    for number in range(Unit.objects.filter(code__startswith="bench").count(), rows):
        code = f"bench{number}"
        unit = save_unit(
            unit=None,
            code=code,
            name=code,
            short_name=code,
            kind="trade",
            parent=None,
            address="",
            active=True,
            by=by,
            at=at,
        )
        officer: User = create_officer(
            username=code,
            name=code,
            password="bench",  # noqa: S106  nobody's
            by=by,
            at=at,
        )
        give_role(
            user=officer,
            unit=unit,
            role=Role.TECHNICAL_OFFICER,
            valid_from=timezone.localdate(at),
            valid_until=None,
            by=by,
            at=at,
        )


def _grow_cases(rows: int) -> None:
    """Add for each list: waiting for a unit, at the counter, for a signature; issued; drafts."""
    ours, other = (
        stories.person(VISITOR, stories.RECOMMENDED),
        stories.person("sari", stories.DIRECT),
    )
    for _number in range(
        Case.objects.filter(party_id=ours.party.pk, state=State.REVIEW).count(), rows
    ):
        stories.move(ours.apply(), "declare_complete")
    for _number in range(Case.objects.filter(state=State.SUBMITTED).count(), rows):
        other.apply()
    stories.approved_cases(max(0, rows - Case.objects.filter(state=State.APPROVED).count()))
    permits = Permit.objects.filter(party_id=ours.party.pk).count()
    for case_id in stories.approved_cases(max(0, rows - permits), VISITOR):
        for action in ("number", "issue"):
            stories.move(get_case(UUID(case_id)), action)
    for _number in range(Draft.objects.filter(submitted_at__isnull=True).count(), rows):
        fill_draft(str(ours.start().pk))


def fill_draft(draft_id: str) -> None:
    """Answer and attach everything, as if typed page by page."""
    draft = Draft.objects.get(pk=UUID(draft_id))
    for save in stories.person(VISITOR, stories.RECOMMENDED).saves():
        draft = save(draft)


def fill_drafts(ids: list[str]) -> None:
    for draft_id in ids:
        fill_draft(draft_id)


def answered_draft() -> Draft:
    return Draft.objects.filter(submitted_at__isnull=True).exclude(answers={}).latest("created_at")


def pages() -> list[dict[str, str]]:
    """Return name, address, who opens it and what kind of page it is, for all that is measured."""
    waiting = Case.objects.filter(permit_case__service_code=stories.RECOMMENDED).latest("opened_at")
    permit = Permit.objects.latest("issued_at")
    application = Application.objects.get(permit_cases__case_id=waiting.pk)
    draft = answered_draft()
    person = stories.person(VISITOR, stories.RECOMMENDED)
    first = steps.form_steps([person.definition], Kind.NEW, draft.answers)[0].key
    number, at_draft = waiting.number, f"/ajukan/draf/{draft.pk}/"
    found: list[tuple[str, str, str, str]] = [
        ("home", "/", "", PUBLIC),
        ("services", "/layanan/", "", PUBLIC),
        ("service", f"/layanan/{stories.RECOMMENDED}/", "", PUBLIC),
        ("guide", "/izin-apa/", "", PUBLIC),
        ("track-ask", "/lacak/", "", PUBLIC),
        ("tracking", f"/lacak/{application.tracking_code}/", "", PUBLIC),
        ("check-ask", "/cek/", "", PUBLIC),
        ("check", f"/cek/{permit.check_code}/", "", PUBLIC),
        ("register", "/register/", "", PUBLIC),
        ("sign-in", "/masuk/", "", PUBLIC),
        ("contact", "/kontak/", "", PUBLIC),
        ("start", f"/ajukan/{stories.RECOMMENDED}/", VISITOR, APPLICANT),
        ("questions", f"{at_draft}{first}/", VISITOR, APPLICANT),
        ("papers", f"{at_draft}{steps.DOCUMENTS}/", VISITOR, APPLICANT),
        ("review", f"{at_draft}{steps.REVIEW}/", VISITOR, APPLICANT),
        ("mine", "/permohonan/", VISITOR, APPLICANT),
        ("my-case", f"/permohonan/{number}/", VISITOR, APPLICANT),
        ("receipt", f"/permohonan/{number}/tanda-terima/", VISITOR, APPLICANT),
        ("my-data", "/permohonan/data/", VISITOR, APPLICANT),
        ("account", "/akun/", VISITOR, APPLICANT),
        ("inbox", "/tugas/", "budi", OFFICER),
        ("inbox-free", "/tugas/?map=belum-ditangani", "budi", OFFICER),
        ("inbox-unit", "/tugas/?map=unit", "budi", OFFICER),
        ("inbox-others", "/tugas/?map=menunggu-rekomendasi", "budi", OFFICER),
        ("inbox-head", "/tugas/?map=belum-ditangani", "darius", OFFICER),
        ("inbox-technical", "/tugas/?map=belum-ditangani", "wati", OFFICER),
        ("cases", "/berkas/", "budi", OFFICER),
        ("case", f"/berkas/{number}/", "budi", OFFICER),
        ("issued", "/izin/", "budi", OFFICER),
        ("messages", "/demo/kotak-masuk/", "budi", OFFICER),
        ("by-hand", "/pesan/", "budi", OFFICER),
        ("authorities", "/loket/kuasa/", "budi", OFFICER),
        ("admin-services", "/pengaturan/layanan/", "admin", OFFICER),
        ("admin-officers", "/pengaturan/petugas/", "admin", OFFICER),
        ("admin-units", "/pengaturan/perangkat-daerah/", "admin", OFFICER),
        ("admin-numbers", "/pengaturan/nomor/", "admin", OFFICER),
        ("admin-calendar", "/pengaturan/kalender/", "admin", OFFICER),
    ]
    return [dict(zip(("name", "path", "who", "kind"), one, strict=True)) for one in found]


def visit_plan(rows: int) -> dict[str, Any]:
    return {"pages": grow(rows), "sessions": sessions()}
