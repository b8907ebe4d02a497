"""Imports: sent, understood, checked, run, taken back."""

from collections.abc import Mapping
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

from satupintu.imports import queries, rules, services
from satupintu.imports.forms import MappingForm, RepairedForm, UploadForm
from satupintu.imports.pages.shown import preview_of, tiles_of, twin_lines
from satupintu.imports.queries import IMPORTS_PAGE, Import, NoSuchImport
from satupintu.imports.rules import RowState, Stage
from satupintu.imports.rules.columns import Target
from satupintu.lib import clock
from satupintu.lib.refusal import Refusal
from satupintu.lib.tabular.reading import CannotReadTable
from satupintu.people.access import View, staff
from satupintu.people.queries import actor_for
from satupintu.people.rules import Role
from satupintu.permits.imported import Source
from satupintu.web.methods import require_safe_or_post
from satupintu.web.troubles import file_not_kept
from satupintu.web.uploads import on_disk
from satupintu.workflow.queries import Cursor

ROLES = (Role.SERVICE_ADMIN, Role.SECTION_HEAD)


def imports(view: View) -> View:
    """Let in who may bring the office's old registers in."""
    return staff(*ROLES)(view)


def get_batch(batch_id: UUID) -> Import:
    try:
        return queries.get_import(batch_id)
    except NoSuchImport as error:
        raise Http404 from error


@imports
@never_cache
@require_safe_or_post
def index(request: HttpRequest) -> HttpResponse:
    """List the imports, and take a file in."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        try:
            with on_disk(form.cleaned_data["berkas"]) as path:
                batch = services.receive(
                    path=path,
                    name=form.cleaned_data["berkas"].name,
                    source=Source(form.cleaned_data["source"]),
                    by=actor_for(request),
                    at=clock.now(),
                )
        except services.SameFile as same:
            messages.warning(request, same.message)
            return redirect("imports:show", same.batch.pk)
        except CannotReadTable as refused:
            form.add_error("berkas", refused.message)
        except OSError as error:
            form.add_error("berkas", file_not_kept(error))
        else:
            return redirect("imports:columns", batch.pk)
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "imports/index.html", _index(request, form), status=status)


def _index(request: HttpRequest, form: UploadForm) -> dict[str, Any]:
    cursor = Cursor.from_text(request.GET.get("sesudah", ""))
    before: tuple[datetime, UUID] | None = (cursor.due_at, cursor.task_id) if cursor else None
    found = queries.list_imports(before)
    shown = found[:IMPORTS_PAGE]
    counts = queries.counts_of([one.pk for one in shown])
    following = ""
    if len(found) > IMPORTS_PAGE:
        last = shown[-1]
        following = f"?sesudah={Cursor(last.uploaded_at.astimezone(UTC), last.pk).to_text()}"
    return {
        "form": form,
        "lines": [
            {
                "batch": one,
                "stage": rules.STAGE_LABELS[Stage(one.stage)],
                "source": rules.SOURCE_LABELS[Source(one.source)],
                "done": counts.get(one.pk, {}).get(RowState.DONE, 0),
                "bad": counts.get(one.pk, {}).get(RowState.BAD, 0),
            }
            for one in shown
        ],
        "mappings": queries.list_mappings(),
        "page": {"next_url": following, "prev_url": reverse("imports:index") if cursor else ""},
    }


@imports
@never_cache
@require_safe
def show(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Show where an import stands: progress, what the dry run found, and what can be done."""
    batch = get_batch(batch_id)
    return render(request, "imports/show.html", context_of(batch))


def context_of(batch: Import, repaired: RepairedForm | None = None) -> dict[str, Any]:
    """Return what the page of an import shows."""
    stage = Stage(batch.stage)
    counts: Mapping[str, int] = queries.counts_of([batch.pk]).get(batch.pk, {})
    working = stage in rules.WORKING
    done = _progress(stage, batch, counts)
    return {
        "batch": batch,
        "stage": rules.STAGE_LABELS[stage],
        "source": rules.SOURCE_LABELS[Source(batch.source)],
        "working": working,
        "done": done,
        "share": round(100 * done / batch.rows) if batch.rows else 0,
        "tiles": tiles_of(batch, counts),
        "new": counts.get(RowState.NEW, 0),
        "bad": counts.get(RowState.BAD, 0),
        "imported": counts.get(RowState.DONE, 0),
        "preview": [] if working else preview_of(batch),
        "twins": [] if working else twin_lines(batch)[:5],
        "may_map": stage in rules.MAY_MAP and batch.emptied_at is None,
        "may_run": stage in rules.MAY_RUN - {Stage.UNDONE} and counts.get(RowState.NEW, 0) > 0,
        "may_undo": stage is Stage.DONE and counts.get(RowState.DONE, 0) > 0,
        "may_redo": stage is Stage.UNDONE and batch.emptied_at is None,
        "may_discard": batch.run == 0 and stage in (Stage.MAPPING, Stage.CHECKED),
        "may_repair": stage in rules.MAY_REPAIR and batch.emptied_at is None,
        "unknown_districts": "" if working else _unknown_districts(batch),
        "stayed": stage is Stage.UNDONE and counts.get(RowState.DONE, 0),
        "repaired": repaired or RepairedForm(),
    }


