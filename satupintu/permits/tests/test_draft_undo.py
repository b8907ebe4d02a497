"""A draft that was thrown away can be taken back for a week; then it goes, with the files that were its own."""

from datetime import timedelta

import pytest

from satupintu.documents.models import Document, StoredFile
from satupintu.documents.services import erase_unused_files
from satupintu.permits import queries
from satupintu.permits.models import Draft
from satupintu.permits.services import drafts
from satupintu.permits.tests.applicant_office import PAGES, begin, fill, pdf, post_step
from satupintu.permits.tests.officer_cases import MONDAY, World

WEEK = timedelta(days=7)


@pytest.fixture
def sari(browser):
    return browser("sari")


def throw_away(client, draft):
    return client.post(f"/ajukan/draf/{draft.pk}/hapus/", {"yakin": "1"}, follow=True)


def test_what_was_thrown_away_is_taken_back_with_all_its_answers(world: World, sari):
    user = world.user("sari")
    draft = fill(sari, begin(sari), user)

    said = throw_away(sari, draft).content.decode()

    assert "Draf “Surat Izin Praktik Bidan” dihapus." in said
    assert "Dapat dikembalikan sampai Senin, 30 November 2026." in said
    back = f"/ajukan/draf/{draft.pk}/kembalikan/"
    assert f'action="{back}"' in said
    assert f"/ajukan/draf/{draft.pk}/hapus/" not in said
    later = sari.get("/permohonan/").content.decode()  # on another day: folded, further down
    assert "Draf yang dihapus</summary>" not in later
    assert f'action="{back}"' in later

    answer = sari.post(back, follow=True).content.decode()

    assert "Draf “Surat Izin Praktik Bidan” dikembalikan." in answer
    assert f'href="/ajukan/draf/{draft.pk}/hapus/"' in answer
    draft.refresh_from_db()
    assert draft.discarded_at is None
    assert draft.answers["name"] == "Sari Lestari"
    assert sari.post(f"/ajukan/draf/{draft.pk}/kirim/").status_code == 302
    assert Draft.objects.get().submitted_at is not None


def test_a_page_left_open_brings_its_draft_back_when_it_is_sent(world: World, sari):
    user = world.user("sari")
    draft = fill(sari, begin(sari), user)
    throw_away(sari, draft)
    typed = {**PAGES["applicant"], "name": "Sari Lestari Baru"}

    saved = post_step(sari, draft, "applicant", typed, user, headers={"X-Autosave": "1"})
    assert (
        saved.status_code == 404
    )  # the page says that it is not saved; nobody has pressed anything
    draft.refresh_from_db()
    assert draft.discarded_at is not None

    assert post_step(sari, draft, "applicant", typed, user).status_code == 302

    draft.refresh_from_db()
    assert draft.discarded_at is None
    assert draft.answers["name"] == "Sari Lestari Baru"
    assert "Draf ini tadi dihapus." in sari.get("/permohonan/").content.decode()


def test_a_page_left_open_brings_no_draft_of_another_person_back(world: World, browser, sari):
    joko = browser("joko")
    draft = fill(sari, begin(sari), world.user("sari"))
    throw_away(sari, draft)

    assert (
        post_step(joko, draft, "applicant", PAGES["applicant"], world.user("joko")).status_code
        == 404
    )

    draft.refresh_from_db()
    assert draft.discarded_at is not None


def test_a_draft_thrown_away_is_not_filled_in_sent_or_offered(world: World, sari):
    user = world.user("sari")
    draft = fill(sari, begin(sari), user)
    throw_away(sari, draft)

    for tail in ("", "applicant/", "berkas/", "periksa/", "kirim/", "hapus/", "lihat/str/"):
        assert sari.get(f"/ajukan/draf/{draft.pk}/{tail}").status_code == 404, tail
    with pytest.raises(drafts.DraftGone):
        drafts.save_answers(draft=draft, answers={"name": "Lain"}, at=MONDAY)
    assert sari.get("/ajukan/sip-bidan/").context["drafts"] == []
    assert queries.find_draft(draft.pk, user.pk) is None
    draft.refresh_from_db()
    assert draft.answers["name"] == "Sari Lestari"
    assert draft.submitted_at is None


def test_only_its_own_person_takes_a_draft_back(world: World, sari, browser):
    draft = begin(sari)
    throw_away(sari, draft)
    back = f"/ajukan/draf/{draft.pk}/kembalikan/"

    answer = browser("joko").post(back, follow=True).content.decode()

    assert "tidak dapat dikembalikan lagi" in answer
    assert sari.get(back).status_code == 405
    draft.refresh_from_db()
    assert draft.discarded_at == MONDAY


def test_after_a_week_draft_and_files_are_erased(world: World, sari):
    user = world.user("sari")
    draft = fill(sari, begin(sari), user)
    sha256 = Document.objects.get().file_id
    throw_away(sari, draft)

    assert drafts.erase_discarded(at=MONDAY + WEEK) == 0  # the last day is still theirs
    assert drafts.erase_discarded(at=MONDAY + WEEK + timedelta(days=1)) == 1
    assert drafts.erase_discarded(at=MONDAY + WEEK + timedelta(days=1)) == 0

    assert Draft.objects.count() == 0
    assert Document.objects.get().removed_at == MONDAY + WEEK + timedelta(days=1)
    assert erase_unused_files(at=MONDAY + WEEK + timedelta(days=2)) == 1
    assert StoredFile.objects.get(sha256=sha256).erased_at is not None
    assert (
        "tidak dapat dikembalikan lagi"
        in sari.post(f"/ajukan/draf/{draft.pk}/kembalikan/", follow=True).content.decode()
    )


def test_a_file_that_another_draft_or_a_case_uses_stays(world: World, sari):
    user = world.user("sari")
    first = begin(sari)
    post_step(sari, first, "berkas", {"berkas-str": pdf()}, user)
    begin(sari)
    second = Draft.objects.exclude(pk=first.pk).get()
    document = Document.objects.get()
    drafts.save_document(draft=second, requirement="str", document_id=document.pk, at=MONDAY)
    throw_away(sari, first)

    assert drafts.erase_discarded(at=MONDAY + WEEK + timedelta(days=1)) == 1

    document.refresh_from_db()
    assert document.removed_at is None

    sent = fill(sari, second, user)
    used = Document.objects.exclude(pk=document.pk).get()
    assert sari.post(f"/ajukan/draf/{sent.pk}/kirim/").status_code == 302
    begin(sari)
    third = Draft.objects.get(submitted_at=None)
    drafts.save_document(draft=third, requirement="str", document_id=used.pk, at=MONDAY)
    throw_away(sari, third)
    assert drafts.erase_discarded(at=MONDAY + WEEK + timedelta(days=1)) == 1
    used.refresh_from_db()
    assert used.removed_at is None


def test_erasing_ones_data_takes_thrown_away_drafts_at_once(world: World, sari):
    throw_away(sari, begin(sari))

    assert "1 draf" in sari.get("/permohonan/data/").content.decode()
    sari.post("/permohonan/data/hapus/", {"yakin": "1"})

    assert Draft.objects.count() == 0
