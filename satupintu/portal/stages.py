"""What is owed, in words: the stages of every kind of case that the inbox and the leader's page show."""

from collections.abc import Mapping
from typing import Any

from satupintu.desk.rules import STAGE_LABELS as COMPLAINT_STAGES
from satupintu.desk.rules.consultations import CONSULTATION_STAGES
from satupintu.objections.rules import STAGE_LABELS as OBJECTION_STAGES
from satupintu.permits.rules import STAGE_LABELS as PERMIT_STAGES
from satupintu.supervision.rules import STAGE_LABELS as SUPERVISION_STAGES

STAGE_LABELS: Mapping[str, Any] = {
    **PERMIT_STAGES,
    **OBJECTION_STAGES,
    **SUPERVISION_STAGES,
    **COMPLAINT_STAGES,
    **CONSULTATION_STAGES,
}
