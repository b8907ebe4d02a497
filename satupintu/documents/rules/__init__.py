"""
What an uploaded file may be, what is printed on a page, what a signature says.

Pure: no database, no disk, no clock.
"""

from satupintu.documents.rules.forms import (
    Blank,
    FormPage,
    FormRow,
    FormSection,
    GuidePage,
    GuidePart,
    SlipPart,
    SlipsPage,
    SurveyPage,
    SurveyRow,
    Words,
)
from satupintu.documents.rules.letters import (
    closing_letter,
    deemed_granted_notice,
    recommendation_request,
    refusal_letter,
    return_letter,
    revocation_letter,
)
from satupintu.documents.rules.pages import (
    Block,
    Check,
    Letterhead,
    LetterPage,
    PermitPage,
    ReceiptPage,
    RecordPage,
    SignatureBlock,
    long_date,
    weekday_date,
)
from satupintu.documents.rules.standing import (
    STANDING_LABELS,
    Officer,
    SignedPdf,
    Standing,
    Verdict,
)
from satupintu.documents.rules.uploads import (
    SENTENCES,
    Trouble,
    accepted_words,
    is_accepted,
    refusal,
    safe_name,
    sniff,
    without_numbers,
)

__all__ = [
    "SENTENCES",
    "STANDING_LABELS",
    "Blank",
    "Block",
    "Check",
    "FormPage",
    "FormRow",
    "FormSection",
    "GuidePage",
    "GuidePart",
    "LetterPage",
    "Letterhead",
    "Officer",
    "PermitPage",
    "ReceiptPage",
    "RecordPage",
    "SignatureBlock",
    "SignedPdf",
    "SlipPart",
    "SlipsPage",
    "Standing",
    "SurveyPage",
    "SurveyRow",
    "Trouble",
    "Verdict",
    "Words",
    "accepted_words",
    "closing_letter",
    "deemed_granted_notice",
    "is_accepted",
    "long_date",
    "recommendation_request",
    "refusal",
    "refusal_letter",
    "return_letter",
    "revocation_letter",
    "safe_name",
    "sniff",
    "weekday_date",
    "without_numbers",
]
