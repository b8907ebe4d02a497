"""
What an office answers, keeps and goes on with when its disk is full; full.py puts it on a small file system.

A program of its own, as driver.py: one line of JSON, and `problems` must be empty.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, connections
from django.test import Client
from driver import AT, expect, look, problems, world
from every_row import differing, every_table
from inside import STAFF, Scope, _token
from offices import restartable
from small_disk import Ballast

from satupintu.catalogue.rules import Kind
from satupintu.config import worker
from satupintu.imports import services as imports
from satupintu.imports.tests import office as importing
from satupintu.imports.tests.files import as_csv, sicantik_line
from satupintu.lib import clock
from satupintu.messaging.services import send_due
from satupintu.people.queries import User, actor_of
from satupintu.permits.services import drafts, letters
from satupintu.permits.tests.officer_cases import World, answers, sheet
from satupintu.workflow import anchor
from satupintu.workflow.seals import make_digests
from satupintu.workflow.services import run_readers

Act = Callable[[], tuple[int, str]]  # how it ended (a status of HTTP), and what was said
REFUSED = 400
MAKING_ROOM_SECONDS = 60
PORT = 8000


def full_disk(which: str) -> dict[str, Any]:
    """
    Try everything on a full disk, then make room and try it again; return what was said each time.

    `which` is "whole" when the database is on it too, "files" when SATUPINTU_HOME is there alone.
    """
    whole = which == "whole"
    settings.ALLOWED_HOSTS = ["*"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    office, home = world(), Path(settings.HOME)
    with ExitStack() as opened:
        restart: Callable[[], None] = lambda: None  # noqa: E731  SQLite is no server
        if whole and connection.vendor == "postgresql":
            restart = opened.enter_context(restartable(os.environ["DATABASE_URL"]))
        acts = {
            **on_pages(office),
            **by_programs(office),
            **of_the_worker(office, home),
            "backup": backup(home),
        }
        before = every_table(connection)
        ballast = Ballast(home / "ballast")
        if whole and connection.vendor == "sqlite":
            with connection.cursor() as cursor:  # gives back the room that it keeps for writes
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        ballast.fill()
        if whole and connection.vendor == "postgresql":
            exhaust_server(ballast)
        full = {name: one() for name, one in acts.items()}
        ballast.throw_out()
        restart()  # as who looks after the server does; the office's own processes are not restarted
        connections.close_all()
        if whole:
            other = differing(before, every_table(connection))
            problems.extend(f"something was written on a full disk: {one}" for one in other)
        look()
        room = {name: acts[name]() for name, (status, _said) in full.items() if status >= REFUSED}
        look()
        return {"full": full, "room": room, "on": connection.vendor}


def exhaust_server(ballast: Ballast) -> None:
    """Write into the server's log until the files it had made before are full, too; its tables do not change."""
    for _turn in range(200):
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_logical_emit_message(true, 'x', repeat('x', 1000000))")
        except DatabaseError:
            connections.close_all()
            ballast.fill()
            return
    raise AssertionError("the server finds room on a full disk")


def _client(user: User | None = None) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user, backend="satupintu.people.backends.PasswordBackend")
    return client


def on_pages(office: World) -> dict[str, Act]:
    """What people do on pages: sign in, and send an application in."""
    sari = office.user("sari")
    case = office.apply("sari", place_name="Klinik Penuh")
    draft = drafts.start_draft(
        user_id=sari.pk, party_id=sari.party_id, version_ids=[case.service_version_id],
        kind=Kind.NEW, answers=answers(place_name="Klinik Lain"), at=AT,
    )  # fmt: skip
    for requirement in ("str", "facility_letter"):
        paper = letters_paper(office, requirement)
        drafts.save_document(draft=draft, requirement=requirement, document_id=paper, at=AT)
    applicant, front = _client(sari), _client(office.user("budi"))

    def sign_in() -> tuple[int, str]:
        said = _client().post("/masuk/petugas/", {"username": "ratna", "password": "satupintu"})
        return said.status_code, said.content.decode()

    def submit() -> tuple[int, str]:
        said = applicant.post(f"/ajukan/draf/{draft.pk}/kirim/")
        return said.status_code, said.content.decode()

    def read() -> tuple[int, str]:
        said = front.get("/register/")
        return said.status_code, said.content.decode()

    return {"signing in": sign_in, "sending an application in": submit, "reading": read}


