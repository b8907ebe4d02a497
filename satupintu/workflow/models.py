"""Cases, what units owe, and the log. Only services.py of this domain writes these tables."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from satupintu.lib.fields import EncryptedTextField
from satupintu.lib.ids import uuid7
from satupintu.workflow import rules

# What statistics judge (rules.Term.counted_due_at), as it stands in the row: texts in UTC, which sort like moments.
COUNTED = Cast(KT("terms__promise__counted_due_at"), models.TextField())


class Case(models.Model):
    """Something the office must do for somebody. `state` and `version` have one writer: perform_move."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.SlugField(max_length=20)
    number = models.CharField(
        max_length=40, unique=True
    )  # of the registration, never of the permit
    state = models.CharField(max_length=30)
    version = models.PositiveIntegerField(default=0)
    head_hash = models.CharField(max_length=64, default=rules.FIRST_HASH)
    home_node = models.CharField(max_length=20, default="office")
    service_version = models.ForeignKey(
        "catalogue.ServiceVersion",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    party = models.ForeignKey(
        "people.Party", null=True, blank=True, on_delete=models.PROTECT, related_name="cases"
    )
    region = models.CharField(max_length=13, blank=True)
    channel = models.CharField(max_length=12, default="web")
    opened_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    terms = models.JSONField(default=dict)  # name -> Term, as rules.Term.to_json
    # Of `terms` while they run, for lists and the deadline sweep.
    promise_due_at = models.DateTimeField(null=True, blank=True)
    legal_due_at = models.DateTimeField(null=True, blank=True)
    pledge_due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            # Read by the person's list.
            models.Index(fields=["party", "-opened_at", "id"], name="case_of_party"),
            # Read by lists of one state, newest first, by keyset; the recap finds in it all it counts.
            models.Index(
                fields=["kind", "state", "-opened_at", "id", "service_version", "channel"],
                name="case_in_state",
            ),
            # Read by the list over all cases, newest first, by keyset.
            models.Index(fields=["-opened_at", "id"], name="case_newest"),
            # Read by the deadline sweep.
            models.Index(
                fields=["legal_due_at"], name="case_legal_due", condition=Q(closed_at__isnull=True)
            ),
            models.Index(
                fields=["promise_due_at"],
                name="case_promise_due",
                condition=Q(closed_at__isnull=True),
            ),
            models.Index(
                fields=["pledge_due_at"],
                name="case_pledge_due",
                condition=Q(closed_at__isnull=True),
            ),
            # Read by what is late or due today by the date that statistics judge.
            models.Index(
                COUNTED,
                "id",
                name="case_counted_due",
                condition=Q(closed_at__isnull=True, promise_due_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def canonical_columns(self) -> dict[str, Any]:
        """Return what the case's row says beside its version and head: each move puts its digest into the log."""
        return {
            "id": str(self.id),
            "kind": self.kind,
            "number": self.number,
            "state": self.state,
            "home_node": self.home_node,
            "service_version": self.service_version_id,
            "party": str(self.party_id or ""),
            "region": self.region,
            "channel": self.channel,
            "opened_at": rules.utc_text(self.opened_at),
            "moved_at": rules.utc_text(self.moved_at),
            "closed_at": rules.utc_text(self.closed_at),
            "terms": self.terms,
            "promise_due_at": rules.utc_text(self.promise_due_at),
            "legal_due_at": rules.utc_text(self.legal_due_at),
            "pledge_due_at": rules.utc_text(self.pledge_due_at),
        }

    @property
    def promise(self) -> rules.Term:
        return rules.Term.from_json(self.terms.get("promise"))

    @property
    def legal(self) -> rules.Term:
        return rules.Term.from_json(self.terms.get("legal"))

    @property
    def pledge(self) -> rules.Term:
        return rules.Term.from_json(self.terms.get("pledge"))


class Transition(models.Model):
    """One act on a case. Never changed, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="transitions")
    seq = models.PositiveIntegerField()
    action = models.CharField(max_length=40)
    from_state = models.CharField(max_length=30, blank=True)
    to_state = models.CharField(max_length=30)
    actor_name = models.CharField(max_length=160)
    actor_user = models.ForeignKey(
        "people.User",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # the index of officer and moment begins with it
    )
    role = models.CharField(max_length=20)
    unit = models.ForeignKey(
        "people.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    delegation = models.ForeignKey(
        "people.Delegation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    channel = models.CharField(max_length=12)
    at = models.DateTimeField()  # when it happened
    recorded_at = models.DateTimeField()  # when we learned it
    origin = models.CharField(max_length=40, blank=True)
    origin_ref = models.CharField(  # noqa: DJ001 - NULL stays outside the unique constraint, "" would not
        max_length=120, null=True, blank=True
    )
    data = models.JSONField(default=dict)  # facts of the act without personal data
    digests = models.JSONField(default=dict)  # of the answers and files acted on
    # What the act left behind: {"case": digest of the case's columns, "open": {task: digest}, "close": {task: result},
    # "drop": [stages], "assign": {task: officer}, "due": {task: date}, "still": clocks stopped, "run": {task: pauses}};
    # the audit folds it and compares (workflow/folding.py).
    effects = models.JSONField(default=dict)
    note_digest = models.CharField(max_length=64, blank=True)
    canonical_version = models.PositiveSmallIntegerField(default=rules.CANONICAL_VERSION)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    # Number of the digest that sealed the row; NULL: not yet. Outside the hash, decided when the seal is made: neither
    # a clock that was set back nor a move that ran across midnight can fall between two days.
    sealed_in = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "seq"], name="transition_order_is_unique"),
            models.UniqueConstraint(
                fields=["origin", "origin_ref"], name="transition_arrives_once"
            ),
        ]
        indexes: ClassVar = [
            # Read by what an officer did today.
            models.Index(fields=["actor_user", "at"], name="transition_of_officer"),
            # Read when rows are sealed: those of no digest, then those of the new one.
            models.Index(fields=["sealed_in"], name="transition_sealed"),
            # Read by the list of what was entered after it had happened: a few rows of millions.
            models.Index(
                fields=["-id"],
                name="transition_entered_later",
                condition=Q(recorded_at__gt=F("at")),
            ),
        ]

    def canonical_row(self) -> dict[str, Any]:
        """Return what the hash covers, in the form of the row's `canonical_version`."""
        row = {
            "id": str(self.id),
            "case": str(self.case_id),
            "seq": self.seq,
            "action": self.action,
            "from": self.from_state,
            "to": self.to_state,
            "actor": self.actor_name,
            "user": self.actor_user_id,
            "role": self.role,
            "unit": self.unit_id,
            "delegation": self.delegation_id,
            "channel": self.channel,
            "at": rules.utc_text(self.at),
            "recorded_at": rules.utc_text(self.recorded_at),
            "origin": self.origin,
            "origin_ref": self.origin_ref,
            "data": self.data,
            "digests": self.digests,
            "note": self.note_digest,
        }
        return row if self.canonical_version == 1 else row | {"effects": self.effects}

    def right_hash(self, previous: str) -> str:
        """Return the hash this row must have after `previous`."""
        return rules.row_hash(previous, self.canonical_row(), self.canonical_version)


class Note(models.Model):
    """The free text of an act. Outside the chain, which holds only its salted digest: it can be erased by law."""

    transition = models.OneToOneField(
        Transition, primary_key=True, on_delete=models.PROTECT, related_name="note"
    )
    text = EncryptedTextField(blank=True)
    salt = models.CharField(max_length=32)
    erased_at = models.DateTimeField(null=True, blank=True)


class Task(models.Model):
    """What a unit still owes. Opened and closed only by moves."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(
        Case,
        on_delete=models.PROTECT,
        related_name="tasks",
        db_index=False,  # the index of case, role and unit begins with it
    )
    stage = models.CharField(max_length=40)
    label = models.CharField(max_length=60, blank=True)
    role = models.CharField(max_length=20)
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    assignee = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=8, default=rules.TaskState.OPEN)
    due_at = models.DateTimeField()
    days = models.PositiveSmallIntegerField(default=0)  # working days it was given
    within = models.CharField(max_length=20, blank=True)  # the case's term that it never outlasts
    paused_at = models.DateTimeField(null=True, blank=True)  # its clock stands still since then
    pauses = models.JSONField(default=list)  # [since, until] of those that are over
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    opened_seq = models.PositiveIntegerField()
    closed_seq = models.PositiveIntegerField(null=True, blank=True)
    result = models.CharField(max_length=20, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            # Read for every list of cases that a technical officer may see: was this case ever asked of the unit?
            models.Index(fields=["case", "role", "unit"], name="task_of_case"),
            # Read by the inbox: open tasks of my roles in my units, most urgent first, by keyset.
            models.Index(
                fields=["unit", "role", "due_at", "id"],
                name="task_inbox",
                condition=Q(state="open"),
            ),
            models.Index(
                fields=["assignee", "due_at", "id"], name="task_mine", condition=Q(state="open")
            ),
            # Counted by the leader's page, which finds in it who owes what.
            models.Index(
                fields=["unit", "role", "stage", "assignee", "due_at"],
                name="task_owed",
                condition=Q(state="open", paused_at__isnull=True),
            ),
            # Read by what waits for a unit's answer, whoever asks: the few open tasks of a stage among all there were.
            models.Index(
                fields=["stage", "case"], name="task_open_stage", condition=Q(state="open")
            ),
        ]

    def canonical_columns(self) -> dict[str, Any]:
        """Return what was said when the task was opened, and never changes: all but its clock."""
        return {
            "id": str(self.id),
            "case": str(self.case_id),
            "stage": self.stage,
            "label": self.label,
            "role": self.role,
            "unit": self.unit_id,
            "days": self.days,
            "within": self.within,
            "opened_at": rules.utc_text(self.opened_at),
            "opened_seq": self.opened_seq,
            "detail": self.detail,
        }

    @property
    def clock(self) -> rules.Term:
        """Return the task's own term, so that waiting and calendars move it as they move any term."""
        stored = [
            *self.pauses,
            *([[rules.utc_text(self.paused_at), None]] if self.paused_at else []),
        ]
        return rules.Term.from_json(
            rules.Term(days=self.days, started_at=self.opened_at, due_at=self.due_at).to_json()
            | {"pauses": stored}
        )


class TaskDate(models.Model):
    """
    The date of a task followed the calendar while its case kept its dates. Never changed, never deleted.

    Nothing was promised to anybody, so there is no line of the log; the audit reads these beside it.
    """

    task_id = models.UUIDField()
    after_seq = models.PositiveIntegerField()  # version of the case then
    due_at = models.DateTimeField()
    at = models.DateTimeField()
    # Number of the digest of the log that holds the row (lib/proof.py); NULL: none yet.
    sealed_in = models.PositiveIntegerField(null=True, blank=True, db_index=True)

    class Meta:
        # Read by the audit, for a batch of cases.
        indexes: ClassVar = [models.Index(fields=["task_id", "id"], name="task_date_of_task")]


class Link(models.Model):
    """How two cases belong together: a complaint about a permit, an extension of one."""

    source = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links_out")
    target = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links_in")
    kind = models.SlugField(max_length=20)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "target", "kind"], name="link_once")
        ]


