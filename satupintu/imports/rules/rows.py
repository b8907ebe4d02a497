"""One row under one mapping: an old case, or everything that is wrong with it at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from satupintu.imports.rules import LEAVE, guess_fate
from satupintu.imports.rules.cells import NOTHING, BadCell, bare, is_organisation, read_number
from satupintu.imports.rules.columns import DATES, NUMBERS, Target
from satupintu.lib.tabular.dates import DAY_FIRST, FOR_EVER, BadDate, read_date
from satupintu.lib.tabular.profile import folded_word
from satupintu.permits.imported import RUNNING, WITH_PERMIT, Fate, Holder

OLDEST_YEAR = 1970
LATEST_YEAR = 2100
_LENGTHS = {
    Target.NAME: 160,
    Target.COMPANY: 160,
    Target.OLD_NUMBER: 120,
    Target.PERMIT_NUMBER: 120,
    Target.SIGNATORY: 160,
}


class Problem(NamedTuple):
    """What is wrong: the target it is about ("" for the row), a key of rules.PROBLEM_LABELS, and more words."""

    on: str
    code: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """
    How the rows of one file are read.

    `columns` gives a target for each column; `orders` column -> "dmy" or "mdy"; `services` and `statuses` the word of
    the old register, folded -> a service code, a Fate, or LEAVE. `service` and `status` are for all rows of a file
    without such a column. `drop_damaged`: a number that the spreadsheet damaged is left out instead of refused.
    """

    headings: tuple[str, ...]
    columns: tuple[Target, ...]
    orders: Mapping[int, str] = field(default_factory=dict)
    services: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    service: str = ""
    status: str = ""
    drop_damaged: bool = False

    @classmethod
    def of(cls, headings: Sequence[str], stored: Mapping[str, Any]) -> "Plan":
        """Return the plan that a stored mapping says; columns that it does not name are not imported."""
        columns = [Target(one) for one in stored.get("columns", [])][: len(headings)]
        columns += [Target.IGNORE] * (len(headings) - len(columns))
        return cls(
            headings=tuple(headings),
            columns=tuple(columns),
            orders={int(at): order for at, order in stored.get("orders", {}).items()},
            services=stored.get("services", {}),
            statuses=stored.get("statuses", {}),
            service=stored.get("service", ""),
            status=stored.get("status", ""),
            drop_damaged=bool(stored.get("drop_damaged")),
        )

    def column_of(self, target: Target) -> int | None:
        return next((at for at, one in enumerate(self.columns) if one is target), None)


@dataclass(slots=True)
class Reading:
    """What a row says; `problems` empty: it can be imported. `left`: by its status it is not to be."""

    values: dict[Target, str] = field(default_factory=dict)
    days: dict[Target, date] = field(default_factory=dict)
    facts: list[tuple[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    service: str = ""
    fate: Fate | None = None
    left: bool = False

    def refuse(self, on: str, code: str, said: str = "") -> None:
        self.problems.append(Problem(on, code, said))

    @property
    def holder(self) -> Holder:
        said = self.values.get
        company = said(Target.COMPANY, "")
        name = company or said(Target.NAME, "")
        organisation = bool(company) or is_organisation(name)
        order = (Target.NIB, Target.NPWP) if organisation else (Target.NIK,)
        kind = next((one for one in order if said(one)), None)
        return Holder(
            name=name[:160],
            is_organisation=organisation,
            identity_kind=kind.value if kind else "",
            identity=said(kind, "") if kind else "",
            phone=said(Target.PHONE, ""),
            email=said(Target.EMAIL, ""),
            address=said(Target.ADDRESS, ""),
        )


def is_no_data(cells: Sequence[str], plan: Plan) -> bool:
    """Say whether a row is a title, a sum or a signature: nothing that was mapped beside one cell."""
    filled = [
        at
        for at, one in enumerate(cells[: len(plan.columns)])
        if one and plan.columns[at] is not Target.IGNORE
    ]
    return len(filled) <= 1


def read_row(cells: Sequence[str], plan: Plan, today: date) -> Reading:
    """Return what a row says under a plan, with every problem it has."""
    found = Reading()
    raw: dict[Target, str] = {}
    for at, target in enumerate(plan.columns):
        text = bare(cells[at]) if at < len(cells) else ""
        if target is Target.FACT:
            if text.lower() not in NOTHING:
                found.facts.append((plan.headings[at][:80], text[:500]))
        elif target is not Target.IGNORE and target not in raw:
            raw[target] = text
    _read_words(found, raw, plan)
    if found.left:
        return found
    _read_numbers(found, raw, plan, today)
    _read_texts(found, raw)
    for at, target in enumerate(plan.columns):
        if target in DATES and target not in found.days:
            _read_day(found, target, raw.get(target, ""), plan.orders.get(at, DAY_FIRST))
    _check_whole(found, today)
    return found


def _read_words(found: Reading, raw: Mapping[Target, str], plan: Plan) -> None:
    """Read service and status through the mapping of the file's own words."""
    said = raw.get(Target.SERVICE, "")
    found.service = plan.services.get(folded_word(said), "") if said else plan.service
    if Target.SERVICE not in raw:
        found.service = plan.service
    status = raw.get(Target.STATUS, "")
    word = plan.statuses.get(folded_word(status), "") if status else plan.status
    if not word and status and (guess := guess_fate(status)):
        word = guess.value
    if LEAVE in (word, found.service):
        found.left = True
    elif word in set(Fate):
        found.fate = Fate(word)
    elif status:
        found.refuse(Target.STATUS, "status_unknown", status[:80])
    elif raw.get(Target.PERMIT_NUMBER):
        found.fate = Fate.ISSUED  # a register of permits says of each that it was issued
    else:
        found.refuse(Target.STATUS, "missing")
    if not found.service and not found.left:
        found.refuse(Target.SERVICE, "service_unknown" if said else "missing", said[:80])


