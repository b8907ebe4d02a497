"""Rows of an import: those that wait for repair, twins, and what is done about each."""

from http import HTTPStatus
from tempfile import TemporaryFile
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from satupintu.imports import queries, rules, services
from satupintu.imports.forms import RepairedForm
from satupintu.imports.pages.files import context_of, get_batch, imports
from satupintu.imports.pages.shown import Reader, twin_lines
from satupintu.imports.queries import Import, ImportRow
from satupintu.imports.rules import PAGE_ROWS, ROW_LABELS, RowState
from satupintu.imports.rules.columns import TARGET_LABELS, Target
from satupintu.imports.services.repair import OPEN_TO_REPAIR, ROW_HEADING, WHY_HEADING
from satupintu.lib import clock
from satupintu.lib.refusal import Refusal
from satupintu.lib.sheets import SheetColumn, write_sheet
from satupintu.lib.tabular.reading import MOST_TEXT, CannotReadTable
from satupintu.people.queries import actor_for
from satupintu.people.services import record_disclosure
from satupintu.web.uploads import on_disk

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@imports
@never_cache
@require_safe
def listing(request: HttpRequest, batch_id: UUID, state: str) -> HttpResponse:
    """List the rows in one state, by keyset; twins stand beside what they repeat."""
    batch = get_batch(batch_id)
    if state not in set(RowState):
        raise Http404
    kind = RowState(state)
    typed = request.GET.get("sesudah", "")
    after = int(typed) if typed.isdecimal() and len(typed) < 10 else 0  # noqa: PLR2004  figures
    found = queries.list_rows(batch, kind, after)
    shown = found[:PAGE_ROWS]
    twins = kind in (RowState.ALIKE, RowState.DUPLICATE)
    reader = Reader(batch)
    following = f"?sesudah={shown[-1].number}" if len(found) > PAGE_ROWS else ""
    return render(
        request,
        "imports/rows.html",
        {
            "batch": batch,
            "label": ROW_LABELS[kind],
            "state": kind.value,
            "lines": [] if twins else [reader.line(row) for row in shown],
            "twins": twin_lines(batch, shown) if twins else [],
            "may_repair": batch.stage in rules.MAY_REPAIR
            and kind in OPEN_TO_REPAIR
            and batch.emptied_at is None,
            "page": {
                "next_url": following,
                "prev_url": reverse("imports:rows", args=[batch.pk, state]) if after else "",
            },
        },
    )


class RowForm(forms.Form):
    """The cells of one row that mean something, to be typed anew."""

    def __init__(self, *args: Any, batch: Import, row: ImportRow, **options: Any) -> None:
        super().__init__(*args, **options)
        plan = Reader(batch).plan
        for place, target in enumerate(plan.columns):
            if target is Target.IGNORE:
                continue
            heading = plan.headings[place]
            self.fields[f"sel-{place}"] = forms.CharField(
                label=heading or str(TARGET_LABELS[target]),
                required=False,
                max_length=MOST_TEXT,
                initial=row.cells[place] if place < len(row.cells) else "",
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )

    def cells(self) -> dict[int, str]:
        return {int(name.removeprefix("sel-")): value for name, value in self.cleaned_data.items()}


def _row(batch: Import, number: int) -> ImportRow:
    row = queries.get_row(batch, number)
    if row is None or row.outcome not in OPEN_TO_REPAIR:
        raise Http404
    return row


