"""The published standard is written from the definition: it cannot say another thing than the program does."""

import re
from dataclasses import replace

import pytest
from django.utils.translation import override

from satupintu.catalogue import presentation, services, standard
from satupintu.catalogue.parse import load_definition
from satupintu.catalogue.rules import (
    STANDARD_KEYS,
    Fee,
    Kind,
    Promise,
    StandingCondition,
    Text,
    Validity,
    promised_days,
)
from satupintu.catalogue.tests.factories import shipped_text

SHIPPED = [load_definition(text, name) for name, text in services.list_shipped_files()]


def said(definition, key, language="id"):
    with override(language):
        return standard.component(definition, key, language)


def bidan(**changes):
    return replace(load_definition(shipped_text("sip-bidan")), **changes)


def test_time_follows_the_promise_and_runs_from_submission():
    assert said(bidan(), "time") == (
        "Untuk permohonan baru, perpanjangan, perubahan data selambat-lambatnya 5 hari kerja sejak permohonan"
        " diajukan: pemeriksaan kelengkapan 1, tahap teknis 3, keputusan dan penerbitan 1. Untuk permohonan"
        " penggantian karena hilang atau rusak selambat-lambatnya 2 hari kerja sejak permohonan diajukan:"
        " pemeriksaan kelengkapan 1, keputusan dan penerbitan 1. Waktu berhenti selama pemohon melengkapi"
        " berkas. Batas hukum: 5 hari kerja sejak permohonan lengkap, menurut UU 30/2014 Pasal 53 sebagaimana"
        " diubah UU 6/2023. Tanggal pastinya tertulis di tanda terima."
    )
    shorter = said(bidan(promise=Promise(1, 0)), "time")
    assert "selambat-lambatnya 4 hari kerja" in shorter
    assert "5 hari kerja sejak permohonan diajukan" not in shorter
    assert "penerbitan" not in shorter


def test_product_follows_the_validity_and_the_decision():
    assert said(bidan(), "product").startswith(
        "Surat Izin Praktik Bidan, berlaku 5 tahun, ditandatangani"
    )
    assert "berlaku 1 tahun," in said(bidan(validity=Validity(months=12)), "product")
    closing = load_definition(shipped_text("penutupan"))
    assert "berlaku" not in said(closing, "product")
    copy = load_definition(shipped_text("salinan-legalisir"))
    assert "segel elektronik kantor" in said(copy, "product")
    assert "terbit di OSS" in said(load_definition(shipped_text("tdg")), "product")


def test_what_a_permit_binds_to_stands_in_the_standard_before_anybody_applies():
    assert "Kewajiban" not in said(bidan(), "product")
    bound = bidan(
        conditions=(
            StandingCondition("sign", Text("Pasang papan nama.", "Put up a sign."), 30),
            StandingCondition(
                "report", Text("Laporkan pasien.", ""), 365, kinds=frozenset({Kind.EXTENSION})
            ),
        )
    )
    assert said(bound, "product").endswith(
        "Kewajiban pemegang sesudah izin terbit: 1) pasang papan nama, selambat-lambatnya 30 hari kalender sesudah"
        " terbit; 2) laporkan pasien, selambat-lambatnya 365 hari kalender sesudah terbit (untuk permohonan"
        " perpanjangan)."
    )
    assert "put up a sign, no later than 30 calendar days" in said(bound, "product", "en")