class Pending(models.Model):
    """A reader of the log has not yet seen a transition. Written in the move's own transaction."""

    transition = models.ForeignKey(Transition, on_delete=models.CASCADE)
    reader = models.CharField(max_length=20)
    due_at = models.DateTimeField()  # claimed or postponed until
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["transition", "reader"], name="pending_once_per_reader")
        ]
        indexes: ClassVar = [models.Index(fields=["reader", "due_at", "id"], name="pending_due")]


class DeadlineNotice(models.Model):
    """A warning about a date was given: once per case, warning and date."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE)
    what = models.CharField(max_length=20)
    due_at = models.DateTimeField()
    noticed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "what", "due_at"], name="notice_once_per_date")
        ]


class Digest(models.Model):
    """
    The heads of all chains that grew since the digest before, and what the registers beside the log gained.

    Under one root, sealed by the office: hourly while something happens, and once a day at least. The same lines stand
    in the anchor outside the database (workflow/anchor.py).
    """

    number = models.PositiveIntegerField(primary_key=True)  # 1, 2, 3 without a gap
    day = models.DateField()  # office zone, of made_at
    made_at = models.DateTimeField()
    rows = models.PositiveIntegerField()  # of the log, in this digest
    heads = models.PositiveIntegerField()
    parts = models.JSONField(default=dict)  # {"log": digest, register: [rows, digest]}
    root = models.CharField(max_length=64)
    previous_root = models.CharField(max_length=64)
    seal = models.TextField(blank=True)  # base64 signature of the office seal; "": being made

    def right_root(self) -> str:
        """Return the root that these values have."""
        return rules.digest(
            {
                "number": self.number,
                "day": self.day.isoformat(),
                "made_at": rules.utc_text(self.made_at),
                "rows": self.rows,
                "heads": self.heads,
                "parts": self.parts,
                "previous": self.previous_root,
            }
        )
