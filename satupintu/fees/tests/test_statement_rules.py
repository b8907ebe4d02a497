"""What a bank's row says, and which payment a credit is: as tables."""

from datetime import date
from uuid import UUID

import pytest

from satupintu.fees.rules.matching import Candidate, Credit, Ground, Kind, match_all
from satupintu.fees.rules.statement import (
    BadLine,
    Column,
    LineState,
    guess_columns,
    key_text,
    missing_columns,
    read_amount,
    read_line,
)

TODAY = date(2026, 11, 24)
DAY, TEXT, CREDIT, DEBIT, AMOUNT, MARK = (
    Column.DAY,
    Column.TEXT,
    Column.CREDIT,
    Column.DEBIT,
    Column.AMOUNT,
    Column.MARK,
)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("673.200", 673_200),
        ("673.200,00", 673_200),
        ("673,200.00", 673_200),
        ("673200", 673_200),
        ("673200.0", 673_200),
        ("1.673.200", 1_673_200),
        ("1 673 200,00", 1_673_200),
        ("Rp 673.200,00", 673_200),
        ("Rp673.200", 673_200),
        ("IDR 673,200.00", 673_200),
        ("673,200.00 CR", 673_200),
        ("673,200.00 DB", -673_200),
        ("673.200 K", 673_200),
        ("673.200-", -673_200),
        ("-673.200", -673_200),
        ("(673.200,00)", -673_200),
        ("", 0),
        ("-", 0),
        ("0,00", 0),
    ],
)
def test_amounts_as_banks_write_them(text, amount):
    assert read_amount(text) == amount


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("673.200,50", "amount_cents"),
        ("12.5", "amount_cents"),
        ("1.23.456", "amount_unread"),
        ("1,2345", "amount_unread"),
        ("6.7E+5", "amount_unread"),
        ("nihil", "amount_unread"),
        ("673.200 XX", "amount_unread"),
    ],
)
def test_amounts_that_nobody_may_guess(text, code):
    with pytest.raises(BadLine) as bad:
        read_amount(text)
    assert bad.value.code == code


@pytest.mark.parametrize(
    ("columns", "cells", "state", "amount"),
    [
        ((DAY, CREDIT, DEBIT), ("23/11/2026", "500.000", ""), LineState.CREDIT, 500_000),
        ((DAY, CREDIT, DEBIT), ("23/11/2026", "0,00", "500.000"), LineState.DEBIT, 500_000),
        ((DAY, CREDIT, DEBIT), ("23/11/2026", "", ""), LineState.EMPTY, 0),
        ((DAY, CREDIT), ("", "0"), LineState.EMPTY, 0),
        ((DAY, AMOUNT, MARK), ("23/11/2026", "500.000", "K"), LineState.CREDIT, 500_000),
        ((DAY, AMOUNT, MARK), ("23/11/2026", "500.000", "DB"), LineState.DEBIT, 500_000),
        ((DAY, AMOUNT), ("23/11/2026", "500.000 DB"), LineState.DEBIT, 500_000),
        ((DAY, AMOUNT), ("23/11/2026", "500.000"), LineState.CREDIT, 500_000),
    ],
)
def test_a_row_is_a_credit_a_debit_or_nothing(columns, cells, state, amount):
    said = read_line(cells, columns, "dmy", TODAY)
    assert (said.state, said.amount_idr) == (state, amount)


@pytest.mark.parametrize(
    ("columns", "cells", "problem"),
    [
        ((DAY, CREDIT), ("", "500.000"), "day_missing"),
        ((DAY, CREDIT), ("31/02/2026", "500.000"), "date_impossible"),
        ((DAY, CREDIT), ("11/23/2026", "500.000"), "date_order"),
        ((DAY, CREDIT), ("kemarin", "500.000"), "date_unread"),
        ((DAY, CREDIT), ("25/11/2026", "500.000"), "date_future"),
        ((DAY, CREDIT), ("23/11/2026", "lima ratus"), "amount_unread"),
        ((DAY, CREDIT), ("23/11/2026", "500,25"), "amount_cents"),
        ((DAY, CREDIT, DEBIT), ("23/11/2026", "5.000", "5.000"), "both"),
        ((DAY, AMOUNT, MARK), ("23/11/2026", "5.000", "?"), "mark_unread"),
    ],
)
def test_a_row_that_cannot_be_read_says_why(columns, cells, problem):
    said = read_line(cells, columns, "dmy", TODAY)
    assert (said.state, said.problem) == (LineState.BAD, problem)


def test_words_and_references_are_kept_together_and_short():
    said = read_line(
        ("TRSF " + "x" * 900, "23/11/2026", "5.000", "REF9"),
        (TEXT, DAY, CREDIT, Column.REFERENCE),
        "dmy",
        TODAY,
    )
    assert said.text.startswith("TRSF x")
    assert len(said.text) == 500