@pytest.mark.parametrize(
    ("fee", "says"),
    [
        (Fee("zero", basis="UU 1/2022"), "Gratis (Rp0)."),
        (Fee("fixed", 50_000, basis="Perda Sanggau 3/2024"), "Rp50.000. Dasar: Perda Sanggau 3/2024."),
        (
            Fee("rule", 0, "per_unit", {"unit_idr": 1500, "field": "str_number"}, "Perda Sanggau 3/2024"),
            "Rp1.500 untuk tiap satuan “Nomor STR”. Dasar: Perda Sanggau 3/2024.",
        ),
        (
            Fee("rule", 0, "by_choice", {"field": "permit_order", "amounts": {"1": 0, "2": 7000}}, "Perda X 3/2024"),
            "Menurut “Ini izin praktik yang ke berapa”: Kesatu Rp0, Kedua Rp7.000. Dasar: Perda X 3/2024.",
        ),
    ],
)  # fmt: skip
def test_fee_follows_the_tariff(fee, says):
    text = said(bidan(fee=fee), "fee")

    assert text.startswith(says)
    assert ("Gratis" in text) is (fee.kind == "zero")


def test_requirements_name_each_document_and_for_whom():
    text = said(bidan(), "requirements")

    assert text.startswith(
        "1) Surat Tanda Registrasi (STR) (untuk permohonan baru, perpanjangan, perubahan data); 2)"
    )
    assert "4) bukti kecukupan Satuan Kredit Profesi (SKP) (untuk permohonan perpanjangan)" in text
    assert (
        said(bidan(requirements=()), "requirements") == "Tidak ada berkas yang perlu dilampirkan."
    )


def test_procedure_follows_stages_initials_and_decider():
    text = said(bidan(), "procedure")

    assert (
        "3) Tahap teknis: verifikasi teknis Dinas Kesehatan atau pemeriksaan tempat praktik oleh Dinas Kesehatan"
        " (untuk permohonan baru, perpanjangan, perubahan data). 4) Kepala bidang memberi paraf; kepala dinas"
        " memutuskan"
    ) in text
    alone = bidan(stages=(), decision=replace(bidan().decision, initials=()))
    assert "3) Kepala dinas memutuskan dan menandatangani" in said(alone, "procedure")


def test_a_persons_sentence_is_added_to_what_the_program_writes():
    pbg = load_definition(shipped_text("pbg"))

    assert said(pbg, "fee") == (
        "Retribusi dihitung di SIMBG (simbg.pu.go.id); pendampingan di kantor ini gratis."
        " Dasar: UU 1/2022 Pasal 88; PP 16/2021. Menurut luas, fungsi, dan indeks bangunan sesuai Perda;"
        " dibayar ke kas daerah lewat bank dengan SKRD."
    )


@pytest.mark.parametrize("definition", SHIPPED, ids=lambda one: one.code)
def test_every_shipped_standard_is_whole_and_says_the_days_of_each_kind(definition):
    for language in ("id", "en"):
        with override(language):
            texts = standard.published(definition, language)
        assert len(texts) == len(STANDARD_KEYS) == 14
        assert all(text and "%(" not in text for _label, text in texts)
    if definition.decision.by != "automatic":
        for kind in definition.kinds:
            assert f"{promised_days(definition, kind, None)} hari kerja sejak" in said(
                definition, "time"
            )


@pytest.mark.parametrize("definition", SHIPPED, ids=lambda one: one.code)
def test_no_shipped_standard_names_a_page_that_does_not_exist(definition):
    for text in definition.standard.values():
        assert not re.search(
            r"\b(adukan|dasbor|dashboard|complaint page)\b", f"{text.id} {text.en}".lower()
        )


@pytest.mark.parametrize("definition", SHIPPED, ids=lambda one: one.code)
def test_the_stops_of_the_line_add_up_to_the_longest_promise(definition):
    if definition.decision.by == "automatic":
        return
    with override("id"):
        steps = presentation.steps(definition, "id")

    days = [int(step.note.split()[0]) for step in steps if step.note.endswith("hari kerja")]
    assert sum(days) == presentation.longest_days(definition)


def test_each_kind_of_request_has_its_own_time():
    with override("id"):
        rows = presentation.times(bidan(), None)

    assert [(row.kind, row.days) for row in rows] == [
        (Kind.NEW, 5), (Kind.EXTENSION, 5), (Kind.CHANGE, 5), (Kind.REPLACEMENT, 2),
    ]  # fmt: skip
