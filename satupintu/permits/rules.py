"""
What can happen to an application for a permit, and who may do it: the two lifecycles as tables.

`PERMIT` is the office's own permit, from submission to the public register. `ASSISTED` is a permit that another system
issues (OSS, SIMBG): the office helps, verifies and tracks, and records the other system's number.
Terms: "promise" is the published service time; "legal" the limit of UU 30/2014 Art. 53 (amended by UU 6/2023);
"pledge" is the office's word: issued within one working day once all requirements are met.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal, NamedTuple

from django.utils.translation import gettext_lazy as _

from satupintu.catalogue.rules import Definition, Kind, Statement, Validity, promised_days
from satupintu.people.rules import Role
from satupintu.permits.keeping import keeping_moves
from satupintu.permits.objected import AFTER_OBJECTION, CARRY_OUT_DAYS, OBJECTION_LINK
from satupintu.permits.supervised import UNDER_SUPERVISION
from satupintu.workflow.rules import Lifecycle, Move, Status, TermEffect, Tone
from satupintu.workflow.shared_moves import (
    CLOCK_MOVES,
    comment_moves,
    erasing_moves,
    handling_moves,
)

__all__ = ["CARRY_OUT_DAYS", "OBJECTION_LINK"]  # read by others through this module

KIND_PERMIT = "permit"


class Holder(NamedTuple):
    """Who applied, as what is decided and issued names them: the name, identity number and address they sent in."""

    name: str
    identity: str = ""
    address: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """Return the lines under which a letter goes to them."""
        return tuple(line for line in (self.name, self.address) if line)

    def changed_to(self, other: "Holder") -> list[str]:
        """Return which of "name", "identity" and "address" differ."""
        pairs = zip(self._fields, self, other, strict=True)
        return [field for field, mine, theirs in pairs if mine != theirs]


HOLDER_LABELS: Mapping[str, Any] = {
    "name": _("nama"),
    "identity": _("nomor identitas"),
    "address": _("alamat"),
}


class State(StrEnum):
    SUBMITTED = "submitted"
    RETURNED = "returned"
    REVIEW = "review"
    PAUSED = "paused"
    RECONFIRM = "reconfirm"
    READY = "ready"
    # only of a service with a fee (permits/paid.py)
    FEE_PROPOSED = "fee_proposed"
    PAYMENT = "payment"
    PAYMENT_CHECK = "payment_check"
    PROPOSED = "proposed"
    REFUSAL_PROPOSED = "refusal_proposed"
    APPROVED = "approved"
    NUMBERED = "numbered"
    ISSUED = "issued"
    HANDED_OVER = "handed_over"
    NOT_COLLECTED = "not_collected"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    REVOKED = "revoked"
    # only ASSISTED
    ASSISTING = "assisting"
    FILED = "filed"
    ISSUED_ELSEWHERE = "issued_elsewhere"
    REFUSED_ELSEWHERE = "refused_elsewhere"
    # only what came in from an older register
    IMPORT_UNDONE = "import_undone"


STATUSES: Mapping[str, Status] = {
    State.SUBMITTED: Status(_("Diterima, menunggu pemeriksaan kelengkapan"), Tone.INFO, "office"),
    State.RETURNED: Status(_("Dikembalikan untuk diperbaiki"), Tone.WARN, "applicant"),
    State.REVIEW: Status(_("Lengkap, dalam pemeriksaan teknis"), Tone.INFO, "unit"),
    State.PAUSED: Status(_("Menunggu jawaban pemohon"), Tone.WARN, "applicant"),
    State.RECONFIRM: Status(_("Menunggu perbaikan menyeluruh"), Tone.WARN, "applicant"),
    State.READY: Status(_("Syarat terpenuhi, keputusan disiapkan"), Tone.INFO, "office"),
    State.FEE_PROPOSED: Status(_("Retribusi dihitung, menunggu penetapan"), Tone.INFO, "office"),
    State.PAYMENT: Status(_("Menunggu pembayaran retribusi"), Tone.WARN, "applicant"),
    State.PAYMENT_CHECK: Status(_("Pembayaran retribusi diperiksa"), Tone.INFO, "office"),
    State.PROPOSED: Status(_("Menunggu paraf dan tanda tangan"), Tone.INFO, "office"),
    State.REFUSAL_PROPOSED: Status(_("Usul penolakan, menunggu keputusan"), Tone.WARN, "office"),
    State.APPROVED: Status(_("Disetujui, menunggu nomor"), Tone.GOOD, "office"),
    State.NUMBERED: Status(_("Bernomor, menunggu tanda tangan"), Tone.GOOD, "office"),
    State.ISSUED: Status(_("Izin terbit"), Tone.GOOD, "applicant"),
    State.HANDED_OVER: Status(_("Izin sudah diterima"), Tone.GOOD, "", closed=True),
    State.NOT_COLLECTED: Status(_("Tidak diambil, di arsip"), Tone.WARN, "", closed=True),
    State.REJECTED: Status(_("Ditolak"), Tone.BAD, "", closed=True),
    State.WITHDRAWN: Status(_("Ditarik pemohon"), Tone.QUIET, "", closed=True),
    State.LAPSED: Status(_("Ditutup, tidak diperbaiki"), Tone.QUIET, "", closed=True),
    State.REVOKED: Status(_("Izin dicabut"), Tone.BAD, "", closed=True),
    State.ASSISTING: Status(_("Lengkap, dibantu mengisi di sistem nasional"), Tone.INFO, "office"),
    State.FILED: Status(_("Terdaftar di sistem nasional"), Tone.INFO, "office"),
    State.ISSUED_ELSEWHERE: Status(_("Terbit di sistem nasional"), Tone.GOOD, "", closed=True),
    State.REFUSED_ELSEWHERE: Status(_("Ditolak di sistem nasional"), Tone.BAD, "", closed=True),
    State.IMPORT_UNDONE: Status(_("Impor dibatalkan"), Tone.QUIET, "", closed=True),
}

# Where the office has not proposed anything yet; past the legal limit the head decides from here.
BEFORE_DECISION = (State.SUBMITTED, State.REVIEW, State.READY)

# What the applicant answers with where they are asked; closed when nobody answers by the date.
ANSWER_ACTIONS: Mapping[str, str] = {
    State.RETURNED: "resubmit",
    State.PAUSED: "resume",
    State.RECONFIRM: "restart",
}
# Where the case waits for its applicant: for an answer, or for the payment of its fee.
APPLICANTS_TURN = frozenset({*ANSWER_ACTIONS, State.PAYMENT})

# Who has done one of these has checked the file, and does not decide it.
CHECKS = frozenset({"declare_complete", "propose_approval", "propose_refusal"})

# Permits whose authenticity can be asked; REVOKED answers "dicabut".
# Checked, and on the way to the decision or the paper: what changes now was looked at by nobody.
ON_THE_WAY = frozenset(
    {
        State.FEE_PROPOSED,
        State.PAYMENT,
        State.PAYMENT_CHECK,
        State.PROPOSED,
        State.REFUSAL_PROPOSED,
        State.APPROVED,
        State.NUMBERED,
    }
)
HAS_PERMIT = frozenset({State.ISSUED, State.HANDED_OVER, State.NOT_COLLECTED, State.REVOKED})
# Issued, and nobody has it: it can be handed over or downloaded.
NOBODY_HAS_IT = frozenset({State.ISSUED, State.NOT_COLLECTED})

FRONT = frozenset({Role.FRONT_OFFICE, Role.VERIFIER})
VERIFY = frozenset({Role.VERIFIER})
# The requirement under which the PDF of another system's permit is kept.
EXTERNAL_FILE = "external_permit"

APPLICANT = frozenset({Role.APPLICANT})
OWN = APPLICANT | FRONT  # the person, or an officer who types for them
UNIT = frozenset({Role.TECHNICAL_OFFICER})
HEAD = frozenset({Role.HEAD})
SYSTEM = frozenset({Role.SYSTEM})
REVIEWERS = frozenset({Role.VERIFIER, Role.SECTION_HEAD, Role.HEAD})
OFFICERS = frozenset(
    {Role.FRONT_OFFICE, Role.VERIFIER, Role.TECHNICAL_OFFICER, Role.SECTION_HEAD, Role.HEAD}
)

START, PAUSE, RESUME = TermEffect.START, TermEffect.PAUSE, TermEffect.RESUME
RESET, RESTART, STOP = TermEffect.RESET, TermEffect.RESTART, TermEffect.STOP

ALL_STOP = {"promise": STOP, "legal": STOP, "pledge": STOP}

# "*" is every state that is not closed (workflow.rules); what also happens after the end names the others.
OPEN_AND_CLOSED = ("*", *(state for state, status in STATUSES.items() if status.closed))

PAPER_LETTERS_DONE: Mapping[str, Any] = {
    "scan_letter": _("Surat bertanda tangan tinta diunggah"),
    "dispatch": _("Surat keluar dicatat"),
}


def paper_letter_moves(states: Iterable[str]) -> dict[tuple[str, str], Move]:
    """Return what the front office does with the letters of a case on paper, in each of the states."""
    return {
        (state, action): Move(None, FRONT, label, weight="quiet")
        for action, label in (
            ("dispatch", _("Catat surat keluar (ekspedisi)")),
            ("scan_letter", _("Unggah surat bertanda tangan")),
        )
        for state in states
    }


_SHARED: dict[tuple[str, str], Move] = {
    ("", "submit"): Move(
        State.SUBMITTED,
        OWN | SYSTEM,
        _("Ajukan"),
        {"promise": START, "legal": START},
        weight="primary",
    ),
    **handling_moves(
        OFFICERS, frozenset({Role.SECTION_HEAD, Role.HEAD, Role.VERIFIER, Role.COORDINATOR})
    ),
    **comment_moves(OFFICERS | {Role.COORDINATOR}),
    **CLOCK_MOVES,
    # The paper of a file is looked for, kept and given back after its end too.
    **{
        (state, action): Move(None, FRONT, label, weight="quiet")
        for action, label in (
            ("note_originals", _("Catat berkas asli")),
            ("shelve", _("Catat letak map")),
        )
        for state in OPEN_AND_CLOSED
    },
    **paper_letter_moves(OPEN_AND_CLOSED),
    # The archive above does these, to what has ended.
    **keeping_moves(state for state, status in STATUSES.items() if status.closed),
    # By law also in a file that is closed (UU 27/2022 Art. 43).
    **erasing_moves(OPEN_AND_CLOSED),
    ("*", "note_automatic"): Move(None, SYSTEM, _("Pemeriksaan otomatis, perlu petugas")),
    ("*", "extend"): Move(
        None,
        frozenset({Role.SECTION_HEAD, Role.HEAD}),
        _("Perpanjang waktu"),
        reason_required=True,
        weight="quiet",
    ),
    # The applicant's turn stops the promise. The legal limit counts from the submission that proves complete.
    (State.SUBMITTED, "return"): Move(
        State.RETURNED,
        FRONT,
        _("Kembalikan untuk diperbaiki"),
        {"promise": PAUSE, "legal": RESET},
        reason_required=True,
    ),
    (State.RETURNED, "resubmit"): Move(
        State.SUBMITTED,
        OWN,
        _("Kirim perbaikan"),
        {"promise": RESUME, "legal": RESTART},
        weight="primary",
    ),
    (State.RETURNED, "lapse"): Move(
        State.LAPSED, FRONT | SYSTEM, _("Tutup, tidak diperbaiki"), ALL_STOP, weight="danger"
    ),
    (State.SUBMITTED, "withdraw"): Move(
        State.WITHDRAWN, OWN, _("Tarik permohonan"), ALL_STOP, weight="danger"
    ),
    (State.RETURNED, "withdraw"): Move(
        State.WITHDRAWN, OWN, _("Tarik permohonan"), ALL_STOP, weight="danger"
    ),
}

_REVIEW: dict[tuple[str, str], Move] = {
    (State.SUBMITTED, "declare_complete"): Move(
        State.REVIEW, FRONT | SYSTEM, _("Nyatakan lengkap"), weight="primary"
    ),
    # Technical review: units are asked, inspect, recommend. The program asks as the service file says.
    (State.REVIEW, "ask_recommendation"): Move(
        None, VERIFY | SYSTEM, _("Minta rekomendasi teknis"), weight="secondary"
    ),
    (State.REVIEW, "schedule_inspection"): Move(None, UNIT, _("Jadwalkan tinjauan lapangan")),
    (State.REVIEW, "record_inspection"): Move(None, UNIT, _("Catat hasil tinjauan")),
    (State.REVIEW, "sign_report"): Move(None, UNIT, _("Tanda tangani berita acara")),
    (State.REVIEW, "record_recommendation"): Move(
        None, FRONT, _("Catat jawaban unit di kertas"), weight="secondary"
    ),
    (State.REVIEW, "recommend_for"): Move(None, UNIT, _("Rekomendasikan"), weight="primary"),
    (State.REVIEW, "recommend_against"): Move(
        None, UNIT, _("Tidak merekomendasikan"), reason_required=True, weight="danger"
    ),
}


# The answers of its form did not come with it: typed while nothing has been proposed from them yet.
_TYPE_ANSWERS = Move(None, FRONT, _("Ketik jawaban formulir"), weight="secondary")


def _imports(running: Sequence[State], finished: Sequence[State]) -> dict[tuple[str, str], Move]:
    """
    Return the moves by which a case of an older register comes in, and is taken back (services/importing.py).

    The program moves, in the name of who imports. A running case keeps the clock of its true submission; what was
    finished elsewhere kept or broke no promise of ours.
    """
    return {
        ("", "import_running"): Move(
            running[0],
            SYSTEM,
            _("Impor berkas berjalan"),
            {"promise": START, "legal": START},
            or_to=frozenset(running),
        ),
        ("", "import_finished"): Move(
            finished[0], SYSTEM, _("Impor berkas selesai"), or_to=frozenset(finished)
        ),
        **{
            (state, "undo_import"): Move(
                State.IMPORT_UNDONE, SYSTEM, _("Batalkan impor"), ALL_STOP, weight="danger"
            )
            for state in (*running, *finished)
        },
        **{(state, "type_answers"): _TYPE_ANSWERS for state in (*running, State.RETURNED)},
    }


def _renewing(*states: State) -> dict[tuple[str, str], Move]:
    """Return the move by which the applicant's data of today come into a file (services/holder.py)."""
    label = _("Perbarui data pemohon")
    move = Move(None, FRONT, label, reason_required=True, weight="quiet")
    return {(state, "renew_holder"): move for state in states}