def letters_paper(office: World, kind: str) -> Any:
    from satupintu.documents.services import store_bytes

    user = office.user("sari")
    return store_bytes(
        content=sheet(f"penuh {kind}"), media_type="application/pdf", party_id=user.party_id,
        kind=kind, name=f"{kind}.pdf", by=office.actor("sari"), at=AT, pages=1,
    ).pk  # fmt: skip


def by_programs(office: World) -> dict[str, Act]:
    """What other programs do: send a file, act on a case."""
    sender = _token(Scope.APPLY_WRITE, Scope.DOCUMENTS_WRITE, Scope.CASES_READ)
    staff = {who: _token(Scope.STAFF_ACT, officer=office.user(who)) for who in STAFF}
    case = office.apply("joko", place_name="Klinik Program")
    client = _client()

    def send(path: str, token: str, **given: Any) -> tuple[int, str]:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}
        said = client.post(f"/api/v1{path}", headers=headers | given.pop("headers", {}), **given)
        return said.status_code, said.content.decode()

    def upload() -> tuple[int, str]:
        from django.core.files.uploadedfile import SimpleUploadedFile

        file = SimpleUploadedFile("str.pdf", sheet("program"), "application/pdf")
        data = {"service": "sip-bidan", "requirement": "str", "file": file}
        return send("/uploads", sender, data=data)

    def move() -> tuple[int, str]:
        seen = client.get(
            f"/api/v1/cases/{case.number}/moves",
            headers={"Authorization": f"Bearer {staff['budi']}"},
        )
        if seen.status_code >= REFUSED:
            return seen.status_code, seen.content.decode()
        body = {"action": "declare_complete", "reason": "", "data": {}}
        return send(
            f"/cases/{case.number}/moves", staff["budi"], data=json.dumps(body),
            content_type="application/json", headers={"If-Match": seen.headers["ETag"]},
        )  # fmt: skip

    return {"a file by a program": upload, "a move by a program": move}


def of_the_worker(office: World, home: Path) -> dict[str, Act]:
    """What the worker does: messages, letters, seals, readers of the log, an import; 0 is a step that stands still."""
    admin = actor_of(User.objects.get(name="Yuni Astuti, S.Kom."), AT)
    file = as_csv(home / "lama.csv", [sicantik_line(number) for number in range(1, 8)])
    batch = importing.check(importing.send(file, admin, at=AT), admin, at=AT)
    run_readers(at=AT)
    office.returned(office.apply("sari", place_name="Klinik Kembali"))
    imports.start(batch=batch, by=admin, at=AT)

    def step(does: worker.Work, at: datetime) -> Act:
        def perform() -> tuple[int, str]:
            with structlog.testing.capture_logs() as logs:
                done = worker.perform("x", lambda **_now: does(at=at))
            waits = [
                one["why"] for one in logs if one["event"] in {"step_waits", "letter_not_made"}
            ]
            failed = [one for one in logs if one["event"] == "step_failed"]
            if failed:
                return 500, str(failed[0].get("exc_info", failed[0]))
            return (503, str(waits[0])) if waits else (200, f"{done} done")

        return perform

    later = clock.now() + timedelta(hours=2)
    return {
        "reader of the log": step(run_readers, later),
        "letters": step(letters.make_due, later),
        "messages": step(send_due, later),
        "seals": step(sealed, later),
        "import": step(imports.work, later),
    }


def sealed(*, at: datetime) -> int:
    """Seal the log; return by how many seals the anchor grew."""
    before = len(anchor.read())
    make_digests(at=at)
    return len(anchor.read()) - before


def backup(home: Path) -> Act:
    """Back up onto the small disk."""

    def perform() -> tuple[int, str]:
        target = home / "office.backup"
        done = subprocess.run(
            [sys.executable, "-m", "satupintu.config.cli", "backup", str(target)],
            capture_output=True, text=True, check=False, timeout=MAKING_ROOM_SECONDS * 2,
        )  # fmt: skip
        if done.returncode == 0:
            target.unlink()
            return 200, done.stdout
        expect(not target.exists(), "a backup of a full disk is there")
        expect(not list(home.glob(".*.partial")), "a half of a backup stays")
        return 507, done.stderr

    return perform


SCENARIOS = {one.__name__: one for one in (full_disk,)}

if __name__ == "__main__":
    with suppress(BrokenPipeError):
        found = SCENARIOS[sys.argv[1]](*sys.argv[2:])
        print(json.dumps(found | {"problems": problems[:20]}))
