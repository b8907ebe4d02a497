"""
Complaining by message, on every channel: the story, what it is about, and a yes; on the telephone it is spoken.

Only openly: who writes by telephone is seen by the officers who read the conversation. Whoever wants to be confidential
or nameless is shown the page, where the reporter is kept apart.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from satupintu.desk.links import complaint_page
from satupintu.desk.plan import plan
from satupintu.desk.queries import Complaint, told_by
from satupintu.desk.rules import Privacy
from satupintu.desk.rules.attachments import MOST
from satupintu.desk.services import attach
from satupintu.desk.services.common import CHANNELS
from satupintu.desk.services.filing import (
    Filing,
    NotFiled,
    file_complaint,
    read_contact,
    reporter_actor,
)
from satupintu.documents.queries import list_documents
from satupintu.lib import words
from satupintu.messaging.channels.port import Choice
from satupintu.messaging.dialogues.talk import Outcome
from satupintu.messaging.queries import can_text, known_by
from satupintu.messaging.registry import Asked, register_action, register_files
from satupintu.messaging.rules import ChannelKind
from satupintu.messaging.services import give_recordings
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
    heard = frozenset({"number", "by", "code"})
    register_action(
        "desk.complain_by_voice",
        complain_by_voice,
        {"filed": heard, "sendable": heard, "too_often": frozenset()},
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
    if _too_many(asked):
        return Outcome("too_often")
    files = [UUID(one) for one in asked.memory.get("files", ())]
    try:
        made = _file(
            asked, str(asked.memory["story"]), category=str(asked.memory["category"]), files=files
        )
    except NotFiled as error:
        return Outcome("refused", {"why": error.message})
    return Outcome(
        "filed",
        {
            "number": made.case.number,
            "by": _due(made, asked),
            "code": made.tracking_code,
            "link": complaint_page(made.tracking_code),
            "files": _about_files(asked),
        },
    )


def complain_by_voice(asked: Asked) -> Outcome:
    """
    File what was said on the telephone: its recording is the story, and belongs to the complaint from now on.

    A category that the office no longer offers becomes its first: whoever screens it hears what it is about. Number and
    code are spoken sign by sign, and written for an SMS where the caller's number takes one.
    """
    if _too_many(asked):
        return Outcome("too_often")
    offered = plan().offered
    category = str(asked.memory["category"])
    if category not in offered:
        category = next(iter(offered))
    with translation.override(asked.language):
        story = _("Disampaikan dengan suara lewat telepon. Dengarkan rekamannya pada lampiran.")
    files = [UUID(one) for one in asked.memory.get("files", ())]
    made = _file(asked, story, category=category, files=files)
    # Officers who read conversations are not those who may read every complaint.
    give_recordings(files, why="disimpan pada pengaduannya")
    by = _due(made, asked)
    with translation.override(asked.language):
        written = _("Pengaduan %(number)s, dijawab paling lambat %(by)s. Kode %(code)s: %(link)s")
    known = {
        "number": made.case.number,
        "by": by,
        "code": made.tracking_code,
        "link": complaint_page(made.tracking_code),
    }
    return Outcome(
        "sendable" if can_text(asked.identity_id) else "filed",
        {"number": _spelled(made.case.number), "by": by, "code": _spelled(made.tracking_code)},
        remember={"sms": written % known},
    )


def _spelled(signs: str) -> str:
    """Return a number or code to be heard: sign by sign, with a pause between its parts."""
    return ", ".join(" ".join(part) for part in signs.split("-"))


def _due(made: Complaint, asked: Asked) -> str:
    """Return the day by which it is answered: a complaint's term is the law's, not the office's promise."""
    due = made.case.legal.due_at
    assert due is not None, "a complaint that came in is owed an answer"
    return words.long_date(timezone.localdate(due), asked.language)


def _too_many(asked: Asked) -> bool:
    """Count one more complaint; say whether too many came from here today."""
    subject = str(asked.identity_id)
    return not allow(
        "complaint-dialogue", subject, limit=COMPLAINTS_A_DAY, window_seconds=_DAY, at=asked.at
    )


def _way_back(contact: str) -> str:
    """Return where whoever complains can be reached; "" for an extension of the house or a short number."""
    try:
        return read_contact(contact)[1]
    except NotFiled:
        return ""


def _file(asked: Asked, story: str, *, category: str, files: Sequence[UUID]) -> Complaint:
    """File a complaint once, with the way back to whoever wrote or called. Raises NotFiled."""
    known = known_by(asked.identity_id)
    contact = _way_back(known.phone or known.email)
    # A caller who withholds the number has no way back but the code.
    withheld = asked.channel is ChannelKind.TELEPHONE and not contact
    filing = Filing(
        story=story,
        category=category,
        privacy=Privacy.ANONYMOUS if withheld else Privacy.OPEN,
        name=known.name,
        contact=contact,
        party_id=asked.party_id,
        channel=CHANNELS[asked.channel],
        happened=asked.at,
        files=tuple(files[:MOST]),
        conversation_id=asked.conversation_id,
    )
    with translation.override(asked.language):
        return file_complaint(
            filing,
            by=reporter_actor(known.name),
            at=asked.at,
            origin=ORIGIN,
            origin_ref=asked.origin,
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
