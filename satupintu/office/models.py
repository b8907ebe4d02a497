"""What the office is, when it works, where its people live, and how its papers are numbered."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from satupintu.office import rules


def closure_choices() -> list[tuple[str, object]]:
    return [(kind.value, label) for kind, label in rules.CLOSURE_LABELS.items()]


def number_state_choices() -> list[tuple[str, object]]:
    return [(state.value, label) for state, label in rules.NUMBER_STATE_LABELS.items()]


class OfficeProfile(models.Model):
    """The office itself: one row (id 1)."""

    code = models.SlugField(max_length=40)  # "sanggau"
    name = models.CharField(max_length=160)  # printed in full on letters
    short_name = models.CharField(max_length=80)  # beside the arms on every page
    regency = models.CharField(max_length=80)  # "Kabupaten Sanggau"
    region_code = models.CharField(max_length=13, blank=True)  # Kemendagri code, "61.03"
    address = models.TextField()
    postcode = models.CharField(max_length=5, blank=True)
    city = models.CharField(max_length=80, blank=True)  # where letters are signed
    phone = models.CharField(max_length=20, blank=True)  # E.164
    hotline = models.CharField(max_length=20, blank=True)
    whatsapp = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    website = models.CharField(max_length=120, blank=True)
    letterhead = models.TextField(blank=True)  # lines above the office's name
    arms = models.BinaryField(
        default=bytes, blank=True
    )  # b"": the shield that ships with the program
    arms_type = models.CharField(max_length=40, blank=True)
    colour = models.CharField(max_length=7, default=rules.DEFAULT_COLOUR)  # "#0b5d5e"
    zone = models.CharField(max_length=40)
    hours = models.JSONField(default=dict)  # {"0": ["08:00", "15:00"], ...}, Monday 0
    break_note = models.CharField(max_length=160, blank=True)
    pledge = models.TextField(blank=True)  # maklumat pelayanan (UU 25/2009, article 22)
    promise = models.TextField(blank=True)  # one sentence on the home page
    promise_decree = models.CharField(max_length=200, blank=True)
    complaint_contact = models.TextField(blank=True)
    # Days after the last reminder until a permit that nobody collected goes to the archive.
    uncollected_days = models.PositiveSmallIntegerField(default=rules.UNCOLLECTED_DAYS)
    head_unit = models.SlugField(max_length=40, default="dpmptsp")  # unit of the office itself
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="office_has_one_profile"),
        ]

    def __str__(self) -> str:
        return self.name


class Closure(models.Model):
    """A date without work. Counts once confirmed, until removed; rows stay as a record."""

    date = models.DateField()
    kind = models.CharField(max_length=12, choices=closure_choices)
    name = models.CharField(max_length=160)
    reason = models.TextField(blank=True)  # decree or event; required unless seeded
    source = models.CharField(max_length=80, blank=True)  # what seeded it; "" when a person did
    proposed_by = models.CharField(max_length=160)
    proposed_by_id = models.BigIntegerField(null=True, blank=True)
    proposed_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=160, blank=True)
    confirmed_by_id = models.BigIntegerField(null=True, blank=True)
    effective_from = models.DateTimeField(null=True, blank=True)  # from when on it is counted with
    removed_by = models.CharField(max_length=160, blank=True)
    removed_by_id = models.BigIntegerField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["date", "kind"],
                condition=Q(removed_at__isnull=True),
                name="closure_once_a_day",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by_id__isnull=True) | ~Q(confirmed_by_id=F("proposed_by_id")),
                name="closure_is_confirmed_by_another_person",
            ),
        ]
        indexes: ClassVar = [
            # Read by work_calendar(): every closure that counts.
            models.Index(
                fields=["date"],
                condition=Q(removed_at__isnull=True, effective_from__isnull=False),
                name="closure_counts",
            ),
        ]


class CalendarChange(models.Model):
    """The working calendar changed: workflow reads this and computes running cases anew."""

    what = models.CharField(max_length=240)
    from_date = models.DateField(null=True, blank=True)  # first date concerned; NULL: all
    by = models.CharField(max_length=160)
    at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True, db_index=True)


class OfficeChange(models.Model):
    """Who changed the profile or a register, when, and what it said before; never changed."""

    subject = models.CharField(max_length=80)  # "profile", "series:permit"
    before = models.JSONField(default=dict)  # only what changed
    after = models.JSONField(default=dict)
    by = models.CharField(max_length=160)
    at = models.DateTimeField()
    # Number of the digest of the log that holds the row (lib/proof.py); NULL: none yet.
    sealed_in = models.PositiveIntegerField(null=True, blank=True, db_index=True)

    class Meta:
        indexes: ClassVar = [
            # Read by list_office_changes(): the newest changes of one subject.
            models.Index(fields=["subject", "-id"], name="office_change_of_subject"),
        ]


class Region(models.Model):
    """A province, regency or city, district (kecamatan), or village, by its Kemendagri code."""

    code = models.CharField(max_length=13, primary_key=True)  # "61.03.01.2001"
    name = models.CharField(max_length=100)
    level = models.CharField(max_length=10)  # rules.RegionLevel
    postcode = models.CharField(max_length=5, blank=True)
    parent = models.CharField(
        max_length=8, blank=True, db_index=True
    )  # the code without its last part
    search = models.CharField(max_length=100)  # lib.words.fold(name)

    def __str__(self) -> str:
        return self.name


class NumberSeries(models.Model):
    """A register of numbers: how they are written, for which unit, from which block."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=160)
    pattern = models.CharField(max_length=80)
    classification = models.CharField(max_length=40, blank=True)  # archive code, {class}
    unit = models.CharField(max_length=40, blank=True)  # {unit}
    yearly = models.BooleanField(default=True)  # starts again each year
    block_start = models.PositiveIntegerField(default=1)
    block_end = models.PositiveIntegerField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)  # which register it continues
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(block_start__gte=1), name="block_starts_at_one_or_above"
            ),
            models.CheckConstraint(
                condition=Q(block_end__isnull=True) | Q(block_end__gte=F("block_start")),
                name="block_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class NumberCounter(models.Model):
    """The last number given out of a series in a year (year 0 when the series never restarts)."""

    series = models.ForeignKey(NumberSeries, on_delete=models.PROTECT, related_name="counters")
    year = models.PositiveSmallIntegerField()
    value = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["series", "year"], name="one_counter_per_series_and_year"
            ),
        ]


