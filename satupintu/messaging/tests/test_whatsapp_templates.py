"""What an office registers with Meta: complete, within its rules, and filled in by what the outbox gives."""

import re
from pathlib import Path

import pytest

from satupintu.messaging.channels.whatsapp_cloud import templates
from satupintu.messaging.channels.whatsapp_cloud.simulated_rules import Approved, check_content
from satupintu.messaging.channels.whatsapp_cloud.templates import (
    LANGUAGES,
    all_templates,
    components,
    request_of,
    template_of,
)
from satupintu.messaging.channels.whatsapp_cloud.writing import length, template_body
from satupintu.messaging.rules import TEXTS
from satupintu.messaging.tests.whatsapp_bench import outgoing

ALL = all_templates()
PAGE = Path(__file__).parents[3] / "docs/channels/whatsapp.md"


def test_every_text_has_a_template_or_says_why_not():
    without = {text for text in TEXTS if template_of(text, "id") is None}

    assert without == set(templates._own()["none"])
    assert template_of("no_such_text", "id") is None
    assert set(templates._own()["words"]) <= set(TEXTS)


@pytest.mark.parametrize("one", ALL, ids=lambda one: f"{one.name}.{one.language}")
def test_template_keeps_metas_rules(one):
    if one.name == "sign_in_code":
        assert (one.category, one.body) == ("AUTHENTICATION", "")
        return
    assert one.category == "UTILITY"
    assert 0 < length(one.body) <= 900  # with its words filled in at most 1,024
    assert not one.body.startswith("{{")
    assert not one.body.endswith("}}")
    assert "{%" not in one.body
    assert "{{ " not in one.body
    assert "\n\n\n" not in one.body
    assert {name for name, _form in one.words} == set(re.findall(r"{{(\w+)}}", one.body))
    assert {name for name, _form in one.words} <= TEXTS[one.name]
    assert re.fullmatch(r"[a-z0-9_]{1,512}", one.name)


@pytest.mark.parametrize("name", sorted({one.name for one in ALL}))
def test_both_languages_ask_for_the_same_words(name):
    indonesian, english = (template_of(name, language) for language in LANGUAGES)

    assert set(indonesian.words) == set(english.words)


@pytest.mark.parametrize("one", ALL, ids=lambda one: f"{one.name}.{one.language}")
def test_template_is_filled_with_what_the_outbox_gives(one):
    words = tuple(f"kata\n{name}" for name in sorted(TEXTS[one.name]))
    body = template_body(
        outgoing(language=one.language), {"to": "62812345678"}, one.name, components(one, words)
    )

    approved = Approved(one.body or "{{1}} adalah kode Anda.", one.category)
    check_content(body, {(one.name, one.language): approved})


@pytest.mark.parametrize(
    ("language", "value", "written"),
    [
        ("id", "2026-12-31", "Kamis, 31 Desember 2026"),
        ("en", "2026-12-31", "Thursday, 31 December 2026"),
        ("id", "Kamis depan", "Kamis depan"),
        ("id", "None", "None"),
    ],
)
def test_days_are_written_as_the_text_writes_them(language, value, written):
    one = template_of("expiring", language)
    words = dict.fromkeys(TEXTS["expiring"], "x") | {"valid_until": value}

    filled = components(one, tuple(words[name] for name in sorted(words)))

    told = {part["parameter_name"]: part["text"] for part in filled[0]["parameters"]}
    assert told["valid_until"] == written


def test_moments_are_written_in_the_offices_zone(settings):
    one = template_of("field_visit", "id")
    words = dict.fromkeys(TEXTS["field_visit"], "x") | {"when": "2026-12-02 03:00:00+00:00"}

    filled = components(one, tuple(words[name] for name in sorted(words)))

    told = {part["parameter_name"]: part["text"] for part in filled[0]["parameters"]}
    assert told["when"] == "Rabu, 2 Desember 2026, 10.00"


def test_words_are_in_the_order_of_their_names():
    one = template_of("issued", "id")
    names = sorted(TEXTS["issued"])

    filled = components(one, tuple(names))

    assert all(part["parameter_name"] == part["text"] for part in filled[0]["parameters"])
    assert components(one, tuple(names[1:])) is None


@pytest.mark.parametrize("one", ALL, ids=lambda one: f"{one.name}.{one.language}")
def test_request_to_register_has_an_example_for_each_word(one):
    asked = request_of(one)

    assert asked["category"] == one.category
    body = asked["components"][0]
    if one.words and one.name != "sign_in_code":
        examples = {
            row["param_name"]: row["example"] for row in body["example"]["body_text_named_params"]
        }
        assert set(examples) == {name for name, _form in one.words}
        assert all(example and example != name for name, example in examples.items())


def test_page_for_the_office_lists_the_templates_as_they_are():
    """`python -m satupintu.messaging.channels.whatsapp_cloud.register` writes the list."""
    page = PAGE.read_text(encoding="utf-8")

    assert templates.as_page() in page
