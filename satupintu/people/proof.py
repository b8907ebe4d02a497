"""Who may sign, compared with the register of what was done to logins and roles."""

import hashlib
import json
from collections.abc import Iterator

from satupintu.people.models import AccountEvent, Delegation

GIVEN, REVOKED = "delegation_given", "delegation_revoked"


def digest_of(delegation: Delegation) -> str:
    """Return what the event of giving it keeps of a delegation."""
    until = delegation.valid_until
    columns = [
        delegation.user_id,
        delegation.decree_number,
        delegation.decree_date.isoformat(),
        str(delegation.signing),
        delegation.title,
        list(delegation.services),
        delegation.valid_from.isoformat(),
        until.isoformat() if until else None,
    ]
    return hashlib.sha256(json.dumps(columns, ensure_ascii=False).encode()).hexdigest()


def delegation_faults(_deep: bool) -> Iterator[str]:  # noqa: FBT001  as every check
    """Yield a sentence for each delegation that is not what the register of events says. Two queries."""
    given: dict[int, str] = {}
    revoked: set[int] = set()
    for event, details in AccountEvent.objects.filter(event__in=[GIVEN, REVOKED]).values_list(
        "event", "details"
    ):
        if event == GIVEN:
            given[details["delegation"]] = details.get("digest", "")
        else:
            revoked.add(details["delegation"])
    for one in Delegation.objects.select_related("user").order_by("pk"):
        name = f"Delegation {one.decree_number} of {one.user.name}"
        told = given.pop(one.pk, None)
        if told is None:
            yield f"{name}: no event says that it was given."
        elif told and told != digest_of(one):
            yield f"{name}: was changed after it was given."
        elif (one.revoked_at is not None) != (one.pk in revoked):
            yield f"{name}: is {'' if one.revoked_at else 'not '}revoked, the events say otherwise."
    for delegation_id in given:
        yield f"Delegation {delegation_id}: was given, and is gone."
