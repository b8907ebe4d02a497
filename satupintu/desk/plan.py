"""The plan for complaints in force: as the program came (complaints.toml), until the office changes it on its page."""

from functools import cache
from pathlib import Path

from satupintu.desk.models import Complaint, PlanVersion
from satupintu.desk.rules.plans import Plan, from_plain, read
from satupintu.lib.kept import kept

FILE = Path(__file__).with_name("complaints.toml")


@cache
def shipped() -> Plan:
    """Return the plan that came with the program: a fresh office's, and the limits of every other."""
    return read(FILE.read_text(encoding="utf-8"))


@kept
def plan() -> Plan:
    """Return the plan in force now. Usually no query."""
    newest = PlanVersion.objects.order_by("-number").first()
    return from_plain(newest.plan, newest.number) if newest else shipped()


def plan_of(complaint: Complaint) -> Plan:
    """Return the plan under which a complaint came in: it is routed and counted by that one. Usually no query."""
    return plan_numbered(complaint.plan_id)


def plan_numbered(number: int | None) -> Plan:
    """Return a version of the plan, None: as the program came. Raises PlanVersion.DoesNotExist."""
    now = plan()
    return now if now.number == number else _earlier(number)


@kept
def _earlier(number: int | None) -> Plan:
    if number is None:
        return shipped()
    return from_plain(PlanVersion.objects.get(number=number).plan, number)
