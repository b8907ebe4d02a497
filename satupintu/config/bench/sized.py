"""
Every list, search and page with a few cases and with very many: what must not grow.

Pages are asked in one process, by Django's own client, several times; the quickest time counts, because whatever else
the machine does only makes it longer. The database's time is in it.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from satupintu.catalogue.queries import current_version, definition_of
from satupintu.catalogue.rules import Kind
from satupintu.config import start, worker
from satupintu.config.bench import stories
from satupintu.config.demo.papers import answers_for
from satupintu.config.generate import counted, generate
from satupintu.desk.queries import complaint_of
from satupintu.desk.rules import KIND_COMPLAINT
from satupintu.desk.rules import State as ComplaintState
from satupintu.exchange.rules import Scope
from satupintu.exchange.services import create_client
from satupintu.lib import clock
from satupintu.lib.kept import forget_kept
from satupintu.people.queries import User
from satupintu.people.rules import system_actor
from satupintu.permits.queries import Application, Permit
from satupintu.permits.rules import State
from satupintu.workflow.queries import Case, has_unread

WITHOUT_PAPERS = "salinan-legalisir"  # needs no document: a call is a call
PEOPLE = (
    "budi", "ratna", "lina", "darius", "wati", "admin", "auditor", "bupati", "maya", "nora",
)  # fmt: skip
_OK = (200, 302)
_LONGEST_READING = 600  # seconds
_REPORTERS = 10  # each may send desk.rules.MOST_AN_HOUR
_CLAIMED = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Read:
    """One page or answer: its name, address, who asks for it, and what is posted (None: nothing)."""

    name: str
    path: str
    who: str = ""
    data: dict[str, str] | None = None
    token: str = field(default="", repr=False)


def count(*, complaints: bool = False) -> int:
    """Return how many cases there are, or complaints, after bringing the tables of an older version to this one."""
    start.migrate()
    start.collect_static()
    return counted(complaints=complaints).count()


def fill(cases: int, *, complaints: bool = False) -> dict[str, float]:
    """Fill the demo office until it has so many cases, or complaints; return them, and the rows of the copies."""
    began = time.perf_counter()
    made = generate(cases, at=clock.now(), complaints=complaints)
    return {"cases": made.cases, "rows": made.rows, "seconds": time.perf_counter() - began}


def until_read() -> float:
    """
    Wait until the readers of the log have seen every move; return how many seconds that took.

    Rows that are claimed are waited for, those of a reader that failed are not. Raises TimeoutError.
    """
    began = time.perf_counter()
    while has_unread(until=clock.now() + _CLAIMED):
        if time.perf_counter() - began > _LONGEST_READING:
            raise TimeoutError("The worker has not read the log.")
        time.sleep(0.2)
    return time.perf_counter() - began


def settle() -> None:
    """Let a worker do all that is due: of generated cases dates have passed unsaid, and catching up is no load."""
    worker.run(once=True)


def load_plan() -> dict[str, Any]:
    """Let programs in, and return what they need: tokens, the body of an application."""
    sender = _token(Scope.APPLY_WRITE, Scope.CASES_READ_ALL)
    day = timezone.localdate(clock.now())
    version = current_version(WITHOUT_PAPERS, day)
    party = stories.user("sari").party
    assert party is not None
    answers = answers_for(definition_of(version), Kind.NEW, party, day, {})
    body = {
        "service": WITHOUT_PAPERS,
        "consent": "electronic",
        "applicant": {"identity_kind": "nik", "identity": "", "name": ""},
        "answers": answers,
    }
    return {
        "sender": sender,
        "officer": _token(Scope.STAFF_ACT, officer="budi"),
        "screener": _token(Scope.STAFF_ACT, officer="maya"),
        "writer": _token(Scope.STAFF_ACT, officer="ratna"),
        "approver": _token(Scope.STAFF_ACT, officer="lina"),
        "reporters": [_token(Scope.COMPLAINTS_WRITE) for _one in range(_REPORTERS)],
        "body": body,
    }


def _token(*scopes: Scope, officer: str = "") -> str:
    at = clock.now()
    return create_client(
        name="Bench",
        contact="bench",
        scopes=scopes,
        valid_until=timezone.localdate(at) + timedelta(days=300),
        user=User.objects.get(username=officer) if officer else None,
        by=system_actor("bench"),
        at=at,
    ).token


def reads() -> Iterator[Read]:
    """Yield every list, search and page whose rows grow with the office, of people who have the most to read."""
    case = Case.objects.filter(state=State.REVIEW).latest("opened_at")
    permit = Permit.objects.latest("issued_at")
    application = Application.objects.filter(permit_cases__case=case).get()
    party = case.party
    assert party is not None
    yield from _pages(case, permit, application)
    for name, text in (
        ("number", case.number),
        ("permit number", permit.number),
        ("code", application.tracking_code),
        ("whole name", party.name),
        ("common name", "Surya"),
        ("two common names", "Surya Handayani"),
        ("common street", "Merdeka"),
        ("identity", party.identity),
        ("phone", party.phone),
    ):
        yield Read(f"search: {name}", "/berkas/cari/", "budi", {"q": text})
    yield Read(
        "search: common name, service", "/berkas/cari/", "budi", {"q": "Surya", "layanan": "pirt"}
    )
    yield Read("search: unit's officer", "/berkas/cari/", "wati", {"q": "Surya Handayani"})
    token = _token(Scope.CASES_READ_ALL)
    officer = _token(Scope.STAFF_ACT, officer="budi")
    for name, path, by in (
        ("cases", "/cases", token),
        ("cases of a state", "/cases?state=review", token),
        ("search", "/cases?q=surya%20handayani", token),
        ("case", f"/cases/{case.number}", token),
        ("moves", f"/cases/{case.number}/moves", officer),
    ):
        yield Read(f"API: {name}", f"/api/v1{path}", token=by)


def complaint_reads() -> Iterator[Read]:
    """Yield every list, search and page whose rows grow with the complaints, of people who have the most to read."""
    waiting = Case.objects.filter(kind=KIND_COMPLAINT, state=ComplaintState.RECEIVED)
    case = waiting.latest("opened_at")
    complaint = complaint_of(case)
    year = timezone.localdate(clock.now()).year
    for name, path, who in (
        ("complaints: waiting", "/pengaduan/meja/", "maya"),
        ("complaints: all", "/pengaduan/meja/?semua=1", "maya"),
        ("complaints: a unit's", "/pengaduan/meja/?semua=1", "ratna"),
        ("complaints: inspector's", "/pengaduan/meja/?semua=1", "nora"),
        ("complaint", f"/pengaduan/berkas/{case.number}/", "maya"),
        ("complaint: tracking", f"/pengaduan/lacak/{complaint.tracking_code}/", ""),
        ("complaints: public", "/pengaduan/umum/", ""),
        ("complaints: the year", f"/pengaduan/laporan/?tahun={year}", "maya"),
        ("inbox: complaints", "/tugas/", "maya"),
        ("leader", "/ringkasan/", "bupati"),
        ("Open311: public", "/open311/v2/requests.json", ""),
        ("Open311: one", f"/open311/v2/requests.json?service_request_id={case.number}", ""),
    ):
        yield Read(name, path, who)
    for name, text in (("number", case.number), ("code", complaint.tracking_code)):
        yield Read(f"search: complaint's {name}", "/berkas/cari/", "maya", {"q": text})
    officer = _token(Scope.STAFF_ACT, officer="maya")
    for name, path in (
        ("complaints", "/complaints"),
        ("complaints answered", "/complaints?state=answered"),
        ("one complaint", f"/complaints?q={case.number}"),
    ):
        yield Read(f"API: {name}", f"/api/v1{path}", token=officer)


def _pages(case: Case, permit: Permit, application: Application) -> Iterator[Read]:
    today = timezone.localdate(clock.now())
    month = f"{today:%Y-%m}"
    parts = permit.number.split("/")
    for name, path, who in (
        ("home", "/", ""),
        ("tracking", f"/lacak/{application.tracking_code}/", ""),
        ("check", f"/cek/{permit.check_code}/", ""),
        ("register", "/register/", ""),
        ("register: search", f"/register/?q={permit.holder.split()[0]}", ""),
        ("register: whole name", f"/register/?q={quote(permit.holder)}", ""),
        ("register: number", f"/register/?q={quote(permit.number)}", ""),
        ("register: number's parts", f"/register/?q={quote(' '.join(parts[-2:]))}", ""),
        ("register: service's name", f"/register/?q={quote(permit.title)}", ""),
        ("register: service", f"/register/?layanan={permit.service_code}", ""),
        ("inbox", "/tugas/", "budi"),
        ("inbox: free", "/tugas/?map=belum-ditangani", "budi"),
        ("inbox: unit", "/tugas/?map=unit", "budi"),
        ("inbox: waiting", "/tugas/?map=menunggu-rekomendasi", "ratna"),
        ("inbox: head", "/tugas/?map=belum-ditangani", "darius"),
        ("inbox: technical", "/tugas/?map=belum-ditangani", "wati"),
        ("cases", "/berkas/", "budi"),
        ("cases: technical", "/berkas/", "wati"),
        ("cases: a state", "/berkas/?keadaan=review", "budi"),
        ("case", f"/berkas/{case.number}/", "budi"),
        ("issued", "/izin/", "budi"),
        ("issued: all", "/izin/?semua=1", "budi"),
        ("second look", "/izin/periksa-ulang/", "darius"),
        ("second look: done", "/izin/periksa-ulang/?selesai=1", "darius"),
        ("book of registrations", f"/buku/?bulan={month}", "budi"),
        ("book of permits", f"/buku/izin/?bulan={month}", "budi"),
        ("recap", f"/buku/rekap/?bulan={month}", "lina"),
        ("leader", "/ringkasan/", "bupati"),
        ("dispatch book", "/surat/ekspedisi/", "budi"),
        ("looks", "/data-dibuka/", "auditor"),
        ("entered later", "/kejar-catatan/", "budi"),
        ("numbers", "/pengaturan/nomor/", "admin"),
        ("numbers of a series", "/pengaturan/nomor/permit/", "admin"),
        ("messages", "/pesan/", "budi"),
        ("setting up", "/pengaturan/", "admin"),
    ):
        yield Read(name, path, who)


def timed_reads(rounds: int, *, complaints: bool = False) -> dict[str, dict[str, float]]:
    """Return name -> the quickest milliseconds and the statements of every read, nothing kept from before."""
    settings.API_PER_MINUTE = 10**9
    settings.ALLOWED_HOSTS = ["*"]
    clients = {key: Client() for key in ("", *PEOPLE)}
    for key in PEOPLE:
        clients[key].force_login(stories.user(key), backend=settings.AUTHENTICATION_BACKENDS[0])
    found: dict[str, dict[str, float]] = {}
    for read in complaint_reads() if complaints else reads():
        ask = _asking(clients[read.who], read)
        answered = ask()
        if answered not in _OK:
            found[read.name] = {"status": float(answered)}
            continue
        quickest, statements = float("inf"), 0
        for _round in range(rounds):
            forget_kept()
            cache.clear()
            began = time.perf_counter()
            ask()
            quickest = min(quickest, time.perf_counter() - began)
        with CaptureQueriesContext(connection) as asked:
            ask()
        statements = len(asked)
        found[read.name] = {"ms": quickest * 1000, "statements": statements}
    return found


def _asking(client: Client, read: Read) -> Callable[[], int]:
    headers = {"Authorization": f"Bearer {read.token}"} if read.token else {}
    if read.data is None:
        return lambda: int(client.get(read.path, headers=headers).status_code)
    return lambda: int(client.post(read.path, read.data).status_code)
