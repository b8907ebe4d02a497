"""Keeping folders: the list, boxes, what stands in none yet, one folder, passing on to the inactive archive."""

from tempfile import TemporaryFile
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from satupintu.archive import papers, queries, rules, services
from satupintu.archive.pages.common import (
    KEEPING,
    READERS,
    ChooseForm,
    Row,
    folder_choice,
    held_words,
    record_pdf,
    row_of,
    tell,
)
from satupintu.archive.queries import MOST, PAGE, FolderFilter
from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.lib.sheets import Cell, SheetColumn, write_sheet
from satupintu.office.queries import profile
from satupintu.people.access import staff
from satupintu.people.queries import actor_for
from satupintu.people.rules import Actor
from satupintu.people.services import record_disclosure
from satupintu.permits.keeping import JUDGES, KEEPERS
from satupintu.web.methods import require_safe_or_post
from satupintu.workflow.queries import Cursor, title_of
from satupintu.workflow.services import CannotMove, act

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST_NUMBER = 6


def _number(text: str) -> int:
    fits = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return int(text) if fits else 0


def _asked(given: Any) -> FolderFilter:
    state = given.get("keadaan", "")
    return FolderFilter(
        box=_number(given.get("boks", "")),
        code=given.get("kode", "")[:20],
        year=_number(given.get("tahun", "")),
        state=state if state in rules.STATE_LABELS else "",
    )


def _marks(wanted: FolderFilter) -> dict[str, str]:
    marks = {
        "boks": str(wanted.box or ""),
        "kode": wanted.code,
        "tahun": str(wanted.year or ""),
        "keadaan": wanted.state,
    }
    return {name: value for name, value in marks.items() if value}


@staff(*READERS)
@require_safe
def folders(request: HttpRequest) -> HttpResponse:
    """List the folders of the archive, those filed last first; by box, code, year of the case, and state."""
    wanted = _asked(request.GET)
    cursor = Cursor.from_text(request.GET.get("sesudah", ""))
    found = queries.folders(wanted, (cursor.due_at, cursor.task_id) if cursor else None)
    shown, following = found[:PAGE], ""
    if len(found) > PAGE:
        mark = Cursor(shown[-1].filed_at, shown[-1].pk).to_text()
        following = "?" + urlencode(_marks(wanted) | {"sesudah": mark})
    return render(
        request,
        "archive/folders.html",
        {
            "rows": [row_of(one) for one in shown],
            "wanted": wanted,
            "marks": _marks(wanted),
            "codes": queries.scheme().values(),
            "states": rules.STATE_LABELS.items(),
            "page": {
                "next_url": following,
                "prev_url": "?" + urlencode(_marks(wanted)) if cursor else "",
            },
        },
    )


_COLUMNS = (
    (gettext_lazy("Nomor berkas"), 18), (gettext_lazy("Pemohon"), 24), (gettext_lazy("Layanan"), 30),
    (gettext_lazy("Kode"), 9), (gettext_lazy("Boks"), 7), (gettext_lazy("Tempat"), 18),
    (gettext_lazy("Keadaan"), 12), (gettext_lazy("Aktif sampai"), 13), (gettext_lazy("Inaktif sampai"), 13),
    (gettext_lazy("Nasib akhir"), 14), (gettext_lazy("Dipinjam"), 16),
    (gettext_lazy("Keterangan"), 24),
)  # fmt: skip


@staff(*READERS)
@require_POST
def sheet(request: HttpRequest) -> FileResponse:
    """Give the list of the archive as XLSX; by a post, because it names people and that is recorded."""
    at, actor, wanted = clock.now(), actor_for(request), _asked(request.POST)
    record_disclosure(
        by=actor, party_id=None, subject=f"archive {urlencode(_marks(wanted))} register", at=at
    )
    out = TemporaryFile()  # noqa: SIM115  FileResponse closes it
    write_sheet(
        out,
        name=_("Arsip"),
        heading=[profile().name, _("Daftar arsip")],
        columns=[SheetColumn(str(label), width) for label, width in _COLUMNS],
        rows=_lines(wanted),
    )
    out.seek(0)
    answer = FileResponse(out, as_attachment=True, filename="arsip.xlsx", content_type=XLSX)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _cells(one: Row) -> list[Cell]:
    return [
        one.number, one.party, one.service, one.code, one.box, one.place, str(one.state),
        one.active_until, one.inactive_until, str(one.fate), one.lent_to, one.holds,
    ]  # fmt: skip


