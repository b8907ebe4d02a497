"""The review of sampled permits: somebody who took no part looks again, and says what was found."""

from django.db import transaction
from django.utils.translation import gettext as _

from satupintu.permits import rules
from satupintu.permits.models import Permit
from satupintu.permits.services.common import file_of, move
from satupintu.workflow.queries import Transition
from satupintu.workflow.services import (
    ActRequest,
    BadData,
    CannotMove,
    MoveNotAllowed,
    ReasonMissing,
    given_text,
)

# Whoever did one of these has judged the file already.
JUDGED = frozenset(
    {"declare_complete", "propose_approval", "propose_refusal", "initial"}
    | {"approve", "number", "issue"}
)


class NotSampled(CannotMove):
    """The permit was not drawn for review, or its review is recorded already."""


def took_part(user_id: int | None, rows: list[Transition]) -> bool:
    """Say whether somebody judged the case before, by its log."""
    return any(row.actor_user_id == user_id for row in rows if row.action in JUDGED)


@transaction.atomic
def review(request: ActRequest) -> Transition:
    """
    Record what a second look at a sampled permit found: the move "review".

    data: outcome = a value of rules.ReviewOutcome. A flaw is told in the reason. Nothing else changes: what follows
    from a flaw (revoke, issue anew) is a move of its own. Raises NotSampled, ReasonMissing, and MoveNotAllowed for
    whoever checked, proposed or decided the case.
    """
    named = given_text(request.data, "outcome")
    if named not in set(rules.ReviewOutcome):
        raise BadData(_("Pilih hasil pemeriksaan: sesuai, atau ada kesalahan."))
    outcome = rules.ReviewOutcome(named)
    permit = Permit.objects.get(case_id=request.case.pk)
    if not permit.sampled or permit.review:
        raise NotSampled(
            _("Izin ini tidak terpilih untuk diperiksa ulang, atau hasilnya sudah dicatat.")
        )
    rows = list(Transition.objects.filter(case_id=request.case.pk, action__in=JUDGED))
    if took_part(request.by.user_id, rows):
        raise MoveNotAllowed(
            _("Anda ikut memeriksa atau memutuskan berkas ini. Minta petugas lain memeriksanya.")
        )
    if outcome is rules.ReviewOutcome.FLAWED and not request.reason.strip():
        raise ReasonMissing(_("Tulis kesalahan apa yang ditemukan."))
    row = move(request, file_of(request.case), data={"outcome": outcome.value})
    Permit.objects.filter(pk=permit.pk).update(review=outcome.value, reviewed_at=request.at)
    return row
