"""What every template of the product keeps to: it compiles, and carries no code or style."""

import re
from pathlib import Path

import pytest
from django.template import engines

PACKAGE = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(PACKAGE.glob("*/jinja2/**/*.html"))
NAMES = [
    path.relative_to(next(p for p in path.parents if p.name == "jinja2")) for path in TEMPLATES
]

FORBIDDEN = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "an inline script": re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "htmx code": re.compile(r"\bhx-on|js:\{", re.IGNORECASE),
    "a third party's file": re.compile(
        r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=[\"'](?:https?:)?//"
    ),
}


def test_there_are_templates():
    assert len(TEMPLATES) > 20


@pytest.mark.parametrize("name", NAMES, ids=str)
def test_template_compiles(name):
    engines["pages"].get_template(str(name))


@pytest.mark.parametrize("path", TEMPLATES, ids=[str(name) for name in NAMES])
def test_template_has_no_inline_code_or_style(path):
    markup = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", path.read_text("utf-8"))

    found = [what for what, pattern in FORBIDDEN.items() if pattern.search(markup)]

    assert found == []


def test_no_image_lacks_a_text():
    without = [
        str(name)
        for path, name in zip(TEMPLATES, NAMES, strict=True)
        for image in re.findall(r"<img\b[^>]*>", path.read_text("utf-8"))
        if "alt=" not in image
    ]

    assert without == []
