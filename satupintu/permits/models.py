"""Applications, what was attached to them, what units said, and the permits that came of it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from satupintu.lib.fields import EncryptedJSONField, EncryptedTextField
from satupintu.lib.ids import uuid7
from satupintu.permits import rules


class Draft(models.Model):
    """What a person has typed so far. No case yet: nothing has been asked of the office."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    party = models.ForeignKey(
        "people.Party", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    versions = models.JSONField()  # catalogue.ServiceVersion ids: one, or a bundle
    kind = models.CharField(max_length=12, default="new")
    answers = EncryptedJSONField()
    documents = models.JSONField(default=dict)  # requirement key -> document id
    statements = models.JSONField(default=dict)  # requirement key -> form of the statement given
    # Posted after the session had ended, under the page's signed token: waits for the same person
    # to sign in. {"user", "steps": {step: fields}, "documents", "at"}; the latest step is the last.
    held = EncryptedJSONField()
    previous_permit = models.ForeignKey(
        "permits.Permit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Assisted intake: who types, and how the person present or on the telephone agreed.
    typed_by = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    consent_how = models.CharField(max_length=40, blank=True)
    channel = models.CharField(max_length=12, default="web")
    # On paper: when it came in, before anybody typed it, and the numbered slip that was given for it.
    received_at = models.DateTimeField(null=True, blank=True)
    slip = models.ForeignKey(
        "permits.Slip", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    discarded_at = models.DateTimeField(null=True, blank=True)  # thrown away, can be taken back

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user", "-saved_at"], name="draft_of_user"),
            # Read by the sweep that erases what was thrown away.
            models.Index(
                fields=["discarded_at"],
                name="draft_discarded",
                condition=Q(discarded_at__isnull=False),
            ),
        ]


class Application(models.Model):
    """What one person sent in at one time: one case per permit asked for."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    draft_id = models.UUIDField(null=True, blank=True, unique=True)  # a draft is submitted once
    party = models.ForeignKey("people.Party", on_delete=models.PROTECT, related_name="applications")
    applicant = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    tracking_code = models.CharField(max_length=16, unique=True)
    kind = models.CharField(max_length=12)
    channel = models.CharField(max_length=12)
    typed_by = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    consent_how = models.CharField(max_length=40, blank=True)
    submitted_at = models.DateTimeField()


class Slip(models.Model):
    """
    A numbered slip, printed ahead and given to a person while nothing works: its code becomes the application's.

    Its number stands in the office's register "slip": taken when it is printed, used when the application is typed,
    void with a reason when the slip is spoilt or lost.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=40, unique=True)
    number_taken_id = models.BigIntegerField()
    tracking_code = models.CharField(max_length=16, unique=True)
    batch = models.UUIDField(db_index=True)  # printed together, on sheets that can be printed again
    printed_at = models.DateTimeField()
    printed_by = models.ForeignKey(
        "people.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    application = models.OneToOneField(
        Application, null=True, blank=True, on_delete=models.PROTECT, related_name="slip"
    )
    voided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(application__isnull=True) | Q(voided_at__isnull=True),
                name="a_slip_in_use_is_not_void",
            )
        ]

    def __str__(self) -> str:
        return self.number


class PermitCase(models.Model):
    """The permit side of a case: what was asked and answered."""

    case = models.OneToOneField(
        "workflow.Case", primary_key=True, on_delete=models.PROTECT, related_name="permit_case"
    )
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="permit_cases"
    )
    service_code = models.CharField(max_length=60)
    kind = models.CharField(max_length=12)
    answers = EncryptedJSONField()
    # Who applied, as rules.Holder was when it was sent in: what they change in their account afterwards was never
    # checked. {} in finished files of older registers, and in those of before it was kept: their party as it is.
    holder = EncryptedJSONField()
    statements = models.JSONField(default=dict)
    previous_permit = models.ForeignKey(
        "permits.Permit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The move after which the units were asked anew: what they said before it counts no longer.
    review_from = models.PositiveIntegerField(default=0)
    # The paper: where the folder stands, and which originals the office saw, keeps or gave back.
    shelf = models.CharField(max_length=80, blank=True)
    originals = models.JSONField(default=dict)  # requirement key -> rules.Original
    number = models.CharField(max_length=120, blank=True)  # taken, before it is issued
    number_taken_id = models.BigIntegerField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    delegation = models.ForeignKey(
        "people.Delegation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Permits of other systems: their number, status and address.
    external_number = models.CharField(max_length=80, blank=True)
    external_status = models.CharField(max_length=120, blank=True)
    external_checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["service_code", "case"], name="permit_case_service"),
            # Read by the search.
            models.Index(
                fields=["external_number"],
                name="permit_case_external",
                condition=~Q(external_number=""),
            ),
        ]