def _read_numbers(found: Reading, raw: Mapping[Target, str], plan: Plan, today: date) -> None:
    for target, kind in NUMBERS.items():
        try:
            value = read_number(kind, raw.get(target, ""), today)
        except BadCell as bad:
            if not plan.drop_damaged:
                found.refuse(target, bad.code, bad.said)
            continue
        if value:
            found.values[target] = value


def _read_texts(found: Reading, raw: Mapping[Target, str]) -> None:
    for target, text in raw.items():
        if target in DATES or target in NUMBERS or text.lower() in NOTHING:
            continue
        if target is Target.EMAIL and ("@" not in text or " " in text or len(text) > 254):  # noqa: PLR2004  RFC 5321
            found.refuse(target, "email")
        elif len(text) > _LENGTHS.get(target, 500):
            found.refuse(target, "too_long")
        else:
            found.values[target] = text


def _read_day(found: Reading, target: Target, text: str, order: str) -> None:
    if target is Target.VALID_UNTIL and FOR_EVER.search(text):
        return
    try:
        day = read_date(text, order)
    except BadDate as bad:
        found.refuse(target, bad.code)
        return
    if day is None:
        return
    if not OLDEST_YEAR <= day.year <= LATEST_YEAR:
        found.refuse(target, "date_odd")
        return
    found.days[target] = day


def _check_whole(found: Reading, today: date) -> None:
    """Check what only the whole row can say."""
    if not (found.values.get(Target.NAME) or found.values.get(Target.COMPANY)):
        found.refuse(Target.NAME, "missing")
    days = found.days
    for target in (Target.SUBMITTED, Target.DECIDED):
        if target in days and days[target] > today:
            found.refuse(target, "date_future")
    unread = {one.on for one in found.problems}
    if found.fate is not None:
        _check_fate(found, unread)
    submitted, decided = days.get(Target.SUBMITTED), days.get(Target.DECIDED)
    if submitted and decided and decided < submitted:
        found.refuse(Target.DECIDED, "date_before")
    ends = days.get(Target.VALID_UNTIL)
    if ends and decided and ends < decided and found.fate in WITH_PERMIT:
        found.refuse(Target.VALID_UNTIL, "ends_before")


def _check_fate(found: Reading, unread: set[str]) -> None:
    """Ask for the days and the number without which such a case cannot stand in the register."""
    if found.fate in RUNNING:
        if Target.SUBMITTED not in found.days and Target.SUBMITTED not in unread:
            found.refuse(Target.SUBMITTED, "missing")
        return
    if not found.days.keys() & {Target.DECIDED, Target.SUBMITTED} and Target.DECIDED not in unread:
        found.refuse(Target.DECIDED, "missing")
    if found.fate in WITH_PERMIT and not found.values.get(Target.PERMIT_NUMBER):
        found.refuse(Target.PERMIT_NUMBER, "missing")