def _lines(wanted: FolderFilter) -> list[list[Cell]]:
    lines: list[list[Cell]] = []
    place = None
    while True:
        found = queries.folders(wanted, place)
        lines += [_cells(row_of(one)) for one in found[:PAGE]]
        if len(found) <= PAGE:
            return lines
        place = found[PAGE - 1].filed_at, found[PAGE - 1].pk


# --- Boxes -----------------------------------------------------------------------------------------


class BoxForm(forms.Form):
    place = forms.CharField(
        label=gettext_lazy("Tempat boks"),
        max_length=80,
        help_text=gettext_lazy("Misalnya: Rak 2, papan 3."),
        error_messages={
            "required": gettext_lazy("Tulis di mana boks itu berdiri, misalnya Rak 2, papan 3.")
        },
    )


@staff(*KEEPING)
@require_safe_or_post
def boxes(request: HttpRequest) -> HttpResponse:
    """Show the boxes; a post makes the next one."""
    form = BoxForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        made = services.make_box(
            place=form.cleaned_data["place"], by=actor_for(request), at=clock.now()
        )
        messages.success(request, _("Boks %(number)s dibuat.") % {"number": made.number})
        return HttpResponseRedirect(reverse("archive:boxes"))
    context = {"form": form, "boxes": queries.boxes()}
    return render(request, "archive/boxes.html", context, status=422 if form.errors else 200)


@staff(*READERS)
@require_safe
def box_label(request: HttpRequest, number: int) -> HttpResponse:  # noqa: ARG001  every view takes the request
    """Return the label of a box, to print."""
    box = queries.find_box(number)
    if box is None:
        raise Http404
    return record_pdf(papers.label_page(box), f"boks-{number}.pdf")


class FileForm(ChooseForm):
    """Which cases go into which box."""

    box = forms.ChoiceField(
        label=gettext_lazy("Boks"),
        error_messages={"required": gettext_lazy("Buat boks dulu, lalu pilih di sini.")},
    )
    field_order = ("box", "chosen")

    def __init__(self, offered: list[tuple[str, str]], *args: Any, **named: Any) -> None:
        super().__init__(offered, *args, **named)
        field = self.fields["box"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (str(one.number), f"{one.number} · {one.place}") for one in queries.boxes()
        ]