PERMIT = Lifecycle(
    name="permit",
    opening="submit",
    states=STATUSES,
    moves={
        **_SHARED,
        **_imports(
            (State.SUBMITTED, State.REVIEW, State.READY),
            (State.HANDED_OVER, State.REVOKED, State.REJECTED, State.WITHDRAWN),
        ),
        (State.SUBMITTED, "propose_refusal"): Move(
            State.REFUSAL_PROPOSED,
            VERIFY,
            _("Usulkan penolakan"),
            reason_required=True,
            weight="danger",
        ),
        **_REVIEW,
        (State.REVIEW, "collect"): Move(
            State.READY, SYSTEM, _("Semua syarat terpenuhi"), {"pledge": START}
        ),
        (State.REVIEW, "collect_against"): Move(State.READY, SYSTEM, _("Rekomendasi terkumpul")),
        **{(state, "type_answers"): _TYPE_ANSWERS for state in (State.PAUSED, State.RECONFIRM)},
        # Until something is proposed; what is proposed goes back to the verifier first.
        **_renewing(
            State.SUBMITTED,
            State.RETURNED,
            State.REVIEW,
            State.PAUSED,
            State.RECONFIRM,
            State.READY,
        ),
        # They may ask for units that nobody could know of without them.
        (State.READY, "ask_units"): Move(
            State.REVIEW, SYSTEM, _("Unit ditanyai menurut jawaban"), {"pledge": RESET}
        ),
        # Law's pause, resume and restart (OSS status 41 to 44).
        **{
            (state, "pause"): Move(
                State.PAUSED,
                VERIFY | UNIT,
                _("Minta keterangan pemohon"),
                {"promise": PAUSE, "legal": PAUSE, "pledge": PAUSE},
                reason_required=True,
            )
            for state in (State.REVIEW, State.READY)
        },
        # Back to where the question was asked: a pledge that had begun goes on, it does not begin again.
        (State.PAUSED, "resume"): Move(
            State.REVIEW,
            OWN,
            _("Kirim jawaban"),
            {"promise": RESUME, "legal": RESUME, "pledge": RESUME},
            weight="primary",
            or_to=frozenset({State.READY}),
        ),
        # One unit's question stops the clock, not the work of the others.
        **{
            (State.PAUSED, action): _REVIEW[State.REVIEW, action]
            for action in (
                "schedule_inspection",
                "record_inspection",
                "sign_report",
                "recommend_for",
                "recommend_against",
                "record_recommendation",
            )
        },
        **{
            (state, "lapse"): _SHARED[State.RETURNED, "lapse"]
            for state in (State.PAUSED, State.RECONFIRM)
        },
        **{
            (state, "reconfirm"): Move(
                State.RECONFIRM,
                VERIFY,
                _("Minta perbaikan menyeluruh"),
                {"promise": RESET, "legal": RESET, "pledge": RESET},
                reason_required=True,
                weight="quiet",
            )
            for state in (State.REVIEW, State.READY)
        },
        (State.RECONFIRM, "restart"): Move(
            State.REVIEW,
            OWN,
            _("Kirim perbaikan"),
            {"promise": RESTART, "legal": RESTART},
            weight="primary",
        ),
        **{
            (state, "withdraw"): Move(
                State.WITHDRAWN, OWN, _("Tarik permohonan"), ALL_STOP, weight="danger"
            )
            for state in (State.REVIEW, State.PAUSED, State.RECONFIRM, State.READY)
        },
        # Deciding.
        (State.READY, "propose_approval"): Move(
            State.PROPOSED, VERIFY, _("Ajukan untuk disetujui"), weight="primary"
        ),
        **{
            (state, "propose_refusal"): Move(
                State.REFUSAL_PROPOSED,
                VERIFY,
                _("Usulkan penolakan"),
                reason_required=True,
                weight="danger",
            )
            for state in (State.REVIEW, State.READY)
        },
        **{
            (state, "initial"): Move(
                None, frozenset({Role.VERIFIER, Role.SECTION_HEAD}), _("Paraf"), weight="primary"
            )
            for state in (State.PROPOSED, State.REFUSAL_PROPOSED)
        },
        # Back to where it was proposed: a refusal that is not followed skips neither the check nor a unit.
        **{
            (state, "send_back"): Move(
                State.READY,
                frozenset({Role.SECTION_HEAD, Role.HEAD}),
                _("Kembalikan ke verifikator"),
                reason_required=True,
                or_to=frozenset({State.SUBMITTED, State.REVIEW}),
            )
            # An approval that its signatory can no longer sign goes back too (the power to sign has ended).
            for state in (State.PROPOSED, State.REFUSAL_PROPOSED, State.APPROVED)
        },
        (State.READY, "approve_automatically"): Move(
            State.APPROVED, SYSTEM, _("Disetujui otomatis")
        ),
        (State.PROPOSED, "approve"): Move(State.APPROVED, HEAD, _("Setujui"), weight="primary"),
        **{
            (state, "reject"): Move(
                State.REJECTED, HEAD, _("Tolak"), ALL_STOP, reason_required=True, weight="danger"
            )
            for state in (State.PROPOSED, State.REFUSAL_PROPOSED)
        },
        # After the legal limit the head must decide, wherever the case stands (UU 30/2014 Art. 53 as amended).
        **{
            (state, "approve"): Move(
                State.APPROVED, HEAD, _("Setujui"), reason_required=True, weight="primary"
            )
            for state in BEFORE_DECISION
        },
        **{
            (state, "reject"): Move(
                State.REJECTED, HEAD, _("Tolak"), ALL_STOP, reason_required=True, weight="danger"
            )
            for state in BEFORE_DECISION
        },
        # Two moves: a failed signature is tried again under the same number.
        (State.APPROVED, "number"): Move(
            State.NUMBERED, HEAD | SYSTEM, _("Beri nomor"), weight="primary"
        ),
        (State.NUMBERED, "issue"): Move(
            State.ISSUED,
            HEAD | FRONT | SYSTEM,  # the front office scans back what was signed in ink
            _("Tanda tangani dan terbitkan"),
            ALL_STOP,
            weight="primary",
        ),
        (State.NUMBERED, "void_number"): Move(
            State.APPROVED, HEAD, _("Batalkan nomor"), reason_required=True, weight="quiet"
        ),
        (State.ISSUED, "hand_over"): Move(
            State.HANDED_OVER, FRONT, _("Catat penyerahan"), weight="primary"
        ),
        # Where the paper goes: as the applicant chose, off with a consignment, back again, or not given away today.
        ("*", "choose_collection"): Move(None, OWN, _("Pilih cara menerima izin"), weight="quiet"),
        (State.ISSUED, "send_permit"): Move(None, FRONT, _("Kirim izin"), weight="secondary"),
        (State.ISSUED, "note_sent_back"): Move(
            None, FRONT, _("Catat izin kembali"), reason_required=True, weight="quiet"
        ),
        (State.ISSUED, "refuse_hand_over"): Move(
            None, FRONT, _("Tidak jadi diserahkan"), reason_required=True, weight="quiet"
        ),
        # Downloaded already, and now the paper is fetched too: recorded once (services/deliver.py).
        (State.HANDED_OVER, "hand_over"): Move(None, FRONT, _("Catat penyerahan"), weight="quiet"),
        # Nobody came: the file goes to the archive, and whoever comes later gets the permit all the same.
        (State.ISSUED, "close_uncollected"): Move(
            State.NOT_COLLECTED, SYSTEM, _("Tutup, izin tidak diambil")
        ),
        (State.NOT_COLLECTED, "hand_over"): Move(
            State.HANDED_OVER, FRONT, _("Catat penyerahan"), weight="secondary"
        ),
        **{
            (state, "download"): Move(State.HANDED_OVER, APPLICANT, _("Unduh izin"))
            for state in sorted(NOBODY_HAS_IT)
        },
        **{
            (state, "replace"): Move(None, SYSTEM, _("Diganti izin yang lebih baru"))
            for state in sorted(HAS_PERMIT)
        },
        # A second look at what was drawn: automatic permits, and those signed by who checked them.
        **{
            (state, "review"): Move(
                None, REVIEWERS, _("Catat hasil pemeriksaan ulang"), weight="quiet"
            )
            for state in sorted(HAS_PERMIT)
        },
        **{
            (state, "revoke"): Move(
                State.REVOKED, HEAD, _("Cabut izin"), reason_required=True, weight="danger"
            )
            for state in sorted(HAS_PERMIT - {State.REVOKED})
        },
        **AFTER_OBJECTION,
        **UNDER_SUPERVISION,
    },
)

