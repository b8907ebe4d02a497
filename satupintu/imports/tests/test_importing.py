"""An old register comes in, is taken back and comes in again; the log stays whole at every step."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from django.utils import timezone

from satupintu.catalogue.queries import definition_of
from satupintu.catalogue.rules import Kind
from satupintu.imports import services
from satupintu.imports.models import Import, ImportRow
from satupintu.imports.queries import unknown_districts
from satupintu.imports.rules import KEEP_DAYS
from satupintu.imports.services import CannotRun, MappingRefused, SameFile
from satupintu.imports.services import checking as services_checking
from satupintu.imports.services import running as services_running
from satupintu.imports.tests.files import as_csv, as_xlsx, nik, sicantik_line
from satupintu.imports.tests.office import check, problems, run, send, states, work
from satupintu.messaging.models import OutMessage
from satupintu.office.queries import get_series, region_names
from satupintu.office.services import preview_number, save_series
from satupintu.people import services as people
from satupintu.people.models import Party
from satupintu.people.tests.factories import AT, TESTER, make_person
from satupintu.permits import finding, queries
from satupintu.permits.imported_queries import imported_of, old_permit
from satupintu.permits.models import CaseWord, Imported, Permit, RegisterWord
from satupintu.permits.queries import Period, list_permits_issued, list_registered
from satupintu.permits.services import drafts, sweep
from satupintu.permits.services.issue import NumberInUse
from satupintu.permits.tests.officer_cases import MONDAY
from satupintu.permits.verification import answer_about
from satupintu.quality.queries import recap_of
from satupintu.workflow.audit import audit
from satupintu.workflow.queries import Case, Transition
from satupintu.workflow.services import run_readers

pytestmark = pytest.mark.django_db

RUNS = {"No Izin": "", "Tgl Selesai": "", "Akhir Berlaku": "", "Tgl Pengajuan": "20/11/2026"}
LINES = [
    sicantik_line(1),
    sicantik_line(2, Status="Dicabut"),
    sicantik_line(3, Status="Ditolak", **{"No Izin": ""}),
    sicantik_line(4, Status="Dibatalkan pemohon", **{"No Izin": ""}),
    sicantik_line(5, Status="Verifikasi Berkas", **RUNS),
    sicantik_line(6, Status="Rekomendasi Dinas Kesehatan", **RUNS),
    sicantik_line(7, Status="Menunggu Penetapan", **RUNS),
    sicantik_line(8, NIK="6.10301E+15"),
]


@pytest.fixture
def admin(world):
    return world.actor("admin")


@pytest.fixture
def batch(world, admin, tmp_path):
    """Eight lines of SiCantik, checked: seven good, one with a damaged number."""
    return check(send(as_csv(tmp_path / "2025.csv", LINES, separator=";"), admin), admin)


def whole():
    report = audit(stop_at_first=False)
    assert report.broken == []


def read_log():
    while run_readers(at=MONDAY + timedelta(hours=2)):
        pass


def case_of(batch, number):
    return Case.objects.get(pk=ImportRow.objects.get(batch=batch, number=number).case_id)


def test_a_dry_run_changes_nothing_and_names_what_is_bad(batch):
    assert batch.stage == "checked"
    assert states(batch) == dict.fromkeys(range(2, 9), "new") | {9: "bad"}
    assert problems(batch, 9) == [("nik", "damaged")]
    assert not Case.objects.exists()
    assert not Party.objects.filter(name__startswith="Sari Contoh").exists()


def test_finished_and_running_cases_come_in_by_one_move_each(batch, admin):
    run(batch, admin)
    assert batch.stage == "done"
    assert [case_of(batch, n).state for n in range(2, 9)] == [
        "handed_over", "revoked", "rejected", "withdrawn", "submitted", "ready", "ready",
    ]  # fmt: skip
    row = Transition.objects.get(case=case_of(batch, 2))
    assert (row.action, row.channel, row.role, row.actor_name) == (
        "import_finished", "import", "system", admin.name,
    )  # fmt: skip
    assert timezone.localdate(row.at) == date(2025, 9, 22)
    assert row.recorded_at == MONDAY
    running = case_of(batch, 6)
    assert timezone.localdate(running.opened_at) == date(2026, 11, 20)
    assert timezone.localdate(running.promise.started_at) == date(2026, 11, 20)
    assert running.tasks.get().stage == "check"
    assert case_of(batch, 8).tasks.get().stage == "propose"
    whole()


def test_an_old_permit_is_found_checked_reminded_of_and_can_be_extended(world, batch, admin):
    run(batch, admin)
    permit = old_permit("503/001/sip-pr/dpmptsp/2025")
    assert permit is not None
    assert (permit.valid_until, permit.signer, permit.document) == (
        date(2030, 9, 21), "imported", None,
    )  # fmt: skip
    answer = answer_about(permit, date(2026, 11, 23), MONDAY)
    assert answer.key == "in_force"
    assert "sebelum sistem ini dipakai" in str(answer.text)
    assert [
        one.number for one in queries.register(queries.RegisterFilter(), date(2026, 11, 23))
    ] == [permit.number]
    wanted = queries.RegisterFilter(text="503/001")
    assert queries.register(wanted, date(2026, 11, 23)) == [permit]
    budi = world.actor("budi")
    typed = finding.read_typed("Contoh Kapuas")
    found = finding.find_many(budi, typed, finding.SearchFilter())
    assert permit.case in found
    assert finding.find_exact(budi, finding.read_typed(permit.number)) == [permit.case]
    assert sweep.remind_expiring(at=MONDAY.replace(year=2030, month=9, day=1)) == 1
    assert permit in queries.list_permits_of(frozenset({permit.party_id}))


def test_the_books_and_the_recap_count_what_came_in_and_mark_it(batch, admin):
    run(batch, admin)
    read_log()
    zone = timezone.get_default_timezone()

    year = Period(datetime(2025, 1, 1, tzinfo=zone), datetime(2027, 1, 1, tzinfo=zone))
    assert len(list_registered(year)) == 7
    assert {entry.case.channel for entry in list_registered(year)} == {"import"}
    assert [entry.permit.number[4:7] for entry in list_permits_issued(year)] == ["001", "002"]
    line = recap_of(
        date(2025, 9, 1), date(2025, 9, 30), at=MONDAY, running=["submitted", "review", "ready"]
    )[0]
    assert (line.received, line.issued, line.refused, line.closed, line.imported) == (4, 2, 1, 1, 4)
    assert (line.promised, line.minutes) == (0, 0)  # no promise and no pace of this office


def test_where_an_old_case_was_is_known_by_kecamatan_and_village(world, admin, tmp_path, client):
    places = [
        ("Kec. Kapuas", "Beringin"), ("TAYAN HILIR", ""), ("Kecamatan lain", "Beringin"), ("Kapuas", "Entah"),
    ]  # fmt: skip
    lines = [
        sicantik_line(n, Kecamatan=district, **{"Desa/Kelurahan": village})
        for n, (district, village) in enumerate(places, start=1)
    ]
    batch = check(send(as_csv(tmp_path / "tempat.csv", lines), admin), admin)
    assert unknown_districts(batch) == [("kecamatan lain", 1)]
    client.force_login(world.user("admin"), backend="satupintu.people.backends.PasswordBackend")
    assert "kecamatan lain (1)" in client.get(f"/impor/{batch.pk}/").content.decode()
    run(batch, admin)

    found = [case_of(batch, number) for number in (2, 3, 4, 5)]
    names = [region_names([one.region]).get(one.region, "").split(", ")[:2] for one in found]
    assert names == [
        ["Beringin", "Kapuas"], ["Tayan Hilir", "Kabupaten Sanggau"], [""], ["Kapuas", "Kabupaten Sanggau"],
    ]  # fmt: skip
    assert [list(imported_of(one).facts) for one in found] == [
        [], [], [["Kecamatan", "Kecamatan lain"], ["Kelurahan atau desa", "Beringin"]],
        [["Kelurahan atau desa", "Entah"]],
    ]  # fmt: skip
    assert [one.region for one in Permit.objects.order_by("case_id")] == [
        one.region for one in sorted(found, key=lambda one: one.pk)
    ]
    whole()


def test_taking_back_leaves_every_register_and_keeps_the_log(world, batch, admin):
    run(batch, admin)
    read_log()
    services.undo(batch=batch, by=admin, at=MONDAY + timedelta(hours=1))
    work(MONDAY + timedelta(hours=1))
    read_log()
    batch.refresh_from_db()
    assert batch.stage == "undone"
    assert set(Case.objects.values_list("state", flat=True)) == {"import_undone"}
    assert not Permit.objects.exists()
    assert not CaseWord.objects.exists()
    assert not RegisterWord.objects.exists()
    assert Transition.objects.filter(action="undo_import").count() == 7
    zone = timezone.get_default_timezone()

    year = Period(datetime(2025, 1, 1, tzinfo=zone), datetime(2027, 1, 1, tzinfo=zone))
    assert list_registered(year) == []
    parties = frozenset(Case.objects.values_list("party_id", flat=True))
    assert queries.list_cases_of(parties) == []
    assert recap_of(date(2025, 9, 1), date(2025, 9, 30), at=MONDAY, running=[]) == []
    whole()


def test_what_was_taken_back_comes_in_again_and_nobody_is_made_twice(batch, admin):
    run(batch, admin)
    people = Party.objects.count()
    services.undo(batch=batch, by=admin, at=MONDAY)
    work()
    batch.refresh_from_db()
    services.redo(batch=batch, by=admin, at=MONDAY)
    work()
    batch.refresh_from_db()
    assert batch.stage == "checked"
    run(batch, admin)
    assert states(batch) == dict.fromkeys(range(2, 9), "done") | {9: "bad"}
    assert Permit.objects.count() == 2
    assert Party.objects.count() == people
    assert Imported.objects.filter(undone_at__isnull=True).count() == 7
    whole()


def test_a_number_that_a_stranger_wrote_into_their_account_does_not_bring_them_old_cases(
    world, batch, admin
):
    stranger = make_person("Orang Lain", email="lain@contoh.id").party
    number = sicantik_line(1)["NIK"]
    people.update_party(
        party=stranger, values={"identity": number, "identity_kind": "nik"}, by=TESTER, at=AT
    )
    run(batch, admin)
    assert case_of(batch, 2).party.identity == number
    assert not Case.objects.filter(party=stranger).exists()


def test_a_firm_and_its_owner_with_one_number_stay_two(world, admin, tmp_path):
    """The NPWP of a sole trader is their NIK."""
    number = nik(40)
    lines = [
        sicantik_line(1, NIK=number, NPWP=""),
        sicantik_line(2, NIK="", NPWP=number, **{"Nama Pemohon": "UD Contoh"}),
    ]
    both = check(send(as_csv(tmp_path / "dua.csv", lines, separator=";"), admin), admin)
    run(both, admin)
    owner, firm = case_of(both, 2).party, case_of(both, 3).party
    assert (owner.identity, firm.identity) == (number, number)
    assert (owner.is_organisation, firm.is_organisation) == (False, True)


def test_a_case_on_which_somebody_acted_stays_and_is_named(world, batch, admin):
    run(batch, admin)
    world.do(case_of(batch, 6), "comment", "budi", reason="Sudah ditelepon.")
    services.undo(batch=batch, by=admin, at=MONDAY)
    work()
    assert states(batch)[6] == "done"
    assert set(states(batch).values()) == {"undone", "done", "bad"}
    assert case_of(batch, 6).state == "submitted"
    whole()


def test_a_permit_that_somebody_asks_to_extend_stays(world, batch, admin):
    run(batch, admin)
    permit = Permit.objects.get(number__startswith="503/001")
    drafts.start_draft(
        user_id=world.user("budi").pk,
        party_id=permit.party_id,
        version_ids=[permit.case.service_version_id],
        kind=Kind.EXTENSION,
        answers={},
        at=MONDAY,
        previous_permit=permit,
    )
    services.undo(batch=batch, by=admin, at=MONDAY)
    work()
    assert states(batch)[2] == "done"
    assert Permit.objects.get().pk == permit.pk
    whole()


def test_a_running_case_goes_on_to_a_permit_of_this_office(world, batch, admin):
    run(batch, admin)
    case = case_of(batch, 8)
    case = world.do(case, "propose_approval", "ratna")
    case = world.do(case, "initial", "lina")
    case = world.do(case, "approve", "darius")
    case = world.do(case, "number", "darius")
    assert case.state == "numbered"
    whole()


def test_the_officers_page_says_that_the_answers_did_not_come_in(world, batch, admin, client):
    run(batch, admin)
    client.force_login(world.user("ratna"), backend="satupintu.people.backends.PasswordBackend")

    def shown(case):
        return client.get(f"/berkas/{case.number}/").content.decode()

    told, ask = "Jawaban formulir tidak ikut dari register lama.", "sebelum memutuskan"
    running, over = shown(case_of(batch, 6)), shown(case_of(batch, 2))
    assert told in running
    assert ask in running
    assert told in over
    assert ask not in over
    assert told not in shown(world.apply())


def test_a_number_of_an_old_permit_is_never_given_again(world, batch, admin):
    run(batch, admin)
    case = case_of(batch, 8)
    for action, who in (("propose_approval", "ratna"), ("initial", "lina"), ("approve", "darius")):
        case = world.do(case, action, who)
    output = definition_of(case.service_version_id).output
    following = preview_number(
        output.series, at=MONDAY, classification=output.classification, service="SIP-PERAWAT"
    )
    Permit.objects.filter(number__startswith="503/001").update(number=following)
    with pytest.raises(NumberInUse):
        world.do(case, "number", "darius")


def test_a_number_of_this_office_is_refused_in_an_old_register(world, admin, tmp_path):
    own = world.issued(world.apply())
    number = Permit.objects.get(case=own).number
    batch = check(
        send(as_csv(tmp_path / "a.csv", [sicantik_line(1, **{"No Izin": number})]), admin), admin
    )
    assert problems(batch, 2) == [("permit_number", "number_ours")]


# --- Duplicates ---------------------------------------------------------------------------------


def test_duplicates_are_told_apart_from_what_looks_alike(world, batch, admin, tmp_path):
    run(batch, admin)
    other = as_csv(
        tmp_path / "lain.csv",
        [
            sicantik_line(1),  # the same permit number
            sicantik_line(1, **{"No Izin": "503/901/2025", "No Permohonan": "901"}),  # the same day
            sicantik_line(9),
            sicantik_line(9, Status="Ditolak", **{"No Izin": ""}) | {"No Permohonan": "902"},
        ],
    )
    second = check(send(other, admin), admin)
    assert list(states(second).values()) == ["duplicate", "alike", "new", "alike"]
    row = ImportRow.objects.get(batch=second, number=2)
    assert row.case_id == case_of(batch, 2).pk
    assert ImportRow.objects.get(batch=second, number=5).twin == 4
    services.keep_row(batch=second, number=3, by=admin, at=MONDAY)
    services.leave_row(batch=second, number=5, by=admin, at=MONDAY)
    run(second, admin)
    assert list(states(second).values()) == ["duplicate", "done", "done", "left"]
    whole()


def test_a_case_typed_here_and_exported_there_too_is_seen(world, admin, tmp_path):
    own = world.apply(at=MONDAY)
    line = sicantik_line(
        1, NIK=own.party.identity, Status="Verifikasi Berkas",
        **{**RUNS, "Jenis Izin": "SIP Bidan", "Tgl Pengajuan": "23/11/2026"},
    )  # fmt: skip
    batch = check(
        send(as_csv(tmp_path / "a.csv", [line]), admin), admin, services={"sip bidan": "sip-bidan"}
    )
    assert states(batch) == {2: "alike"}
    assert ImportRow.objects.get(batch=batch).case_id == own.pk


def test_the_same_bytes_come_in_once(world, admin, tmp_path):
    path = as_csv(tmp_path / "a.csv", LINES)
    first = send(path, admin)
    with pytest.raises(SameFile) as refused:
        send(path, world.actor("lina"))
    assert refused.value.batch == first
    assert admin.name in refused.value.message
    assert services.discard(batch_id=first.pk)
    assert send(path, admin).pk != first.pk


# --- Mapping ------------------------------------------------------------------------------------


def test_a_mapping_is_remembered_for_files_with_the_same_headings(batch, admin, tmp_path):
    later = send(as_csv(tmp_path / "2026.csv", [sicantik_line(50)]), admin)
    assert later.mapping["services"] == {"surat izin praktik perawat": "sip-perawat"}
    assert later.mapping["name"] == "SiCantik"


def test_dates_that_could_be_either_are_asked_about(world, admin, tmp_path):
    lines = [
        sicantik_line(n, **{"Tgl Pengajuan": f"3/{n}/2025", "Tgl Selesai": f"4/{n}/2025", "Akhir Berlaku": ""})
        for n in (5, 6)
    ]  # fmt: skip
    batch = send(as_csv(tmp_path / "a.csv", lines), admin)
    with pytest.raises(MappingRefused) as refused:
        check(batch, admin)
    assert [place for place, _text in refused.value.problems] == ["urutan-8", "urutan-9"]
    check(batch, admin, orders={"8": "mdy", "9": "mdy"})
    run(batch, admin)
    assert timezone.localdate(case_of(batch, 2).opened_at) == date(2025, 3, 5)


def test_a_file_in_american_order_is_read_so_without_asking(world, admin, tmp_path):
    lines = [
        sicantik_line(1, **{"Tgl Pengajuan": "9/15/2025", "Tgl Selesai": "9/22/2025", "Akhir Berlaku": "9/21/2030"}),
        sicantik_line(2, **{"Tgl Pengajuan": "3/4/2025", "Tgl Selesai": "3/5/2025", "Akhir Berlaku": "3/4/2030"}),
    ]  # fmt: skip
    batch = run(check(send(as_csv(tmp_path / "a.csv", lines), admin), admin), admin)
    assert timezone.localdate(case_of(batch, 3).opened_at) == date(2025, 3, 4)


def test_a_file_that_mixes_both_orders_names_its_rows(world, admin, tmp_path):
    lines = [
        sicantik_line(1), sicantik_line(2),
        sicantik_line(3, **{"Tgl Pengajuan": "9/16/2025"}),
    ]  # fmt: skip
    batch = send(as_csv(tmp_path / "a.csv", lines), admin)
    assert batch.profile[8]["order"] == "mixed"
    assert batch.profile[8]["minority"] == [(4, "9/16/2025")]
    check(batch, admin, orders={**batch.mapping["orders"], "8": "dmy"})
    assert problems(batch, 4) == [("submitted", "date_order")]


def test_a_sheet_with_real_dates_and_a_company_comes_in(world, admin, tmp_path):
    rows = [
        ["DAFTAR IZIN TERBIT"],
        ["No", "Nomor Izin", "Jenis Izin", "Nama Pemohon", "Nama Perusahaan", "NIB", "Tgl Terbit", "Lokasi"],
        [1, "503/77/2025", "SIP Perawat", "Joko Contoh", "CV Contoh Jaya", 1234567890123, date(2025, 3, 15), "Kapuas"],
    ]  # fmt: skip
    batch = check(
        send(as_xlsx(tmp_path / "a.xlsx", rows), admin),
        admin,
        services={"sip perawat": "sip-perawat"},
    )
    run(batch, admin)
    permit = Permit.objects.get(number="503/77/2025")
    assert (permit.holder, permit.party.identity_kind) == ("CV Contoh Jaya", "nib")
    assert imported_of(permit.case_id).facts == [
        ["Lokasi izin", "Kapuas"], ["Penanggung jawab", "Joko Contoh"],
    ]  # fmt: skip


def columns(*targets):
    """Return a mapping of the first columns; the others are not imported."""
    return {"columns": [one or "ignore" for one in (*targets, *[""] * (12 - len(targets)))]}


@pytest.mark.parametrize(
    ("change", "places"),
    [
        (columns("", "old_number", "permit_number", "service"), ["kolom-0", "kolom-0"]),
        (columns("name", "name", "", "service", "submitted"), ["kolom-1"]),
        (columns("name", "submitted"), ["layanan"]),
        ({"services": {"x": "no-such-service"}}, [""]),
        ({"statuses": {"x": "no-such-fate"}}, [""]),
    ],
)  # fmt: skip
def test_a_mapping_that_cannot_work_says_what_is_missing(world, admin, tmp_path, change, places):
    batch = send(as_csv(tmp_path / "a.csv", LINES), admin)
    with pytest.raises(MappingRefused) as refused:
        check(batch, admin, **change)
    assert [place for place, _text in refused.value.problems] == places


# --- Repair -------------------------------------------------------------------------------------


def test_a_bad_row_is_repaired_and_imported_afterwards(batch, admin):
    run(batch, admin)
    row = services.repair_row(batch=batch, number=9, cells={5: nik(8)}, by=admin, at=MONDAY)
    assert row.outcome == "new"
    run(batch, admin)
    assert states(batch)[9] == "done"
    assert Permit.objects.filter(number__startswith="503/008").exists()
    whole()


def test_rows_are_repaired_by_a_sheet_that_is_sent_back(batch, admin, tmp_path):
    head = ["Baris asal", "Sebab", *batch.headings]
    cells = ImportRow.objects.get(batch=batch, number=9).cells
    repaired = [*cells[:5], nik(8), *cells[6:]]
    path = as_xlsx(tmp_path / "b.xlsx", [head, ["9", "NIK: rusak", *repaired], ["2", "", *cells]])
    assert services.repair_by_file(batch=batch, path=path, by=admin, at=MONDAY) == 1
    assert states(batch)[9] == "new"
    assert ImportRow.objects.get(batch=batch, number=2).cells[5] == nik(1)


# --- The worker ---------------------------------------------------------------------------------


def test_nothing_is_run_twice_or_out_of_turn(batch, admin):
    services.start(batch=batch, by=admin, at=MONDAY)
    with pytest.raises(CannotRun):
        services.start(batch=batch, by=admin, at=MONDAY)
    with pytest.raises(CannotRun):
        services.undo(batch=batch, by=admin, at=MONDAY)
    with pytest.raises(CannotRun):
        services.repair_row(
            batch=Import.objects.get(pk=batch.pk), number=9, cells={}, by=admin, at=MONDAY
        )


def test_a_worker_that_died_is_followed_by_another_behind_its_last_chunk(batch, admin, monkeypatch):
    monkeypatch.setattr(services_running, "CHUNK_RUN", 2)
    services.start(batch=batch, by=admin, at=MONDAY)
    done = services_running.run_chunk

    def dies(batch, *, at):
        if done(batch, at=at) and Case.objects.count() >= 4:
            raise KeyboardInterrupt
        return 1

    monkeypatch.setattr(services_running, "run_chunk", dies)
    with pytest.raises(KeyboardInterrupt):
        services.work(at=MONDAY)
    monkeypatch.setattr(services_running, "run_chunk", done)
    assert services.work(at=MONDAY + timedelta(seconds=30)) == 0  # its claim still stands
    work(MONDAY + timedelta(seconds=90))
    assert states(batch) == dict.fromkeys(range(2, 9), "done") | {9: "bad"}
    assert Case.objects.count() == 7
    whole()


def test_a_worker_that_stood_still_for_long_brings_nothing_in_again(batch, admin, monkeypatch):
    """It read its rows, stood still beyond its claim, and goes on when another has finished the import."""
    services.start(batch=batch, by=admin, at=MONDAY)
    bring_in = services_running._bring_in

    def stands_still(batch, rows, at):
        monkeypatch.setattr(services_running, "_bring_in", bring_in)
        work(MONDAY + timedelta(seconds=90))
        bring_in(batch, rows, at)

    monkeypatch.setattr(services_running, "_bring_in", stands_still)
    services.work(at=MONDAY)
    assert states(batch) == dict.fromkeys(range(2, 9), "done") | {9: "bad"}
    assert Case.objects.count() == 7
    batch.refresh_from_db()
    assert batch.stage == "done"
    whole()


def test_a_check_that_stood_still_for_long_leaves_what_was_imported_since(
    admin, tmp_path, monkeypatch
):
    """It read rows that wait; before it wrote, another checked them, somebody started, and all came in."""

    class StandsStill:
        """What begins the check's transaction, after the rows were read."""

        @staticmethod
        def atomic():
            monkeypatch.setattr(services_checking, "transaction", transaction)
            later = MONDAY + timedelta(seconds=90)
            work(later)
            run(Import.objects.get(), admin, at=later)
            return transaction.atomic()

    monkeypatch.setattr(services_checking, "transaction", StandsStill)
    batch = check(send(as_csv(tmp_path / "2025.csv", LINES, separator=";"), admin), admin)
    assert states(batch) == dict.fromkeys(range(2, 9), "done") | {9: "bad"}
    assert batch.stage == "done"
    whole()


