"""What the tables of objections say, compared with the log: for `satupintu audit`."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from satupintu.lib import crypto
from satupintu.lib.fields import stored
from satupintu.objections import rules
from satupintu.objections.models import Evidence, Objection, ObjectionLetter
from satupintu.permits.proof.ink import scan_fault, scans_told
from satupintu.workflow.queries import Case, Transition
from satupintu.workflow.rules import canonical, utc_text

OBJECTION = "row:objection"  # the digest on the opening row
_TEXTS = ("grounds", "wish", "interest")


def objection_text(one: Objection) -> str:
    """Return what is fingerprinted of an objection: all that it says, which never changes."""
    return canonical(
        [
            str(one.case_id),
            str(one.about_id),
            one.about_seq,
            one.decision,
            str(one.standing),
            one.tracking_code,
            *(getattr(one, name) for name in _TEXTS),
            utc_text(one.announced_at),
            one.typed_by_id,
            *([str(one.against_id)] if one.against_id else []),
        ]
    )


def case_faults(
    cases: Sequence[Case], chains: Mapping[UUID, Sequence[Transition]]
) -> Iterator[str]:
    """Yield one sentence for each objection whose tables are not what its log says. Three queries a batch."""
    ours = {case.pk: case for case in cases if case.kind == rules.KIND_OBJECTION}
    if not ours:
        return
    raw = {f"raw_{name}": stored(name) for name in _TEXTS}
    rows = Objection.objects.filter(pk__in=ours).defer(*_TEXTS).annotate(**raw)
    found = {one.pk: one for one in rows}
    papers: dict[UUID, list[str]] = {}
    for paper in Evidence.objects.filter(objection_id__in=ours).select_related("document"):
        papers.setdefault(paper.objection_id, []).append(paper.document.file_id)
    letters: dict[UUID, list[ObjectionLetter]] = {}
    for letter in ObjectionLetter.objects.filter(case_id__in=ours).select_related("document"):
        letters.setdefault(letter.case_id, []).append(letter)
    for case_id, case in ours.items():
        fault = _fault(
            found.get(case_id),
            papers.get(case_id, []),
            letters.get(case_id, []),
            chains[case_id],
        )
        if fault:
            yield f"{case.number}: {fault}"


def _fault(
    one: Objection | None,
    papers: list[str],
    letters: list[ObjectionLetter],
    chain: Sequence[Transition],
) -> str:
    """Return the first fault of an objection; "" for none."""
    if one is None:
        return "what was objected is gone."
    try:
        for name in _TEXTS:
            setattr(one, name, crypto.decrypt(getattr(one, f"raw_{name}") or ""))
    except crypto.CannotDecrypt:
        return "its grounds cannot be read: they were altered, or their key is not here."
    opened = chain[0].digests
    if not crypto.is_fingerprint_of(objection_text(one), opened.get(OBJECTION, "")):
        return "what it says is not what was filed."
    if sorted(papers) != sorted(value for key, value in opened.items() if key.startswith("file:")):
        return "its evidence is not what was sent in."
    owing = {row.seq for row in chain if row.action in rules.LETTERS}
    if any(letter.seq not in owing for letter in letters):
        return "a letter is there that no row of the log owes."
    return scan_fault(letters, scans_told(chain))