ASSISTED = Lifecycle(
    name="assisted",
    opening="submit",
    states=STATUSES,
    moves={
        **_SHARED,
        **_imports(
            (State.SUBMITTED, State.ASSISTING, State.FILED),
            (State.ISSUED_ELSEWHERE, State.REFUSED_ELSEWHERE, State.WITHDRAWN),
        ),
        **_REVIEW,
        (State.REVIEW, "collect"): Move(
            State.ASSISTING, SYSTEM, _("Siap diisi di sistem nasional")
        ),
        (State.REVIEW, "collect_against"): Move(
            State.ASSISTING, SYSTEM, _("Rekomendasi terkumpul")
        ),
        **_renewing(State.SUBMITTED, State.RETURNED, State.REVIEW, State.ASSISTING),
        (State.ASSISTING, "record_filing"): Move(
            State.FILED, FRONT, _("Catat nomor di sistem nasional"), weight="primary"
        ),
        (State.FILED, "record_status"): Move(None, FRONT, _("Catat status terbaru")),
        (State.FILED, "record_issued"): Move(
            State.ISSUED_ELSEWHERE, FRONT, _("Catat izin terbit"), ALL_STOP, weight="primary"
        ),
        (State.FILED, "record_refused"): Move(
            State.REFUSED_ELSEWHERE,
            FRONT,
            _("Catat penolakan"),
            ALL_STOP,
            reason_required=True,
            weight="danger",
        ),
        **{
            (state, "withdraw"): Move(
                State.WITHDRAWN, OWN, _("Tarik permohonan"), ALL_STOP, weight="danger"
            )
            for state in (State.REVIEW, State.ASSISTING, State.FILED)
        },
    },
)


