"""Inviting to the survey, answering it, and forgetting codes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.lib import crypto
from satupintu.lib.codes import code_of_number
from satupintu.lib.refusal import Refusal
from satupintu.office.queries import profile
from satupintu.surveys import rules
from satupintu.surveys.models import Answer, Invitation

_SUBJECT, _CODE = "survey-of", "survey-code"  # purposes of keyed hashes
_BITS = 10  # hexadecimal digits: the 40 bits of eight symbols


class SurveyRefused(Refusal):
    """An answer cannot be kept; `message` says why."""


class UnknownCode(SurveyRefused):
    """No code like this was given out, or it was forgotten."""


class AlreadyUsed(SurveyRefused):
    """The code has answered already."""


class NothingAnswered(SurveyRefused):
    """No question was answered, and the person did not decline."""


def _codes(subject: UUID) -> list[str]:
    """Return the codes of a hand-over under every key of the ring, the current key's first."""
    current = crypto.lookup_hash(str(subject), _SUBJECT)
    hashes = [
        current,
        *(one for one in crypto.lookup_hashes(str(subject), _SUBJECT) if one != current),
    ]
    return [code_of_number(int(one.partition(":")[2][:_BITS], 16)) for one in hashes]


def path_of(code: str) -> str:
    """Return the address at which a code answers."""
    return f"/survei/{code}/"


def invite(subject: UUID, service_code: str, *, at: datetime) -> str:
    """
    Let whoever got `subject` (what was handed over) answer once; return the code. Doing it again changes nothing.

    The code follows from the subject and the office's key; no row joins the two.
    """
    code = _codes(subject)[0]
    one = Invitation(
        code=crypto.lookup_hash(code, _CODE),
        service_code=service_code,
        unit_code=profile().head_unit,
        month=timezone.localdate(at).replace(day=1),
    )
    Invitation.objects.bulk_create([one], ignore_conflicts=True)
    return code


def open_code(subject: UUID) -> str:
    """Return the code with which `subject` may still be judged; "" for none, or one that answered. One query."""
    codes = {one: code for code in _codes(subject) for one in crypto.lookup_hashes(code, _CODE)}
    found = Invitation.objects.filter(code__in=codes, used=False).values_list("code", flat=True)
    return next((codes[one] for one in found), "")


def find(code: str) -> Invitation | None:
    """Return what a code (in its written form) invites to; None for an unknown one. One query."""
    return Invitation.objects.filter(code__in=crypto.lookup_hashes(code, _CODE)).first()


def answer(
    code: str, given: Mapping[str, Any], *, way: rules.Way, declined: bool = False, at: datetime
) -> None:
    """
    Keep what was answered under a code, once; what was left open stays open.

    `given` holds u1 to u9 (1 to 4) and the characteristics; what is none of these is ignored. `declined`: the person
    does not want to answer, and nothing else is kept. Raises UnknownCode, AlreadyUsed, NothingAnswered.
    """
    answers, about = rules.clean_answers(given), rules.clean_about(given)
    if not declined and not answers:
        raise NothingAnswered(_("Jawab sedikitnya satu pertanyaan, atau pilih tidak menjawab."))
    found = find(code)
    if found is None:
        raise UnknownCode(_("Kami tidak mengenal kode survei ini. Periksa lagi."))
    with transaction.atomic():
        if Invitation.objects.filter(pk=found.pk, used=False).update(used=True) != 1:
            raise AlreadyUsed(
                _("Kode ini sudah dipakai menjawab survei. Satu kode hanya untuk satu jawaban.")
            )
        Answer.objects.create(
            service_code=found.service_code,
            unit_code=found.unit_code,
            month=timezone.localdate(at).replace(day=1),
            way=way,
            declined=declined,
            **({} if declined else answers | about),
        )


def forget_old_codes(*, at: datetime) -> int:
    """Delete codes given half a year ago, used or not; return how many. For the worker."""
    first = timezone.localdate(at - rules.KEPT).replace(day=1)
    return Invitation.objects.filter(month__lt=first).delete()[0]
