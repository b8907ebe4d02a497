"""The folders of the archive beside what the log says of them: for `satupintu audit`."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from satupintu.archive.queries import folders_of
from satupintu.archive.rules import FolderState
from satupintu.workflow.queries import Case, Transition


def case_faults(
    cases: Sequence[Case], chains: Mapping[UUID, Sequence[Transition]]
) -> Iterator[str]:
    """Yield one sentence for each case whose folder is not where or what its log says. One query."""
    found = folders_of([case.pk for case in cases])
    for case in cases:
        told = _told(chains[case.pk])
        folder = found.get(case.pk)
        if folder is None:
            if told:
                yield f"{case.number}: its folder is gone from the archive."
            continue
        kept = {
            "box": folder.box_id,
            "code": folder.code,
            "fate": folder.fate,
            "state": folder.state,
            "lent": bool(folder.lent_to),
        }
        if kept != told:
            yield f"{case.number}: its folder in the archive is not what the log says."


def _told(chain: Sequence[Transition]) -> dict[str, object]:
    told: dict[str, object] = {}
    for row in chain:
        if row.action == "file_away":
            told |= {name: row.data[name] for name in ("box", "code", "fate")}
            told = {"state": FolderState.ACTIVE, "lent": False} | told
        elif row.action == "deactivate_file":
            told["state"] = FolderState.INACTIVE
        elif row.action == "reassess_file":
            told["fate"] = row.data["fate"]
        elif row.action in ("lend_file", "take_back_file"):
            told["lent"] = row.action == "lend_file"
        elif row.action == "destroy_file":
            told["state"] = FolderState.DESTROYED
        elif row.action == "deposit_file":
            told["state"] = FolderState.DEPOSITED
    return told
