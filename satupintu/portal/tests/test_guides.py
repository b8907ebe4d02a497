"""The printed guides: short, in both languages, and saying what the screens say."""

import re
from io import BytesIO

import pypdfium2
import pytest
from django.test import Client
from django.utils import translation

from satupintu.lib import clock
from satupintu.permits.tests.officer_cases import MONDAY, make_world
from satupintu.portal.guides.labels import LABELS
from satupintu.portal.guides.pages import guide_pdf, words_of
from satupintu.portal.guides.texts import GUIDES

BACKEND = "satupintu.people.backends.PasswordBackend"
LEAST, MOST = 1, 4  # pages


@pytest.fixture
def world(db, monkeypatch, settings):
    settings.STAFF_MFA_REQUIRED = False
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    return make_world()


def pages_of(content):
    found = pypdfium2.PdfDocument(BytesIO(content))
    return [" ".join(one.get_textpage().get_text_range().split()) for one in found]


def texts_of(guide):
    return [str(step) for part in guide.parts for step in part.steps]


def test_every_quoted_label_stands_on_the_page_that_it_names(world):
    from satupintu.workflow.services import run_readers

    cases = {
        "submitted": world.apply(),
        "ready": world.ready(world.apply("joko")),
        "proposed": world.proposed(world.apply()),
        "initialled": world.initialled(world.apply("joko")),
        "issued": world.issued(world.apply()),
    }
    while run_readers(at=MONDAY, limit=500):
        pass
    addresses = {key: f"/berkas/{case.number}/" for key, case in cases.items()}
    browsers = {"": Client()}
    pages = {}
    missing = []
    for key, label in LABELS.items():
        if label.who not in browsers:
            browsers[label.who] = Client()
            browsers[label.who].force_login(world.user(label.who), backend=BACKEND)
        for language in ("id", "en"):
            where = (label.who, label.page, language)
            if where not in pages:
                browsers[label.who].cookies["bahasa"] = language
                answer = browsers[label.who].get(label.page.format(**addresses))
                assert answer.status_code == 200, where
                text = re.sub(r"<[^>]+>", "\n", answer.content.decode())
                pages[where] = {" ".join(line.split()) for line in text.split("\n")}
            with translation.override(language):
                if str(label.words) not in pages[where]:
                    missing.append((key, language, str(label.words)))
    assert missing == []


def test_every_label_is_quoted_and_every_quote_is_a_label():
    quoted = {
        key
        for guide in GUIDES.values()
        for text in texts_of(guide)
        for key in re.findall(r"\[([a-z_]+)\]", text)
    }

    assert quoted == LABELS.keys()
    with pytest.raises(KeyError):
        words_of("Tekan [tidak_ada].")


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("key", GUIDES)
def test_a_guide_is_short_and_says_how_to_reach_the_office(world, key, language):
    with translation.override(language):
        quotes = [
            str(LABELS[name].words)
            for name in re.findall(r"\[([a-z_]+)\]", " ".join(texts_of(GUIDES[key])))
        ]

    pages = pages_of(guide_pdf(GUIDES[key], language))

    assert LEAST <= len(pages) <= MOST
    text = " ".join(pages)
    assert "Jalan Contoh Nomor 1" in text
    assert "08.00–15.00" in text
    assert ("Senin–Jumat" if language == "id" else "Monday–Friday") in text
    assert [one for one in quotes if one not in text] == []
    assert "[" not in text


def test_everybody_may_print_them_and_another_name_is_not_found(world):
    page = Client().get("/panduan/").content.decode()

    assert all(f"/panduan/{key}/{language}/" in page for key in GUIDES for language in ("id", "en"))
    assert Client().get("/panduan/desa/id/")["Content-Type"] == "application/pdf"
    assert Client().get("/panduan/desa/de/").status_code == 404
    assert Client().get("/panduan/bupati/id/").status_code == 404