def extend(**changed):
    """Change the register of imported cases, as the office does under settings."""
    old = get_series("import")
    values = {"name": old.name, "pattern": old.pattern, "by_name": "Wati", "at": MONDAY}
    save_series("import", **{**values, **changed})


@pytest.mark.parametrize("trouble", [{"block_end": 3}, {"active": False}])
def test_an_import_without_numbers_stands_still_says_so_and_goes_on(
    world, batch, client, monkeypatch, trouble
):
    monkeypatch.setattr(services_running, "CHUNK_RUN", 2)
    services.start(batch=batch, by=world.actor("admin"), at=MONDAY)
    extend(**trouble)
    work(MONDAY)
    batch.refresh_from_db()
    came = Case.objects.count()
    assert came == (2 if "block_end" in trouble else 0)
    assert (batch.stage, batch.held_at) == ("running", MONDAY)
    client.force_login(world.user("admin"), backend="satupintu.people.backends.PasswordBackend")
    page = f"/impor/{batch.pk}/"
    assert "dalam satu menit impor berjalan lagi" in client.get(page).content.decode()

    assert services.work(at=MONDAY + timedelta(seconds=30)) == 0  # not tried for ever
    assert services.work(at=MONDAY + timedelta(seconds=61)) == 0
    batch.refresh_from_db()
    assert batch.held_at == MONDAY
    extend()
    work(MONDAY + timedelta(seconds=130))
    batch.refresh_from_db()
    assert (batch.stage, batch.held_at) == ("done", None)
    assert Case.objects.count() == 7
    assert "berjalan lagi sendiri" not in client.get(page).content.decode()
    whole()


