"""A permit on paper on its way: chosen, sent together or by post, come back, not given, handed over upriver."""

from datetime import timedelta

import pypdfium2
import pytest

from satupintu.messaging.models import OutMessage
from satupintu.people import services as people
from satupintu.people.models import Authority, Unit
from satupintu.people.queries import Disclosure
from satupintu.permits import collecting, queries
from satupintu.permits.models import Collection, Consignment, HandOver, Permit
from satupintu.permits.services import collect, deliver, sweep
from satupintu.permits.tests.officer_cases import MONDAY, World
from satupintu.workflow.audit import audit
from satupintu.workflow.models import Transition
from satupintu.workflow.services import BadData, CannotMove, MoveNotAllowed, run_readers

pytestmark = pytest.mark.django_db

MAIL = {"how": "post", "carrier": "PT Pos", "tracking": "P2611230001"}


def kecamatan() -> Unit:
    return Unit.objects.get(kind="district")


def chosen(world: World, **data):
    case = world.apply()
    return world.do(case, "choose_collection", "sari", **data)


def sound() -> None:
    assert audit().broken == []


def words_of(answer) -> str:
    document = pypdfium2.PdfDocument(answer.content)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    return text.replace("\r\n", "")  # a long number is broken over two lines


def test_upriver_from_the_choice_to_the_receipt(world: World, browser) -> None:
    unit = kecamatan()
    case = world.issued(chosen(world, how="district", unit=unit.pk))
    stayed_home = world.issued(world.apply("joko"))
    assert [
        one.case_id for one in collecting.to_send(queries.in_force_on(MONDAY.date()), unit.pk)
    ] == [case.pk]
    page = browser("budi").get(f"/izin/kiriman/?ke={unit.code}").content.decode()
    permit = queries.get_permit_of(case.pk)
    assert permit.number in page
    assert queries.get_permit_of(stayed_home.pk).number not in page
    post = {"ke": unit.code, "permits": [str(permit.pk)], "carrier": "Pak Anton"}
    assert browser("budi").post("/izin/kiriman/", post).status_code == 302
    sent = Consignment.objects.get()
    listed = words_of(browser("budi").get(f"/izin/kiriman/{sent.pk}.pdf"))
    assert permit.number in listed
    assert "Pak Anton" in listed
    assert unit.name in listed
    # The office no longer hands it over; the officer upriver does, and sees it first of all.
    with pytest.raises(MoveNotAllowed):
        world.do(case, "hand_over", "budi", **world.receipt(case, how="district"))
    upriver = browser("lusi").get("/izin/").content.decode()
    assert permit.number in upriver
    assert queries.get_permit_of(stayed_home.pk).number not in upriver
    case = world.do(
        case, "hand_over", "lusi", **world.receipt(case, how="district", place=unit.name)
    )
    assert case.state == "handed_over"
    receipt = words_of(browser("lusi").get(f"/berkas/{case.number}/tanda-terima.pdf"))
    assert "Sari Lestari" in receipt
    assert "Lusia Nona" in receipt
    assert "6103015203949999" not in receipt
    assert "9999" in receipt
    sound()


def test_the_holder_is_told_where_the_paper_went_and_is_reminded_of_the_place(world: World) -> None:
    case = world.issued(world.apply())
    world.do(case, "send_permit", "budi", how="district", unit=kecamatan().pk, carrier="Anton")
    run_readers(at=MONDAY)
    told = OutMessage.objects.get(template="permit_sent")
    assert "di Kecamatan Kapuas" in told.body
    days = (13, 14, 29, 30, 60, 90, 120)
    sent = [sweep.remind_uncollected(at=MONDAY + timedelta(days=day)) for day in days]
    assert sent == [0, 1, 0, 1, 1, 1, 0]
    reminder = OutMessage.objects.filter(template="uncollected").first()
    assert "di Kecamatan Kapuas" in reminder.body
    found = collecting.uncollected(queries.in_force_on(MONDAY.date()), "", None, 10)
    assert [one.reminders_sent for one in found] == [4]


def test_mail_that_comes_back_waits_at_the_office_again(world: World) -> None:
    case = world.issued(chosen(world, how="post", address="Jalan Contoh 1, Meliau"))
    world.do(case, "send_permit", "budi", **MAIL)
    sound()
    assert collecting.place_words(collecting.collection_of(case.pk)) == "di pos, resi P2611230001"
    with pytest.raises(CannotMove):
        world.do(case, "send_permit", "budi", **{**MAIL, "tracking": "P2"})
    with pytest.raises(CannotMove):  # too late to change one's mind
        world.do(case, "choose_collection", "sari", how="office")
    world.do(case, "note_sent_back", "budi", reason="Alamat tidak ditemukan.")
    assert not collecting.is_away(case.pk)
    with pytest.raises(CannotMove):
        world.do(case, "note_sent_back", "budi", reason="Lagi.")
    world.do(case, "send_permit", "budi", **{**MAIL, "tracking": "P2"})
    case = world.do(
        case, "hand_over", "budi", **world.receipt(case, how="post", collector_identity="")
    )
    assert case.state == "handed_over"
    sound()


def test_what_came_back_from_upriver_is_handed_over_by_the_office(world: World) -> None:
    case = world.issued(world.apply())
    world.do(case, "send_permit", "budi", how="district", unit=kecamatan().pk, carrier="Anton")
    world.do(case, "note_sent_back", "lusi", reason="Tidak diambil.")
    assert world.do(case, "hand_over", "budi", **world.receipt(case)).state == "handed_over"
    sound()


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"how": "pigeon"}, BadData),
        ({"how": "post"}, CannotMove),
        ({"how": "district", "unit": 0}, BadData),
        ({}, BadData),
    ],
)
def test_a_choice_names_a_way_that_leads_somewhere(world: World, data, error) -> None:
    with pytest.raises(error):
        chosen(world, **data)


