"""
Bank statements: a file comes in, its columns are understood, its credits become payments by the acts of a case.

Nothing is booked here: who chooses what a credit is records a payment, or confirms one, as anybody does on the case
(the same roles, the same two persons), and the payment keeps the line. A line is one payment at most, which the
database keeps; the same money in another file is no credit again.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.fees import statement_queries as queries
from satupintu.fees.models import Assessment, BankFormat, BankStatement, Payment, StatementLine
from satupintu.fees.rules import AssessmentState, PaymentState, Way
from satupintu.fees.rules.statement import (
    KEEP_DAYS,
    MOST_LINES,
    NO_BANK,
    NO_ORDER,
    SEVERAL,
    Column,
    LineState,
    guess_columns,
    is_known,
    key_text,
    missing_columns,
    read_line,
)
from satupintu.lib import crypto
from satupintu.lib.refusal import Refusal
from satupintu.lib.tabular.dates import DAY_FIRST, MONTH_FIRST
from satupintu.lib.tabular.headings import HEAD_ROWS, LIKELY_HEAD, find_headings, fingerprint_of
from satupintu.lib.tabular.profile import add_row, profile_of
from satupintu.lib.tabular.reading import CannotReadTable, Table
from satupintu.people.rules import Actor
from satupintu.workflow.queries import get_case
from satupintu.workflow.services import CannotMove, act

WRITE_ROWS = 1000


class SameStatement(Refusal):
    """These very bytes are here already: `statement` is what became of them."""

    def __init__(self, message: str, statement: BankStatement) -> None:
        super().__init__(message)
        self.statement = statement


class ColumnsRefused(Refusal):
    """The columns cannot be understood so; `problems` lists (place in the form, sentence)."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__(problems[0][1])
        self.problems = problems


class StatementInUse(Refusal):
    """Payments, or another statement, rest on this one: it stays as it was read."""


class LineRefused(CannotMove):
    """A line of a statement cannot be this payment; `message` says why."""


def receive_statement(*, path: Path, name: str, by: Actor, at: datetime) -> BankStatement:
    """
    Read a bank's file and return its statement, waiting for what its columns hold.

    Raises CannotReadTable with a sentence, and nothing of the file stays; SameStatement when the same bytes came in
    before. The file is read before anything is written.
    """
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    known = BankStatement.objects.select_related("uploaded_by").filter(sha256=digest).first()
    if known is not None:
        raise _same(known)
    rows = list(islice(Table(path).rows(), MOST_LINES + HEAD_ROWS + 1))
    headings, begins = find_headings(rows[:HEAD_ROWS], is_known)
    data = [row for row in rows if row[0] >= begins]
    if len([one for one in headings if one]) < LIKELY_HEAD:
        raise CannotReadTable("not_a_table")
    if not data:
        raise CannotReadTable("empty")
    if len(data) > MOST_LINES:
        raise CannotReadTable(
            "too_many_rows",
            _(
                "Rekening koran ini lebih dari 5.000 baris. Unduh per minggu, lalu kirim satu per satu."
            ),
        )
    profile = profile_of(len(headings))
    for number, cells in data:
        add_row(profile, number, cells)
    kept = queries.find_format(fingerprint_of(headings))
    made = BankStatement(
        name=name[:160],
        sha256=digest,
        bank=kept.bank if kept else "",
        headings=headings,
        profile=[one.to_json() for one in profile],
        columns=kept.columns if kept else [one.value for one in guess_columns(headings)],
        rows=len(data),
        uploaded_by_id=by.user_id,
        uploaded_at=at,
    )
    lines = [StatementLine(statement=made, number=number, cells=cells) for number, cells in data]
    try:
        with transaction.atomic():
            BankStatement.objects.bulk_create([made])
            StatementLine.objects.bulk_create(lines, batch_size=WRITE_ROWS)
    except IntegrityError as error:
        raise _same(
            BankStatement.objects.select_related("uploaded_by").get(sha256=digest)
        ) from error
    return made


def _same(found: BankStatement) -> SameStatement:
    return SameStatement(
        _("Berkas yang sama sudah dikirim oleh %(who)s dengan nama “%(name)s”.")
        % {"who": found.uploaded_by.name if found.uploaded_by else "", "name": found.name},
        found,
    )