def test_rows_are_emptied_when_nobody_needs_them(batch, admin):
    run(batch, admin)
    assert services.empty_old(at=MONDAY + timedelta(days=KEEP_DAYS - 1)) == 0
    assert services.empty_old(at=MONDAY + timedelta(days=KEEP_DAYS + 1)) == 1
    assert set(map(str, ImportRow.objects.values_list("cells", flat=True))) == {"[]"}
    assert states(batch)[2] == "done"
    services.undo(batch=batch, by=admin, at=MONDAY)
    work()
    batch.refresh_from_db()
    with pytest.raises(CannotRun):
        services.redo(batch=batch, by=admin, at=MONDAY)


def test_the_audit_sees_when_an_imported_case_is_altered(batch, admin):
    run(batch, admin)
    case = case_of(batch, 2)
    Imported.objects.filter(pk=case.pk).update(old_number="lain")
    assert f"{case.number}: what its older register said is not what came in." in "\n".join(
        audit(stop_at_first=False).broken
    )
    Imported.objects.filter(pk=case.pk).delete()
    assert f"{case.number}: what its older register said is gone." in "\n".join(
        audit(stop_at_first=False).broken
    )


def test_nobody_is_told_about_what_was_over_long_ago(batch, admin):
    run(batch, admin)
    read_log()
    assert not OutMessage.objects.exists()


def test_a_person_takes_along_what_the_old_register_said(batch, admin):
    run(batch, admin)
    case = case_of(batch, 2)
    (told,) = queries.whole_cases_of(UUID(str(case.party_id)))
    assert told["number"] == case.number
    assert told["older_register"] == imported_of(case.pk).facts