TERM_LABELS: Mapping[str, Any] = {
    "promise": _("janji layanan"),
    "legal": _("batas hukum"),
    "pledge": _("janji penerbitan"),
}


def decider(definition: Definition) -> Role:
    """Return whose decision it is; the head's, where an automatic service has come to officers."""
    by = definition.decision.by
    return Role.HEAD if by == "automatic" else Role(by)


# --- Time ----------------------------------------------------------------------------------


def promise_days(definition: Definition, kind: Kind, answers: Mapping[str, Any]) -> int:
    """
    Return the one promise in working days.

    An automatic service promises "at once"; when a rule is not met, officers handle it in check plus issuance.
    """
    by_hand = definition.promise.check_days + definition.promise.issue_days
    return promised_days(definition, kind, answers) or by_hand


def valid_until(validity: Validity, start: date, answers: Mapping[str, Any]) -> date | None:
    """
    Return the last day of validity (inclusive); None for a permit valid for ever.

    n months end on the day before the same day of the month, or on that month's last day.
    """
    if validity.until_field and answers.get(validity.until_field):
        limit = date.fromisoformat(str(answers[validity.until_field]))
        longest = _plus(validity, start)
        return min(limit, longest) if longest else limit
    return _plus(validity, start)


def _plus(validity: Validity, start: date) -> date | None:
    if validity.forever or not (validity.months or validity.days):
        return None
    month = start.month - 1 + validity.months
    year, month = start.year + month // 12, month % 12 + 1
    for day in range(start.day, 27, -1):
        try:
            end = date(year, month, day)
        except ValueError:
            continue
        break
    else:
        end = date(year, month, min(start.day, 28))
    return end + timedelta(days=validity.days - 1)