def test_headings_are_understood_and_what_is_missing_is_named():
    headings = ["Tgl. Transaksi", "Uraian", "Debet", "Kredit", "Saldo", "Keterangan"]
    assert guess_columns(headings) == [DAY, TEXT, DEBIT, CREDIT, Column.IGNORE, TEXT]
    assert guess_columns(["Tanggal", "Tgl"]) == [DAY, Column.IGNORE]
    assert len(missing_columns([TEXT])) == 2
    assert len(missing_columns([DAY, CREDIT, AMOUNT])) == 1
    assert missing_columns([DAY, CREDIT]) == []


def test_equal_lines_of_one_file_have_keys_of_their_own():
    keys = {key_text(TODAY, 5000, "setoran", nth) for nth in (1, 2)}
    assert len(keys | {key_text(TODAY, 50002, "setoran", 1)}) == 3


# --- Matching -----------------------------------------------------------------------------------
NOTICE, ACCOUNT = "SKRD-2026-00001", "8808123400012345"


def credit(text="", amount=673_200, day=23, n=1):
    return Credit(UUID(int=n), date(2026, 11, day), amount, text)


def told(n=101, **more):
    given = {"amount_idr": 673_200, "day": date(2026, 11, 23), **more}
    return Candidate(Kind.TOLD, UUID(int=n), f"PTSP-{n}", **given)


def owed(n=201, **more):
    given = {"amount_idr": 673_200, "day": date(2026, 11, 20), "number": NOTICE, **more}
    return Candidate(Kind.OWED, UUID(int=n), f"PTSP-{n}", **given)


def booked(n=301, **more):
    given = {"amount_idr": 673_200, "day": date(2026, 11, 23), **more}
    return Candidate(Kind.BOOKED, UUID(int=n), f"PTSP-{n}", **given)


def one(text, *candidates, **more):
    return match_all([credit(text, **more)], candidates)[UUID(int=1)]


@pytest.mark.parametrize(
    "text",
    [
        "TRSF E-BANKING SKRD-2026-00001 SARI",
        "trsf skrd 2026 00001/sari",
        "SKRD202600001",
        "BYR/SKRD/2026/00001",
    ],
)
def test_the_number_of_the_notice_is_found_as_banks_write_it(text):
    found = one(text, owed(), owed(202, number="SKRD-2026-00002"))
    assert found.sure
    assert found.fits[0].candidate.case == "PTSP-201"
    assert Ground.NUMBER in found.fits[0].grounds


@pytest.mark.parametrize("text", ["SKRD-2026-000012", "SKRD-2026-0000", "SKRD-2025-00001", "SARI"])
def test_part_of_a_number_is_no_number(text):
    found = one(text, owed(day=date(2026, 11, 24)))
    assert found.fits == []


def test_a_virtual_account_is_a_name_and_the_amount_decides():
    assert one(f"PEMBAYARAN VA {ACCOUNT}", owed(accounts=(ACCOUNT,))).sure
    assert not one(f"VA 1{ACCOUNT}", owed(accounts=(ACCOUNT,), day=None)).fits
    part = one(f"VA {ACCOUNT}", owed(accounts=(ACCOUNT,)), amount=100_000)
    assert not part.sure
    assert part.fits[0].candidate.case == "PTSP-201"


def test_a_payment_that_was_told_is_preferred_to_its_notice():
    found = one(NOTICE, owed(), told(number=NOTICE))
    assert found.sure
    assert found.fits[0].candidate.kind is Kind.TOLD


def test_amount_and_day_are_believed_of_one_payment_only():
    assert one("SETORAN", told()).sure
    assert one("SETORAN", told(day=date(2026, 11, 20))).sure  # a weekend between
    assert not one("SETORAN", told(day=date(2026, 11, 19))).fits
    assert not one("SETORAN", told(), told(102)).sure
    assert len(one("SETORAN", told(), told(102)).fits) == 2
    assert not one("SETORAN", told(), owed()).sure
    assert one("SETORAN", booked()).sure


def test_a_notice_by_amount_alone_is_never_sure():
    found = one("SETORAN", owed())
    assert (found.sure, len(found.fits)) == (False, 1)
    assert one("SETORAN", owed(day=date(2026, 11, 24))).fits == []  # set after the money came


def test_who_is_named_is_not_outweighed_by_another_with_the_amount():
    found = one(NOTICE, owed(amount_idr=500_000), told(102))
    assert not found.sure
    assert [fit.candidate.case for fit in found.fits] == ["PTSP-201"]


def test_two_credits_that_claim_one_payment_are_for_a_person():
    found = match_all([credit(NOTICE), credit(NOTICE, n=2)], [owed()])
    assert [one.sure for one in found.values()] == [False, False]
    assert all(one.fits for one in found.values())


def test_a_short_reference_names_nobody():
    assert one("BCA 1", told(reference="BCA", day=date(2026, 11, 1))).fits == []
    found = one("trf ABC-12345", told(reference="ABC12345", day=date(2026, 11, 1)))
    assert found.sure
