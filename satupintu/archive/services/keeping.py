"""
Writes of the archive. What happens to one folder is a move of its case; these services stand behind those moves.

A destruction list is drawn up, assessed and approved by different people; only then are its folders destroyed, one
move each, and what the office held of each case is erased.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.archive import queries, rules
from satupintu.archive.models import Box, ClassChange, Disposal, DisposalItem, Folder, Transfer
from satupintu.archive.rules import Fate, FileClass, FolderState, ListState, Standing
from satupintu.lib.refusal import Refusal
from satupintu.people.rules import Actor, Role, system_actor
from satupintu.permits.services.personal import forget_case
from satupintu.workflow.queries import Case, Transition, get_case
from satupintu.workflow.services import (
    ActionService,
    ActRequest,
    CannotMove,
    act,
    bad_data,
    given_number,
    given_text,
    move_as_asked,
)


class ArchiveRefused(Refusal):
    """What the archive does not do; `message` says why."""


# --- One folder --------------------------------------------------------------------------------------


def folder_of(request: ActRequest) -> Folder:
    """Return the folder of the case. Raises CannotMove when it is in no box, or gone from the shelves."""
    found = Folder.objects.filter(pk=request.case.pk).select_related("case").first()
    if found is None:
        raise CannotMove(_("Map ini belum disimpan di boks arsip."))
    if found.state == FolderState.DESTROYED:
        raise CannotMove(_("Map ini sudah dimusnahkan."))
    return found


@transaction.atomic
def file_away(request: ActRequest) -> Transition:
    """
    Put the folder of a case into a box, or into another one; class and dates are those of today.

    data: box (number). Raises CannotMove without such a box, or when it stands there already.
    """
    box = queries.find_box(given_number(request.data, "box"))
    if box is None:
        raise CannotMove(_("Boks itu tidak ada. Buat boksnya dulu."))
    before = Folder.objects.filter(pk=request.case.pk).first()
    if before is not None:
        before = folder_of(request)
        if before.box_id == box.pk:
            raise CannotMove(_("Map ini sudah ada di boks itu."))
        row = move_as_asked(request, {"box": box.pk, "code": before.code, "fate": before.fate})
        Folder.objects.filter(pk=before.pk).update(box=box)
        return row
    found = queries.class_of(request.case)
    dates = _dates(request.case, found)
    row = move_as_asked(request, {"box": box.pk, "code": found.code, "fate": found.fate})
    Folder.objects.create(
        case_id=request.case.pk,
        code=found.code,
        box=box,
        fate=found.fate,
        filed_at=request.at,
        **dates,
    )
    return row


def _dates(case: Case, found: FileClass) -> dict[str, Any]:
    kept = rules.retention(queries.ended_on(case), found)
    return {
        "ended_on": kept.ended_on,
        "active_until": kept.active_until,
        "inactive_until": kept.inactive_until,
    }


@transaction.atomic
def deactivate_file(request: ActRequest) -> Transition:
    """Pass a folder to the inactive archive. data: transfer (its number). Raises CannotMove before its time."""
    folder = folder_of(request)
    transfer = Transfer.objects.filter(number=given_text(request.data, "transfer")).first()
    if transfer is None:
        raise bad_data("transfer")
    today = timezone.localdate(request.at)
    if folder.state != FolderState.ACTIVE or folder.lent_to:
        raise CannotMove(_("Map ini sudah inaktif, atau sedang dipinjam."))
    if folder.active_until is None or folder.active_until > queries.last_of_month(today):
        raise CannotMove(_("Masa aktif map ini belum habis."))
    row = move_as_asked(request, {"transfer": transfer.number})
    Folder.objects.filter(pk=folder.pk).update(state=FolderState.INACTIVE, transfer=transfer)
    return row


@transaction.atomic
def lend_file(request: ActRequest) -> Transition:
    """Note who has the folder. data: to (a name). Raises CannotMove when somebody has it already."""
    folder, to = folder_of(request), given_text(request.data, "to")[:120]
    if not to:
        raise CannotMove(_("Tulis siapa yang meminjam map."))
    if folder.lent_to:
        raise CannotMove(_("Map ini sedang dipinjam %(name)s.") % {"name": folder.lent_to})
    row = move_as_asked(request, {})
    Folder.objects.filter(pk=folder.pk).update(lent_to=to, lent_at=request.at)
    return row


@transaction.atomic
def take_back_file(request: ActRequest) -> Transition:
    folder = folder_of(request)
    if not folder.lent_to:
        raise CannotMove(_("Map ini tidak sedang dipinjam."))
    row = move_as_asked(request, {})
    Folder.objects.filter(pk=folder.pk).update(lent_to="", lent_at=None)
    return row


@transaction.atomic
def reassess_file(request: ActRequest) -> Transition:
    """Decide anew what becomes of a file, with a reason. data: fate (destroy or keep). Raises BadData, CannotMove."""
    folder, fate = folder_of(request), given_text(request.data, "fate")
    if fate not in (Fate.DESTROY, Fate.KEEP):
        raise bad_data("fate")
    if folder.disposals.filter(settled=False).exists():
        raise CannotMove(_("Map ini ada pada daftar usul musnah. Coret dulu dari daftar itu."))
    if folder.deposits.filter(settled=False).exists():
        raise CannotMove(_("Map ini ada pada daftar penyerahan. Batalkan dulu daftar itu."))
    if folder.fate == fate:
        raise CannotMove(_("Nasib akhirnya sudah tercatat begitu."))
    row = move_as_asked(request, {"fate": fate})
    Folder.objects.filter(pk=folder.pk).update(fate=fate)
    return row


@transaction.atomic
def destroy_file(request: ActRequest) -> Transition:
    """
    Destroy a folder that stands on an approved list, and erase what the office held of its case.

    data: list (its number). Raises CannotMove for any other, and for what meanwhile stands against it.
    """
    folder = folder_of(request)
    item = folder.disposals.filter(
        settled=False,
        disposal__number=given_text(request.data, "list"),
        disposal__state=ListState.APPROVED,
    ).first()
    if item is None:
        raise CannotMove(_("Map hanya dimusnahkan menurut daftar usul musnah yang disetujui."))
    _refuse_if_needed(folder, request.at)
    row = move_as_asked(request, {"list": given_text(request.data, "list")})
    Folder.objects.filter(pk=folder.pk).update(state=FolderState.DESTROYED)
    DisposalItem.objects.filter(pk=item.pk).update(settled=True)
    why = given_text(request.data, "list")
    forget_case(request.case, by=system_actor("archive"), at=request.at, why=why)
    return row


def _refuse_if_needed(folder: Folder, at: datetime) -> None:
    refuse_for(folder, at, rules.obstacles, _("%(number)s tidak boleh dimusnahkan: %(why)s."))


def refuse_for(
    folder: Folder, at: datetime, obstacles: Callable[[Standing, date], list[str]], told: str
) -> None:
    """Raise CannotMove with all that stands against an end of a file; `told` says it of %(number)s with %(why)s."""
    today = timezone.localdate(at)
    if found := obstacles(queries.standing_of(folder, today), today):
        why = ", ".join(str(rules.OBSTACLES[one]) for one in found)
        raise CannotMove(told % {"number": folder.case.number, "why": why})


ACTIONS: dict[str, ActionService] = {
    "file_away": file_away,
    "deactivate_file": deactivate_file,
    "lend_file": lend_file,
    "take_back_file": take_back_file,
    "reassess_file": reassess_file,
    "destroy_file": destroy_file,
}


FOLLOWED = frozenset({"revoke", "replace"})  # the moves that `read` looks at


def read(row: Transition) -> None:
    """Count retention anew when a permit ends otherwise than by its date: a reader of the log, idempotent."""
    if row.action not in FOLLOWED:
        return
    folder = Folder.objects.filter(pk=row.case_id).first()
    if folder is None or folder.state in rules.GONE:
        return
    found = rules.class_for(folder.code, queries.scheme())
    Folder.objects.filter(pk=folder.pk).update(**_dates(get_case(row.case_id), found))


def person_id(by: Actor) -> int:
    """Return who acts: the archive is kept by people."""
    assert by.user_id is not None, "the archive is kept by people"
    return by.user_id


# --- Boxes and the scheme ------------------------------------------------------------------------------


@transaction.atomic
def make_box(*, place: str, by: Actor, at: datetime) -> Box:
    """Make a box under the next number. Raises ArchiveRefused without a place."""
    if not place.strip():
        raise ArchiveRefused(_("Tulis di mana boks itu berdiri, misalnya Rak 2, papan 3."))
    return Box.objects.create(
        number=queries.last_box() + 1,
        place=place.strip()[:80],
        made_by_id=person_id(by),
        made_at=at,
    )


@transaction.atomic
def change_class(found: FileClass, *, by: Actor, at: datetime) -> None:
    """Write a class of the scheme; folders that are filed keep what they were filed under."""
    columns = {
        "title": found.title,
        "active_years": found.active_years,
        "inactive_years": found.inactive_years,
        "fate": Fate(found.fate).value,
        "basis": found.basis,
        "changed_by_id": by.user_id,
        "changed_at": at,
    }
    ClassChange.objects.update_or_create(code=found.code, defaults=columns)


# --- Many folders ------------------------------------------------------------------------------------


def file_many(cases: Iterable[Case], box: int, *, by: Actor, at: datetime) -> tuple[int, list[str]]:
    """Put folders into a box, each in its own transaction; return how many, and a sentence for each that stayed."""
    return act_on_each(cases, "file_away", {"box": box}, by=by, at=at)


def act_on_each(
    cases: Iterable[Case], action: str, data: dict[str, Any], *, by: Actor, at: datetime
) -> tuple[int, list[str]]:
    """Do one act on each case, each in its own transaction; return how many, and a sentence for each that stayed."""
    done, stayed = 0, []
    for case in cases:
        try:
            act(case, action, by=by, at=at, data=data)
            done += 1
        except CannotMove as error:
            stayed.append(f"{case.number}: {error.message}")
    return done, stayed


def pass_on(
    folders: Iterable[Folder], *, by: Actor, at: datetime
) -> tuple[Transfer, int, list[str]]:
    """Pass folders to the inactive archive together, under the next number of the year."""
    with transaction.atomic():
        year = timezone.localdate(at).year
        taken = Transfer.objects.values_list("number", flat=True)
        number = queries.next_number("BAP", year, taken)
        transfer = Transfer.objects.create(number=number, by_id=person_id(by), at=at)
    cases = [one.case for one in folders]
    done, stayed = act_on_each(
        cases, "deactivate_file", {"transfer": transfer.number}, by=by, at=at
    )
    return transfer, done, stayed


# --- Destruction lists -----------------------------------------------------------------------------------


@transaction.atomic
def draw_up(folders: Iterable[Folder], *, by: Actor, at: datetime) -> Disposal:
    """Draw up a destruction list. Raises CannotMove for a folder that may not be destroyed, ArchiveRefused for none."""
    listed = list(folders)
    if not listed:
        raise ArchiveRefused(_("Pilih sedikitnya satu map."))
    for folder in listed:
        _refuse_if_needed(folder, at)
    year = timezone.localdate(at).year
    taken = Disposal.objects.values_list("number", flat=True)
    disposal = Disposal.objects.create(
        number=queries.next_number("MUSNAH", year, taken), drawn_by_id=person_id(by), drawn_at=at
    )
    DisposalItem.objects.bulk_create(
        [DisposalItem(disposal=disposal, folder=folder) for folder in listed]
    )
    return disposal


# step -> (from, to, whose role, its columns); each by somebody who did none of the steps before.
_STEPS: Mapping[str, tuple[ListState, ListState, frozenset[Role], str]] = {
    "assess": (
        ListState.DRAWN,
        ListState.ASSESSED,
        frozenset({Role.VERIFIER, Role.SECTION_HEAD, Role.FRONT_OFFICE}),
        "assessed",
    ),
    "first": (ListState.ASSESSED, ListState.FIRST, frozenset({Role.SECTION_HEAD}), "first"),
    "approve": (ListState.FIRST, ListState.APPROVED, frozenset({Role.HEAD}), "approved"),
}


def steps_for(disposal: Disposal, by: Actor) -> list[str]:
    """Return which step somebody may do on a list now. No query."""
    before = (disposal.drawn_by_id, disposal.assessed_by_id, disposal.first_by_id)
    return [
        step
        for step, (state, _to, roles, _columns) in _STEPS.items()
        if disposal.state == state and by.roles & roles and rules.may_take_step(by.user_id, before)
    ]


@transaction.atomic
def take_step(
    disposal: Disposal,
    step: str,
    *,
    by: Actor,
    at: datetime,
    struck: Mapping[int, str] | None = None,
    consent: str = "",
) -> None:
    """
    Assess or approve a list. Raises ArchiveRefused for who may not, and when somebody was quicker.

    `struck`: item id -> why it is taken off, while assessing. `consent`: the letter of the regency's archives and its
    head, needed for the last approval (PP 28/2012 Art. 69).
    """
    if step not in steps_for(disposal, by):
        raise ArchiveRefused(
            _("Langkah ini bukan giliran Anda: setiap langkah dilakukan orang yang berbeda.")
        )
    state, to, _roles, column = _STEPS[step]
    columns: dict[str, Any] = {"state": to, f"{column}_by_id": by.user_id, f"{column}_at": at}
    if step == "approve":
        if not consent.strip():
            raise ArchiveRefused(_("Tulis nomor dan tanggal surat persetujuan pemusnahan."))
        columns["consent"] = consent.strip()[:160]
    if Disposal.objects.filter(pk=disposal.pk, state=state).update(**columns) != 1:
        raise ArchiveRefused(_("Daftar ini baru saja diubah orang lain. Muat ulang halaman."))
    for item_id, why in (struck or {}).items():
        if step == "assess" and why.strip():
            disposal.items.filter(pk=item_id).update(struck=why.strip()[:200], settled=True)


@transaction.atomic
def drop(disposal: Disposal, *, by: Actor, at: datetime) -> None:
    """Give a list up; its folders are free again. Raises ArchiveRefused for one that is done."""
    changed = Disposal.objects.filter(pk=disposal.pk, state__in=rules.OPEN_LISTS).update(
        state=ListState.DROPPED, done_by_id=by.user_id, done_at=at
    )
    if changed != 1:
        raise ArchiveRefused(_("Daftar ini sudah selesai."))
    disposal.items.filter(settled=False).update(settled=True)


def carry_out(
    disposal: Disposal, *, witnesses: str, by: Actor, at: datetime
) -> tuple[int, list[str]]:
    """
    Destroy what stands on an approved list, each folder in its own transaction; the list is done when none is left.

    Returns how many, and a sentence for each that stayed. Raises ArchiveRefused without witnesses, or unapproved.
    """
    if disposal.state != ListState.APPROVED:
        raise ArchiveRefused(_("Daftar ini belum disetujui dua orang."))
    if not witnesses.strip():
        raise ArchiveRefused(_("Tulis nama dua saksi pemusnahan."))
    cases = [one.folder.case for one in queries.items_of(disposal) if not one.settled]
    done, stayed = act_on_each(cases, "destroy_file", {"list": disposal.number}, by=by, at=at)
    if not disposal.items.filter(settled=False).exists():
        Disposal.objects.filter(pk=disposal.pk, state=ListState.APPROVED).update(
            state=ListState.DONE,
            done_by_id=by.user_id,
            done_at=at,
            witnesses=witnesses.strip()[:240],
        )
    return done, stayed
