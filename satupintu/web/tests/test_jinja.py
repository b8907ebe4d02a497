"""The template language of the pages: what it escapes, what it makes of nothing, and in which language it speaks."""

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.template import engines
from django.test import RequestFactory
from django.urls import NoReverseMatch, clear_script_prefix, set_script_prefix
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy
from jinja2 import UndefinedError, nodes

from satupintu.web.jinja import FILTERS, FUNCTIONS, gettext

MARKUP = """<b title='x'>&"""
ESCAPED = "&lt;b title=&#39;x&#39;&gt;&amp;"


def render(source, **values):
    return engines["pages"].from_string(source).render(values)


@pytest.mark.parametrize(
    "source",
    [
        "{{ x }}",
        "{{ x or '-' }}",
        "{{ x|linebreaksbr }}",
        "{{ _(x) }}",
        '{{ _("%(n)s")|format(n=x) }}',
        '{{ ngettext("%(n)s", "%(n)s", 2)|format(n=x) }}',
        "{{ [x]|join(', ') }}",
        "{% set y = x %}{{ y }}",
        "{% with y=x %}{{ y }}{% endwith %}",
        "{% for y in [x] %}{{ y }}{% endfor %}",
        "{{ x if x is not none else '' }}",
    ],
)
def test_what_people_typed_is_escaped_once(source):
    written = render(source, x=MARKUP)

    assert written.replace("&#x27;", "&#39;") == ESCAPED


def test_markup_of_ours_stays_markup_and_what_stands_in_it_is_escaped():
    assert render("{{ x }}", x=format_html("<i>{}</i>", MARKUP)).startswith("<i>&lt;b ")
    assert render("{{ x }}", x=SafeString("<i>")) == "<i>"
    assert render('{{ icon("file") }}').startswith('<svg class="icon "')


def test_a_block_of_the_parent_page_is_not_escaped_again():
    child = '{% extends "web/desk.html" %}{% block scripts %}{{ super() }}<hr>{% endblock %}'

    assert 'keyboard.js"></script><hr>' in render(child)


def test_a_text_with_a_value_that_is_markup_prints_the_signs_of_it():
    """A text is plain: neither its translation nor its value becomes markup."""
    assert render('{{ _("<b>%(n)s</b>")|format(n=x) }}', x=SafeString("<i>")) == (
        "&lt;b&gt;&lt;i&gt;&lt;/b&gt;"
    )


@pytest.mark.parametrize(
    "source",
    [
        "{{ x }}",
        "{{ x.y.z }}",
        "{{ x[0].y }}",
        "{% if x %}1{% endif %}",
        "{% for y in x %}1{% endfor %}",
        "{% if x is not none %}1{% endif %}",
        "{{ x or '' }}",
        *(f"{{{{ x|{name} }}}}" for name in sorted(FILTERS) if name not in {
            "control_kind", "date", "first_id", "json_script", "linebreaks", "shape",
        }),
        "{{ x|date('Y') }}",
        "{{ durasi(x) }}",
    ],
)  # fmt: skip
def test_what_is_missing_prints_nothing(source):
    assert render(source) == ""


def test_what_is_missing_cannot_be_called():
    with pytest.raises(UndefinedError):
        render("{{ iccon('file') }}")


def test_a_lazy_text_speaks_the_language_of_the_reader():
    lazy = gettext_lazy("Layanan")

    for language, said in (("id", "Layanan"), ("en", "Service")):
        with translation.override(language):
            assert render("{{ x }}|{{ x|upper }}", x=lazy) == f"{said}|{said.upper()}"
            assert render('{{ _("%(n)s")|format(n=x) }}', x=lazy) == said


def test_one_compiled_page_follows_the_language():
    page = engines["pages"].from_string(
        '{{ _("Layanan") }} {{ gettext("Layanan") }} {{ get_language() }} {{ 1234|angka }} {{ 95|string }}'
        '{{ ngettext("%(n)s hari kerja", "%(n)s hari kerja", n)|format(n=n) }}'
    )

    written = []
    for language in ("id", "en", "id"):
        with translation.override(language):
            written.append(page.render({"n": 1}))

    assert written == [
        "Layanan Layanan id 1.234 951 hari kerja",
        "Service Service en 1,234 951 working day",
        "Layanan Layanan id 1.234 951 hari kerja",
    ]


def test_a_context_tells_two_meanings_of_a_word_apart():
    with translation.override("en"):
        assert render('{{ pgettext("nomor", "Batal") }} {{ _("Batal") }}') == "Void Cancel"


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(
    "text", ["Layanan", "Tidak ada di katalog", "", "Batal", "Monday", "%s\r\n"]
)
def test_a_text_is_what_django_says(language, text):
    with translation.override(language):
        assert [gettext(text), gettext(text)] == [translation.gettext(text)] * 2


def test_a_text_without_a_language_is_the_one_of_the_office():
    translation.deactivate()

    assert gettext("Layanan") == "Layanan"


def test_a_safe_text_does_not_make_the_plain_one_safe():
    with translation.override("en"):
        gettext(SafeString("<b>"))

        assert not isinstance(gettext("<b>"), SafeString)


class OneForm(forms.Form):
    name = forms.CharField(label="Nama", max_length=9)
    kind = forms.ChoiceField(label="Jenis", choices=[("a", MARKUP)])


def test_a_form_writes_its_controls_as_markup_and_what_was_typed_as_text():
    html = render("{{ form.name }}{{ control(form.kind) }}", form=OneForm({"name": MARKUP}))

    assert '<input type="text" name="name"' in html
    assert 'value="&lt;b title=&#39;x&#39;&gt;&amp;"' in html
    assert '<option value="a">&lt;b title=&#39;x&#39;&gt;&amp;</option>' in html


def test_a_long_text_in_a_form_keeps_its_first_empty_line():
    form = type("Form", (forms.Form,), {"note": forms.CharField(widget=forms.Textarea)})

    assert ">\n\nb</textarea>" in render("{{ form.note }}", form=form({"note": "\nb"}))


def test_what_a_view_gives_wins_and_is_not_changed():
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    given = {"user": "Sari"}

    page = engines["pages"].from_string(
        "{{ user }} {{ request.path }} {{ site.path }} {{ csrf_input }}"
    )
    written = page.render(given, request)

    assert written.startswith('Sari / / <input type="hidden" name="csrfmiddlewaretoken" value="')
    assert given == {"user": "Sari"}


def test_an_address_follows_where_the_program_is_mounted():
    source = '{{ url("catalogue:service", "sip-bidan") }}'
    assert render(source) == "/layanan/sip-bidan/"

    set_script_prefix("/kantor/")
    try:
        assert render(source) == "/kantor/layanan/sip-bidan/"
    finally:
        clear_script_prefix()

    assert render(source) == "/layanan/sip-bidan/"


def test_an_address_that_does_not_exist_is_an_error_each_time():
    for _try in range(2):
        with pytest.raises(NoReverseMatch):
            render('{{ url("catalogue:kucing") }}')


def templates():
    environment = engines["pages"].env
    for name in environment.list_templates():
        yield name, environment.parse(environment.loader.get_source(environment, name)[0])


def test_no_page_hides_a_function_by_a_name_of_its_own():
    hidden = [
        (name, one.name)
        for name, tree in templates()
        for one in tree.find_all(nodes.Name)
        if one.ctx != "load" and one.name in FUNCTIONS
    ]

    assert hidden == []


def test_every_function_that_a_page_calls_is_there():
    unknown = [
        (name, call.node.name)
        for name, tree in templates()
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name not in {*FUNCTIONS, "super"}
    ]

    assert unknown == []