OBJECTION_DAYS = 21  # working days to object, UU 30/2014 Art. 77(1)
ANSWER_DAYS = 14  # calendar days an applicant has to repair, unless the officer gives more
DISCARDED_DAYS = 7  # calendar days after its own day on which a draft thrown away can be taken back
EXPIRY_REMINDERS = (90, 60, 30, 7)  # days before a permit ends
UNCOLLECTED_REMINDERS = (14, 30, 60, 90)  # days after issue, while nobody has collected it


# --- Statements ----------------------------------------------------------------------------


def declared(at: datetime) -> str:
    """Return how a case notes that a statement was given by a tick in the form, at that moment."""
    return f"{Statement.E_DECLARATION.value} {at.isoformat()}"


def is_declared(how: str) -> bool:
    """Return whether a statement, noted so, was given by a tick."""
    return how.startswith(Statement.E_DECLARATION.value)


def restorable_until(discarded: date) -> date:
    """Return the last day on which a draft thrown away that day can be taken back."""
    return discarded + timedelta(days=DISCARDED_DAYS)


# How a person agreed to what an officer does in their name.
CONSENTS: Mapping[str, Any] = {
    "counter": _("Lisan di loket, di hadapan saya"),
    "signed": _("Tertulis, formulir atau lembar persetujuan ditandatangani"),
    "telephone": _("Lisan lewat telepon, setelah identitas dicocokkan"),
}

