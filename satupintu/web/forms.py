"""What a page does with a form that was sent: the act, or the form again with what is wrong."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.forms import Form
from django.http import HttpResponse

from satupintu.lib.refusal import Refusal


def refuse(form: Form, error: Any) -> int:
    """Say on the form why an act was refused; return the answer's status."""
    form.add_error(None, error.message)
    return HTTPStatus.UNPROCESSABLE_ENTITY


def press(
    form: Form,
    do: Callable[[], HttpResponse],
    *,
    not_now: str = "",
    refusals: tuple[type[Exception], ...] = (Refusal,),
    refused: Callable[[Form, Any], int] = refuse,
) -> HttpResponse | int:
    """
    Do what a form was sent for: return the answer of `do`, or the status of the page that shows the form again.

    `not_now` is why nothing can be done however the form is filled; "" when something can. `refusals` are what `do`
    raises for the person at the screen, and `refused` says one on the form.
    """
    if not_now:
        form.is_valid()
        form.add_error(None, not_now)
        return HTTPStatus.CONFLICT
    if form.is_valid():
        try:
            return do()
        except refusals as error:
            return refused(form, error)
    return HTTPStatus.UNPROCESSABLE_ENTITY
