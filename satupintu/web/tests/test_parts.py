"""The parts of forms: labels, help and errors belong together for eyes and for screen readers."""

import re

from django.template import engines

from satupintu.web.styleguide import SampleForm, State


def render(source, **values):
    return engines["pages"].from_string(source).render(values)


def test_field_with_error_ties_help_and_error_to_its_control():
    form = SampleForm({"name": ""})

    html = render(
        '{% with field=form.name %}{% include "web/_field.html" %}{% endwith %}', form=form
    )

    assert '<label for="id_name">Nama lengkap</label>' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    described = re.search(r'aria-describedby="([^"]+)"', html)
    assert described
    assert set(described[1].split()) == {"id_name_helptext", "id_name_error"}
    assert 'aria-invalid="true"' in html


def test_choice_is_a_group_with_a_legend():
    html = render(
        '{% with field=form.place %}{% include "web/_field.html" %}{% endwith %}', form=SampleForm()
    )

    assert "<fieldset" in html
    assert "<legend>Tempat praktik</legend>" in html
    assert html.count('type="radio"') == 2


def test_field_that_may_stay_empty_says_so():
    html = render(
        '{% with field=form.phone %}{% include "web/_field.html" %}{% endwith %}', form=SampleForm()
    )

    assert "(boleh dikosongkan)" in html


def test_error_list_links_to_the_fields_and_to_the_first_choice():
    form = SampleForm({"name": "", "identity": "1"})

    html = render('{% include "web/_errors.html" %}', form=form)

    assert 'role="alert"' in html
    assert 'href="#id_name"' in html
    assert 'href="#id_place_0"' in html


def test_no_errors_no_list():
    assert render('{% include "web/_errors.html" %}', form=SampleForm()).strip() == ""


def test_state_carries_a_word_and_a_shape():
    html = render(
        '{% with state=s %}{% include "web/_state.html" %}{% endwith %}', s=State("Terbit", "good")
    )

    assert "Terbit" in html
    assert "✓" in html


def test_pager_without_pages_is_nothing():
    assert render('{% include "web/_pager.html" %}', page={}).strip() == ""