# From what an officer types the answers of a case that came from an older register.
ANSWER_SOURCES: Mapping[str, Any] = {
    "old_system": _("Sistem lama: layar atau cetakannya"),
    "paper": _("Map kertas"),
    "applicant": _("Keterangan pemohon, di loket atau lewat telepon"),
}

# How an application reaches an officer who types it; and the ways of consent that fit.
INTAKES: Mapping[str, frozenset[str]] = {
    "counter": frozenset({"counter", "signed"}),
    "phone": frozenset({"telephone"}),
    "post": frozenset({"signed"}),
    "dropbox": frozenset({"signed"}),
}
# What is asked about a permit that the applicant holds.
NEEDS_PERMIT = frozenset({Kind.EXTENSION, Kind.CHANGE, Kind.REPLACEMENT, Kind.CLOSING})
OLDEST_PAPER_DAYS = 90  # what came in longer ago is no forgotten sheet any more, but a wrong date


_SLIP = re.compile(r"^\s*(?:SLIP)?[\s/-]*(\d{4})[\s/-]+(\d{1,6})\s*$", re.IGNORECASE)


def read_slip_number(text: str) -> str:
    """Return the written form of a slip's number, "slip 2026 123" as "SLIP-2026-000123"; as typed when it is none."""
    found = _SLIP.match(text)
    return f"SLIP-{found[1]}-{int(found[2]):06}" if found else text.strip().upper()[:40]


WrongMoment = Literal["future", "too_old", "before_last"]


def check_moment(
    happened: datetime, *, now: datetime, not_before: datetime | None
) -> WrongMoment | None:
    """
    Return what is wrong with the moment at which something is said to have happened on paper.

    `not_before` is what must have been earlier: the printing of the slip, the last change of the case's state. People
    write minutes, so seconds do not count.
    """
    if happened > now:
        return "future"
    if happened < now - timedelta(days=OLDEST_PAPER_DAYS):
        return "too_old"
    if not_before is not None and happened < not_before.replace(second=0, microsecond=0):
        return "before_last"
    return None


