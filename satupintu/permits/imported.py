"""
Cases of before this program, as they come in: finished ones with their permit, running ones to go on here.

Pure. The domain of imports reads files and makes these values; `permits.services.importing` makes cases of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from satupintu.permits.rules import State

CHANNEL = "import"  # of a case that came from another register: its mark in every list and book
ORIGIN = "import"
SERIES = "import"  # the register from which imported cases take their registration numbers
SIGNER = "imported"  # of a permit that was issued before this program


class Source(StrEnum):
    """Where a register was kept before."""

    SICANTIK = "sicantik"
    OSS = "oss"
    SIMBG = "simbg"
    PAPER = "paper"
    OTHER = "other"


class Fate(StrEnum):
    """What had become of a case when it came in."""

    ISSUED = "issued"
    REVOKED = "revoked"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    CHECKING = "checking"
    REVIEWING = "reviewing"
    DECIDING = "deciding"


RUNNING = frozenset({Fate.CHECKING, Fate.REVIEWING, Fate.DECIDING})
WITH_PERMIT = frozenset({Fate.ISSUED, Fate.REVOKED})

# Fate -> the state in which a case comes in; of a permit of this office, and of another system's.
OWN_STATES: Mapping[Fate, State] = {
    Fate.ISSUED: State.HANDED_OVER,
    Fate.REVOKED: State.REVOKED,
    Fate.REJECTED: State.REJECTED,
    Fate.WITHDRAWN: State.WITHDRAWN,
    Fate.CHECKING: State.SUBMITTED,
    Fate.REVIEWING: State.REVIEW,
    Fate.DECIDING: State.READY,
}
ELSEWHERE_STATES: Mapping[Fate, State] = {
    Fate.ISSUED: State.ISSUED_ELSEWHERE,
    Fate.REJECTED: State.REFUSED_ELSEWHERE,
    Fate.WITHDRAWN: State.WITHDRAWN,
    Fate.CHECKING: State.SUBMITTED,
    Fate.REVIEWING: State.ASSISTING,
    Fate.DECIDING: State.FILED,
}


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose case it was, as the old register has it."""

    name: str
    is_organisation: bool = False
    identity_kind: str = ""
    identity: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""

    @property
    def key_text(self) -> str:
        """Return by what the same person is known within one register: the number, else name, address, telephone."""
        if self.identity:  # a firm's NPWP may be its owner's NIK
            return f"badan|{self.identity}" if self.is_organisation else self.identity
        return f"{self.name.casefold()}|{self.address.casefold()}|{self.phone}"


@dataclass(frozen=True, slots=True)
class OldCase:
    """
    One line of an old register, understood.

    `key` (keyed hash) tells that two lines are one case; `alike` that they are the same person, service and day.
    `decided_at` None: the case still runs.
    """

    row: int
    source: Source
    fate: Fate
    version_id: int
    holder: Holder
    key: str
    alike: str
    submitted_at: datetime
    decided_at: datetime | None = None
    old_number: str = ""
    permit_number: str = ""
    valid_until: date | None = None
    signatory: str = ""
    place: str = ""
    region: str = ""  # Kemendagri code of where it is, as far as the register says
    facts: tuple[tuple[str, str], ...] = ()
