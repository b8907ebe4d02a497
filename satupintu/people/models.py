"""Party (has cases), User (signs in), Unit, and what a user may do where and when."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from satupintu.lib.fields import EncryptedJSONField, EncryptedTextField
from satupintu.lib.ids import uuid7
from satupintu.people import rules


def role_choices() -> list[tuple[str, object]]:
    return [(role.value, label) for role, label in rules.ROLE_LABELS.items()]


class Unit(models.Model):
    """A work unit: the office, its divisions, other agencies (perangkat daerah), kecamatan."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=160)
    short_name = models.CharField(max_length=60, blank=True)
    kind = models.SlugField(
        max_length=40
    )  # what service files call it: "health", "office", "district"
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT)
    address = models.TextField(blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name


class Party(models.Model):
    """A person or an organisation that has cases; may have no login."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    is_organisation = models.BooleanField(default=False)
    name = models.CharField(max_length=160)
    # NIK of a person, NIB or NPWP of an organisation; found whole or by the last four digits.
    identity_kind = models.CharField(max_length=12, blank=True)
    identity = EncryptedTextField(blank=True, searchable=True)
    # When the office saw that the number is theirs; None: only somebody says so, in an account, by post or telephone.
    identity_seen_at = models.DateTimeField(null=True, blank=True)
    phone = EncryptedTextField(blank=True, searchable=True)
    email = models.EmailField(blank=True)
    birth_date = models.DateField(null=True, blank=True)
    address = EncryptedTextField(blank=True)
    region = models.CharField(max_length=13, blank=True)  # Kemendagri code of the village
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class User(AbstractBaseUser):
    """A login. Applicants and officers alike; what they may do hangs on parties and roles."""

    username = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=160)
    email = models.EmailField(blank=True)
    phone = EncryptedTextField(blank=True, searchable=True)
    party = models.ForeignKey(
        Party, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    nip = models.CharField(max_length=18, blank=True)
    position = models.CharField(max_length=160, blank=True)  # jabatan, printed under a signature
    rank = models.CharField(max_length=80, blank=True)  # pangkat/golongan
    language = models.CharField(max_length=2, default="id")
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar = ["name"]

    objects: ClassVar = BaseUserManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["email"], condition=~Q(email=""), name="one_login_per_email"
            ),
            models.UniqueConstraint(
                fields=["phone_hash"], condition=~Q(phone_hash=""), name="one_login_per_phone"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name


class RoleAssignment(models.Model):
    """A user holds a role in a unit from a date, until a date (exclusive; NULL: open)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="assignments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    role = models.CharField(max_length=20, choices=role_choices)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "unit", "role", "valid_from"], name="role_once_per_unit_and_day"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=models.F("valid_from")),
                name="role_ends_after_it_starts",
            ),
        ]


class Delegation(models.Model):
    """The power to sign, given by a decree, for some services or all, between two dates."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="delegations")
    decree_number = models.CharField(max_length=80)
    decree_date = models.DateField()
    signing = models.CharField(max_length=8, default=rules.Signing.OWN)
    title = models.CharField(max_length=160)  # whose power: "Kepala DPMPTSP Kabupaten Sanggau"
    services = models.JSONField(default=list)  # service codes; [] = all services
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)


class Authority(models.Model):
    """A letter of authority: `user` may act for `party` (kuasa), as shown by a document."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="authorities")
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="authorities")
    kind = models.CharField(max_length=20)  # "self", "officer" of the company, "letter"
    document_id = models.UUIDField(null=True, blank=True)
    # NULL: claimed, and not yet checked by an officer; opens nothing.
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "party", "valid_from"], name="authority_once_per_party_and_day"
            )
        ]


class Consent(models.Model):
    """What a person agreed to, how it was given, and when it was withdrawn (UU 27/2022)."""

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=40)
    given_how = models.CharField(max_length=40)
    recorded_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)


class Disclosure(models.Model):
    """Somebody looked at data that is masked by default: who, what, of whom, when, why."""

    user = models.ForeignKey(User, on_delete=models.PROTECT)
    party = models.ForeignKey(Party, null=True, on_delete=models.SET_NULL)
    subject = models.CharField(max_length=80)  # "case 018f... answers.nik"
    at = models.DateTimeField()
    # Number of the digest of the log that holds the row (lib/proof.py); NULL: none yet.
    sealed_in = models.PositiveIntegerField(null=True, blank=True, db_index=True)


class SignInCode(models.Model):
    """A one-time code for an address; the code itself is not stored, only its keyed hash."""

    address = EncryptedTextField(searchable=True)  # a telephone number (E.164) or an e-mail address
    kind = models.CharField(max_length=5)  # "email" or "phone"
    code_hash = models.CharField(max_length=60)
    given_how = models.CharField(max_length=12)  # "sent", "counter", "call_back"
    issued_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT)
    # Whom the officer identified: the first sign-in joins this party instead of making a new one.
    party = models.ForeignKey(Party, null=True, blank=True, on_delete=models.CASCADE)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)


class CallBackRequest(models.Model):
    """Somebody asks to be called with a sign-in code; closed when an officer gives it."""

    phone = EncryptedTextField(searchable=True)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)


class Device(models.Model):
    """A browser in the office that officers remember; its cookie is worthless once revoked."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    label = models.CharField(max_length=80)
    created_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)


class DeviceUser(models.Model):
    """An officer proved a second factor on a device; until when it is not asked again there."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="officers")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    trusted_until = models.DateTimeField()
    last_used_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device", "user"], name="officer_once_per_device")
        ]


class HeldPost(models.Model):
    """
    What somebody posted after their session had ended: waits, unseen, until that very person signs in.

    Each post is a row of its own, so two windows never overwrite each other.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    path = models.CharField(max_length=500)  # the page's address with its query
    fields = EncryptedJSONField()  # name -> values; never a password or a passphrase
    files = EncryptedJSONField(default=list)  # names of files that must be chosen again
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "-at"], name="held_of_user")]


class SavedFilter(models.Model):
    """The filter of a list under a name: an officer's own, or one that a section head shares with their unit."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")  # who made it
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )  # shared with; NULL: its maker's own
    page = models.CharField(max_length=20)  # of rules.FILTER_PAGES
    query = models.CharField(max_length=500)  # as rules.filter_query writes it
    name = models.CharField(max_length=rules.FILTER_NAME)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "page", "name"],
                condition=Q(unit__isnull=True),
                name="own_filter_name_once",
            ),
            models.UniqueConstraint(
                fields=["unit", "page", "name"],
                condition=Q(unit__isnull=False),
                name="shared_filter_name_once",
            ),
        ]


class AccountEvent(models.Model):
    """What happened to logins and roles, written in the transaction of the change."""

    at = models.DateTimeField()
    event = models.CharField(max_length=40)
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    details = models.JSONField(
        default=dict
    )  # ids and dates, never numbers or addresses of a person
    # Number of the digest of the log that holds the row (lib/proof.py); NULL: none yet.
    sealed_in = models.PositiveIntegerField(null=True, blank=True, db_index=True)
