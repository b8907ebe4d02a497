"""A case as this domain sees it: the case, its permit side, and the definition it keeps for life."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from satupintu.catalogue.queries import definition_of
from satupintu.catalogue.rules import Definition, Kind
from satupintu.lib.prepared import Prepared
from satupintu.people.queries import Party
from satupintu.people.rules import Role
from satupintu.permits import rules
from satupintu.permits.models import Attachment, Permit, PermitCase
from satupintu.permits.paid import lifecycle_for
from satupintu.workflow.queries import Case, Task, has_acted
from satupintu.workflow.rules import Lifecycle
from satupintu.workflow.services import TaskChange, end_tasks


@dataclass(slots=True)
class File:
    """A case with its permit side and the definition it keeps for life."""

    case: Case
    permit_case: PermitCase
    definition: Definition
    _tasks: list[Task] | None = None

    @property
    def kind(self) -> Kind:
        return Kind(self.permit_case.kind)

    @property
    def lifecycle(self) -> Lifecycle:
        return lifecycle_for(self.definition)

    @property
    def holder(self) -> rules.Holder:
        """Who applied, as they were called when it was sent in: what is checked, decided, printed and signed."""
        kept = self.permit_case.holder
        return rules.Holder(**kept) if kept else self.holder_now

    @property
    def holder_now(self) -> rules.Holder:
        """Who applied, as they are called today."""
        return holder_of(self.case.party)

    @property
    def own_actions(self) -> frozenset[str]:
        """The moves that are the applicant's own now."""
        return frozenset(self.lifecycle.actions(self.case.state, frozenset({Role.APPLICANT})))

    def tasks(self) -> list[Task]:
        """
        Return all tasks of the case, the oldest first. Read once: they change only with a move, and a move on a case
        that was read too early is refused.
        """
        if self._tasks is None:
            self._tasks = _TASKS.all(case_id=self.case.pk)
        return self._tasks

    def follow(self, change: TaskChange) -> None:
        """Keep the tasks true after a move that changed them so."""
        if change.open or change.assign or change.due:
            self._tasks = None
        end_tasks(self._tasks or (), change)


def holder_of(party: Party | None) -> rules.Holder:
    """Return what a permit says of a party, as it is now; nothing for a case of nobody."""
    return rules.Holder(party.name, party.identity, party.address) if party else rules.Holder("")


_PERMIT_CASE = Prepared(
    lambda case_id: PermitCase.objects.filter(pk=case_id).select_related("application")
)
_TASKS = Prepared(lambda case_id: Task.objects.filter(case_id=case_id).order_by("opened_at", "id"))
_ATTACHMENTS = Prepared(
    lambda case_id: (
        Attachment.objects.filter(permit_case_id=case_id, superseded_at__isnull=True)
        .select_related("document", "document__file")
        .order_by("created_at", "id")
    )
)


_BY_NUMBER = Prepared(lambda number: Permit.objects.filter(number=number))


def named_permit(file: File) -> Permit | None:
    """Return the permit that the application is about: chosen from the list, or typed as "permit_number"."""
    if file.permit_case.previous_permit_id:
        return Permit.objects.filter(pk=file.permit_case.previous_permit_id).first()
    number = str(file.permit_case.answers.get("permit_number", "")).strip()
    return _BY_NUMBER.first(number=number) if number else None


def file_of(case: Case) -> File:
    """Return the permit side of a case. One query. Raises PermitCase.DoesNotExist for another kind of case."""
    permit_case = _PERMIT_CASE.first(case_id=case.pk)
    if permit_case is None:
        raise PermitCase.DoesNotExist(str(case.pk))
    assert case.service_version is not None
    return File(case, permit_case, definition_of(case.service_version))


def identity_to_see(file: File, attached: Iterable[Attachment]) -> bool:
    """
    Say whether an officer who finds the file complete can see whose the applicant's NIK is.

    Nobody has seen it yet, it is the one sent in and stands in the form, and an identity card is among the papers.
    """
    party = file.case.party
    return (
        party is not None
        and party.identity_seen_at is None
        and party.identity_kind == "nik"
        and party.identity == file.holder.identity
        and party.identity in file.permit_case.answers.values()
        and any(one.document.kind == "ktp" for one in attached)
    )


def current_attachments(case_id: UUID) -> list[Attachment]:
    """Return what is attached now, with files. One query."""
    return _ATTACHMENTS.all(case_id=case_id)


def has_checked(case_id: UUID, user_id: int | None) -> bool:
    """Return whether somebody has ever checked or proposed on a case, whoever did so after them. One query."""
    return has_acted(case_id, rules.CHECKS, user_id)


def file_digests(attachments: Iterable[Attachment]) -> dict[str, str]:
    return {f"file:{one.requirement}": one.document.file_id for one in attachments}


def lifecycle_of(case: Case) -> Lifecycle:
    """Return the table of moves of a case: ours, or the assisting one for another system's permits."""
    assert case.service_version is not None
    return lifecycle_for(definition_of(case.service_version))


def title_of(case: Case, language: str) -> str:
    assert case.service_version is not None
    return definition_of(case.service_version).title_in(language)
