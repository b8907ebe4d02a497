"""
What a granted objection does to a permit's case (UU 30/2014 Art. 77): the moves, without the objection itself.

A refusal is taken back and the application goes on; a revocation is annulled and the permit is in force again. Both
are asked for by the objection's own case, and by nothing else (services/objected.py).
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from satupintu.people.rules import Role
from satupintu.workflow.rules import Move, TermEffect

OBJECTION_LINK = "objection"  # how an objection's case is tied to the permit's (workflow.Link)
GRANTED = frozenset({"upheld", "partly", "carried_out"})  # states of an objection that was granted
CARRY_OUT_DAYS = 5  # working days to decide as was asked, UU 30/2014 Art. 77(7)
OBJECTED = frozenset({"reopen", "reinstate"})  # never a button of the permit's case

_HEAD = frozenset({Role.HEAD})

AFTER_OBJECTION: Mapping[tuple[str, str], Move] = {
    # Back to where the refusal was proposed: nothing is skipped, and the five days are a new promise.
    ("rejected", "reopen"): Move(
        "ready",
        _HEAD,
        _("Buka kembali menurut keberatan"),
        {"promise": TermEffect.RESTART, "pledge": TermEffect.RESTART},
        or_to=frozenset({"submitted", "review"}),
    ),
    ("revoked", "reinstate"): Move(
        "issued", _HEAD, _("Batalkan pencabutan"), or_to=frozenset({"handed_over"})
    ),
}