@staff(*KEEPING)
@require_safe_or_post
def not_filed(request: HttpRequest) -> HttpResponse:
    """Show what has ended and stands in no box; a post files what was chosen."""
    cursor = Cursor.from_text(request.GET.get("sesudah", ""))
    found = queries.not_filed((cursor.due_at, cursor.task_id) if cursor else None)
    shown, language = found[:PAGE], current_language()
    offered = [
        (
            str(one.pk),
            " · ".join(
                filter(
                    None,
                    [
                        one.number,
                        title_of(one, language),
                        one.party.name if one.party else "",
                        held_words(one.state),
                    ],
                )
            ),
        )
        for one in shown
    ]
    form = FileForm(offered, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        chosen = form.picked()
        tell(
            request,
            *services.file_many(
                [one for one in shown if str(one.pk) in chosen],
                int(form.cleaned_data["box"]),
                by=actor_for(request),
                at=clock.now(),
            ),
        )
        return HttpResponseRedirect(reverse("archive:not_filed"))
    following = ""
    if len(found) > PAGE:
        following = "?" + urlencode(
            {"sesudah": Cursor(shown[-1].opened_at, shown[-1].pk).to_text()}
        )
    return render(
        request,
        "archive/not_filed.html",
        {
            "form": form,
            "offered": offered,
            "page": {
                "next_url": following,
                "prev_url": reverse("archive:not_filed") if cursor else "",
            },
        },
        status=422 if form.errors else 200,
    )


# --- One folder --------------------------------------------------------------------------------------


class FolderForm(forms.Form):
    """What is done with a folder: lent, taken back, put elsewhere, its fate decided anew."""

    act = forms.CharField(max_length=20)
    to = forms.CharField(required=False, max_length=120)
    box = forms.CharField(required=False, max_length=_LONGEST_NUMBER)
    fate = forms.CharField(required=False, max_length=8)
    reason = forms.CharField(required=False, max_length=1000)


_ACTS = ("lend_file", "take_back_file", "file_away", "reassess_file")


@staff(*READERS)
@require_safe_or_post
def folder(request: HttpRequest, number: str) -> HttpResponse:
    """Show one folder: class, dates, who has it; a post does one of the acts on it."""
    found = queries.folder_of(number)
    if found is None:
        raise Http404
    actor, refused, given = actor_for(request), "", FolderForm(request.POST or None)
    if request.method == "POST":
        refused = _do(request, found, given, actor)
        if not refused:
            return HttpResponseRedirect(reverse("archive:folder", args=[number]))
    today = timezone.localdate(clock.now())
    blocked = rules.obstacles(queries.standing_of(found, today), today)
    return render(
        request,
        "archive/folder.html",
        {
            "folder": found,
            "row": row_of(found),
            "case": found.case,
            "kind": queries.scheme().get(found.code),
            "obstacles": [rules.OBSTACLES[one] for one in blocked],
            "gone": found.state in rules.GONE,
            "deposit": queries.deposit_of(found),
            "keeps": bool(actor.roles & KEEPERS),
            "judges": bool(actor.roles & JUDGES),
            "boxes": queries.boxes(),
            "fates": [one for one in rules.FATE_LABELS.items() if one[0] != rules.Fate.REASSESS],
            "refused": refused,
            "given": request.POST,
        },
        status=422 if refused else 200,
    )


def _do(request: HttpRequest, found: queries.Folder, form: FolderForm, actor: Actor) -> str:
    """Do what was asked; return why not, "" when it was done."""
    if not form.is_valid() or form.cleaned_data["act"] not in _ACTS:
        return _("Tindakan itu tidak dikenal.")
    given = form.cleaned_data
    data = {"to": given["to"], "box": _number(given["box"]), "fate": given["fate"]}
    try:
        act(found.case, given["act"], by=actor, at=clock.now(), reason=given["reason"], data=data)
    except CannotMove as error:
        return str(error.message)
    messages.success(request, _("Sudah dicatat."))
    return ""


# --- The inactive archive ----------------------------------------------------------------------------


@staff(*KEEPING)
@require_safe_or_post
def to_pass(request: HttpRequest) -> HttpResponse:
    """Show what passes to the inactive archive this month; a post passes on what was chosen."""
    at = clock.now()
    last = queries.last_of_month(timezone.localdate(at))
    due = queries.to_pass(last)
    form = ChooseForm(
        [folder_choice(one) for one in due], request.POST if request.method == "POST" else None
    )
    if form.is_bound and form.is_valid():
        chosen = [one for one in due if str(one.pk) in form.picked()]
        _transfer, done, stayed = services.pass_on(chosen, by=actor_for(request), at=at)
        tell(request, done, stayed)
        return HttpResponseRedirect(reverse("archive:to_pass"))
    return render(
        request,
        "archive/to_pass.html",
        {
            "form": form,
            "due": due,
            "last": last,
            "transfers": queries.transfers(),
            "more": len(due) == MOST,
        },
        status=422 if form.errors else 200,
    )


@staff(*READERS)
@require_safe
def transfer_pdf(request: HttpRequest, transfer_id: UUID) -> HttpResponse:  # noqa: ARG001  every view takes the request
    """Return the minutes of a transfer (berita acara pemindahan)."""
    transfer = queries.find_transfer(transfer_id)
    if transfer is None:
        raise Http404
    return record_pdf(papers.transfer_page(transfer), f"{transfer.number}.pdf")