class Imported(models.Model):
    """
    What an older register said of a case that came in from it.

    `key` tells that two lines of old registers are one case: one that stands is unique, whoever imports it, in however
    many files. An import that is taken back gives its keys free; its cases stay, withdrawn from every register.
    """

    case = models.OneToOneField(
        "workflow.Case", primary_key=True, on_delete=models.PROTECT, related_name="imported"
    )
    batch = models.UUIDField()  # the import, and the row of its file
    row = models.PositiveIntegerField()
    source = models.CharField(max_length=12)  # imported.Source
    old_number = models.CharField(max_length=120, blank=True)
    permit_number = models.CharField(max_length=120, blank=True)
    signatory = models.CharField(max_length=160, blank=True)
    facts = EncryptedJSONField(default=list)  # [[heading, what stood there]]
    key = models.CharField(
        max_length=60
    )  # keyed hashes: of the number, of person, service and day,
    alike = models.CharField(max_length=60, db_index=True)
    person = models.CharField(max_length=60)  # and of whom it is about
    seen_version = models.PositiveIntegerField()  # of the case when it had come in
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(undone_at__isnull=True),
                name="an_old_case_comes_in_once",
            )
        ]
        indexes: ClassVar = [
            # Read when an import is taken back, and for whom a row of the same file is about.
            models.Index(fields=["batch", "row"], name="imported_by_row"),
            models.Index(fields=["batch", "person"], name="imported_person"),
        ]


class CaseWord(models.Model):
    """
    A word by which officers find a case: of the applicant's name, of an address or a place.

    Kept as a keyed hash: who has the database without the key reads no name and no address out of it.
    """

    key = models.CharField(max_length=24)
    case = models.ForeignKey("workflow.Case", on_delete=models.CASCADE, related_name="+")
    opened_at = models.DateTimeField()  # of the case, so that the newest are found first

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "key"], name="case_word_once")
        ]
        indexes: ClassVar = [
            # Read by the search, newest first, by keyset.
            models.Index(fields=["key", "-opened_at", "case"], name="case_word_newest")
        ]


class Attachment(models.Model):
    """A document given for a requirement. A later one for the same requirement supersedes it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    permit_case = models.ForeignKey(
        PermitCase, on_delete=models.PROTECT, related_name="attachments"
    )
    requirement = models.CharField(max_length=60)
    document = models.ForeignKey("documents.Document", on_delete=models.PROTECT, related_name="+")
    reused = models.BooleanField(default=False)  # from the vault, not asked again
    verdict = models.CharField(max_length=6, blank=True)  # "", "ok", "bad"
    verdict_reason = EncryptedTextField(
        blank=True
    )  # what must be repaired, as the applicant will read it
    verdict_by = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["permit_case", "requirement"],
                condition=Q(superseded_at__isnull=True),
                name="one_current_attachment_per_requirement",
            )
        ]


class Repair(models.Model):
    """What the applicant is asked to repair or explain: everything at once, each item with its reason."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    permit_case = models.ForeignKey(PermitCase, on_delete=models.PROTECT, related_name="repairs")
    seq = models.PositiveIntegerField()  # of the move that asked
    items = EncryptedJSONField(
        default=list
    )  # [{"on": "document"|"field"|"other", "key": str, "reason": str}]
    answer_by = models.DateField()
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = EncryptedTextField(blank=True)
    # Posted after the session had ended, by each person who may answer: {user id: {"fields", "documents", "at"}}.
    held = EncryptedJSONField()
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            # Read by the sweep for reminders and lapses.
            models.Index(
                fields=["answer_by"], name="repair_open", condition=Q(answered_at__isnull=True)
            )
        ]


