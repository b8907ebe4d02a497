"""Permanent files go to the regency's archives: the list of two people, package, receipt, and what is over then."""

import csv
import io
import zipfile
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

import pypdfium2
import pytest

from satupintu.archive import queries, services
from satupintu.archive.models import Deposit, Folder
from satupintu.archive.services import ArchiveRefused, Receipt
from satupintu.archive.tests.test_archive import ENDS, drawn, inactive
from satupintu.lib import clock
from satupintu.people.models import Disclosure
from satupintu.permits.tests.officer_cases import World
from satupintu.workflow.audit import audit
from satupintu.workflow.models import Transition
from satupintu.workflow.queries import Case, officer_actions
from satupintu.workflow.services import CannotMove

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(world: World, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let it be another day, for the world and for the pages."""

    def go(moment: datetime) -> None:
        world.at = moment
        monkeypatch.setattr(clock, "now", lambda: moment)

    return go


@pytest.fixture
def kept(world: World, at: Any) -> Case:
    """A case whose file is permanent and whose inactive time is over."""
    case = inactive(world, at)
    at(ENDS)
    return world.do(case, "reassess_file", "lina", reason="Bernilai sejarah.", fate="keep")


def listed(world: World, case: Case) -> Deposit:
    folder = queries.folder_of(case.number)
    assert folder is not None
    return services.draw_deposit([folder], by=world.actor("budi"), at=world.at)


def approved(world: World, found: Deposit) -> Deposit:
    services.approve_deposit(found, by=world.actor("lina"), at=world.at)
    found.refresh_from_db()
    return found


def receipt(world: World, **more: Any) -> Receipt:
    given = {
        "number": "045/77/ARSIP",
        "received_on": world.at.date(),
        "received_by": "Ibu Arsip, Dinas Perpustakaan dan Kearsipan",
    }
    return Receipt(**(given | more))


def handed(world: World, case: Case) -> Deposit:
    found = approved(world, listed(world, case))
    done, stayed = services.receive(found, receipt(world), by=world.actor("budi"), at=world.at)
    assert (done, stayed) == (1, [])
    found.refresh_from_db()
    return found


def words_of(answer: Any) -> str:
    pages = pypdfium2.PdfDocument(answer.content)
    return "".join(one.get_textpage().get_text_range() for one in pages).replace("\r\n", " ")


def test_a_permanent_file_is_handed_over_through_the_pages(
    world: World, kept: Case, browser: Any
) -> None:
    clerk, chief = browser("budi"), browser("lina")
    assert kept.number in clerk.get("/arsip/serah/").content.decode()
    assert clerk.post("/arsip/serah/", {"chosen": []}).status_code == 422
    page = clerk.post("/arsip/serah/", {"chosen": [str(kept.pk)]}).url
    assert kept.number not in clerk.get("/arsip/serah/").content.decode()
    assert "DAFTAR ARSIP YANG DISERAHKAN" in words_of(clerk.get(page.rstrip("/") + ".pdf"))
    assert clerk.post(page, {"langkah": "approve"}).status_code == 422  # who drew it up
    assert clerk.post(f"{page}paket/").status_code == 404
    assert chief.post(page, {"langkah": "approve"}).status_code == 302
    lacking = clerk.post(page, {"langkah": "receive", "nomor": "045/77", "tanggal": "kapan"})
    assert lacking.status_code == 422
    assert 'value="045/77"' in lacking.content.decode()
    given = {
        "langkah": "receive",
        "nomor": "045/77",
        "tanggal": "2033-11-24",
        "penerima": "Ibu Arsip",
    }
    assert clerk.post(page, given).status_code == 302
    minutes = words_of(clerk.get(page.rstrip("/") + ".pdf"))
    assert "BERITA ACARA SERAH TERIMA" in minutes
    assert "045/77" in minutes
    assert "Ibu Arsip" in minutes
    shown = clerk.get(f"/arsip/map/{kept.number}/").content.decode()
    assert "Diserahkan ke lembaga kearsipan" in shown
    assert page in shown
    assert (
        "Nilai kembali nasib akhir"
        not in browser("darius").get(f"/arsip/map/{kept.number}/").content.decode()
    )
    case = clerk.get(f"/berkas/{kept.number}/")
    assert "tidak diubah lagi" in case.content.decode()
    assert not case.context["main_acts"]
    assert not case.context["more_acts"]
    assert audit().broken == []


def test_nothing_of_a_case_that_was_handed_over_changes(world: World, kept: Case) -> None:
    assert officer_actions(kept, world.actor("budi"))
    handed(world, kept)
    kept.refresh_from_db()
    assert not officer_actions(kept, world.actor("budi"))
    rows = Transition.objects.filter(case=kept).count()
    for action, who, more in (
        ("note_originals", "budi", {"originals": {"str": "seen"}}),
        ("shelve", "budi", {"shelf": "Lemari 1"}),
        ("lend_file", "budi", {"to": "Ani"}),
        ("file_away", "budi", {"box": 1}),
        ("reassess_file", "darius", {"reason": "Musnah saja.", "fate": "destroy"}),
        ("destroy_file", "budi", {"list": "MUSNAH-2033-001"}),
    ):
        with pytest.raises(CannotMove, match="lembaga kearsipan"):
            world.do(kept, action, who, **more)
    assert Transition.objects.filter(case=kept).count() == rows
    assert Folder.objects.get(case=kept).state == "deposited"
    with pytest.raises(CannotMove, match="sudah diserahkan"):
        drawn(world, kept)
    assert audit(stop_at_first=False).broken == []
    Folder.objects.filter(case=kept).update(state="inactive")
    (broken,) = audit(stop_at_first=False).broken
    assert "not what the log says" in str(broken)


def test_the_package_holds_every_document_and_its_sums_are_right(
    world: World, kept: Case, browser: Any
) -> None:
    found = approved(world, listed(world, kept))
    answer = browser("budi").post(f"/arsip/serah/{found.pk}/paket/")
    package = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert package.testzip() is None
    sums = dict(
        reversed(line.split("  ", 1)) for line in package.read("SHA256SUMS").decode().splitlines()
    )
    assert set(sums) == set(package.namelist()) - {"SHA256SUMS"}
    for name, told in sums.items():
        assert sha256(package.read(name)).hexdigest() == told, name

    def table(name: str) -> list[list[str]]:
        return list(csv.reader(io.StringIO(package.read(name).decode("utf-8-sig"))))

    assert table("daftar.csv")[1][1] == kept.number
    documents = table(f"{kept.number}/dokumen.csv")[1:]
    assert documents
    assert all(sums[line[0]] == line[3] for line in documents)
    assert [line[2] for line in table(f"{kept.number}/isian.csv") if "Klinik" in line[2]] == [
        "Klinik Contoh Sehat"
    ]
    assert (
        len(table(f"{kept.number}/riwayat.csv")) == 1 + Transition.objects.filter(case=kept).count()
    )
    look = Disclosure.objects.get()
    assert look.subject == f"{found.number} archive"
    assert (
        "paket arsip dengan dokumen dan nama"
        in browser("darius").get("/data-dibuka/").content.decode()
    )
    assert browser("auditor").post(f"/arsip/serah/{found.pk}/paket/").status_code == 403


def test_only_permanent_files_whose_time_is_over_are_listed(world: World, at: Any) -> None:
    case = inactive(world, at)
    with pytest.raises(
        CannotMove, match="masa simpannya belum habis, nasib akhirnya bukan permanen"
    ):
        listed(world, case)
    at(ENDS)
    with pytest.raises(CannotMove, match="nasib akhirnya bukan permanen"):
        listed(world, case)
    with pytest.raises(ArchiveRefused):
        services.draw_deposit([], by=world.actor("budi"), at=world.at)
    assert not Deposit.objects.exists()


def test_two_people_make_a_list_and_one_of_them_answers_for_the_office(
    world: World, kept: Case
) -> None:
    found = listed(world, kept)
    for who in ("budi", "ratna"):
        with pytest.raises(ArchiveRefused):
            services.approve_deposit(found, by=world.actor(who), at=world.at)
    with pytest.raises(ArchiveRefused, match="belum disetujui"):
        services.receive(found, receipt(world), by=world.actor("budi"), at=world.at)
    with pytest.raises(CannotMove):
        world.do(kept, "deposit_file", "budi", list=found.number)
    with pytest.raises(CannotMove, match="daftar penyerahan"):
        world.do(kept, "reassess_file", "darius", reason="Musnah saja.", fate="destroy")
    approved(world, found)
    with pytest.raises(ArchiveRefused):
        services.approve_deposit(found, by=world.actor("darius"), at=world.at)


@pytest.mark.parametrize(
    "more",
    [
        {"number": " "},
        {"received_by": ""},
        {"received_on": None},
        {"received_on": ENDS.date() - timedelta(days=1)},
        {"received_on": ENDS.date() + timedelta(days=1)},
    ],
)
def test_a_receipt_that_lacks_something_is_refused(
    world: World, kept: Case, more: dict[str, str | date | None]
) -> None:
    found = approved(world, listed(world, kept))
    with pytest.raises(ArchiveRefused):
        services.receive(found, receipt(world, **more), by=world.actor("budi"), at=world.at)
    assert Folder.objects.get(case=kept).state == "inactive"


def test_a_list_that_is_given_up_frees_its_folders(world: World, kept: Case) -> None:
    found = approved(world, listed(world, kept))
    services.drop_deposit(found, by=world.actor("budi"), at=world.at)
    with pytest.raises(ArchiveRefused):
        services.drop_deposit(found, by=world.actor("budi"), at=world.at)
    again = handed(world, kept)
    assert (again.number, again.state) == ("SERAH-2033-002", "done")
    with pytest.raises(ArchiveRefused):
        services.drop_deposit(again, by=world.actor("budi"), at=world.at)


def test_what_is_lent_meanwhile_stays_and_the_list_waits_for_it(world: World, kept: Case) -> None:
    found = approved(world, listed(world, kept))
    world.do(kept, "lend_file", "budi", to="Ani")
    done, stayed = services.receive(found, receipt(world), by=world.actor("budi"), at=world.at)
    assert done == 0
    assert "sedang dipinjam" in stayed[0]
    found.refresh_from_db()
    assert found.state == "approved"
    world.do(kept, "take_back_file", "budi")
    assert services.receive(found, receipt(world), by=world.actor("budi"), at=world.at) == (1, [])