def test_a_way_of_sending_needs_its_number(world: World) -> None:
    case = world.issued(world.apply())
    for wrong in ({**MAIL, "tracking": ""}, {**MAIL, "carrier": " "}, {**MAIL, "how": "office"}):
        with pytest.raises(CannotMove):
            world.do(case, "send_permit", "budi", **wrong)
    assert not Consignment.objects.exists()


def test_somebody_who_may_not_have_it_leaves_a_line_and_no_permit(world: World) -> None:
    case = world.issued(world.apply())
    world.do(
        case, "refuse_hand_over", "budi", why="authority", reason="Datang adiknya tanpa kuasa."
    )
    row = Transition.objects.get(action="refuse_hand_over")
    assert row.data == {"why": "authority"}
    with pytest.raises(BadData):
        world.do(case, "refuse_hand_over", "budi", why="weather", reason="Hujan.")
    assert world.do(case, "hand_over", "budi", **world.receipt(case)).state == "handed_over"


def test_only_the_holder_or_a_confirmed_proxy_collects_without_a_letter(world: World) -> None:
    case = world.issued(world.apply())
    other = world.receipt(
        case, collector="Joko Prasetyo", collector_identity="6103010708889999", authority=""
    )
    with pytest.raises(CannotMove, match="surat kuasa"):
        world.do(case, "hand_over", "budi", **other)
    letter = Authority.objects.create(
        user=world.user("joko"), party=case.party, kind="letter", valid_from=MONDAY.date()
    )
    with pytest.raises(CannotMove, match="surat kuasa"):  # claimed, not yet seen by an officer
        world.do(case, "hand_over", "budi", **other)
    Authority.objects.filter(pk=letter.pk).update(confirmed_at=MONDAY)
    world.do(case, "hand_over", "budi", **other)
    assert HandOver.objects.get().collector == "Joko Prasetyo"
    sound()


def test_a_lapsed_letter_opens_nothing(world: World) -> None:
    case = world.apply()
    Authority.objects.create(
        user=world.user("joko"), party=case.party, kind="letter", confirmed_at=MONDAY,
        valid_from=MONDAY.date() - timedelta(days=9), valid_until=MONDAY.date() - timedelta(days=1),
    )  # fmt: skip
    permit = Permit.objects.get(case=world.issued(case))
    assert collecting.needs_letter(permit, "Joko Prasetyo", MONDAY.date())
    assert not collecting.needs_letter(permit, " sari  LESTARI ", MONDAY.date())


def test_a_name_changed_after_the_permit_was_issued_collects_nothing(world: World) -> None:
    case = world.issued(world.apply())
    people.update_party(
        party=world.user("sari").party,
        values={"name": "Joko Prasetyo"},
        by=world.actor("sari"),
        at=MONDAY,
    )
    permit = Permit.objects.get(case=case)
    assert collecting.needs_letter(permit, "Joko Prasetyo", MONDAY.date())
    with pytest.raises(deliver.NoReceipt):
        world.do(case, "hand_over", "budi", **world.receipt(case) | {"collector": "Joko Prasetyo"})


def test_the_telephone_list_is_recorded(world: World, browser) -> None:
    world.issued(world.apply())
    page = browser("budi").post("/izin/telepon/", {"tempat": "office"}).content.decode()
    assert "0812-0000-1234" in page
    assert Disclosure.objects.get().subject == "uncollected permits office phone"
    assert browser("budi").get("/izin/telepon/").status_code == 405
    assert browser("wati").post("/izin/telepon/").status_code == 403


def test_the_applicant_chooses_on_a_page(world: World, browser) -> None:
    case, client = world.apply(), browser("sari")
    url = f"/permohonan/{case.number}/pengambilan/"
    assert "Kecamatan Kapuas" in client.get(url).content.decode()
    wrong = client.post(url, {"how": "post", "address": " "})
    assert wrong.status_code == 422
    assert "Tulis alamat lengkap" in wrong.content.decode()
    assert client.post(url, {"how": "post", "address": "Jalan Contoh 1"}).status_code == 302
    assert Collection.objects.get().address == "Jalan Contoh 1"
    assert "Dikirim lewat pos" in client.get(f"/permohonan/{case.number}/").content.decode()
    assert browser("joko").get(url).status_code == 404
    assert queries.whole_cases_of(case.party_id)[0]["collection"]["address"] == "Jalan Contoh 1"


def test_the_audit_sees_a_permit_that_is_said_to_be_elsewhere(world: World) -> None:
    case = world.issued(chosen(world, how="post", address="Jalan Contoh 1"))
    world.do(case, "send_permit", "budi", **MAIL)
    for columns in ({"address": "Jalan Lain 2"}, {"how": "office"}, {"consignment": None}):
        before = Collection.objects.get()
        Collection.objects.update(**columns)
        assert len(audit().broken) == 1, columns
        before.save()
    Consignment.objects.update(tracking="P9")
    assert len(audit().broken) == 1
    Consignment.objects.update(tracking=MAIL["tracking"])
    sound()


def test_what_cannot_be_sent_stays_and_is_told(world: World) -> None:
    unit = kecamatan()
    one = world.issued(chosen(world, how="district", unit=unit.pk))
    world.do(one, "hand_over", "budi", **world.receipt(one))
    sent, stayed = collect.send_many(
        cases=[world.fresh(one)], unit=unit, carrier="Anton", by=world.actor("budi"), at=MONDAY
    )
    assert len(stayed) == 1
    assert collecting.permits_in(sent) == []