# What officers do on paper while nothing works, and enter afterwards at its true moment. Who handles which task, and an
# electronic signature, are of the moment in which they are made.
ENTERED_LATER = frozenset(
    {
        "declare_complete",
        "return",
        "resubmit",
        "resume",
        "restart",
        "withdraw",
        "schedule_inspection",
        "record_inspection",
        "recommend_for",
        "recommend_against",
        "record_recommendation",
        "propose_approval",
        "propose_refusal",
        "initial",
        "send_back",
        "approve",
        "reject",
        "issue",
        "hand_over",
        "send_permit",
        "note_sent_back",
        "refuse_hand_over",
        "note_originals",
        "dispatch",
        "scan_letter",
        "record_filing",
        "record_status",
        "record_issued",
        "record_refused",
    }
)


def letter_name(kind: str, number: str) -> str:
    """Return what letter it is, with its number, as lists and the dispatch book name it."""
    return f"{LETTER_LABELS[LetterKind(kind)]} {number}".strip()


# How a letter leaves the office.
SENT_HOW: Mapping[str, Any] = {
    "hand": _("Diantar, diterima dengan tanda tangan"),
    "post": _("Pos"),
    "email": _("Surel"),
}


class Original(StrEnum):
    """What became of the original of a document that was shown on paper."""

    SEEN = "seen"  # compared with the copy and handed straight back
    KEPT = "kept"  # in the folder of the case
    RETURNED = "returned"  # was kept, and given back


ORIGINAL_LABELS: Mapping[Original, Any] = {
    Original.SEEN: _("Asli dilihat"),
    Original.KEPT: _("Asli disimpan kantor"),
    Original.RETURNED: _("Asli dikembalikan"),
}


