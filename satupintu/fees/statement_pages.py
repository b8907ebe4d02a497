"""Bank statements: sent, understood, and compared with what the office was told; a person says what a credit is."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from satupintu.fees import services
from satupintu.fees import statement_queries as queries
from satupintu.fees.rules.statement import PAGE_LINES, LineState
from satupintu.fees.statement_forms import ColumnsForm, StatementForm
from satupintu.fees.statement_queries import STATEMENTS_PAGE, BankStatement, NoSuchStatement
from satupintu.fees.statement_shown import PART_LABELS, Part, parts_of
from satupintu.lib import clock
from satupintu.lib.refusal import Refusal
from satupintu.lib.tabular.reading import CannotReadTable
from satupintu.people.access import View, staff
from satupintu.people.queries import actor_for
from satupintu.people.rules import Role
from satupintu.web.methods import require_safe_or_post
from satupintu.web.troubles import file_not_kept
from satupintu.web.uploads import on_disk
from satupintu.workflow.queries import Cursor


def cashiers(view: View) -> View:
    """Let in who may confirm payments."""
    return staff(Role.FRONT_OFFICE, Role.VERIFIER, Role.SECTION_HEAD)(view)


def _statement(statement_id: UUID) -> BankStatement:
    try:
        return queries.get_statement(statement_id)
    except NoSuchStatement as error:
        raise Http404 from error


@cashiers
@never_cache
@require_safe_or_post
def statements(request: HttpRequest) -> HttpResponse:
    """List the statements, and take one in."""
    form = (
        StatementForm(request.POST, request.FILES) if request.method == "POST" else StatementForm()
    )
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["berkas"]
        try:
            with on_disk(upload) as path:
                made = services.receive_statement(
                    path=path, name=upload.name, by=actor_for(request), at=clock.now()
                )
        except services.SameStatement as same:
            messages.warning(request, same.message)
            return redirect("fees:statement", same.statement.pk)
        except CannotReadTable as refused:
            form.add_error("berkas", refused.message)
        except OSError as error:
            form.add_error("berkas", file_not_kept(error))
        else:
            return redirect("fees:statement_columns", made.pk)
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "fees/statements.html", _listed(request, form), status=status)


def _listed(request: HttpRequest, form: StatementForm) -> dict[str, Any]:
    cursor = Cursor.from_text(request.GET.get("sesudah", ""))
    before: tuple[datetime, UUID] | None = (cursor.due_at, cursor.task_id) if cursor else None
    found = queries.list_statements(before)
    shown = found[:STATEMENTS_PAGE]
    counts = queries.counts_of([one.pk for one in shown])
    following = ""
    if len(found) > STATEMENTS_PAGE:
        last = shown[-1]
        following = f"?sesudah={Cursor(last.uploaded_at.astimezone(UTC), last.pk).to_text()}"
    return {
        "form": form,
        "lines": [
            {
                "statement": one,
                "credits": counts.get(one.pk, {}).get(LineState.CREDIT, 0),
                "seen": counts.get(one.pk, {}).get(LineState.SEEN, 0),
                "bad": counts.get(one.pk, {}).get(LineState.BAD, 0),
            }
            for one in shown
        ],
        "formats": queries.list_formats(),
        "page": {"next_url": following, "prev_url": reverse("fees:statements") if cursor else ""},
    }


@cashiers
@never_cache
@require_safe_or_post
def statement_columns(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """Ask what the columns of a statement hold, and in which order its dates are."""
    statement = _statement(statement_id)
    form = ColumnsForm(request.POST if request.method == "POST" else None, statement=statement)
    if request.method == "POST" and form.is_valid():
        try:
            services.read_statement(
                statement=statement,
                bank=form.cleaned_data["bank"],
                columns=form.columns(),
                order=form.cleaned_data["urutan"],
                by=actor_for(request),
                at=clock.now(),
            )
        except services.ColumnsRefused as refused:
            for place, message in refused.problems:
                form.add_error(place if place in form.fields else None, message)
        except services.StatementInUse as used:
            messages.error(request, used.message)
            return redirect("fees:statement", statement.pk)
        else:
            return redirect("fees:statement", statement.pk)
    return render(
        request,
        "fees/statement_columns.html",
        {"statement": statement, "form": form},
        status=HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK,
    )


@cashiers
@never_cache
@require_safe
def statement(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """Show a statement's lines by what they are: `bagian` names the part, `sesudah` the last line shown."""
    found = _statement(statement_id)
    if found.read_at is None:
        return redirect("fees:statement_columns", found.pk)
    parts = parts_of(found, actor_for(request))
    wanted = request.GET.get("bagian", "")
    part = (
        Part(wanted)
        if wanted in set(Part)
        else next((one for one in Part if parts.lines[one]), Part.PROPOSED)
    )
    text = request.GET.get("sesudah", "")
    after = int(text) if text.isascii() and text.isdigit() else 0
    rest = [one for one in parts.lines[part] if one.number > after]
    shown = rest[:PAGE_LINES]
    here = reverse("fees:statement", args=[found.pk])
    following = f"?bagian={part}&sesudah={shown[-1].number}" if len(rest) > PAGE_LINES else ""
    return render(
        request,
        "fees/statement.html",
        {
            "statement": found,
            "part": part,
            "label": PART_LABELS[part],
            "tiles": [
                {"part": one, "label": PART_LABELS[one], "count": len(parts.lines[one])}
                for one in Part
            ],
            "lines": shown,
            "debits": parts.debits,
            "empty": parts.empty,
            "page": {
                "next_url": following,
                "prev_url": f"{here}?bagian={part}" if after else "",
            },
        },
    )


@cashiers
@require_POST
def statement_line(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Say what a credit is: `pembayaran` confirms a payment, `skrd` records one for an assessment."""
    try:
        line = queries.get_line(line_id)
    except NoSuchStatement as error:
        raise Http404 from error
    by, at = actor_for(request), clock.now()
    payment, assessment = _id(request, "pembayaran"), _id(request, "skrd")
    try:
        if payment is not None:
            services.confirm_by_line(line_id=line.pk, payment_id=payment, by=by, at=at)
            messages.success(request, _("Pembayaran dinyatakan sah, dan SSRD-nya dibuat."))
        elif assessment is not None:
            services.record_by_line(line_id=line.pk, assessment_id=assessment, by=by, at=at)
            messages.success(
                request, _("Pembayaran dicatat. Petugas lain menyatakannya sah di halaman ini.")
            )
        else:
            messages.error(request, _("Pilih dulu pembayarannya."))
    except Refusal as refused:
        messages.error(request, refused.message)
    back = request.POST.get("bagian", "")
    query = f"?bagian={back}" if back in set(Part) else ""
    return redirect(reverse("fees:statement", args=[line.statement_id]) + query)


def _id(request: HttpRequest, name: str) -> UUID | None:
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        return None


@cashiers
@require_POST
def statement_discard(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    """Throw a statement away on which nothing rests."""
    found = _statement(statement_id)
    try:
        services.discard_statement(statement=found)
    except services.StatementInUse as used:
        messages.error(request, used.message)
        return redirect("fees:statement", found.pk)
    messages.success(request, _("Rekening koran %(name)s dibuang.") % {"name": found.name})
    return redirect("fees:statements")
