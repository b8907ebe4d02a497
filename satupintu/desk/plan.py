"""The plan for complaints in force: as the program came (complaints.toml), until the office changes it on its page."""

from functools import cache
from pathlib import Path

from satupintu.desk.models import Complaint, PlanVersion
from satupintu.desk.rules.plans import Plan, from_plain, plain, read
from satupintu.desk.rules.replanning import objections, restored
from satupintu.desk.versions import Plans
from satupintu.lib.kept import kept

FILE = Path(__file__).with_name("complaints.toml")


@cache
def shipped() -> Plan:
    """Return the plan that came with the program; read once."""
    return read(FILE.read_text(encoding="utf-8"))


@kept
def plan() -> Plan:
    """Return the plan in force. Usually no query."""
    return PLANS.newest()


def plan_of(complaint: Complaint) -> Plan:
    """Return the plan under which a complaint came in: it is routed and counted by that one. Usually no query."""
    return PLANS.numbered(complaint.plan_id)


PLANS = Plans(
    PlanVersion,
    shipped=shipped,
    now=plan,
    read=from_plain,
    write=plain,
    objections=objections,
    restored=restored,
)
