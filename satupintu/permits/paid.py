"""
The lifecycle of a permit for which a local levy is paid (retribusi), and which lifecycle a service file asks for.

`PAID` is `rules.PERMIT` with the moves of the fee: assessed by one officer, set by the signatory (SKRD), paid by the
applicant, confirmed by another person than who recorded the payment (SSRD), and only then proposed and numbered. Where
the fee comes to nothing none of its moves is made. What is paid too much, or for a permit that never came, is refunded.
"""

from django.utils.translation import gettext_lazy as _

from satupintu.catalogue.rules import Definition, System
from satupintu.people.rules import Role
from satupintu.permits import rules
from satupintu.permits.rules import (
    ALL_STOP,
    APPLICANT,
    ASSISTED,
    FRONT,
    HEAD,
    OPEN_AND_CLOSED,
    OWN,
    PERMIT,
    SYSTEM,
    VERIFY,
    State,
)
from satupintu.workflow.rules import Lifecycle, Move, TermEffect

_PAUSE = dict.fromkeys(("promise", "legal", "pledge"), TermEffect.PAUSE)
_RESUME = dict.fromkeys(("promise", "legal", "pledge"), TermEffect.RESUME)

CASHIER = FRONT | {Role.SECTION_HEAD}  # who checks that money has come
# What was paid for a case that ends so is not owed: the permit never came.
UNSERVED = frozenset({State.WITHDRAWN, State.REJECTED, State.LAPSED})
# From here the fee is assessed. APPROVED: the head decided past the legal limit, and the number waits for the fee.
ASSESSED_FROM = (State.READY, State.APPROVED)
# Where a payment is expected; elsewhere one that comes all the same is booked and nothing moves.
EXPECTED = frozenset({State.PAYMENT, State.PAYMENT_CHECK})
_ELSEWHERE = tuple(state for state in OPEN_AND_CLOSED if state not in EXPECTED)

_BACK = frozenset({State.APPROVED})

_FEE: dict[tuple[str, str], Move] = {
    # One officer computes, the signatory sets: two pairs of eyes, and the notice carries a number and a date.
    **{
        (state, "assess"): Move(State.FEE_PROPOSED, VERIFY, _("Hitung retribusi"), weight="primary")
        for state in ASSESSED_FROM
    },
    # The applicant owes from now on: the clocks stand still until a payment is there to be checked.
    (State.FEE_PROPOSED, "set_fee"): Move(
        State.PAYMENT, HEAD, _("Tetapkan retribusi (SKRD)"), _PAUSE, weight="primary"
    ),
    (State.FEE_PROPOSED, "cancel_fee"): Move(
        State.READY,
        HEAD | VERIFY,
        _("Kembalikan untuk dihitung ulang"),
        reason_required=True,
        or_to=_BACK,
    ),
    (State.PAYMENT, "cancel_fee"): Move(
        State.READY,
        HEAD,
        _("Batalkan SKRD"),
        _RESUME,
        reason_required=True,
        weight="quiet",
        or_to=_BACK,
    ),
    (State.PAYMENT, "record_payment"): Move(
        State.PAYMENT_CHECK, OWN, _("Catat pembayaran"), _RESUME, weight="primary"
    ),
    (State.PAYMENT, "receive_payment"): Move(
        State.PAYMENT_CHECK, SYSTEM, _("Pembayaran diterima penyedia"), _RESUME
    ),
    (State.PAYMENT_CHECK, "record_payment"): Move(
        None, OWN, _("Catat pembayaran lain"), weight="quiet"
    ),
    (State.PAYMENT_CHECK, "receive_payment"): Move(None, SYSTEM, _("Pembayaran diterima penyedia")),
    # Checked, the program says what follows: settled, or there is still something to pay.
    (State.PAYMENT_CHECK, "settle_fee"): Move(
        State.READY, SYSTEM, _("Retribusi lunas"), or_to=_BACK
    ),
    (State.PAYMENT, "settle_fee"): Move(
        State.READY, SYSTEM, _("Tidak ada yang harus dibayar"), _RESUME, or_to=_BACK
    ),
    (State.PAYMENT_CHECK, "await_payment"): Move(
        State.PAYMENT, SYSTEM, _("Masih ada yang harus dibayar"), _PAUSE
    ),
    # Money that comes when none is expected is still money of somebody.
    **{
        (state, action): Move(None, roles, label, weight="quiet")
        for state in _ELSEWHERE
        for action, roles, label in (
            ("record_payment", FRONT, _("Catat pembayaran")),
            ("receive_payment", SYSTEM, _("Pembayaran diterima penyedia")),
        )
    },
    **{
        (state, action): move
        for state in OPEN_AND_CLOSED
        for action, move in (
            (
                "confirm_payment",
                Move(None, CASHIER, _("Nyatakan pembayaran sah (SSRD)"), weight="primary"),
            ),
            (
                "reject_payment",
                Move(None, CASHIER, _("Tolak bukti bayar"), reason_required=True, weight="danger"),
            ),
            (
                "ask_refund",
                Move(
                    None,
                    OWN,
                    _("Minta pengembalian retribusi"),
                    reason_required=True,
                    weight="quiet",
                ),
            ),
            ("grant_refund", Move(None, HEAD, _("Setujui pengembalian"), weight="primary")),
            (
                "refuse_refund",
                Move(None, HEAD, _("Tolak pengembalian"), reason_required=True, weight="danger"),
            ),
            (
                "pay_refund",
                Move(None, CASHIER, _("Catat pengembalian dibayar"), weight="primary"),
            ),
        )
    },
    **{
        (state, "withdraw"): Move(
            State.WITHDRAWN, OWN, _("Tarik permohonan"), ALL_STOP, weight="danger"
        )
        for state in (State.FEE_PROPOSED, State.PAYMENT, State.PAYMENT_CHECK)
    },
}

PAID = Lifecycle(
    name="paid", opening="submit", states=rules.STATUSES, moves={**PERMIT.moves, **_FEE}
)

# An applicant's own acts about a fee; an officer's are the rest.
OWN_ACTS = frozenset(name for (_state, name), move in _FEE.items() if move.roles & APPLICANT)


def has_fee(definition: Definition) -> bool:
    """Return whether the office may set a fee for this service; of other systems' permits it never does."""
    return definition.system is System.SATUPINTU and definition.fee.kind in ("fixed", "rule")


def lifecycle_for(definition: Definition) -> Lifecycle:
    """Return the table of moves that a case of this service keeps for life."""
    if definition.system is not System.SATUPINTU:
        return ASSISTED
    return PAID if has_fee(definition) else PERMIT
