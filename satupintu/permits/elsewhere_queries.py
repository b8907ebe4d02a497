"""Reads about permits that another system issues."""

from collections.abc import Iterable

from satupintu.permits import rules
from satupintu.permits.models import PermitCase
from satupintu.workflow.queries import unread


def filed_elsewhere(numbers: Iterable[str]) -> dict[str, PermitCase]:
    """Return number -> the case that waits under it for another system, with its case. One query."""
    wanted = {one for number in numbers for one in (number, number.upper()) if one}
    rows = (
        PermitCase.objects.filter(external_number__in=wanted, case__state=rules.State.FILED)
        .exclude(external_number="")
        .select_related("case__party", "case__service_version")
        .defer("answers", "holder", "statements", *unread("case__party"))
    )
    return {row.external_number.upper(): row for row in rows}
