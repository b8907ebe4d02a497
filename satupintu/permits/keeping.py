"""What can happen to the folder of a case that has ended: rows of both lifecycles, done by the archive above."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from satupintu.people.rules import Role
from satupintu.workflow.rules import Move

KEEPERS = frozenset({Role.FRONT_OFFICE, Role.VERIFIER})
JUDGES = frozenset({Role.SECTION_HEAD, Role.HEAD})


_ROWS = {
    "file_away": Move(None, KEEPERS, _("Simpan map di boks arsip"), weight="quiet"),
    "deactivate_file": Move(None, KEEPERS, _("Pindahkan ke arsip inaktif"), weight="quiet"),
    "lend_file": Move(None, KEEPERS, _("Pinjamkan map"), weight="quiet"),
    "take_back_file": Move(None, KEEPERS, _("Terima map kembali"), weight="quiet"),
    "reassess_file": Move(
        None, JUDGES, _("Nilai kembali nasib akhir"), reason_required=True, weight="quiet"
    ),
    "destroy_file": Move(None, KEEPERS, _("Musnahkan map"), weight="danger"),
    "deposit_file": Move(None, KEEPERS, _("Serahkan map ke lembaga kearsipan"), weight="quiet"),
}
KEEPING = frozenset(_ROWS)  # done on the pages of the archive


def keeping_moves(closed: Iterable[str]) -> dict[tuple[str, str], Move]:
    """Return the moves from every state in which a case has ended; none of them leads to another state."""
    return {(state, action): row for state in closed for action, row in _ROWS.items()}
