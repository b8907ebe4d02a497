"""One form for each act on a case: what is typed, and what act() is given."""

from satupintu.permits.pages.officer.forms.base import (
    ActForm,
    CommentForm,
    PlainForm,
    ReassignForm,
    TaskForm,
)
from satupintu.permits.pages.officer.forms.checking import (
    AnswerForm,
    AskApplicantForm,
    CompleteForm,
    ReturnForm,
    WithdrawForm,
)
from satupintu.permits.pages.officer.forms.deciding import (
    ApproveForm,
    FilingForm,
    IssueForm,
    IssueScanForm,
    RefuseForm,
    ResultForm,
    ReviewForm,
    RevokeForm,
    SecretMixin,
    StatusForm,
)
from satupintu.permits.pages.officer.forms.delivering import (
    CollectionForm,
    HandOverForm,
    NotGivenForm,
    SendForm,
    SentBackForm,
)
from satupintu.permits.pages.officer.forms.later import LaterForm
from satupintu.permits.pages.officer.forms.paper import (
    DispatchForm,
    OriginalsForm,
    ScanLetterForm,
    ShelveForm,
)
from satupintu.permits.pages.officer.forms.technical import (
    AskUnitForm,
    ExtendForm,
    PaperAnswerForm,
    RecommendForm,
    RecordVisitForm,
    ScheduleForm,
    SignReportForm,
)

__all__ = ["FORMS", "ActForm", "IssueScanForm", "LaterForm", "PlainForm", "SecretMixin"]

FORMS: dict[str, type[ActForm]] = {
    "declare_complete": CompleteForm,
    "return": ReturnForm,
    "take": TaskForm,
    "release": TaskForm,
    "reassign": ReassignForm,
    "comment": CommentForm,
    "note_originals": OriginalsForm,
    "shelve": ShelveForm,
    "dispatch": DispatchForm,
    "scan_letter": ScanLetterForm,
    "extend": ExtendForm,
    "resubmit": AnswerForm,
    "resume": AnswerForm,
    "restart": AnswerForm,
    "lapse": PlainForm,
    "withdraw": WithdrawForm,
    "propose_refusal": PlainForm,
    "ask_recommendation": AskUnitForm,
    "schedule_inspection": ScheduleForm,
    "record_inspection": RecordVisitForm,
    "sign_report": SignReportForm,
    "recommend_for": RecommendForm,
    "recommend_against": RecommendForm,
    "record_recommendation": PaperAnswerForm,
    "pause": AskApplicantForm,
    "reconfirm": AskApplicantForm,
    "propose_approval": PlainForm,
    "initial": PlainForm,
    "send_back": PlainForm,
    "approve": ApproveForm,
    "reject": RefuseForm,
    "number": IssueForm,
    "issue": IssueForm,
    "void_number": PlainForm,
    "choose_collection": CollectionForm,
    "send_permit": SendForm,
    "note_sent_back": SentBackForm,
    "refuse_hand_over": NotGivenForm,
    "hand_over": HandOverForm,
    "revoke": RevokeForm,
    "review": ReviewForm,
    "record_filing": FilingForm,
    "record_status": StatusForm,
    "record_issued": ResultForm,
    "record_refused": ResultForm,
}
