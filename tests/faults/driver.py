"""
What happens to an office whose processes are killed, whose disk is full, whose clock goes back.

A program of its own: it forks workers that act through the services, kills them with SIGKILL at random moments, and
looks at the database as a new start would find it. It prints one line of JSON: what it found, and `problems`, which
must be empty.
"""

# ruff: noqa: E402  Django is set up before its models are imported
import json
import os
import random
import resource
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "satupintu.config.settings")

import django

django.setup()

from django.conf import settings
from django.db import OperationalError, connection, connections

from satupintu.catalogue.queries import current_version
from satupintu.catalogue.rules import Kind
from satupintu.catalogue.services import publish_version
from satupintu.config import start
from satupintu.documents.queries import missing_files
from satupintu.documents.services import UploadRefused, store_bytes, store_upload
from satupintu.lib import clock
from satupintu.office.models import NumberCounter, NumberTaken
from satupintu.people.rules import system_actor
from satupintu.people.services import set_up_demo_people
from satupintu.permits.models import Application, Permit, PermitCase
from satupintu.permits.services import drafts, submit
from satupintu.permits.services.issue import number_and_issue
from satupintu.permits.tests.officer_cases import World, answers, make_world, sheet
from satupintu.permits.tests.paid_cases import PBG, PaidWorld
from satupintu.workflow.audit import audit
from satupintu.workflow.models import Case, Transition
from satupintu.workflow.replay import read_mapping, replay
from satupintu.workflow.services import CannotMove, act


def made_at() -> datetime:
    """Return the moment at which this office was made: what is done in it is done then, whatever day it is."""
    kept = settings.HOME / "made-at"
    if not kept.exists():
        kept.write_text(clock.now().isoformat())
    return datetime.fromisoformat(kept.read_text())


AT = made_at()
KILLS = 10
Work = Callable[[Callable[[str], None]], None]
problems: list[str] = []


def expect(true: bool, what: str) -> None:  # noqa: FBT001
    if not true:
        problems.append(what)


def world() -> PaidWorld:
    return PaidWorld(at=AT, logins=set_up_demo_people("sanggau", at=AT))


# --- Killing -------------------------------------------------------------------------------------


def run_and_kill(work: Work, after_seconds: float) -> list[str]:
    """Fork a worker, kill it so long after its first step, and return what it had acknowledged."""
    connections.close_all()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            work(lambda line: os.write(writing, f"{line}\n".encode()) and None)
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as said:
        first = said.readline()  # "ready", or the end of a worker that failed
        time.sleep(after_seconds)
        os.kill(child, signal.SIGKILL)
        rest = said.read()
    os.waitpid(child, 0)
    return [line for line in (first + rest).split("\n")[:-1] if line != "ready"]


def moments(seconds: float, kills: int = KILLS) -> Iterator[float]:
    seed = int(os.environ.get("FAULT_SEED", "") or random.SystemRandom().randrange(10**6))
    print(f"FAULT_SEED={seed}", file=sys.stderr)
    chance = random.Random(seed)
    for _number in range(kills):
        yield chance.uniform(0, seconds)


def look() -> None:
    """Check what must hold after any start."""
    for fault in audit(stop_at_first=False).broken:
        problems.append(fault)
    for counter in NumberCounter.objects.select_related("series"):
        given = list(
            NumberTaken.objects.filter(series=counter.series, year=counter.year)
            .order_by("seq")
            .values_list("seq", flat=True)
        )
        expect(
            given == list(range(1, counter.value + 1)),
            f"register {counter.series.code}: {counter.value} given out, rows {given}",
        )
    numbers = list(NumberTaken.objects.values_list("number", flat=True))
    expect(len(numbers) == len(set(numbers)), "a number is shared")
    for sha256 in missing_files(deep=True):
        problems.append(f"file {sha256} is missing or damaged")
    for case in Case.objects.filter(kind="permit"):
        side = PermitCase.objects.filter(pk=case.pk).first()
        expect(side is not None, f"{case.number} has no permit side")
        waits = case.state in {"returned", "paused", "reconfirm"}  # for the applicant
        expect(
            waits or case.closed_at is not None or case.tasks.filter(state="open").exists(),
            f"{case.number} in {case.state} has no open task",
        )
        taken = NumberTaken.objects.filter(
            case_id=case.pk, number=side.number if side else ""
        ).first()
        if side and side.number:
            expected = "used" if Permit.objects.filter(case=case).exists() else "taken"
            expect(
                taken is not None and taken.state == expected, f"{side.number} is not {expected}"
            )
        expect(
            (case.state in {"issued", "handed_over"}) == Permit.objects.filter(case=case).exists(),
            f"{case.number}: state {case.state} and its permit do not agree",
        )


# --- Scenarios -----------------------------------------------------------------------------------


