"""
The answers of a running case of an older register: they did not come with it, and an officer types them afterwards.

Checked as on intake, kept whole, and told in the log with from what they were typed: the permit is made from them.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.catalogue.form import check_answers, tidied_answers
from satupintu.lib.language import current_language
from satupintu.people.rules import system_actor
from satupintu.permits import rules
from satupintu.permits.file import File
from satupintu.permits.imported import CHANNEL
from satupintu.permits.models import PermitCase
from satupintu.permits.proof import STATEMENTS
from satupintu.permits.services import review
from satupintu.permits.services.common import (
    Incomplete,
    current_attachments,
    file_digests,
    file_of,
    move,
    refuse_own_case,
    system_move,
)
from satupintu.permits.services.findable import make_findable
from satupintu.workflow.queries import Transition
from satupintu.workflow.rules import digest
from satupintu.workflow.services import (
    ActRequest,
    MoveNotAllowed,
    TaskChange,
    bad_data,
    given_table,
    given_text,
)


@transaction.atomic
def type_answers(request: ActRequest) -> Transition:
    """
    Keep the answers of an imported case; those of before stay where none is given. What is owed goes on.

    data: answers = {question: answer}, source = a key of rules.ANSWER_SOURCES. Raises MoveNotAllowed for a case that
    began here, BadData, Incomplete (with each question and what to do) as long as not every question is answered well.
    """
    refuse_own_case(request)
    if request.case.channel != CHANNEL:
        raise MoveNotAllowed(
            _(
                "Jawaban hanya diketik pada berkas dari register lama. Minta perbaikan kepada pemohon."
            )
        )
    source = given_text(request.data, "source")
    if source not in rules.ANSWER_SOURCES:
        raise bad_data("source")
    file = file_of(request.case)
    side, today = file.permit_case, timezone.localdate(request.at)
    together = {**side.answers, **given_table(request.data, "answers")}
    answers = tidied_answers(file.definition, file.kind, together, today=today)
    _refuse_incomplete(file, answers, today)
    digests = {"answers": digest(answers), STATEMENTS: digest(side.statements)}
    row = move(
        request,
        file,
        data={"source": source},
        digests=digests | file_digests(current_attachments(request.case.pk)),
    )
    case = request.case
    PermitCase.objects.filter(pk=case.pk).update(answers=answers)
    make_findable(case_id=case.pk, opened_at=case.opened_at, party=case.party, answers=answers)
    _ask_units(file_of(case), request.at)
    return row


def _ask_units(file: File, at: datetime) -> None:
    """Ask the units that the answers bring in; a case that went on without them comes back from its decision."""
    if file.case.state == rules.State.READY and review.unanswered(file):
        system_move(
            file,
            "ask_units",
            by=system_actor("service file"),
            at=at,
            tasks=TaskChange(drop=frozenset({"propose"})),
        )
    if file.case.state == rules.State.REVIEW:
        review.advance(file, at=at)


def _refuse_incomplete(file: File, answers: dict[str, Any], today: date) -> None:
    wrong = check_answers(file.definition, file.kind, answers, today=today)
    if not wrong:
        return
    used = current_language()
    named = [(one.key, one.label.in_language(used), told) for _page, one, told in wrong]
    names = ", ".join(label for _key, label, _told in named)
    raise Incomplete(
        _("Lengkapi atau perbaiki: %(names)s.") % {"names": names},
        [(key, told) for key, _label, told in named],
    )
