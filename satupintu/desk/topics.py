"""The plan for consultations in force: as the program came (consultations.toml), until the office changes it."""

from functools import cache
from pathlib import Path

from satupintu.desk.models import Consultation, TopicsVersion
from satupintu.desk.rules.topics import Topic, Topics, from_plain, plain, read
from satupintu.desk.rules.topics_changing import objections, restored
from satupintu.desk.versions import Plans
from satupintu.lib.kept import kept

FILE = Path(__file__).with_name("consultations.toml")


@cache
def shipped() -> Topics:
    """Return the plan that came with the program; read once."""
    return read(FILE.read_text(encoding="utf-8"))


@kept
def topics() -> Topics:
    """Return the plan in force. Usually no query."""
    return PLANS.newest()


def topic_of(consultation: Consultation) -> Topic:
    """Return the topic of a consultation as the plan had it when it came; one that was added since as it is now."""
    own = PLANS.numbered(consultation.plan_id).by_key.get(consultation.topic)
    return own or topics().get(consultation.topic)


PLANS = Plans(
    TopicsVersion,
    shipped=shipped,
    now=topics,
    read=from_plain,
    write=plain,
    objections=objections,
    restored=restored,
)