@imports
@never_cache
@require_POST
def repair(request: HttpRequest, batch_id: UUID, number: int) -> HttpResponse:
    """Show one row whole, which is a noted look; with `simpan` write it anew and check it."""
    batch = get_batch(batch_id)
    row = _row(batch, number)
    if "simpan" not in request.POST:
        record_disclosure(
            by=actor_for(request),
            party_id=None,
            subject=f"import {batch.pk} row {number}",
            at=clock.now(),
        )
        return _repair_page(request, batch, row, RowForm(batch=batch, row=row))
    form = RowForm(request.POST, batch=batch, row=row)
    if form.is_valid():
        try:
            row = services.repair_row(
                batch=batch,
                number=number,
                cells=form.cells(),
                by=actor_for(request),
                at=clock.now(),
            )
        except Refusal as refused:
            form.add_error(None, refused.message)
        else:
            if row.outcome != RowState.BAD:
                messages.success(
                    request,
                    _("Baris %(n)s: %(state)s.")
                    % {"n": number, "state": ROW_LABELS[RowState(row.outcome)]},
                )
                return redirect("imports:rows", batch.pk, RowState.BAD.value)
    return _repair_page(request, batch, row, form, status=HTTPStatus.BAD_REQUEST)


def _repair_page(
    request: HttpRequest, batch: Import, row: ImportRow, form: RowForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    line = Reader(batch).line(row)
    return render(
        request,
        "imports/repair.html",
        {"batch": batch, "line": line, "form": form},
        status=status,
    )


@imports
@require_POST
def choose(request: HttpRequest, batch_id: UUID, number: int) -> HttpResponse:
    """Import a row that looks like another all the same (`tetap`), or leave it out."""
    batch = get_batch(batch_id)
    row = _row(batch, number)
    act = services.leave_row
    if "tetap" in request.POST:
        if row.outcome != RowState.ALIKE:
            raise Http404
        act = services.keep_row
    try:
        act(batch=batch, number=number, by=actor_for(request), at=clock.now())
    except Refusal as refused:
        messages.error(request, refused.message)
    return redirect("imports:rows", batch.pk, row.outcome)


@imports
@require_POST
def bad_sheet(request: HttpRequest, batch_id: UUID) -> HttpResponseBase:
    """Give the rows that wait for repair as a sheet, each with its reasons: a noted look."""
    batch = get_batch(batch_id)
    record_disclosure(
        by=actor_for(request),
        party_id=None,
        subject=f"import {batch.pk} rows to repair",
        at=clock.now(),
    )
    reader = Reader(batch)
    heads = [ROW_HEADING, WHY_HEADING, *batch.headings]
    out = TemporaryFile()  # noqa: SIM115  FileResponse closes it
    write_sheet(
        out,
        name="perbaiki",
        heading=[],
        columns=[SheetColumn(one or str(n), 20) for n, one in enumerate(heads)],
        rows=_bad_rows(batch, reader),
    )
    out.seek(0)
    answer = FileResponse(
        out, as_attachment=True, filename="baris-perlu-diperbaiki.xlsx", content_type=XLSX
    )
    answer["Cache-Control"] = "private, no-store"
    return answer


def _bad_rows(batch: Import, reader: Reader) -> Any:
    after = 0
    while rows := queries.list_rows(batch, RowState.BAD, after, 500):
        for row in rows:
            why = "; ".join(
                f"{one.label}: {one.sentence}"
                for one in (reader.wrong(row, p) for p in row.problems)
            )
            cells = [*row.cells, *[""] * (len(batch.headings) - len(row.cells))]
            yield [str(row.number), why, *cells[: len(batch.headings)]]
        after = rows[-1].number


@imports
@never_cache
@require_POST
def repaired_sheet(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Take the repaired rows in."""
    batch = get_batch(batch_id)
    form = RepairedForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            with on_disk(form.cleaned_data["berkas"]) as path:
                changed = services.repair_by_file(
                    batch=batch, path=path, by=actor_for(request), at=clock.now()
                )
        except (CannotReadTable, Refusal) as refused:
            form.add_error("berkas", refused.message)
        else:
            messages.success(request, _("%(n)s baris diperbarui dan diperiksa.") % {"n": changed})
            return redirect("imports:show", batch.pk)
    return render(
        request, "imports/show.html", context_of(batch, form), status=HTTPStatus.BAD_REQUEST
    )