def changed_originals(before: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """
    Return requirement -> Original for what `given` changes.

    Raises ValueError for a word that is none, and for an original that is given back and was never kept.
    """
    changed = {key: Original(value) for key, value in given.items() if before.get(key) != value}
    for key, value in changed.items():
        if value is Original.RETURNED and before.get(key) != Original.KEPT:
            raise ValueError(key)
    return {key: str(value) for key, value in changed.items()}


# --- The permit as anybody sees it -------------------------------------------------------------


class PermitState(StrEnum):
    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


# Not ended: what replaces one of these takes its place, and nobody gets a second one for the same thing.
STANDING = (PermitState.IN_FORCE, PermitState.SUSPENDED)


class ReviewOutcome(StrEnum):
    """What a second look at a sampled permit found."""

    SOUND = "sound"
    FLAWED = "flawed"


REVIEW_LABELS: Mapping[str, Any] = {
    ReviewOutcome.SOUND: _("Sesuai"),
    ReviewOutcome.FLAWED: _("Ada kesalahan"),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the public check answers: one huge word, its tone, and a sentence."""

    word: Any
    tone: Tone
    text: Any


VERDICTS = {
    "in_force": Verdict(
        _("BERLAKU"), Tone.GOOD, _("Izin ini diterbitkan kantor kami dan masih berlaku.")
    ),
    "expired": Verdict(
        _("KEDALUWARSA"),
        Tone.WARN,
        _("Izin ini pernah kami terbitkan, masa berlakunya sudah lewat."),
    ),
    "revoked": Verdict(
        _("DICABUT"), Tone.BAD, _("Izin ini pernah kami terbitkan dan sudah dicabut.")
    ),
    "suspended": Verdict(
        _("DIBEKUKAN"),
        Tone.BAD,
        _("Izin ini sedang dibekukan: pemegangnya tidak boleh menggunakannya untuk sementara."),
    ),
    "superseded": Verdict(
        _("DIGANTI"), Tone.WARN, _("Izin ini sudah diganti dengan izin yang lebih baru.")
    ),
    "altered": Verdict(
        _("BERUBAH"), Tone.BAD, _("Berkas ini tidak sama dengan yang kami tanda tangani.")
    ),
    "unknown": Verdict(
        _("TIDAK DIKENAL"), Tone.BAD, _("Kami tidak menemukan izin dengan data ini.")
    ),
    # A letter or receipt of ours: genuine, but nothing that could be in force.
    "genuine": Verdict(
        _("ASLI"),
        Tone.GOOD,
        _("Surat ini dari kantor kami dan tidak berubah. Surat ini bukan izin."),
    ),
}

# Codes that nobody has: after this number only right ones are answered, after people.rules.GUESSES_AN_HOUR nothing is.
TRIES_AN_HOUR = 20

# Codes as keys of a telephone tell less (lib.codes.keypad): wrong ones of one call, of one caller, of one application.
KEY_TRIES_A_CALL = 3
KEY_TRIES_AN_HOUR = 10

REGISTRATION_SERIES = "registration"  # numbers of cases

CHECK_CODE_LENGTH = 10  # symbols of the code beside the QR: 50 bits, and the check is rate-limited

# What stands behind a permit, in words for the public check; by Permit.signer.
SIGNER_LEVELS: Mapping[str, Any] = {
    "demo": _("Tanda tangan CONTOH, tidak berlaku secara hukum"),
    "pkcs11": _("Tanda tangan elektronik dengan kunci pada perangkat pengaman"),
    "bsre": _("Tanda tangan elektronik tersertifikasi BSrE"),
    "seal": _("Segel elektronik kantor (keputusan otomatis)"),
    "manual": _("Tanda tangan tinta dan cap, dipindai"),
    "imported": _(
        "Terbit sebelum sistem ini dipakai; tidak ditandatangani secara elektronik di sini"
    ),
}


def is_same_thing(
    unique_by: Sequence[str], answers: Mapping[str, Any], earlier: Mapping[str, Any]
) -> bool:
    """Return whether two sets of answers ask for the same permit, as the service file says in `unique_by`."""
    return all(str(answers.get(key, "")) == str(earlier.get(key, "")) for key in unique_by)


def verdict_of(state: str, valid_until_date: date | None, today: date) -> str:
    """Return the key in VERDICTS for a permit of ours on `today`."""
    if state == PermitState.REVOKED:
        return "revoked"
    if state == PermitState.SUPERSEDED:
        return "superseded"
    if valid_until_date and valid_until_date < today:
        return "expired"
    return "suspended" if state == PermitState.SUSPENDED else "in_force"


# --- Letters -------------------------------------------------------------------------------------


class LetterKind(StrEnum):
    RETURN = "return"
    REFUSAL = "refusal"
    CLOSING = "closing"
    REVOCATION = "revocation"
    REQUEST = "request"
    DEEMED = "deemed"
    ASSESSMENT = "assessment"
    PAID = "paid"


LETTER_LABELS = {
    LetterKind.RETURN: _("Surat permintaan perbaikan"),
    LetterKind.REFUSAL: _("Surat penolakan"),
    LetterKind.CLOSING: _("Surat penutupan permohonan"),
    LetterKind.REVOCATION: _("Surat pencabutan izin"),
    LetterKind.REQUEST: _("Surat permintaan rekomendasi"),
    LetterKind.DEEMED: _("Pemberitahuan dianggap dikabulkan"),
    LetterKind.ASSESSMENT: _("Surat Ketetapan Retribusi Daerah (SKRD)"),
    LetterKind.PAID: _("Tanda bukti bayar retribusi (SSRD)"),
}

# Which letter a move owes.
LETTERS: Mapping[str, LetterKind] = {
    "return": LetterKind.RETURN,
    "pause": LetterKind.RETURN,
    "reconfirm": LetterKind.RETURN,
    "reject": LetterKind.REFUSAL,
    "lapse": LetterKind.CLOSING,
    "revoke": LetterKind.REVOCATION,
    "ask_recommendation": LetterKind.REQUEST,
    "notice_deadline": LetterKind.DEEMED,  # only when the legal limit has passed
    "set_fee": LetterKind.ASSESSMENT,
    "confirm_payment": LetterKind.PAID,
    "receive_payment": LetterKind.PAID,
}


# These carry the number that their move took; the others one of the office's letters.
NUMBERED_BEFORE = frozenset({LetterKind.ASSESSMENT, LetterKind.PAID})


def reasons_of(text: str) -> tuple[str, ...]:
    """Return the reasons of a letter: one a line, without the dashes that people put before them."""
    return tuple(line.strip(" -•") for line in text.splitlines() if line.strip())


# --- Tasks by stage ----------------------------------------------------------------------------

STAGE_LABELS = {
    "check": _("Periksa kelengkapan"),
    "recommend": _("Beri rekomendasi teknis"),
    "propose": _("Siapkan keputusan"),
    "set_fee": _("Tetapkan retribusi"),
    "confirm_payment": _("Periksa pembayaran"),
    "decide_refund": _("Putuskan pengembalian"),
    "pay_refund": _("Bayarkan pengembalian"),
    "initial": _("Beri paraf"),
    "decide": _("Setujui atau tolak"),
    "sign": _("Beri nomor dan tanda tangan"),
    "deliver": _("Serahkan izin"),
    "deemed": _("Putuskan, batas hukum lewat"),
    "assist": _("Isi di sistem nasional"),
    "follow": _("Pantau di sistem nasional"),
}


# The same, as the part of the promised time that a task is.
PART_LABELS = {
    "check": _("pemeriksaan"),
    "recommend": _("rekomendasi"),
    "propose": _("penyiapan"),
    "set_fee": _("penetapan retribusi"),
    "confirm_payment": _("pemeriksaan pembayaran"),
    "decide_refund": _("pengembalian"),
    "pay_refund": _("pengembalian"),
    "initial": _("paraf"),
    "decide": _("keputusan"),
    "sign": _("tanda tangan"),
    "deliver": _("penyerahan"),
    "deemed": _("keputusan"),
    "assist": _("pengisian"),
    "follow": _("pemantauan"),
}

# Which open task a move answers: the actor must hold one of these, and the move closes it.
ANSWERS_TASK: Mapping[str, tuple[str, ...]] = {
    "declare_complete": ("check",),
    "return": ("check",),
    "recommend_for": ("recommend",),
    "recommend_against": ("recommend",),
    "propose_approval": ("propose",),
    "initial": ("initial",),
    "approve": ("decide", "deemed"),
    "reject": ("decide", "deemed"),
    "hand_over": ("deliver",),
    "set_fee": ("set_fee",),
    "record_filing": ("assist",),
    "record_issued": ("follow",),
    "record_refused": ("follow",),
}
