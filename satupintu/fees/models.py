"""What was assessed, paid and given back for a case. A row changes only with a move of its case (proof.py)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from satupintu.fees.rules import AssessmentState, Outcome, PaymentState, RefundState
from satupintu.fees.rules.statement import LineState
from satupintu.lib.fields import EncryptedJSONField, EncryptedTextField
from satupintu.lib.ids import uuid7


class Assessment(models.Model):
    """A fee computed for a case; once set, the assessment notice (SKRD) of that number."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey("workflow.Case", on_delete=models.PROTECT, related_name="assessments")
    standing = models.CharField(max_length=10, default=AssessmentState.PROPOSED)
    seq = models.PositiveIntegerField()  # of the move that computed it
    amount_idr = models.PositiveBigIntegerField()
    lines = models.JSONField(default=list)  # [[label in Indonesian, in English, value]]
    corrected = models.JSONField(default=dict)  # what the officer put in the place of an answer
    basis = models.CharField(max_length=300)
    pay_to = models.CharField(max_length=300)
    due_days = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=120, blank=True)
    due_on = models.DateField(null=True, blank=True)  # the last day to pay
    computed_by = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    computed_at = models.DateTimeField()
    set_by = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    set_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"],
                condition=~Q(standing=AssessmentState.CANCELLED),
                name="one_current_assessment_of_a_case",
            ),
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number=""), name="assessment_number_once"
            ),
            models.CheckConstraint(
                condition=~Q(standing=AssessmentState.SET)
                | (~Q(number="") & Q(due_on__isnull=False) & Q(set_at__isnull=False)),
                name="assessment_that_is_set_has_number_and_day",
            ),
        ]
        indexes: ClassVar = [
            # Read by the reconciliation, by the day it was set.
            models.Index(
                fields=["set_at", "id"], name="assessment_set", condition=Q(set_at__isnull=False)
            ),
            # Read by the reminders.
            models.Index(
                fields=["due_on", "id"],
                name="assessment_due",
                condition=Q(standing=AssessmentState.SET),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Payment(models.Model):
    """What was paid for a case, as somebody recorded it or a provider told it; confirmed, it has a receipt (SSRD)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey("workflow.Case", on_delete=models.PROTECT, related_name="payments")
    standing = models.CharField(max_length=10, default=PaymentState.RECORDED)
    amount_idr = models.PositiveBigIntegerField()
    paid_on = models.DateField()
    way = models.CharField(max_length=10)  # rules.Way
    reference = models.CharField(max_length=80, blank=True)  # of the bank
    document = models.ForeignKey(
        "documents.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    provider = models.CharField(max_length=20, blank=True)
    provider_ref = models.CharField(
        max_length=80, blank=True
    )  # the provider's own, of this payment
    statement_line = models.ForeignKey(  # the bank's own word that it came
        "fees.StatementLine",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="payments",
    )
    number = models.CharField(max_length=120, blank=True)  # of the receipt
    recorded_by = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["provider", "provider_ref"],
                condition=~Q(provider=""),
                name="payment_of_a_provider_once",
            ),
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number=""), name="receipt_number_once"
            ),
            models.UniqueConstraint(
                fields=["statement_line"],
                condition=~Q(standing=PaymentState.REJECTED),
                name="statement_line_is_one_payment",
            ),
            # The database keeps the four eyes too.
            models.CheckConstraint(
                condition=Q(recorded_by__isnull=True)
                | Q(decided_by__isnull=True)
                | ~Q(recorded_by=models.F("decided_by")),
                name="who_recorded_a_payment_does_not_decide_it",
            ),
        ]
        indexes: ClassVar = [
            # Read by the reconciliation.
            models.Index(fields=["paid_on", "id"], name="payment_by_day"),
        ]

    def __str__(self) -> str:
        return self.number or str(self.pk)


class Refund(models.Model):
    """Money that goes back: asked for, decided by the signatory, paid out by another officer with its reference."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey("workflow.Case", on_delete=models.PROTECT, related_name="refunds")
    standing = models.CharField(max_length=10, default=RefundState.ASKED)
    amount_idr = models.PositiveBigIntegerField()
    account = EncryptedTextField()  # bank, number, holder
    asked_by = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    paid_on = models.DateField(null=True, blank=True)
    reference = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes: ClassVar = [
            # Read by the reconciliation: what is still to decide or to pay out.
            models.Index(
                fields=["asked_at", "id"],
                name="refund_open",
                condition=Q(standing__in=[RefundState.ASKED, RefundState.GRANTED]),
            )
        ]


class Charge(models.Model):
    """What a provider was asked to collect: a QRIS code or a virtual account for one amount. No money by itself."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey("workflow.Case", on_delete=models.PROTECT, related_name="charges")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="charges")
    provider = models.CharField(max_length=20)
    provider_ref = models.CharField(max_length=80)
    way = models.CharField(max_length=10)
    amount_idr = models.PositiveBigIntegerField()
    payload = models.CharField(max_length=600)  # the text of the code, or the account number
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)  # when the provider was last asked
    paid_at = models.DateTimeField(null=True, blank=True)  # when its payment was booked

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "provider_ref"], name="charge_once")
        ]
        indexes: ClassVar = [
            # Read by the worker that asks about notifications that got lost.
            models.Index(
                fields=["expires_at"], name="charge_open", condition=Q(paid_at__isnull=True)
            )
        ]


class ProviderEvent(models.Model):
    """
    What came as a provider's notification, kept before anything follows from it: the same one counts once.

    Also what the provider did not sign, as FORGED: of that only its bytes' digest. A register beside the log
    (lib/proof.py): what came is sealed with it; what followed is in the case's log.
    """

    id = models.BigAutoField(primary_key=True)
    provider = models.CharField(max_length=20)
    event = models.CharField(max_length=80)  # the provider's own name of it
    charge_ref = models.CharField(max_length=80)
    payment_ref = models.CharField(max_length=80, blank=True)
    status = models.CharField(max_length=20)
    amount_idr = models.PositiveBigIntegerField(default=0)
    paid_on = models.DateField(null=True, blank=True)
    body = models.CharField(max_length=64)  # SHA-256 of the bytes that came
    received_at = models.DateTimeField(db_index=True)
    outcome = models.CharField(max_length=10, default=Outcome.RECEIVED)
    charge = models.ForeignKey(
        Charge, null=True, blank=True, on_delete=models.PROTECT, related_name="events"
    )
    # Number of the digest of the log that holds the row (lib/proof.py); NULL: none yet.
    sealed_in = models.PositiveIntegerField(null=True, blank=True, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "event"], name="provider_event_once")
        ]


class BankFormat(models.Model):
    """What the columns of a bank's statements hold, remembered for files with the same headings."""

    fingerprint = models.CharField(max_length=64, unique=True)  # lib.tabular.headings
    bank = models.CharField(max_length=80)
    columns = models.JSONField(default=list)  # rules.statement.Column
    saved_by = models.ForeignKey(
        "people.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.bank


class BankStatement(models.Model):
    """One file of a bank: the lines of the account to which fees are paid. The bytes are not kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=160)  # of the file
    sha256 = models.CharField(max_length=64, unique=True)  # of its bytes: the same file comes once
    bank = models.CharField(max_length=80)
    headings = models.JSONField(default=list)
    profile = EncryptedJSONField(default=list)  # what stands in each column (lib.tabular.profile)
    columns = models.JSONField(default=list)  # rules.statement.Column
    order = models.CharField(max_length=3, blank=True)  # of its dates
    rows = models.PositiveIntegerField(default=0)
    uploaded_by = models.ForeignKey(
        "people.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)  # since its columns are known
    emptied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-uploaded_at", "id"], name="statement_newest"),
        ]

    def __str__(self) -> str:
        return self.name


class StatementLine(models.Model):
    """A row of a statement. A credit is one payment at most; which, the payment says."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    statement = models.ForeignKey(BankStatement, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField()  # in the file, as a spreadsheet counts
    cells = EncryptedJSONField(default=list)
    standing = models.CharField(max_length=8, blank=True)  # rules.statement.LineState
    problem = models.CharField(max_length=20, blank=True)
    day = models.DateField(null=True, blank=True)
    amount_idr = models.PositiveBigIntegerField(default=0)
    text = EncryptedTextField(blank=True)
    nth = models.PositiveSmallIntegerField(default=0)  # among lines of the file that say the same
    key = models.CharField(max_length=60, blank=True)  # keyed, of rules.statement.key_text

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["statement", "number"], name="statement_line_once"),
            # The same money, in whichever file it comes.
            models.UniqueConstraint(
                fields=["key"], condition=Q(standing=LineState.CREDIT), name="credit_once"
            ),
        ]
        indexes: ClassVar = [
            # Read by the page of a statement, and by the reconciliation.
            models.Index(fields=["statement", "standing", "number"], name="statement_line_state"),
            models.Index(
                fields=["day"], name="credit_by_day", condition=Q(standing=LineState.CREDIT)
            ),
        ]