class Recommendation(models.Model):
    """What a unit says about the technical side, under its own number and date."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    permit_case = models.ForeignKey(
        PermitCase, on_delete=models.PROTECT, related_name="recommendations"
    )
    task_id = models.UUIDField(unique=True)
    stage = models.CharField(max_length=60)
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    in_favour = models.BooleanField()
    text = EncryptedTextField(blank=True)
    number = models.CharField(max_length=80, blank=True)
    # Answered on paper: who signed the letter, and its date. `given_by` is then who entered it.
    signer = models.CharField(max_length=160, blank=True)
    dated = models.DateField(null=True, blank=True)
    document = models.ForeignKey(
        "documents.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    given_by = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    given_at = models.DateTimeField()


class Inspection(models.Model):
    """A visit to the place: when, who went, what was found, where exactly, signed by all who went."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    permit_case = models.ForeignKey(
        PermitCase, on_delete=models.PROTECT, related_name="inspections"
    )
    task_id = models.UUIDField()
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    scheduled_at = models.DateTimeField()
    place = EncryptedTextField(blank=True)
    members = models.JSONField(default=list)  # user ids of those who go
    done_at = models.DateTimeField(null=True, blank=True)
    findings = EncryptedTextField(blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    photos = models.JSONField(default=list)  # document ids
    signatures = models.JSONField(default=list)  # [{"user": id, "name": str, "at": iso}]


class Permit(models.Model):
    """A permit that was issued. What it says never changes; its state does, with the case's log."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.OneToOneField("workflow.Case", on_delete=models.PROTECT, related_name="permit")
    number = models.CharField(max_length=120, unique=True)
    service_code = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    party = models.ForeignKey("people.Party", on_delete=models.PROTECT, related_name="permits")
    holder = models.CharField(max_length=160)
    public_facts = models.JSONField(default=list)  # [[label, value]] without personal data
    region = models.CharField(max_length=13, blank=True)
    issued_at = models.DateTimeField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=12, default=rules.PermitState.IN_FORCE)
    state_reason = models.CharField(max_length=200, blank=True)
    previous = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="next_permits"
    )
    check_code = models.CharField(max_length=12, unique=True)
    # NULL: issued before this program, on paper or in another one (signer "imported").
    document = models.ForeignKey(
        "documents.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signer = models.CharField(max_length=12)  # demo, pkcs11, bsre, manual, seal, imported
    signed_by = models.CharField(max_length=160)
    is_demo = models.BooleanField(default=False)
    collected_at = models.DateTimeField(null=True, blank=True)
    sampled = models.BooleanField(
        default=False
    )  # for review: automatic, or signed by who checked it
    # What the review found, of PermitReview; the reason is the note of the move "review".
    review = models.CharField(max_length=8, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            # Read by the review list: what was drawn and not looked at, oldest first, by keyset.
            models.Index(
                fields=["issued_at", "id"],
                name="permit_to_review",
                condition=Q(sampled=True, review=""),
            ),
            # Read by what was looked at again, the latest first.
            models.Index(
                fields=["-reviewed_at", "id"],
                name="permit_reviewed",
                condition=Q(sampled=True, reviewed_at__isnull=False),
            ),
            # Read by the book of permits, in the order they were issued, by keyset.
            models.Index(fields=["issued_at", "id"], name="permit_by_issue"),
            # Read by the public register, by keyset; and by the same of one service.
            models.Index(fields=["state", "-issued_at", "id"], name="permit_register"),
            models.Index(
                fields=["state", "service_code", "-issued_at", "id"], name="permit_of_service"
            ),
            models.Index(fields=["party", "-issued_at"], name="permit_of_party"),
            # Read by the hand-over desk.
            models.Index(
                fields=["issued_at", "id"],
                name="permit_uncollected",
                condition=Q(collected_at__isnull=True),
            ),
            # Read by the expiry sweep.
            models.Index(
                fields=["valid_until"], name="permit_expiry", condition=Q(state="in_force")
            ),
        ]


class RegisterWord(models.Model):
    """
    A word by which anybody finds a permit in the public register: of its number, and of an organisation's name.

    A person's name is one word, from its beginning to its end. A permit that leaves the register loses its words.
    """

    word = models.CharField(max_length=170)
    permit = models.ForeignKey(
        Permit, db_index=False, on_delete=models.CASCADE, related_name="register_words"
    )
    issued_at = models.DateTimeField()  # of the permit, so that the newest are found first

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["permit", "word"], name="register_word_once")
        ]
        indexes: ClassVar = [
            # Read by the search, newest first, by keyset.
            models.Index(fields=["word", "-issued_at", "permit"], name="register_word_newest")
        ]


class HandOver(models.Model):
    """How a permit reached its holder."""

    permit = models.ForeignKey(Permit, on_delete=models.PROTECT, related_name="hand_overs")
    how = models.CharField(max_length=12)  # counter, district, post, download
    collector = models.CharField(max_length=160)
    collector_identity = EncryptedTextField(blank=True, searchable=True)
    authority = models.ForeignKey(
        "documents.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signature = models.ForeignKey(
        "documents.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    place = models.CharField(max_length=160, blank=True)
    given_by = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()


class Consignment(models.Model):
    """Permits on paper that left the office together: to a district office (kecamatan), or one by post."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=40, unique=True)  # of the register "dispatch"
    how = models.CharField(max_length=8)  # collecting.DISTRICT or POST
    unit = models.ForeignKey(
        "people.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    carrier = models.CharField(max_length=160)  # who brought them, or the postal service
    tracking = models.CharField(max_length=60, blank=True)  # resi
    sent_by = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.number


class Collection(models.Model):
    """Where a permit on paper is to reach its holder, as the applicant chose; and where it is now."""

    case = models.OneToOneField(
        "workflow.Case", primary_key=True, on_delete=models.PROTECT, related_name="collection"
    )
    how = models.CharField(max_length=8, blank=True)  # a key of collecting.WAYS; "": not chosen
    unit = models.ForeignKey(
        "people.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    address = EncryptedTextField(blank=True)  # to post it to
    # With which it left; NULL: the permit lies at the office.
    consignment = models.ForeignKey(
        Consignment, null=True, blank=True, on_delete=models.PROTECT, related_name="collections"
    )


class Letter(models.Model):
    """
    A letter of the office about a case, owed from the move `seq` on.

    The row is there first, its number next, its document last: whatever fails in between is found and finished.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey("workflow.Case", on_delete=models.PROTECT, related_name="letters")
    seq = models.PositiveIntegerField()  # of the move it follows from
    kind = models.CharField(max_length=20)
    ink = models.BooleanField(default=False)  # printed, signed by hand, and scanned back
    part = models.CharField(
        max_length=60, blank=True
    )  # one move may owe several: the unit that is asked
    number = models.CharField(max_length=120, blank=True)
    document = models.ForeignKey(
        "documents.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "seq", "kind", "part"], name="letter_once_per_move"
            )
        ]
        indexes: ClassVar = [
            # Read by the worker: letters that are owed and not made.
            models.Index(
                fields=["at", "id"], name="letter_due", condition=Q(document__isnull=True)
            ),
            # Read by the list of those that wait for ink, among very many that are not made yet.
            models.Index(
                fields=["document", "at", "id"], name="letter_in_ink", condition=Q(ink=True)
            ),
        ]


class Reminder(models.Model):
    """A reminder that went out, once per permit and kind."""

    permit = models.ForeignKey(Permit, on_delete=models.CASCADE, related_name="reminders")
    what = models.CharField(max_length=20)  # expiry_<days before>, uncollected_<days after>
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["permit", "what"], name="reminder_once")
        ]


class TaskReminder(models.Model):
    """The unit was reminded of a task that comes due: once."""

    task = models.OneToOneField(
        "workflow.Task", primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    at = models.DateTimeField()


class Dispatch(models.Model):
    """
    A line of the dispatch book (buku ekspedisi): a letter that left the office, of a case of any kind.

    The letter stands in the tables of who owns the case; what it is called, the owner tells (registration.py).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=40, unique=True)  # of the register "dispatch"
    case = models.ForeignKey("workflow.Case", on_delete=models.PROTECT, related_name="dispatches")
    letter_id = models.UUIDField(db_index=True)
    how = models.CharField(max_length=8)  # a key of rules.SENT_HOW
    addressee = models.CharField(max_length=160)
    carrier = models.CharField(max_length=160, blank=True)
    received_by = models.CharField(max_length=160, blank=True)
    sent_by = models.ForeignKey(
        "people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(db_index=True)  # when it was handed over, or posted

    def __str__(self) -> str:
        return self.number