def prepare() -> dict[str, Any]:
    """Make the office: its people and services, cases that are approved, and fees that a bank waits for."""
    start.migrate()
    make_world(at=AT)
    publish_version(by=system_actor("tests"), at=AT, text=PBG.read_text("utf-8"), filename=PBG.name)
    made = world()
    for number in range(6):
        made.approved(made.apply(place_name=f"Klinik {number}"))
    made.apply("joko", place_name="Klinik Joko")
    for number in range(2):
        made.owing(business_name=f"Warung {number}")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connections.close_all()
    return {"cases": 9}


def submitting(office: World) -> Work:
    user = office.user("sari")
    version = current_version("sip-bidan", AT.date())
    document = store_bytes(
        content=sheet("berkas"), media_type="application/pdf", party_id=user.party_id, kind="str",
        name="str.pdf", by=office.actor("sari"), at=AT, pages=1,
    )  # fmt: skip

    def work(say: Callable[[str], None]) -> None:
        by = office.actor("sari")
        say("ready")
        while True:
            draft = drafts.start_draft(
                user_id=user.pk, party_id=user.party_id, version_ids=[version.pk], kind=Kind.NEW,
                answers=answers(), at=AT,
            )  # fmt: skip
            for requirement in ("str", "facility_letter"):
                drafts.save_document(
                    draft=draft, requirement=requirement, document_id=document.pk, at=AT
                )
            made = submit.submit(draft=draft, by=by, at=AT)
            say(f"{made.tracking_code} {made.permit_cases.get().case.number}")

    return work


def seconds_of_one(work: Work) -> float:
    """Return how long the first acknowledged piece of work takes: a slow machine is killed later, or nothing is done."""

    def say(line: str) -> None:
        if line != "ready":
            raise StopIteration

    began = time.monotonic()
    with suppress(StopIteration):
        work(say)
    return time.monotonic() - began


def killed_submit() -> dict[str, Any]:
    office, promised = world(), []
    work = submitting(office)
    for moment in moments(max(5 * seconds_of_one(work), 0.25)):
        promised += run_and_kill(work, moment)
        for line in promised:
            code, number = line.split()
            row = Application.objects.filter(tracking_code=code).first()
            expect(row is not None, f"the receipt {code} is gone")
            expect(Case.objects.filter(number=number, version__gte=1).exists(), f"{number} is gone")
        mine = Application.objects.filter(
            permit_cases__case__service_version__service__code="sip-bidan"
        )
        for application in mine:
            cases = application.permit_cases.count()
            attached = sum(one.attachments.count() for one in application.permit_cases.all())
            expect(
                (cases, attached) == (1, 2), f"an application with {cases} cases, {attached} files"
            )
    look()
    return {"promised": len(promised), "applications": mine.count()}


def killed_number() -> dict[str, Any]:
    office, given = world(), []
    head = office.actor("darius")

    def work(say: Callable[[str], None]) -> None:
        cases = list(Case.objects.filter(state__in=["approved", "numbered"]))
        say("ready")
        while True:
            for one in cases:
                case = office.fresh(one)
                if case.state == "approved":
                    row = act(case, "number", by=head, at=AT)
                    say(f"{case.number} {row.data['number']}")
                else:
                    act(case, "void_number", by=head, at=AT, reason="Salah cetak.")

    began = time.monotonic()
    first = office.fresh(Case.objects.filter(state="approved").order_by("id")[0])
    act(first, "number", by=head, at=AT)
    act(office.fresh(first), "void_number", by=head, at=AT, reason="Salah cetak.")
    some = 5 * (
        time.monotonic() - began
    )  # a slow machine is killed later, or nothing would be given
    for moment in moments(max(some, 0.2)):
        given += run_and_kill(work, moment)
        for line in given:
            case, number = line.split()
            row = NumberTaken.objects.filter(number=number).first()
            expect(row is not None, f"the number {number} of {case} left no row")
    look()
    return {
        "given": len(given),
        "register": NumberTaken.objects.filter(series__code="permit").count(),
    }


def killed_issue() -> dict[str, Any]:
    office, issued = world(), []
    head = office.actor("darius")
    for case in Case.objects.filter(state="approved"):
        act(office.fresh(case), "number", by=head, at=AT)
    numbers = dict(PermitCase.objects.exclude(number="").values_list("case_id", "number"))

    def work(say: Callable[[str], None]) -> None:
        key = office.key()
        say("ready")
        for case in Case.objects.filter(state="numbered").order_by("id"):
            number_and_issue(office.fresh(case), by=head, at=AT, key=key, signer_code="demo")
            say(str(case.pk))

    for moment in moments(1.2, 8):
        issued += run_and_kill(work, moment)
        for key in issued:
            expect(Permit.objects.filter(case_id=key).exists(), f"the permit of {key} is gone")
        look()
    left = list(Case.objects.filter(state="numbered"))
    again = office.key()
    for case in left:
        number_and_issue(office.fresh(case), by=head, at=AT, key=again, signer_code="demo")
    look()
    kept = dict(Permit.objects.values_list("case_id", "number"))
    expect(kept == numbers, f"numbers changed: {numbers} became {kept}")
    return {"issued": len(issued), "left": len(left), "permits": len(kept)}


