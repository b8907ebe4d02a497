"""
What supervision does to a permit: it is suspended, and the suspension ends. The moves, without the sanction itself.

Both are asked for by the case of supervision of that permit, and by nothing else (services/supervised.py).
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from satupintu.people.rules import Role
from satupintu.workflow.rules import Move

SUPERVISION_LINK = (
    "supervision"  # how a case of supervision is tied to the permit's (workflow.Link)
)
SUPERVISED = frozenset({"suspend", "end_suspension"})  # never a button of the permit's case

# The case has ended already when its permit is collected: what happens to the permit moves it to no other state.
UNDER_SUPERVISION: Mapping[tuple[str, str], Move] = {
    (state, action): move
    for state in ("issued", "handed_over")
    for action, move in (
        (
            "suspend",
            Move(None, frozenset({Role.HEAD}), _("Bekukan izin"), weight="danger"),
        ),
        (
            "end_suspension",
            Move(None, frozenset({Role.HEAD, Role.SYSTEM}), _("Akhiri pembekuan"), weight="quiet"),
        ),
    )
}
