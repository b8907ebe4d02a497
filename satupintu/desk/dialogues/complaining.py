"""
Complaining by message, on every channel: the story, what it is about, and a yes.

Only openly: who writes by telephone is seen by the officers who read the conversation. Whoever wants to be confidential
or nameless is shown the page, where the reporter is kept apart.
"""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from satupintu.desk.plan import plan
from satupintu.desk.queries import told_by
from satupintu.desk.rules.attachments import MOST
from satupintu.desk.services import attach
from satupintu.desk.services.common import CHANNELS
from satupintu.desk.services.filing import Filing, NotFiled, file_complaint, reporter_actor
from satupintu.documents.queries import list_documents
from satupintu.lib import words
from satupintu.messaging.channels.port import Choice
from satupintu.messaging.dialogues.talk import Outcome
from satupintu.messaging.queries import known_by
from satupintu.messaging.registry import Asked, register_action, register_files
from satupintu.messaging.rules import ChannelKind
from satupintu.office.services import allow
from satupintu.workflow.services import CannotMove

ORIGIN = "dialogue"
COMPLAINTS_A_DAY = 5  # of one identity
ADDED_FOR = timedelta(days=14)  # from the complaint on: files are taken for it
CARRY_FILES = frozenset({ChannelKind.WHATSAPP, ChannelKind.EMAIL})
_DAY = 86_400


def register() -> None:
    told = frozenset({"number", "by", "code", "link", "files"})
    register_action("desk.topics", topics, {"ask": frozenset()})
    register_action(
        "desk.complain",
        complain,
        {"filed": told, "refused": frozenset({"why"}), "too_often": frozenset()},
    )
    register_action("desk.secret", secret, {"secret": frozenset({"link"})})
    register_action("desk.drop", drop, {"dropped": frozenset({"link"})})
    register_files(add_files)


def topics(asked: Asked) -> Outcome:
    """Offer what a complaint may be about, as on the page."""
    labels = {one.key: one.label[asked.language] for one in plan().offered.values()}
    return Outcome("ask", choices=tuple(Choice(key, label, "") for key, label in labels.items()))


def complain(asked: Asked) -> Outcome:
    """File it once, with the way back to whoever wrote; a story that says too little is asked for again."""
    subject = str(asked.identity_id)
    if not allow(
        "complaint-dialogue", subject, limit=COMPLAINTS_A_DAY, window_seconds=_DAY, at=asked.at
    ):
        return Outcome("too_often")
    known = known_by(asked.identity_id)
    filing = Filing(
        story=str(asked.memory["story"]),
        category=str(asked.memory["category"]),
        name=known.name,
        contact=known.phone or known.email,
        party_id=asked.party_id,
        channel=CHANNELS[asked.channel],
        happened=asked.at,
        files=tuple(UUID(one) for one in asked.memory.get("files", ())[:MOST]),
        conversation_id=asked.conversation_id,
    )
    try:
        with translation.override(asked.language):
            made = file_complaint(
                filing,
                by=reporter_actor(known.name),
                at=asked.at,
                origin=ORIGIN,
                origin_ref=asked.origin,
            )
    except NotFiled as error:
        return Outcome("refused", {"why": error.message})
    due = made.case.promise.due_at
    return Outcome(
        "filed",
        {
            "number": made.case.number,
            "by": words.long_date(timezone.localdate(due), asked.language) if due else "-",
            "code": made.tracking_code,
            "link": f"{settings.BASE_URL}/pengaduan/lacak/{made.tracking_code}/",
            "files": _about_files(asked),
        },
    )


def _about_files(asked: Asked) -> str:
    """Return that photos may follow, where the channel carries them; with a space before it."""
    if asked.channel not in CARRY_FILES:
        return ""
    with translation.override(asked.language):
        return " " + _("Foto, PDF atau pesan suara yang dikirim ke sini kami lampirkan.")


def add_files(asked: Asked) -> str:
    """Attach what is sent without being asked for to the last complaint told here that still waits."""
    found = told_by(asked.identity_id, asked.at - ADDED_FOR)
    if found is None:
        return ""
    try:
        attach(
            found,
            list_documents(UUID(one) for one in asked.heard.files),
            by=reporter_actor(known_by(asked.identity_id).name),
            at=asked.at,
            channel=CHANNELS[asked.channel],
            note=asked.heard.text.strip()[:1000],
            origin=ORIGIN,
            origin_ref=asked.origin,
        )
    except CannotMove:
        return ""
    with translation.override(asked.language):
        return _("pengaduan %(number)s") % {"number": found.case.number}


def secret(asked: Asked) -> Outcome:
    """Show the page where who complains is kept apart; nothing is filed."""
    del asked
    return Outcome("secret", {"link": f"{settings.BASE_URL}/pengaduan/"})


def drop(asked: Asked) -> Outcome:
    """File nothing, and say where complaining goes."""
    del asked
    return Outcome("dropped", {"link": f"{settings.BASE_URL}/pengaduan/"})
