"""
What supervision does to a permit: the conditions it will bear, its suspension, and the end of that. The moves alone.

Conditions are kept by the domain above. A suspension is asked for by the case of supervision of that permit, and by
nothing else (services/supervised.py).
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from satupintu.people.rules import Role
from satupintu.workflow.rules import Move

SUPERVISION_LINK = (
    "supervision"  # how a case of supervision is tied to the permit's (workflow.Link)
)
# Never a button of the permit's case.
SUPERVISED = frozenset({"suspend", "end_suspension", "add_condition", "drop_condition"})

# The case has ended already when its permit is collected: what happens to the permit moves it to no other state.
UNDER_SUPERVISION: Mapping[tuple[str, str], Move] = {
    # Conditions that the permit will bear: set while it is prepared, and by who decides.
    **{
        (state, action): Move(None, roles, label, weight="quiet")
        for state, roles in (
            ("ready", frozenset({Role.VERIFIER})),
            ("proposed", frozenset({Role.SECTION_HEAD, Role.HEAD})),
        )
        for action, label in (
            ("add_condition", _("Tambah syarat izin")),
            ("drop_condition", _("Hapus syarat izin")),
        )
    },
    **{
        (state, action): move
        for state in ("issued", "handed_over", "not_collected")
        for action, move in (
            (
                "suspend",
                Move(None, frozenset({Role.HEAD}), _("Bekukan izin"), weight="danger"),
            ),
            (
                "end_suspension",
                Move(
                    None, frozenset({Role.HEAD, Role.SYSTEM}), _("Akhiri pembekuan"), weight="quiet"
                ),
            ),
        )
    },
}
