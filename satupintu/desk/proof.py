"""What the tables of complaints and consultations say, compared with the log: for `satupintu audit`."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from satupintu.desk import rules
from satupintu.desk.models import Answer, Attachment, Complaint, Consultation
from satupintu.desk.rules.attachments import FILE
from satupintu.desk.rules.consultations import KIND_CONSULTATION
from satupintu.lib import crypto
from satupintu.lib.fields import stored
from satupintu.workflow.queries import Case, Transition
from satupintu.workflow.rules import canonical

COMPLAINT = "row:complaint"  # the digest on the opening row
ANSWER = "row:answer"  # the digest on the row of a draft
CONSULTATION = "row:consultation"  # the digest on the opening row
_TEXTS = ("story", "wish", "accused_text")


def complaint_text(one: Complaint) -> str:
    """Return what is fingerprinted of a complaint: all that was said and never changes; not who said it."""
    return canonical(
        [
            str(one.case_id),
            one.tracking_code,
            str(one.privacy),
            one.category,
            str(one.accused_kind),
            *(getattr(one, name) for name in _TEXTS),
            str(one.about_id or ""),
            one.service_code,
            one.unit_id,
            one.typed_by_id,
            *([one.plan_id] if one.plan_id else []),
        ]
    )


def case_faults(
    cases: Sequence[Case], chains: Mapping[UUID, Sequence[Transition]]
) -> Iterator[str]:
    """Yield one sentence for each complaint whose tables are not what its log says. Three queries a batch."""
    ours = {case.pk: case for case in cases if case.kind == rules.KIND_COMPLAINT}
    if not ours:
        return
    raw = {f"raw_{name}": stored(name) for name in _TEXTS}
    rows = Complaint.objects.filter(pk__in=ours).defer(*_TEXTS).annotate(**raw)
    found = {one.pk: one for one in rows}
    answers: dict[tuple[UUID, int], str] = {}
    texts = Answer.objects.filter(complaint_id__in=ours).defer("text")
    for answer in texts.annotate(raw_text=stored("text")):
        answers[answer.complaint_id, answer.seq] = answer.raw_text
    files: dict[UUID, list[str]] = {}
    for sent in Attachment.objects.filter(complaint_id__in=ours).select_related("document"):
        if sent.complaint_id:
            files.setdefault(sent.complaint_id, []).append(sent.document.file_id)
    for case_id, case in ours.items():
        fault = _fault(found.get(case_id), answers, files.get(case_id, []), chains[case_id])
        if fault:
            yield f"{case.number}: {fault}"


def _fault(
    one: Complaint | None,
    answers: Mapping[tuple[UUID, int], str],
    files: Sequence[str],
    chain: Sequence[Transition],
) -> str:
    """Return the first fault of a complaint; "" for none."""
    if one is None:
        return "what was complained of is gone."
    try:
        for name in _TEXTS:
            setattr(one, name, crypto.decrypt(getattr(one, f"raw_{name}") or ""))
        if not crypto.is_fingerprint_of(complaint_text(one), chain[0].digests.get(COMPLAINT, "")):
            return "what it says is not what was filed."
        for row in chain:
            if row.action != "draft":
                continue
            text = crypto.decrypt(answers.get((one.pk, row.seq)) or "")
            if not crypto.is_fingerprint_of(text, row.digests.get(ANSWER, "")):
                return "an answer is not what was drafted."
    except crypto.CannotDecrypt:
        return "it cannot be read: it was altered, or its key is not here."
    told = [value for row in chain for key, value in row.digests.items() if key.startswith(FILE)]
    return "" if sorted(files) == sorted(told) else "its attachments are not what was sent in."


# --- Consultations ----------------------------------------------------------------------------------


def consultation_text(one: Consultation) -> str:
    """Return what is fingerprinted of a consultation: what was asked, which never changes."""
    said = [str(one.case_id), one.tracking_code, one.question, one.typed_by_id]
    return canonical([*said, *([one.plan_id] if one.plan_id else [])])


def consultation_faults(
    cases: Sequence[Case], chains: Mapping[UUID, Sequence[Transition]]
) -> Iterator[str]:
    """Yield one sentence for each consultation whose table is not what its log says. One query a batch."""
    ours = {case.pk: case for case in cases if case.kind == KIND_CONSULTATION}
    if not ours:
        return
    rows = Consultation.objects.filter(pk__in=ours).defer("question", "name", "contact")
    found = {one.pk: one for one in rows.annotate(raw_question=stored("question"))}
    for case_id, case in ours.items():
        one = found.get(case_id)
        if one is None:
            yield f"{case.number}: what was asked is gone."
            continue
        try:
            one.question = crypto.decrypt(one.raw_question or "")
        except crypto.CannotDecrypt:
            yield f"{case.number}: it cannot be read: it was altered, or its key is not here."
            continue
        print_ = chains[case_id][0].digests.get(CONSULTATION, "")
        if not crypto.is_fingerprint_of(consultation_text(one), print_):
            yield f"{case.number}: what it says is not what was asked."