def read_statement(
    *,
    statement: BankStatement,
    bank: str,
    columns: Sequence[Column],
    order: str,
    by: Actor,
    at: datetime,
) -> None:
    """
    Read a statement's lines by what its columns hold, and remember these for the bank.

    Raises ColumnsRefused with all that is missing, StatementInUse when something rests on it. A line whose money came
    with an earlier statement is SEEN. In one transaction: at most MOST_LINES lines.
    """
    if problems := _problems(bank, columns, order):
        raise ColumnsRefused(problems)
    with transaction.atomic():
        _check_unused(statement)
        lines = list(StatementLine.objects.filter(statement=statement).order_by("number"))
        _read_lines(lines, columns, order, at)
        _mark_seen(statement, lines)
        # First none is a credit: a line that is read anew must not meet its own key.
        StatementLine.objects.filter(statement=statement).update(standing="", key="")
        try:
            with transaction.atomic():
                StatementLine.objects.bulk_update(
                    lines,
                    ["standing", "problem", "day", "amount_idr", "text", "nth", "key"],
                    batch_size=200,
                )
        except IntegrityError as error:  # another statement with the same money was read just now
            raise StatementInUse(
                _("Rekening koran lain baru saja dibaca. Tekan Baca sekali lagi.")
            ) from error
        BankStatement.objects.filter(pk=statement.pk).update(
            bank=bank.strip()[:80], columns=[str(one) for one in columns], order=order, read_at=at
        )
        BankFormat.objects.update_or_create(
            fingerprint=fingerprint_of(statement.headings),
            defaults={
                "bank": bank.strip()[:80],
                "columns": [str(one) for one in columns],
                "saved_by_id": by.user_id,
                "saved_at": at,
            },
        )


def _problems(bank: str, columns: Sequence[Column], order: str) -> list[tuple[str, str]]:
    found = [("", str(one)) for one in missing_columns(columns)]
    for column, count in Counter(columns).items():
        if count > 1 and column not in SEVERAL:
            places = [at for at, one in enumerate(columns) if one is column]
            found.append(
                (f"kolom-{places[1]}", _("Arti ini sudah dipakai kolom lain. Sisakan satu."))
            )
    if order not in (DAY_FIRST, MONTH_FIRST):
        found.append(("urutan", str(NO_ORDER)))
    if not bank.strip():
        found.append(("bank", str(NO_BANK)))
    return found


def _read_lines(
    lines: Sequence[StatementLine], columns: Sequence[Column], order: str, at: datetime
) -> None:
    today = timezone.localdate(at)
    told: Counter[tuple[object, ...]] = Counter()
    for line in lines:
        said = read_line(line.cells, columns, order, today)
        line.standing, line.problem = said.state, said.problem
        line.day, line.amount_idr, line.text = said.day, said.amount_idr, said.text
        line.nth, line.key = 0, ""
        if said.state is LineState.CREDIT and said.day is not None:
            same = (said.day, said.amount_idr, crypto.normalise(said.text))
            told[same] += 1
            line.nth = told[same]
            line.key = crypto.lookup_hash(
                key_text(said.day, said.amount_idr, said.text, line.nth), "credit"
            )


def _mark_seen(statement: BankStatement, lines: Sequence[StatementLine]) -> None:
    """Let credits that an earlier statement holds be SEEN, under the key that they have there."""
    came_in = [one for one in lines if one.standing == LineState.CREDIT and one.day is not None]
    keys: dict[str, StatementLine] = {}
    for one in came_in:
        assert one.day is not None
        said = key_text(one.day, one.amount_idr, one.text, one.nth)
        keys |= dict.fromkeys(crypto.lookup_hashes(said, "credit"), one)
    days = [one.day for one in came_in if one.day is not None]
    if not days:
        return
    held = StatementLine.objects.filter(
        standing=LineState.CREDIT, day__range=(min(days), max(days))
    ).exclude(statement=statement)
    for key in held.values_list("key", flat=True):
        if key in keys:
            keys[key].standing, keys[key].key = LineState.SEEN, key


def _check_unused(statement: BankStatement) -> None:
    if statement.emptied_at is not None:
        raise StatementInUse(_("Isi rekening koran ini sudah dihapus. Kirim lagi berkas aslinya."))
    if Payment.objects.filter(statement_line__statement=statement).exists():
        raise StatementInUse(
            _(
                "Sudah ada pembayaran yang dicocokkan dari rekening koran ini. Isinya tetap seperti semula."
            )
        )
    if queries.is_seen_again(statement):
        raise StatementInUse(
            _("Rekening koran lain memuat baris yang sama. Hapus dulu yang dikirim kemudian.")
        )


