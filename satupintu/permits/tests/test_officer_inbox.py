"""The inbox: folders, filters, claiming, sharing out, many at once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from satupintu.permits.queries import Permit
from satupintu.workflow.queries import Task, Transition

NEXT_DAY = timedelta(days=1)


def text_of(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_inbox_shows_what_nobody_handles_with_time_left(world, browser):
    case = world.apply()
    text = text_of(browser("budi").get("/tugas/?map=belum-ditangani"))
    assert case.number in text
    assert "Surat Izin Praktik Bidan" in text
    assert "Kec. Kapuas" in text
    assert "1 hari" in text
    assert "Selasa" in text


def test_a_task_due_today_shows_hours(world, browser, monkeypatch):
    from satupintu.lib import clock

    world.apply()
    tuesday = world.at + NEXT_DAY + timedelta(hours=4, minutes=25)  # 13.25; closing is at 15.00
    monkeypatch.setattr(clock, "now", lambda: tuesday)
    text = text_of(browser("budi").get("/tugas/?map=unit"))
    assert "1 jam 35 menit" in text
    assert "hari ini, 15.00" in text


def test_a_late_task_says_by_how_much(world, browser, monkeypatch):
    from satupintu.lib import clock

    world.apply()
    wednesday = world.at + 2 * NEXT_DAY  # 09.00, an hour of work after the due moment
    monkeypatch.setattr(clock, "now", lambda: wednesday)
    assert "terlambat 1 hari" in text_of(browser("budi").get("/tugas/?map=unit"))
    assert "1 terlambat" in text_of(browser("budi").get("/tugas/"))


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("budi", 200),
        ("wati", 200),
        ("darius", 200),
        ("auditor", 403),
        ("bupati", 403),
        ("sari", 403),
    ],
)
def test_who_has_an_inbox(world, browser, who, status):
    assert browser(who).get("/tugas/").status_code == status


def test_a_technical_officer_sees_only_tasks_of_the_own_unit(world, browser):
    case = world.complete(world.apply())
    assert case.number in text_of(browser("wati").get("/tugas/?map=unit"))
    assert case.number not in text_of(browser("agus").get("/tugas/?map=unit"))


@pytest.mark.parametrize(
    "filters",
    ["layanan=sip-bidan", "kecamatan=61.03.01", "tahap=check", "layanan=sip-bidan&tahap=check"],
)
def test_filters_in_the_address_keep_what_fits(world, browser, filters):
    case = world.apply()
    assert case.number in text_of(browser("budi").get(f"/tugas/?map=unit&{filters}"))


@pytest.mark.parametrize(
    "filters",
    [
        "layanan=reklame",
        "kecamatan=61.03.02",
        "tahap=deliver",
        "perbaikan=1",
        "terlambat=1",
        "layanan=tidak-ada",
    ],
)
def test_filters_in_the_address_leave_out_what_does_not_fit(world, browser, filters):
    case = world.apply()
    assert case.number not in text_of(browser("budi").get(f"/tugas/?map=unit&{filters}"))


def test_a_case_back_from_repair_says_so(world, browser):
    case = world.returned(world.apply())
    world.do(case, "resubmit", "budi", reason="Diantar ke loket.")
    text = text_of(browser("budi").get("/tugas/?map=unit&perbaikan=1"))
    assert case.number in text
    assert "Periksa jawaban perbaikan" in text


def test_what_waits_for_the_applicant_has_its_folder(world, browser):
    case = world.returned(world.apply())
    text = text_of(browser("budi").get("/tugas/?map=menunggu-pemohon"))
    assert case.number in text
    assert "jawaban ditunggu sampai 7 Des 2026" in text


def test_what_waits_for_a_unit_has_its_folder(world, browser):
    case = world.complete(world.apply())
    text = text_of(browser("ratna").get("/tugas/?map=menunggu-rekomendasi"))
    assert case.number in text
    assert "Dinkes" in text


def test_what_is_done_today_has_its_folder(world, browser):
    case = world.complete(world.apply())
    assert case.number in text_of(browser("budi").get("/tugas/?map=selesai"))
    assert case.number not in text_of(browser("ratna").get("/tugas/?map=selesai"))


def test_claiming_and_giving_back(world, browser):
    case = world.apply()
    task = world.tasks(case)[0]
    budi = browser("budi")
    budi.post("/tugas/ambil/", {"tugas": str(task.pk)})
    assert Task.objects.get(pk=task.pk).assignee_id == world.user("budi").pk
    assert case.number in text_of(budi.get("/tugas/"))
    budi.post("/tugas/ambil/", {"tugas": str(task.pk), "lepas": "1"})
    assert Task.objects.get(pk=task.pk).assignee_id is None


def test_what_another_officer_holds_cannot_be_claimed(world, browser):
    case = world.apply()
    task = world.tasks(case)[0]
    browser("budi").post("/tugas/ambil/", {"tugas": str(task.pk)})
    browser("ratna").post("/tugas/ambil/", {"tugas": str(task.pk)})
    assert Task.objects.get(pk=task.pk).assignee_id == world.user("budi").pk


def test_the_next_task_is_the_most_urgent_that_nobody_handles(world, browser):
    first = world.apply(at=world.at - NEXT_DAY * 3)
    second = world.apply("joko")
    budi = browser("budi")
    assert budi.post("/tugas/berikutnya/").url == f"/berkas/{first.number}/"
    assert budi.post("/tugas/berikutnya/").url == f"/berkas/{second.number}/"
    assert budi.post("/tugas/berikutnya/").url == "/tugas/"


def test_claiming_needs_a_post(world, browser):
    assert browser("budi").get("/tugas/ambil/").status_code == 405
    assert browser("budi").get("/tugas/massal/").status_code == 405


def test_sharing_out_makes_open_tasks_even(world, browser):
    for _number in range(4):
        world.apply()
    answer = browser("lina").post("/tugas/bagi/", follow=True)
    assert "4 tugas dibagi." in text_of(answer)
    held = Task.objects.filter(state="open").values_list("assignee_id", flat=True)
    budi, ratna = world.user("budi").pk, world.user("ratna").pk
    assert sorted(held) == sorted([budi, budi, ratna, ratna])


def test_only_heads_share_out(world, browser):
    assert browser("budi").post("/tugas/bagi/").status_code == 403


def test_nobody_is_sent_to_another_site(world, browser):
    assert (
        browser("budi").post("/tugas/berikutnya/", {"kembali": "https://jahat.contoh/"}).url
        == "/tugas/"
    )


# --- Many ----------------------------------------------------------------------------------------


def picks(world, *cases) -> list[str]:
    return [str(world.tasks(case)[0].pk) for case in cases]


def test_many_initials_are_reported_case_by_case(world, browser):
    first, second = world.proposed(world.apply()), world.proposed(world.apply("joko"))
    waiting = world.ready(world.apply())
    text = text_of(
        browser("lina").post(
            "/tugas/massal/", {"aksi": "paraf", "pick": picks(world, first, second, waiting)}
        )
    )
    assert "2 berkas selesai, 0 tidak." in text  # the third is the verifier's task, not hers
    assert world.tasks(first)[0].stage == "decide"
    assert world.tasks(second)[0].stage == "decide"
    assert world.tasks(waiting)[0].stage == "propose"


def test_many_approvals_ask_the_secret_once(world, browser):
    first, second = world.initialled(world.apply()), world.initialled(world.apply("joko"))
    darius = browser("darius")
    chosen = picks(world, first, second)
    asked = text_of(darius.post("/tugas/massal/", {"aksi": "setujui", "pick": chosen}))
    assert "Kata sandi tanda tangan" in asked
    assert Permit.objects.count() == 0
    wrong = darius.post("/tugas/massal/", {"aksi": "setujui", "pick": chosen, "secret": "salah"})
    assert wrong.status_code == 422
    text = text_of(
        darius.post("/tugas/massal/", {"aksi": "setujui", "pick": chosen, "secret": "demo"})
    )
    assert "2 berkas selesai, 0 tidak." in text
    assert Permit.objects.count() == 2
    assert len(set(Permit.objects.values_list("number", flat=True))) == 2


def test_one_refused_case_does_not_stop_the_others(world, browser):
    first = world.proposed_by(world.apply(), "darius")
    second = world.initialled(world.apply("joko"))
    text = text_of(
        browser("darius").post(
            "/tugas/massal/",
            {"aksi": "setujui", "pick": picks(world, first, second), "secret": "demo"},
        )
    )
    assert "1 berkas selesai, 1 tidak." in text
    assert "Anda yang memeriksa berkas ini" in text
    assert world.fresh(first).state == "proposed"
    assert world.fresh(second).state == "issued"


def test_nothing_picked_says_so(world, browser):
    answer = browser("lina").post("/tugas/massal/", {"aksi": "paraf"}, follow=True)
    assert "Pilih sedikitnya satu tugas" in text_of(answer)


def test_picks_of_another_unit_are_left_alone(world, browser):
    case = world.complete(world.apply())
    before = Transition.objects.count()
    browser("agus").post("/tugas/massal/", {"aksi": "tangani", "pick": picks(world, case)})
    assert Transition.objects.count() == before


# --- How many statements -------------------------------------------------------------------------


def statements(client, url: str) -> int:
    client.get(url)  # what is read once a process is read
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    # The process keeps the profile and the calendar for seconds, but not inside a test's transaction.
    kept = ("office_officeprofile", "office_closure")
    return len([one for one in seen if not any(table in one["sql"] for table in kept)])


@pytest.mark.parametrize(
    ("folder", "rows"),
    [
        ("unit", 30),
        ("saya", 6),
        ("menunggu-pemohon", 6),
        ("menunggu-rekomendasi", 6),
        ("selesai", 6),
    ],
)
def test_the_inbox_asks_no_more_for_thirty_rows_than_for_three(world, browser, folder, rows):
    def more(count):
        for _number in range(count):
            case = world.apply()
            if folder == "menunggu-pemohon":
                world.returned(case)
            if folder in ("menunggu-rekomendasi", "selesai"):
                world.complete(case)
            if folder == "saya":
                world.do(case, "take", "budi", task=str(world.tasks(case)[0].pk))

    client = browser("budi")
    more(3)
    few = statements(client, f"/tugas/?map={folder}")
    more(rows - 3)
    assert statements(client, f"/tugas/?map={folder}") == few
    assert few <= 10  # session, user, roles, authorities, counts, offers, districts, rows, repairs


def test_the_case_page_asks_no_more_for_a_long_history(world, browser):
    case = world.complete(world.apply())
    client = browser("ratna")
    few = statements(client, f"/berkas/{case.number}/")
    for number in range(27):
        world.do(case, "comment", "ratna", reason=f"Catatan {number}")
    assert statements(client, f"/berkas/{case.number}/") == few
    assert few <= 20


def test_a_second_page_goes_on_where_the_first_ended(world, browser):
    cases = [world.apply() for _number in range(42)]
    client = browser("budi")
    first = text_of(client.get("/tugas/?map=unit"))
    shown = [case for case in cases if case.number in first]
    assert len(shown) == 40
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = text_of(client.get(following))
    assert sum(case.number in second for case in cases) == 2


# --- Search and lists ----------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["Sari", "9999", "6103015203949999", "reg-2026-000001"])
def test_search_finds_by_name_identity_and_number(world, browser, typed):
    case = world.apply()
    answer = browser("budi").post("/berkas/cari/", {"q": typed}, follow=True)
    assert case.number in text_of(answer)


def test_search_finds_by_tracking_code_and_permit_number(world, browser):
    case = world.issued(world.apply())
    budi = browser("budi")
    for typed in (case.permit_case.application.tracking_code, Permit.objects.get().number):
        assert case.number in text_of(budi.post("/berkas/cari/", {"q": typed}))


def test_search_never_stands_in_an_address(world, browser):
    assert browser("budi").get("/berkas/cari/?q=6103015203949999").status_code == 405


def test_search_stays_within_what_one_may_see(world, browser):
    case = world.apply()
    assert case.number not in text_of(browser("agus").post("/berkas/cari/", {"q": "Sari"}))
    assert browser("bupati").post("/berkas/cari/", {"q": "Sari"}).status_code == 403


def test_cases_are_listed_by_state(world, browser):
    first, second = world.apply(), world.complete(world.apply("joko"))
    text = text_of(browser("auditor").get("/berkas/?keadaan=review"))
    assert second.number in text
    assert first.number not in text


def test_uncollected_permits_come_first(world, browser):
    case = world.issued(world.apply())
    number = Permit.objects.get(case=case).number
    budi = browser("budi")
    assert number in text_of(budi.get("/izin/"))
    world.do(case, "hand_over", "budi", **world.receipt(case))
    assert number not in text_of(budi.get("/izin/"))
    assert number in text_of(budi.get("/izin/?semua=1"))
    assert browser("bupati").get("/izin/").status_code == 403
