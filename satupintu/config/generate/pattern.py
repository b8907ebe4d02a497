"""A pattern: the rows of one told person, compiled so that copies of them can be written by the thousand."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import connection, models

from satupintu.catalogue.queries import ServiceVersion, definition_of
from satupintu.config.backup.rows import Field, list_fields
from satupintu.config.generate.blanks import Blanks, Cut, Filler, NotAsItStands
from satupintu.config.generate.group import Group, Model, references
from satupintu.config.generate.people import MadeUp
from satupintu.config.generate.telling import Told
from satupintu.desk.proof import ANSWER, COMPLAINT, complaint_text
from satupintu.desk.queries import Answer, Complaint
from satupintu.fees.proof import marked_texts
from satupintu.lib import crypto
from satupintu.lib.crypto import word_keys
from satupintu.lib.numbering import format_number
from satupintu.office.queries import NumberSeries, NumberTaken, local_date
from satupintu.people.queries import Party, User
from satupintu.permits.finding import case_words
from satupintu.permits.proof import (
    DISPATCHED,
    HANDED,
    HOLDER,
    PERMIT,
    STATEMENTS,
    dispatch_text,
    hand_over_text,
    holder_text,
    permit_text,
)
from satupintu.permits.queries import Application, Permit, PermitCase
from satupintu.permits.services.issue import check_code_of
from satupintu.workflow.queries import Case, Task, Transition
from satupintu.workflow.rules import canonical

# How a cell is filled; what does not differ between copies is a plain value.
BLANK, TEXT, SECRET, LOOKUP = range(4)
Cell = tuple[int, int, Any]  # place in the row, how, with what

_FEES = ("fees_assessment", "fees_payment", "fees_refund")
_NAMES_USER = ("user", "recorded_by_id", "asked_by_id")
WORDS = "permits_caseword"  # whose rows follow from the person's name and address
REGISTER = "permits_registerword"  # whose rows follow from the permit's number and holder
_FOLLOWING = (WORDS, REGISTER)


@dataclass(slots=True)
class TableRows:
    """The rows of one table: constant values, and the cells that differ."""

    model: Model
    columns: list[str]
    rows: list[tuple[list[Any], list[Cell]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class NumberBlank:
    """A number of a register: which series, as of when, and the blanks of its counter, its text and its file name."""

    series: NumberSeries
    at: datetime
    classification: str
    service: str
    year: int
    seq: int
    number: int
    as_file: int


@dataclass(slots=True)
class Pattern:
    """What a copy needs. Blanks are places in its list of values."""

    outcome: str
    cases: int
    began: datetime
    count: int
    uuids: list[int]  # in their order, which a copy keeps
    keys: dict[Model, list[int]]  # of tables that count their rows
    numbers: list[NumberBlank]
    codes: list[int]
    checks: list[tuple[int, int, int]]  # code, case, number
    person: Mapping[str, int]
    user_texts: list[
        tuple[int, str, str]
    ]  # blank, and what stands before and after the user's number
    sealed_in: int
    word_cases: list[tuple[int, int, list[str]]]  # case, moment, keys that are not the person's
    # Permits on the public register: permit, moment, last day, number, holder, of an organisation.
    registered: list[tuple[int, int, date | None, Cut, Cut, bool]]
    tables: list[TableRows]
    filler: Filler

    def rows(self) -> int:
        return sum(len(table.rows) for table in self.tables)


def stored_moment(moment: datetime) -> str:
    """Return a moment as the database keeps it."""
    if connection.vendor == "sqlite":
        return str(moment.astimezone(UTC).replace(tzinfo=None))
    return moment.isoformat()


def stored_uuid(text: str) -> str:
    return text.replace("-", "") if connection.vendor == "sqlite" else text


class Compiler:
    """Turns one told person into a pattern. Raises NotAsItStands when a digest cannot be made again."""

    def __init__(self, told: Told, group: Group, series: Mapping[int, NumberSeries]) -> None:
        self.told, self.group, self.series = told, group, series
        self.rows_by_case: dict[UUID, list[Transition]] = {}
        for row in sorted(self._of(Transition), key=lambda one: one.seq):
            self.rows_by_case.setdefault(row.case_id, []).append(row)
        acts = [row.at for row in self._of(Transition)]
        self.blanks = Blanks(
            since=min([*acts, *(one.saved_at for one in self._named("permits_draft"))]), acts=acts
        )
        self.uuid_blank: dict[UUID, int] = {}
        self.key_blank: dict[tuple[Model, Any], int] = {}
        self.numbers: dict[str, NumberBlank] = {}
        self.user_texts: list[tuple[int, str, str]] = []

    def _of(self, model: Model) -> list[Any]:
        return list(self.group.get(model, {}).values())

    def _named(self, table: str) -> list[Any]:
        return list(
            chain.from_iterable(
                rows.values() for model, rows in self.group.items() if model._meta.db_table == table
            )
        )

    def compile(self) -> Pattern:
        blanks = self.blanks
        self._name_ids()
        person = self._name_person()
        numbers, checks = self._name_numbers(), self._name_codes()
        coded = [*self._of(Application), *self._of(Complaint)]
        codes = [blanks.name(one.tracking_code) for one in coded]
        self._name_digests()
        self.sealed_in = blanks.blank()
        word_cases = self._word_cases(self.told.person)
        registered = self._registered()
        tables = [
            self._table(model) for model in self.group if model._meta.db_table not in _FOLLOWING
        ]
        filler = blanks.filler(stored_moment)
        return Pattern(
            outcome=self.told.outcome,
            cases=self.told.cases,
            began=blanks.since,
            count=blanks.count,
            uuids=[self.uuid_blank[one] for one in sorted(self.uuid_blank)],
            keys=self._keys(),
            numbers=numbers,
            codes=codes,
            checks=checks,
            person=person,
            user_texts=self.user_texts,
            sealed_in=self.sealed_in,
            word_cases=word_cases,
            registered=registered,
            tables=tables,
            filler=filler,
        )

    def _name_ids(self) -> None:
        for model, rows in self.group.items():
            for key in rows:
                if isinstance(key, UUID):
                    if key not in self.uuid_blank:
                        self.uuid_blank[key] = self.blanks.name(str(key))
                elif not isinstance(model._meta.pk, models.OneToOneField):
                    self.key_blank[model, key] = self.blanks.blank()
        # The log and the fees name a user by a bare number: named with what stands around it.
        for before in _NAMES_USER:
            for after in ",}":
                blank = self.blanks.name(f'"{before}":{self.told.user.pk}{after}')
                self.user_texts.append((blank, before, after))

    def _keys(self) -> dict[Model, list[int]]:
        found: dict[Model, list[int]] = {}
        for (model, _key), blank in sorted(
            self.key_blank.items(), key=lambda one: (one[0][0]._meta.db_table, one[0][1])
        ):
            found.setdefault(model, []).append(blank)
        return found

    def _name_person(self) -> dict[str, int]:
        user, made_up = self.told.user, self.told.person
        texts = {
            "username": user.username,
            "name": made_up.name,
            "identity": made_up.identity,
            "phone": made_up.phone,
            "email": made_up.email,
            "birth_date": made_up.birth_date.isoformat(),
            "address": made_up.address,
        }
        named = {key: self.blanks.name(text) for key, text in texts.items()}
        return named | {"user": self.key_blank[User, user.pk]}

    # --- Numbers and codes -------------------------------------------------------------------

    def _name_numbers(self) -> list[NumberBlank]:
        for taken in sorted(self._of(NumberTaken), key=lambda one: (one.at, one.pk)):
            series = self.series[taken.series_id]
            classification, service = self._words_of(taken, series)
            self.numbers[taken.number] = NumberBlank(
                series=series,
                at=taken.at,
                classification=classification,
                service=service,
                year=self.blanks.blank(),
                seq=self.blanks.blank(),
                number=self.blanks.name(taken.number),
                as_file=self.blanks.name(taken.number.replace("/", "-")),
            )
        return list(self.numbers.values())

    def _words_of(self, taken: NumberTaken, series: NumberSeries) -> tuple[str, str]:
        """Return classification and service word with which this number was written."""
        codes = {one.service_code for one in self._of(PermitCase)}
        outputs = {row.service_version_id for row in self._of(Case)}
        tried = [("", ""), *(("", code) for code in codes), *(("", code.upper()) for code in codes)]
        tried += [(one, code.upper()) for code in codes for one in self._classifications(outputs)]
        for classification, service in tried:
            if taken.number == written_number(
                series, taken.seq, local_date(taken.at), classification, service
            ):
                return classification, service
        raise NotAsItStands(taken.number)

    def _classifications(self, versions: set[int]) -> set[str]:
        found = set()
        for version in ServiceVersion.objects.filter(pk__in=versions):
            if output := definition_of(version).output:
                found.add(output.classification)
        return found

    def _name_codes(self) -> list[tuple[int, int, int]]:
        found = []
        for permit in self._of(Permit):
            if permit.check_code != check_code_of(permit.case_id, permit.number):
                raise NotAsItStands(permit.number)
            code = self.blanks.name(permit.check_code)
            found.append((code, self.uuid_blank[permit.case_id], self.blanks.name(permit.number)))
        return found

    # --- Digests -----------------------------------------------------------------------------

    def _name_digests(self) -> None:
        blanks = self.blanks
        tasks = {str(one.pk): one for one in self._of(Task)}
        sides = {one.pk: one for one in self._of(PermitCase)}
        permits = {one.case_id: one for one in self._of(Permit)}
        said_of = self._texts()
        self.fees = marked_texts(*chain.from_iterable(map(self._named, _FEES)))
        for case_id, chained in self.rows_by_case.items():
            columns = self.told.columns[case_id]
            if len(columns) != len(chained):
                raise NotAsItStands(f"{len(columns)} of {len(chained)} rows were seen")
            for row, after in zip(chained, columns, strict=True):
                blanks.digest(row.effects["case"], canonical(after))
                for task_id, found in row.effects.get("open", {}).items():
                    blanks.digest(found, canonical(tasks[task_id].canonical_columns()))
                if case_id in sides:
                    self._name_row_digests(row, sides[case_id], permits.get(case_id), said_of)
                else:
                    self._name_complaint(row)
                blanks.digest(
                    row.hash,
                    f"{row.canonical_version}\n{row.previous_hash}\n{canonical(row.canonical_row())}",
                )

    def _name_row_digests(
        self, row: Transition, side: PermitCase, permit: Permit | None, said_of: Sequence[str]
    ) -> None:
        told = row.digests
        for name, said in (("answers", side.answers), (STATEMENTS, side.statements)):
            if told.get(name) == _sha(
                canonical(said)
            ):  # of before a repair: nothing is left to digest
                self.blanks.digest(told[name], canonical(said))
        if found := told.get(HOLDER):
            self.blanks.mark(found, holder_text(side.holder))
        if found := told.get(PERMIT):
            assert permit is not None
            self.blanks.digest(found, permit_text(permit))
        if found := told.get("text"):
            texts = (canonical({"case": str(row.case_id), "text": text}) for text in said_of)
            self.blanks.digest(found, next((one for one in texts if _sha(one) == found), ""))
        for key in told.keys() & self.fees.keys():
            if crypto.is_fingerprint_of(self.fees[key], told[key]):  # else: of before a later line
                self.blanks.mark(told[key], self.fees[key])
        for key, table, text_of in (
            (HANDED, "permits_handover", hand_over_text),
            (DISPATCHED, "permits_dispatch", dispatch_text),
        ):
            if found := told.get(key):
                papers = [text_of(one) for one in self._named(table)]
                self.blanks.mark(
                    found, next((one for one in papers if crypto.is_fingerprint_of(one, found)), "")
                )

    def _name_complaint(self, row: Transition) -> None:
        if found := row.digests.get(COMPLAINT):
            (complaint,) = (one for one in self._of(Complaint) if one.pk == row.case_id)
            self.blanks.mark(found, complaint_text(complaint))
        if found := row.digests.get(ANSWER):
            (answer,) = (
                one
                for one in self._of(Answer)
                if one.complaint_id == row.case_id and one.seq == row.seq
            )
            self.blanks.mark(found, answer.text)

    def _texts(self) -> list[str]:
        """Return what officers wrote about these cases: any of it may be what a row's digest is of."""
        found = []
        for table in ("permits_recommendation", "permits_inspection"):
            for one in self._named(table):
                found += [value for value in vars(one).values() if isinstance(value, str) and value]
        return found

    # --- Words -------------------------------------------------------------------------------

    def _word_cases(self, person: MadeUp) -> list[tuple[int, int, list[str]]]:
        own = set(keys_of(person.name, person.address))
        found: dict[UUID, tuple[datetime, list[str]]] = {}
        for word in self._named(WORDS):
            _opened, keys = found.setdefault(word.case_id, (word.opened_at, []))
            if word.key not in own:
                keys.append(word.key)
        return [
            (self.uuid_blank[case_id], self.blanks.moment(opened.astimezone(UTC), "stored"), keys)
            for case_id, (opened, keys) in found.items()
        ]

    def _registered(self) -> list[tuple[int, int, date | None, Cut, Cut, bool]]:
        """Return what the words of each permit on the public register follow from."""
        standing = {word.permit_id for word in self._named(REGISTER)}
        return [
            (
                self.uuid_blank[permit.pk],
                self.blanks.moment(permit.issued_at.astimezone(UTC), "stored"),
                permit.valid_until,
                self.blanks.cut(permit.number),
                self.blanks.cut(permit.holder),
                permit.party.is_organisation,
            )
            for permit in self._of(Permit)
            if permit.pk in standing
        ]

    # --- Rows --------------------------------------------------------------------------------

    def _table(self, model: Model) -> TableRows:
        fields = list_fields(model)
        targets = dict(references(model))
        table = TableRows(model, [str(one.column) for one in fields])
        for row in self.group[model].values():
            values: list[Any] = []
            cells: list[Cell] = []
            for place, one in enumerate(fields):
                plain, cell = self._cell(model, one, row, targets.get(one.attname))
                values.append(plain)
                if cell is not None:
                    cells.append((place, *cell))
            table.rows.append((values, cells))
        return table

    def _cell(
        self, model: Model, one: Field, row: models.Model, target: Model | None
    ) -> tuple[Any, tuple[int, Any] | None]:
        """Return the plain value, and how it is filled in each copy (None: it is the same in all)."""
        value = getattr(row, one.attname)
        blank = self.sealed_in if one.attname == "sealed_in" else None
        if blank is None and value is not None:
            blank = self._blank_of(model, one, row, value, target)
        if blank is not None:
            return None, (BLANK, blank)
        if isinstance(row, Party) and isinstance(value, date) and not isinstance(value, datetime):
            return None, (TEXT, self.blanks.cut(value.isoformat()))  # a day of birth
        return self._text_cell(one, row, value)

    def _blank_of(
        self, model: Model, one: Field, row: models.Model, value: Any, target: Model | None
    ) -> int | None:
        """Return the blank that is all of the cell: an id, a moment, a day of the story, a counter."""
        if isinstance(row, NumberTaken) and one.attname in {"year", "seq"}:
            number = self.numbers[row.number]
            return number.year if one.attname == "year" else number.seq
        if isinstance(value, datetime):
            return self.blanks.moment(value.astimezone(UTC), "stored")
        if isinstance(value, date) and not isinstance(row, Party):
            later = value >= self.blanks.since.date()
            return self.blanks.day(value, "iso") if later else None
        return self._id_blank(model, one, value, target)

    def _id_blank(self, model: Model, one: Field, value: Any, target: Model | None) -> int | None:
        if isinstance(value, UUID):
            return self.uuid_blank.get(value)
        if one.primary_key and not isinstance(one, models.OneToOneField):
            return self.key_blank.get((model, value))
        return self.key_blank.get((target, value)) if target else None

    def _text_cell(
        self, one: Field, row: models.Model, value: Any
    ) -> tuple[Any, tuple[int, Any] | None]:
        if (base := getattr(one, "of", None)) is not None:
            cut = self.blanks.cut(getattr(row, base) or "")
            return (value, None) if isinstance(cut, str) else (None, (LOOKUP, (one, base, cut)))
        secret = hasattr(one, "from_db_value") and not isinstance(one, models.JSONField)
        if isinstance(one, models.JSONField) or (secret and not isinstance(value, str)):
            text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        elif isinstance(value, str):
            text = value
        else:
            return one.get_db_prep_save(value, connection), None
        cut = self.blanks.cut(text)
        if isinstance(cut, str):
            if isinstance(one, models.JSONField):
                return text, None
            return one.get_db_prep_save(value, connection), None
        return None, (SECRET if secret else TEXT, cut)


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def keys_of(name: str, address: str) -> list[str]:
    """Return the hashed words by which a person's cases are found."""
    return [word_keys(word)[0] for word in case_words(name, address, {})]


def written_number(
    series: NumberSeries, seq: int, on: date, classification: str, service: str
) -> str:
    return format_number(
        series.pattern,
        seq=seq,
        at_date=on,
        classification=classification or series.classification,
        unit=series.unit,
        service=service,
    )