def killed_replay() -> dict[str, Any]:
    folder = Path(tempfile.mkdtemp(dir=settings.HOME))
    log, mapping = folder / "log.csv", folder / "map.toml"
    mapping.write_text('name = "log"\ncase = "case"\nactivity = "activity"\ntime = "time"\n')
    lines = ["case,activity,time"]
    for case in range(40):
        lines += [f"c{case},step {step},2025-01-{step + 1:02}T08:00:00+00:00" for step in range(6)]
    log.write_text("\n".join(lines) + "\n")
    chosen = read_mapping(mapping)

    def work(say: Callable[[str], None]) -> None:
        say("ready")
        replay(log, chosen, recorded_at=AT)

    for moment in moments(0.15):
        run_and_kill(work, moment)
        for case in Case.objects.filter(kind="replayed"):
            expect(case.version == 6, f"{case.number} is half replayed: {case.version} rows")
    last = replay(log, chosen, recorded_at=AT)
    again = replay(log, chosen, recorded_at=AT)
    look()
    rows = Transition.objects.filter(case__kind="replayed").count()
    return {
        "rows": rows,
        "added_last": last.events,
        "again": again.events,
        "skipped": again.skipped,
    }


@contextmanager
def full_disk(free: int = 0) -> Iterator[None]:
    """Let no file of this process grow beyond `free` bytes, as a full disk would."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (free, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def full_disk_at_upload() -> dict[str, Any]:
    office = world()
    user, by = office.user("sari"), office.actor("sari")
    paper = Path(settings.HOME) / "paper.pdf"
    paper.write_bytes(sheet())
    before = stored()
    said = []
    with full_disk():
        for attempt in (
            lambda: store_upload(
                upload=paper, accept=("pdf",), max_mb=5, party_id=user.party_id, kind="str",
                name="str.pdf", identity=False, keep_gps=False, by=by, at=AT,
            ),
            lambda: store_bytes(
                content=sheet("lain"), media_type="application/pdf", party_id=user.party_id,
                kind="str", name="str.pdf", by=by, at=AT, pages=1,
            ),
        ):  # fmt: skip
            try:
                attempt()
            except UploadRefused as refused:
                said.append(refused.message)
    expect(stored() == before, "something was stored")
    store_upload(
        upload=paper, accept=("pdf",), max_mb=5, party_id=user.party_id, kind="str",
        name="str.pdf", identity=False, keep_gps=False, by=by, at=AT,
    )  # fmt: skip
    look()
    return {"said": said}


def stored() -> tuple[int, int]:
    from satupintu.documents.models import Document

    files = [one for one in Path(settings.FILES).rglob("*") if one.is_file()]
    return Document.objects.count(), len(files)


def full_disk_at_signing() -> dict[str, Any]:
    office = world()
    head, key = office.actor("darius"), office.key()
    case = office.fresh(Case.objects.filter(state="approved").earliest("id"))
    act(case, "number", by=head, at=AT)
    number, before, said = PermitCase.objects.get(pk=case.pk).number, stored(), ""
    with full_disk():
        try:
            number_and_issue(office.fresh(case), by=head, at=AT, key=key, signer_code="demo")
        except (UploadRefused, CannotMove) as refused:
            said = refused.message
    expect(office.fresh(case).state == "numbered", "the case is not numbered any more")
    expect(stored() == before, "something was stored")
    look()
    number_and_issue(office.fresh(case), by=head, at=AT, key=key, signer_code="demo")
    look()
    return {"said": said, "same": Permit.objects.get(case=case).number == number}


def full_disk_of_the_database() -> dict[str, Any]:
    office = world()
    head = office.actor("darius")
    case = office.fresh(Case.objects.filter(state="approved").earliest("id"))
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    failed = ""
    with full_disk():
        try:
            act(case, "number", by=head, at=AT)
        except OperationalError as error:
            failed = str(error)
    connections.close_all()
    expect(office.fresh(case).state == "approved", "half a move was written")
    look()
    act(office.fresh(case), "number", by=head, at=AT + timedelta(minutes=1))
    look()
    return {"failed": failed}


# --- Two at once ---------------------------------------------------------------------------------


def together(*works: Callable[[], str]) -> list[str]:
    """Run each in a process of its own, from one moment on; return what each said."""
    connections.close_all()
    gate_reading, gate_writing = os.pipe()
    readers, children = [], []
    for work in works:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            os.close(gate_writing)
            said = ""
            try:
                said = work_after(work, gate_reading)
            except BaseException as error:  # noqa: BLE001  whatever it is, the parent must hear of it
                said = f"{type(error).__name__}: {error}"
            finally:
                os.write(writing, said.encode())
                os._exit(0)
        os.close(writing)
        readers.append(reading)
        children.append(child)
    os.close(gate_reading)
    time.sleep(0.5)  # both have read and stand at the gate
    os.close(gate_writing)
    answers = []
    for reading in readers:
        with os.fdopen(reading) as said:
            answers.append(said.read())
    for child in children:
        os.waitpid(child, 0)
    return answers


def work_after(work: Any, gate: int) -> str:
    go = work()
    os.read(gate, 1)
    return str(go())


def two_move_one_case() -> dict[str, Any]:
    office, said = world(), []
    for _round in range(3):
        case = office.apply("joko", place_name=f"Klinik Bersama {_round}")

        def mover(action: str, who: str, case: Case = case, **more: Any) -> Any:
            def prepare_move() -> Any:
                seen, by = office.fresh(case), office.actor(who)

                def go() -> str:
                    try:
                        act(seen, action, by=by, at=AT, **more)
                    except CannotMove as refused:
                        return type(refused).__name__
                    return "moved"

                return go

            return prepare_move

        items = [{"on": "document", "key": "str", "reason": "Buram."}]
        said.append(
            sorted(
                together(
                    mover("declare_complete", "budi"),
                    mover("return", "ratna", reason="Buram.", data={"items": items}),
                )
            )
        )
        rows = Transition.objects.filter(case=case).count()
        version = office.fresh(case).version
        expect(rows == version, f"version {version}, {rows} rows")
    look()
    return {"said": said}


def two_take_numbers() -> dict[str, Any]:
    office = world()
    head = office.actor("darius")
    cases = list(Case.objects.filter(state="approved").order_by("id"))

    def taker(own: list[Case]) -> Any:
        def prepare_taking() -> Any:
            connection.ensure_connection()

            def go() -> str:
                given = []
                for _round in range(4):
                    for one in own:
                        row = act(office.fresh(one), "number", by=head, at=AT)
                        given.append(row.data["number"])
                        if _round < 3:
                            act(office.fresh(one), "void_number", by=head, at=AT, reason="Uji.")
                return " ".join(given)

            return go

        return prepare_taking

    first, second = together(taker(cases[::2]), taker(cases[1::2]))
    look()
    return {"numbers": first.split() + second.split(), "raw": [first[:200], second[:200]]}


# --- Busy ----------------------------------------------------------------------------------------


def busy() -> dict[str, Any]:
    """Hold the only right to write of a SQLite file longer than anybody waits, and ask for pages."""
    from django.test import Client

    settings.ALLOWED_HOSTS = ["*"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    office = world()
    path = settings.DATABASES["default"]["NAME"]
    case = office.fresh(Case.objects.filter(state="approved").earliest("id"))
    head = office.actor("darius")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=150")
    client = Client(raise_request_exception=False)
    client.force_login(office.user("sari"), backend="satupintu.people.backends.PasswordBackend")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answers = {
        "check": client.get("/cek/0000000000/"),
        "read": client.get("/register/"),
        "post": Client(raise_request_exception=False).post(
            "/masuk/", {"address": "sari@contoh.id"}
        ),
        "english": client.get("/cek/0000000000/", headers={"cookie": "bahasa=en"}),
    }
    try:
        act(case, "number", by=head, at=AT)
        moved = True
    except OperationalError:
        moved = False
    other.execute("ROLLBACK")
    other.close()
    later = client.get("/cek/0000000000/")
    expect(not moved and office.fresh(case).state == "approved", "half a move was written")
    look()
    return {
        "status": {name: one.status_code for name, one in answers.items()},
        "page": answers["check"].content.decode(),
        "post": answers["post"].content.decode(),
        "english": answers["english"].content.decode(),
        "retry": answers["check"].headers.get("Retry-After", ""),
        "kept": answers["check"].headers.get("Cache-Control", ""),
        "later": later.status_code,
    }


SCENARIOS = {
    one.__name__: one
    for one in (
        prepare,
        killed_submit,
        killed_number,
        killed_issue,
        killed_replay,
        full_disk_at_upload,
        full_disk_at_signing,
        full_disk_of_the_database,
        two_move_one_case,
        two_take_numbers,
        busy,
    )
}

if __name__ == "__main__":
    found = SCENARIOS[sys.argv[1]]()
    print(json.dumps(found | {"problems": problems[:20]}))