@transaction.atomic
def discard_statement(*, statement: BankStatement) -> None:
    """Throw a statement away on which nothing rests. Raises StatementInUse."""
    _check_unused(statement)
    BankStatement.objects.filter(pk=statement.pk).delete()


def empty_old_statements(*, at: datetime) -> int:
    """
    Empty the words of lines that are no payment, KEEP_DAYS after their statement came; return how many statements.

    Day, amount and key stay: the same money is known again. What a payment rests on stays whole.
    """
    old = BankStatement.objects.filter(
        uploaded_at__lt=at - timedelta(days=KEEP_DAYS), emptied_at__isnull=True
    ).order_by("uploaded_at", "id")
    done = 0
    for one in old[:20]:
        with transaction.atomic():
            lines = StatementLine.objects.filter(statement=one)
            lines.filter(payments__isnull=True).update(text="", cells=[])
            lines.filter(payments__isnull=False).update(cells=[])
            done += BankStatement.objects.filter(pk=one.pk, emptied_at__isnull=True).update(
                emptied_at=at, profile=[]
            )
    return done


# --- A credit becomes a payment -----------------------------------------------------------------


def credit_for(line_id: UUID, amount_idr: int) -> StatementLine:
    """
    Return the credit that a payment of this amount shall rest on, for the service of a case.

    Raises LineRefused for a line that is no credit, of another amount, or another payment already.
    """
    standing = Payment.objects.filter(statement_line=OuterRef("pk"))
    line = (
        StatementLine.objects.filter(pk=line_id, standing=LineState.CREDIT)
        .defer("cells")
        .annotate(taken=Exists(standing.exclude(standing=PaymentState.REJECTED)))
        .first()
    )
    if line is None:
        raise LineRefused(_("Baris rekening koran ini tidak ada lagi. Muat ulang halaman."))
    if line.amount_idr != amount_idr:
        raise LineRefused(
            _(
                "Jumlah pada rekening koran berbeda dengan jumlah pembayarannya. Tolak bukti bayarnya, lalu catat"
                " yang masuk."
            )
        )
    if line.taken:
        raise _taken()
    return line


def _taken() -> LineRefused:
    return LineRefused(
        _("Baris ini baru saja dicocokkan dengan pembayaran lain. Muat ulang halaman.")
    )


def confirm_by_line(*, line_id: UUID, payment_id: UUID, by: Actor, at: datetime) -> None:
    """
    Confirm a payment because the statement shows it: the act of its case, with the line.

    Raises LineRefused, and what the act raises: SamePerson for who recorded it, NumberProblem.
    """
    payment = Payment.objects.filter(pk=payment_id).first()
    if payment is None:
        raise LineRefused(_("Pembayaran ini tidak ada."))
    data = {"payment": str(payment.pk)}
    if payment.statement_line_id is None:
        data["statement_line"] = str(line_id)
    elif payment.statement_line_id != line_id:
        raise _taken()
    try:
        act(get_case(payment.case_id), "confirm_payment", by=by, at=at, data=data)
    except IntegrityError as error:
        raise _taken() from error


def record_by_line(*, line_id: UUID, assessment_id: UUID, by: Actor, at: datetime) -> None:
    """
    Record a credit as a payment of an assessment; another officer confirms it. Raises LineRefused, and as the act does.

    The payment bears the virtual account's number where the credit names one that the office ordered: what its
    provider tells later of the same money is not booked again.
    """
    made = Assessment.objects.filter(pk=assessment_id, standing=AssessmentState.SET).first()
    line = StatementLine.objects.select_related("statement").filter(pk=line_id).first()
    if made is None or line is None or line.day is None:
        raise LineRefused(_("Baris rekening koran ini tidak ada lagi. Muat ulang halaman."))
    try:
        act(
            get_case(made.case_id),
            "record_payment",
            by=by,
            at=at,
            data={
                "amount_idr": line.amount_idr,
                "paid_on": line.day.isoformat(),
                "way": Way.TRANSFER,
                "reference": _account_in(line, made) or f"{line.statement.bank[:60]} {line.number}",
                "statement_line": str(line.pk),
            },
        )
    except IntegrityError as error:
        raise _taken() from error


def _account_in(line: StatementLine, made: Assessment) -> str:
    accounts = made.charges.filter(way=Way.VIRTUAL_ACCOUNT).values_list("payload", flat=True)
    plain = crypto.normalise(line.text)
    return next((one for one in accounts if one and one in plain), "")
