"""
The words of the screens that the guides quote, each with a page on which it stands.

Menus and moves are asked from where the screens ask them. A test opens every page and looks for the words.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from satupintu.permits.rules import PERMIT
from satupintu.portal import frame


@dataclass(frozen=True, slots=True)
class Label:
    """Words of a screen; `page` is an address where `who` sees them ("" for everybody, else a role's test user)."""

    words: Any
    page: str
    who: str = ""


def _menu(url: str) -> Any:
    """Return what a menu calls the page at this address. Raises LookupError when no menu has it."""
    entries = [
        *frame.MENU,
        frame.INBOX[:2],
        *((label, at) for _title, group in frame.DESK for label, at, _icon in group),
    ]
    for label, at in entries:
        if at == url:
            return label
    raise LookupError(url)


def _move(action: str) -> Any:
    """Return what the button of a move says. Raises LookupError for an action that is none."""
    for (_state, name), move in PERMIT.moves.items():
        if name == action:
            return move.label
    raise LookupError(action)


LABELS: dict[str, Label] = {
    # Menus
    "services": Label(_menu("/layanan/"), "/"),
    "track": Label(_menu("/lacak/"), "/"),
    "check": Label(_menu("/cek/"), "/"),
    "contact": Label(_menu("/kontak/"), "/"),
    "inbox": Label(_menu("/tugas/"), "/berkas/", "budi"),
    "assist": Label(_menu("/loket/permohonan-baru/"), "/tugas/", "budi"),
    "slips": Label(_menu("/loket/slip/"), "/tugas/", "budi"),
    "catch_up": Label(_menu("/kejar-catatan/"), "/tugas/", "budi"),
    "give_code": Label(_menu("/loket/kode/"), "/tugas/", "budi"),
    "survey": Label(_menu("/loket/survei/"), "/tugas/", "budi"),
    "summary": Label(_menu("/ringkasan/"), "/tugas/", "darius"),
    "books": Label(_menu("/buku/"), "/tugas/", "darius"),
    "results": Label(_menu("/ringkasan/survei/"), "/tugas/", "darius"),
    "second_look": Label(_menu("/izin/periksa-ulang/"), "/tugas/", "darius"),
    # Moves
    "take": Label(_move("take"), "{submitted}", "budi"),
    "complete": Label(_move("declare_complete"), "{submitted}", "budi"),
    "return": Label(_move("return"), "{submitted}", "budi"),
    "hand_over": Label(_move("hand_over"), "{issued}", "budi"),
    "propose": Label(_move("propose_approval"), "{ready}", "ratna"),
    "propose_refusal": Label(_move("propose_refusal"), "{ready}", "ratna"),
    "initial": Label(_move("initial"), "{proposed}", "lina"),
    "approve": Label(_move("approve"), "{initialled}", "darius"),
    "reject": Label(_move("reject"), "{initialled}", "darius"),
    "send_back": Label(_move("send_back"), "{proposed}", "darius"),
    # Other words of the pages
    "fits": Label(_("Sesuai"), "{submitted}", "budi"),
    "repair": Label(_("Perlu perbaikan"), "{submitted}", "budi"),
    "sheet": Label(_("Cetak lembar survei"), "{issued}", "budi"),
    "staff_sign_in": Label(_("Masuk sebagai petugas"), "/masuk/"),
    "apply": Label(_("Ajukan"), "/layanan/sip-bidan/"),
    "sign_in": Label(_("Masuk"), "/"),
    "tablet": Label(_("Jadikan layar ini tablet survei"), "/loket/survei/", "budi"),
    "save_sheet": Label(_("Simpan, lalu lembar berikutnya"), "/loket/survei/", "budi"),
    "recap": Label(_("Rekap bulanan"), "/buku/", "darius"),
    "xlsx": Label(_("Unduh XLSX"), "/buku/rekap/", "darius"),
}
