"""The only way up: domains above say what their cases are and who reads the log. Filled in AppConfig.ready."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Q

from satupintu.workflow.models import Case, Transition
from satupintu.workflow.rules import Lifecycle


class ActionService(Protocol):
    """The service behind a move. `request` carries everything act() was given."""

    def __call__(self, request: "ActRequest") -> Transition: ...


@dataclass(frozen=True, slots=True)
class ActRequest:
    """What somebody asks to be done on a case: the arguments of act(), handed to the owner's service."""

    case: Case
    action: str
    by: Any  # people.rules.Actor
    at: Any  # datetime
    channel: str = "web"
    reason: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    origin: str = ""
    origin_ref: str | None = None
    recorded_at: Any = None  # datetime when it was entered afterwards; None: `at`


@dataclass(frozen=True, slots=True)
class CaseKind:
    """One kind of case, as its owner registers it."""

    name: str
    lifecycle: Callable[[Case], Lifecycle]
    actions: Mapping[str, ActionService]
    page: Callable[[Case], str]  # address of the officer's page
    title: Callable[[Case, str], str]  # (case, language) -> what it is about
    public_page: Callable[[Case], str] | None = None
    # (actor) -> condition on cases, where not everybody of the office may see a case of this kind; None: they may.
    sees: Callable[[Any], Q] | None = None
    # (actor, case) -> the same of one case that is at hand, by less than `sees` takes; None: `sees` is asked.
    may_see: Callable[[Any, Case], bool] | None = None
    # Why nothing of a case may change any more, whatever its lifecycle allows; "" when it may.
    locked: Callable[[Case], str] = lambda _case: ""


Reader = Callable[[Transition], None]
# What a domain's own tables say about cases, compared with the chains of these (already proven) cases: one sentence a
# fault. For the audit; one look at each table for a batch, never one for each case.
CaseCheck = Callable[[Sequence[Case], Mapping[UUID, Sequence[Transition]]], Iterator[str]]


@dataclass(frozen=True, slots=True)
class _Registered:
    """A reader, and the moves that it wants to see: of these kinds of case, under these names; None means every."""

    read: Reader
    kinds: frozenset[str] | None
    actions: frozenset[str] | None

    def wants(self, kind: str, action: str | None) -> bool:
        of_kind = self.kinds is None or kind in self.kinds
        return of_kind and (action is None or self.actions is None or action in self.actions)


_kinds: dict[str, CaseKind] = {}
_more_actions: dict[str, dict[str, ActionService]] = {}
_readers: dict[str, "_Registered"] = {}
_case_checks: dict[str, CaseCheck] = {}


def register_kind(kind: CaseKind) -> None:
    _kinds[kind.name] = kind


def kind_of(case: Case) -> CaseKind:
    """Return the kind of a case. Raises KeyError for a kind nobody registered."""
    return _kinds[case.kind]


def register_actions(kind: str, actions: Mapping[str, ActionService]) -> None:
    """Put the services of a domain above behind moves of a kind's lifecycle that its owner leaves to it."""
    _more_actions.setdefault(kind, {}).update(actions)


def service_of(case: Case, action: str) -> ActionService | None:
    """Return the service behind a move of a case: its owner's, or of a domain above; None for neither."""
    return kind_of(case).actions.get(action) or _more_actions.get(case.kind, {}).get(action)


def kinds() -> list[CaseKind]:
    return list(_kinds.values())


def guarded_kinds() -> list[str]:
    """Return the kinds of which not everybody of the office may see a case: no list for the whole office holds them."""
    return sorted(kind.name for kind in kinds() if kind.sees is not None)


def register_reader(
    name: str,
    reader: Reader,
    *,
    kinds: frozenset[str] | None = None,
    actions: frozenset[str] | None = None,
) -> None:
    """
    Add a reader of the log. It must be idempotent.

    `kinds` None means every kind of case, `actions` None every move; of a move that is not named it never hears.
    """
    _readers[name] = _Registered(reader, kinds, actions)


def readers_for(kind: str, action: str | None = None) -> list[str]:
    """Return the names of the readers of a move of this kind of case; of any of its moves without `action`."""
    return [name for name, one in _readers.items() if one.wants(kind, action)]


def reader(name: str) -> Reader | None:
    found = _readers.get(name)
    return found.read if found else None


def register_case_check(name: str, check: CaseCheck) -> None:
    """Let the audit compare a domain's tables with the log."""
    _case_checks[name] = check


def case_checks() -> list[CaseCheck]:
    return list(_case_checks.values())
