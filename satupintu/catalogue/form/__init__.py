"""
The form engine: a definition's pages as Django forms, checks over all answers, and answers as people read them.

    form = page_form(definition, page, kind, answers, data=request.POST, today=today)
    if form.is_valid():
        answers = merged_answers(definition, kind, answers, form.answers())

Show a form with `{% include "catalogue/_page_fields.html" with form=form %}` inside a posting <form>.
"""

from satupintu.catalogue.form.pages import (
    PageForm,
    check_answers,
    display_answers,
    merged_answers,
    page_form,
    points_outside,
    right_so_far,
    shown_values,
    tidied_answers,
)
from satupintu.catalogue.form.plain import money_field, number_field
from satupintu.catalogue.rules import required_documents, visible_fields, visible_pages

__all__ = [
    "PageForm",
    "check_answers",
    "display_answers",
    "merged_answers",
    "money_field",
    "number_field",
    "page_form",
    "points_outside",
    "required_documents",
    "right_so_far",
    "shown_values",
    "tidied_answers",
    "visible_fields",
    "visible_pages",
]