def _unknown_districts(batch: Import) -> str:
    """Return the file's words for kecamatan that are none of this regency, with how often each: "Tayann (3)"."""
    return ", ".join(f"{word} ({count})" for word, count in queries.unknown_districts(batch)[:10])


def _progress(stage: Stage, batch: Import, counts: Mapping[str, int]) -> int:
    """Return how many rows the present stage has behind it."""
    if stage is Stage.CHECKING:
        return batch.rows - counts.get(RowState.WAITING, 0)
    if stage is Stage.RUNNING:
        return batch.rows - counts.get(RowState.NEW, 0)
    if stage is Stage.UNDOING:
        return batch.rows - counts.get(RowState.DONE, 0)
    return batch.rows


@imports
@never_cache
@require_safe_or_post
def columns(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Ask what the columns of a file mean; its own words, and the order of its dates."""
    batch = get_batch(batch_id)
    if Stage(batch.stage) not in rules.MAY_MAP or batch.emptied_at is not None:
        return redirect("imports:show", batch.pk)
    at = clock.now()
    form = _mapping_form(request, batch, at)
    status = HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        if form.asks_other_words():
            again = _mapping_form(request, batch, at, chosen=form.chosen())
            again.is_valid()
            messages.info(request, _("Kolom berubah. Periksa pasangan kata di bawah, lalu simpan."))
            return render(request, "imports/columns.html", {"batch": batch, "form": again})
        try:
            services.save_mapping(
                batch=batch,
                mapping=form.mapping(),
                name=form.cleaned_data["name"],
                by=actor_for(request),
                at=at,
            )
        except services.MappingRefused as refused:
            for place, message in refused.problems:
                form.add_error(place if place in form.fields else None, message)
            status = HTTPStatus.BAD_REQUEST
        else:
            return redirect("imports:show", batch.pk)
    return render(request, "imports/columns.html", {"batch": batch, "form": form}, status=status)


def _mapping_form(
    request: HttpRequest, batch: Import, at: datetime, chosen: list[Target] | None = None
) -> MappingForm:
    asked = chosen or [Target(one) for one in batch.mapping.get("columns", [])]
    if request.method == "POST" and chosen is None:
        # The words that the page asked about were those of the columns that it named.
        asked = _asked(request, batch, asked)
    asked += [Target.IGNORE] * (len(batch.headings) - len(asked))
    data = request.POST if request.method == "POST" else None
    return MappingForm(data, batch=batch, columns=asked, at=at)


def _asked(request: HttpRequest, batch: Import, stored: list[Target]) -> list[Target]:
    """Return the columns with which the page was shown, as it says itself; what it does not say, as stored."""
    known = set(Target)
    said = request.POST.get("ditanya", "").split(",")
    if len(said) != len(batch.headings) or not set(said) <= {one.value for one in known}:
        return stored
    return [Target(one) for one in said]


def _do(request: HttpRequest, batch_id: UUID, act: Any, told: str) -> HttpResponse:
    batch = get_batch(batch_id)
    try:
        act(batch=batch, by=actor_for(request), at=clock.now())
    except Refusal as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, told)
    return redirect("imports:show", batch.pk)


@imports
@require_POST
def start(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Have the new rows imported."""
    return _do(request, batch_id, services.start, _("Impor dimulai."))


@imports
@require_POST
def undo(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Have an import taken back."""
    return _do(request, batch_id, services.undo, _("Pembatalan dimulai."))


@imports
@require_POST
def redo(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Have an import that was taken back checked again."""
    return _do(request, batch_id, services.redo, _("Baris diperiksa lagi. Setelah itu, impor."))


@imports
@require_POST
def discard(request: HttpRequest, batch_id: UUID) -> HttpResponse:
    """Throw a file away of which nothing was imported."""
    batch = get_batch(batch_id)
    if not services.discard(batch_id=batch.pk):
        messages.error(request, _("Dari berkas ini sudah ada yang diimpor. Batalkan impornya."))
        return redirect("imports:show", batch.pk)
    messages.success(request, _("Berkas %(name)s dibuang.") % {"name": batch.name})
    return redirect("imports:index")