class NumberTaken(models.Model):
    """A line of the register: a number that was given out, never to be given again."""

    series = models.ForeignKey(NumberSeries, on_delete=models.PROTECT, related_name="taken")
    year = models.PositiveSmallIntegerField()
    seq = models.PositiveIntegerField()
    number = models.CharField(max_length=120, unique=True)
    case_id = models.UUIDField(null=True, blank=True, db_index=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=160, blank=True)
    state = models.CharField(max_length=8, choices=number_state_choices)
    reason = models.TextField(blank=True)  # why it is void
    settled_at = models.DateTimeField(null=True, blank=True)  # used or void since
    settled_by = models.CharField(max_length=160, blank=True)
    # Number of the digest of the log that holds the row (lib/proof.py); NULL: none yet.
    sealed_in = models.PositiveIntegerField(null=True, blank=True, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["series", "year", "seq"], name="number_given_once"),
            models.CheckConstraint(
                condition=~Q(state="void") | ~Q(reason=""), name="void_number_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Setting(models.Model):
    """A small thing the office decides, by name."""

    key = models.SlugField(max_length=60, primary_key=True)
    value = models.JSONField()


class RateCount(models.Model):
    """How often a subject did something in its present window; the subject is a keyed hash."""

    key = models.CharField(max_length=100, primary_key=True)
    window = models.BigIntegerField()  # number of the window since 1970
    count = models.PositiveIntegerField()
    expires_at = models.DateTimeField(db_index=True)
