"""What the validator says: every refusal names file, line, key, what is wrong and what is allowed."""

from dataclasses import replace

import pytest
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from satupintu.catalogue import abolished, codec, services
from satupintu.catalogue.checks import may_take_forever
from satupintu.catalogue.lines import Lines
from satupintu.catalogue.parse import NotADefinition, check_text, load_definition
from satupintu.catalogue.rules import (
    Choice,
    Condition,
    Field,
    FieldType,
    Kind,
    Page,
    Requirement,
    Stage,
    Statement,
    Text,
    longest_days,
    promise_parts,
    promised_days,
    required_documents,
    stages_for,
)
from satupintu.catalogue.tests.factories import shipped_text

NAME = "sip-bidan.v1.toml"
BIDAN = shipped_text("sip-bidan")
STR_LAW = 'legal_basis = "UU 17/2023 Pasal 264"'
PAGE_LAW = 'legal_basis = "UU 17/2023 Pasal 264; PP 28/2024"\n'


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


# what is replaced, by what, the key named, a part of the message, a part of what is allowed
REFUSED = [
    ("schema = 1", "schema = 2", "schema", "tidak dikenal", "1"),
    ("version = 1", "version = 2", "version", "berbeda dari nama berkas", "1"),
    ('code = "sip-bidan"', 'code = "sip-bidan2"', "code", "berbeda dari nama berkas", "sip-bidan"),
    ('code = "sip-bidan"', "code = 3", "code", "salah jenis", "teks"),
    ("effective_from = 2026-01-05", 'effective_from = "besok"', "effective_from", "tidak dapat dibaca", "2026-01-31"),
    ('category = "health"', 'category = "sehat"', "category", "sehat", "health"),
    ('party = "person"', 'party = "people"', "party", "people", "person"),
    ('party = "person"', 'parti = "person"', "parti", "Kunci ini tidak dikenal", "party"),
    ('kinds = ["new", "extension", "change", "replacement"]', 'kinds = ["renew"]', "kinds", "renew", "extension"),
    ('system = "satupintu"', 'system = "sicantikk"', "system", "sicantikk", "oss"),
    ('type = "nik"', 'type = "ktp"', "page[1].field[2].type", "ktp", "nik"),
    ('key = "nik"', 'key = "name"', "page[1].field[2].key", "dipakai dua kali", "lain"),
    ('key = "nik"', 'key = "NIK KTP"', "page[1].field[2].key", "salah bentuk", "huruf kecil"),
    ('prefill = "party.identity"', 'prefill = "party.nik"', "page[1].field[2].prefill", "party.nik", "party.identity"),
    (STR_LAW, 'legal_basis = ""', "requirement[1].legal_basis", "tanpa dasar hukum", "UU 17/2023"),
    (STR_LAW, 'legal_basis = "kebiasaan"', "requirement[1].legal_basis", "tidak menyebut", "UU 17/2023"),
    ('document_kind = "str"', "", "requirement[1].document_kind", "jenis dokumen", "ktp"),
    ('id = "Surat Tanda Registrasi (STR)"', 'id = "Rekomendasi IBI"', "requirement[1].label", "UU 17/2023", "hapus"),
    ('id = "Surat Tanda Registrasi (STR)"', 'id = "Fotokopi SITU"', "requirement[1].label", "SITU", "hapus"),
    ('id = "Surat Tanda Registrasi (STR)"', 'id = "Berkas dalam map merah"', "requirement[1].label", "Map", "hapus"),
    ('id = "Surat Tanda Registrasi (STR)"', 'id = "Materai 6000"', "requirement[1].label", "Rp10.000", "hapus"),
    ('id = "Surat Tanda Registrasi (STR)"', 'id = ""', "requirement[1].label.id", "tidak boleh kosong", "teks"),
    ("check_days = 1", "check_days = 2", "promise", "6 hari kerja (2 + 3 + 1) melewati batas hukum 5", "5 hari kerja"),
    ("issue_days = 1", "issue_days = 1\n[legal]\ndays = 14", "legal.basis", "undang-undang sektor", "PP 16/2021"),
    ("check_days = 1", "check_days = -1", "promise.check_days", "kurang dari nol", "0 atau lebih"),
    ('role = "technical_officer"', 'role = "boss"', "stage[1].role", "boss", "technical_officer"),
    ('unit_kind = "health"', 'unit_kind = "dinkes"', "stage[1].unit_kind", "dinkes", "health"),
    ('kind = "zero"', 'kind = "gratis"', "fee.kind", "gratis", "zero, fixed, rule"),
    ('kind = "zero"', 'kind = "fixed"', "fee.amount_idr", "jumlah rupiah", "50000"),
    ("months = 60", "months = 60\ndays = 3", "validity", "tepat satu cara", "forever"),
    ('by = "head"', 'by = "leader"', "decision.by", "leader", "automatic"),
    ('template = "permit"', 'template = "poster"', "output.template", "poster", "permit, decree"),
    ("{place_name}, {place_address}", "{tempat}", "output.body.id", "{tempat}", "{holder}"),
    ("kepada {holder}", "kepada {holder:>9999999}", "output.body.id", "{holder:>9999999}", "{holder}"),
    ("kepada {holder}", "kepada {holder", "output.body.id", "tidak berpasangan", "{holder}"),
    ("kepada {holder}", "kepada {holder.name}", "output.body.id", "{holder.name}", "{holder}"),
    ('facts = ["str_number"', 'facts = ["str"', "output.facts", "str", "str_number"),
    ('unique_by = ["permit_order"]', 'unique_by = ["order"]', "unique_by", "order", "permit_order"),
    ('shown_when = { field = "practice_kind"', 'shown_when = { field = "schedule"',
     "page[4].field[4].shown_when.field", "bukan kolom di halaman sebelumnya", "practice_kind"),
    ('shown_when = { field = "practice_kind"', 'shown_when = { field = "str_number"',
     "page[4].field[4].shown_when.field", "kolom pilihan", "choice"),
    ('field = "practice_kind", values = ["own"] }', 'field = "practice_kind", values = ["mandiri"] }',
     "stage[2].when.values", "mandiri", "facility, own"),
    ("[standard.staff]", "[standard.petugas]", "standard.staff", "wajib ada", "id"),
    ("[standard.staff]", "[standard.petugas]", "standard.petugas", "tidak dikenal", "competence"),
    ("[standard.staff]", '[standard.requirements]\nid = "a"\nen = "a"\n[standard.staff]',
     "standard.requirements", "ditulis program", "[[requirement]]"),
    ("[standard.staff]", '[standard.legal_basis]\nid = "a"\nen = "a"\n[standard.staff]',
     "standard.legal_basis", "ditulis program", "legal_basis"),
    *(("[standard.staff]", f'[standard.{key}]\nid = "{said}"\nen = "x"\n[standard.staff]',
       f"standard.{key}", said.split(",")[0], "program menulisnya")
      for key, said in (("time", "5 hari kerja"), ("time", "lima hari"), ("procedure", "setahun"),
                        ("fee", "Rp50"), ("fee", "gratis"), ("fee", "5 tahun"))),
    ('id = "Surat Izin Praktik Bidan"\nen = "Midwife', 'id = "Surat Izin, berlaku 5 tahun"\nen = "Midwife',
     "standard.product", "5 tahun", "[validity]"),
    ("di satu tempat.", "di satu tempat, berlaku lima tahun.", "summary", "lima tahun", "[validity]"),
    ("{place_name}, {place_address}.\"", "{place_name} selama 5 tahun.\"", "output.body", "5 tahun", "[validity]"),
    (STR_LAW, 'legal_basis = "SK 1"', "requirement[1].legal_basis", "nomor dan tahunnya", "UU 17/2023"),
    (STR_LAW, 'legal_basis = "SK Kepala Dinas 1/2026"', "requirement[1].legal_basis", "nomor dan tahunnya", "UU"),
    ("issue_days = 1", 'issue_days = 1\n[legal]\ndays = 90\nbasis = "Kepala dinas minta 3"',
     "legal.basis", "undang-undang sektor", "PP 16/2021"),
    ("issue_days = 1", 'issue_days = 1\n[legal]\ndays = 90\nbasis = "SK Kepala Dinas 1/2026"',
     "legal.basis", "undang-undang sektor", "PP 16/2021"),
    ("issue_days = 1", 'issue_days = 1\n[legal]\ndays = 90\nbasis = "Perbup Sanggau 1/2026"',
     "legal.basis", "undang-undang sektor", "PP 16/2021"),
    ("issue_days = 1", 'issue_days = 1\n[legal]\ndays = 90\nbasis = "PP 16/2021 (28 hari kerja)"',
     "legal.days", "28 hari kerja, bukan 90", "28"),
    (f'title = {{ id = "Izin praktik sebelumnya", en = "Previous practice permit" }}\n{PAGE_LAW}',
     'title = { id = "Izin praktik sebelumnya", en = "Previous practice permit" }\n',
     "page[5].field[1].legal_basis", "pada kolom atau halamannya", "UU 17/2023"),
    (f'title = {{ id = "Izin praktik sebelumnya", en = "Previous practice permit" }}\n{PAGE_LAW}',
     'title = { id = "Izin praktik", en = "Permit" }\nlegal_basis = "SK 1"\n',
     "page[5].legal_basis", "nomor dan tahunnya", "UU 17/2023"),
    ('title = { id = "Profesi dan STR"',
     'intro = { id = "Siapkan rekomendasi IBI.", en = "x" }\ntitle = { id = "Profesi dan STR"',
     "page[2].intro", "UU 17/2023", "hapus"),
    ('en = "Registration certificate (STR)"', 'en = "Letter of the Midwives Association"',
     "requirement[1].label", "UU 17/2023", "hapus"),
    ("1 petugas loket", "stofmap merah, 1 petugas loket", "standard.staff", "Map", "hapus"),
    ('title = { id = "Verifikasi teknis Dinas Kesehatan"', 'title = { id = "Rekomendasi PPNI"',
     "stage[1].title", "UU", "hapus"),
    ('kinds = ["extension"]', 'kinds = ["closing"]', "requirement[4].kinds", "tidak melayani", "extension"),
    ('kinds = ["change"]\n\n[[requirement]]', 'kinds = ["closing"]\n\n[[requirement]]',
     "page[5].field[2].kinds", "tidak melayani", "extension"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "key", "says", "allowed"), REFUSED)
def test_refusal_names_line_key_and_what_is_allowed(old, new, key, says, allowed):
    text = BIDAN.replace(old, new, 1)
    assert text != BIDAN

    with override("id"):
        problems = check_text(text, NAME)

    found = [problem for problem in problems if problem.key == key]
    assert len(found) == 1, [str(problem) for problem in problems]
    assert says in found[0].message
    assert allowed in found[0].allowed
    assert found[0].file == NAME
    assert found[0].line > 0


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ('category = "health"', 'category = "sehat"', "category ="),
        (STR_LAW, 'legal_basis = ""', 'legal_basis = ""'),
        ('type = "nik"', 'type = "ktp"', 'type = "ktp"'),
        ("months = 60", "months = 60\nweeks = 3", "weeks"),
    ],
)
def test_problem_stands_on_the_line_of_its_key(old, new, part):
    text = BIDAN.replace(old, new, 1)

    assert [problem.line for problem in check_text(text, NAME)] == [line_of(text, part)]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("schema = ", 1),
        ('schema = 1\ncode = "x\n', 2),
        ("schema = 1\n[page\n", 2),
        ("a = 1\na = 2\n", 2),
        ('a = """\nx\n', 3),
    ],
)
def test_broken_toml_gets_one_sentence_with_its_line(text, line):
    problems = check_text(text, "x.v1.toml")

    assert [problem.line for problem in problems] == [line]
    assert "TOML" in problems[0].message


@pytest.mark.parametrize(
    "text",
    [
        "",
        "= =",
        "a" * 500_000,
        "[" * 5000,
        "x = " + "[" * 5000,
        "\x00",
        'page = 1\nstandard = "x"\nkinds = [1]',
    ],
)
def test_nonsense_is_refused_and_never_breaks_the_reader(text):
    problems = check_text(text, "x.v1.toml")

    assert problems
    with pytest.raises(NotADefinition):
        load_definition(text, "x.v1.toml")


def test_a_problem_reads_as_one_line_for_the_terminal():
    with override("id"):
        problem = check_text(BIDAN.replace('category = "health"', 'category = "sehat"'), NAME)[0]

        assert str(problem).startswith(
            f"{NAME}:{problem.line}: category: Nilai “sehat” tidak dikenal. Yang diizinkan: health,"
        )


def test_all_shipped_files_are_clean():
    assert [str(problem) for problem in services.check_files([])] == []


def test_at_least_eighteen_services_are_shipped_in_every_system():
    definitions = [load_definition(text, name) for name, text in services.list_shipped_files()]

    assert len(definitions) >= 18
    assert {definition.system.value for definition in definitions} == {"satupintu", "oss", "simbg"}
    assert [d.code for d in definitions if d.decision.by == "automatic"] == ["salinan-legalisir"]


def test_health_permits_ask_only_what_the_law_names():
    for code in (
        "sip-dokter",
        "sip-bidan",
        "sip-perawat",
        "sip-apoteker",
        "sip-ttk",
        "sip-tgm",
        "sip-nakes",
    ):
        definition = load_definition(shipped_text(code))
        assert [item.key for item in definition.requirements] == [
            "str",
            "facility_letter",
            "place_statement",
            "skp",
            "competence",
        ]


ABOLISHED = [
    "Rekomendasi IDI setempat",
    "Surat rekomendasi dari organisasi profesi",
    "Rekomendasi Ikatan Bidan Indonesia",
    "Rekomendasi Persatuan Perawat Nasional Indonesia",
    "Rekomendasi dari Ikatan Apoteker Indonesia cabang Sanggau",
    "Surat keterangan dari Perhimpunan Radiografer Indonesia",
    "Persetujuan organisasi profesi",
    "Surat pengantar PPNI",
    "Kartu anggota IBI",
    "IBI recommendation letter",
    "Recommendation of the Indonesian Midwives Association",
    "Approval of the professional association",
    "Izin gangguan (HO)",
    "Tanda Daftar Perusahaan",
    "SIUP",
    "Trading business licence",
    "S.I.T.U.",
    "Fotokopi S I T U",
    "IMB",
    "Building permit (IMB)",
    "Map warna merah",
    "map folio warna merah",
    "Stofmap merah",
    "Stopmap",
    "Red folder",
    "Meterai Rp6.000",
    "Stamp duty of Rp6,000",
    "Rp6,000 stamp",
]
LAWFUL = [
    "Rekomendasi Dinas Kesehatan",
    "Rekomendasi dari organisasi perangkat daerah bidang kesehatan",
    "Rekomendasi Perhimpunan Dokter Hewan Indonesia",
    "Tidak perlu rekomendasi organisasi profesi",
    "Tanda Daftar Gudang",
    "SIUP Perikanan",
    "NIB menggantikan SITU dan TDP",
    "PBG atau IMB lama",
    "Peta lokasi (map)",
    "A map of the place",
    "Meterai Rp10.000",
    "Surat situasi lokasi",
]


@pytest.mark.parametrize(
    ("text", "abolished_now"),
    [*((text, True) for text in ABOLISHED), *((text, False) for text in LAWFUL)],
)
def test_abolished_demands_are_recognised(text, abolished_now):
    assert (abolished.find(text) is not None) is abolished_now


def test_lines_of_nested_tables_lists_and_long_texts_are_found():
    lines = Lines(
        'a = """\nb = 1\n"""\nc = [\n  { d = 1 }, # x = [\n  { d = 2 },\n]\n[[page]]\nk = 1\n[[page.field]]\nk = 2\n[[page]]\nk = 3\n[x."y z"]\nw = "}]"\n'  # noqa: E501  one file, as written
    )

    assert lines.of(("a",)) == 1
    assert lines.of(("c", 1, "d")) == 6
    assert lines.of(("page", 0, "k")) == 9
    assert lines.of(("page", 0, "field", 0, "k")) == 11
    assert lines.of(("page", 1, "k")) == 13
    assert lines.of(("x", "y z", "w")) == 15
    assert lines.of(("nothing",)) == 0


# --- Asking a definition ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "answers", "expected"),
    [
        (Kind.NEW, {"practice_kind": "facility"}, [("check", 1), ("stage", 3), ("issue", 4)]),
        (Kind.NEW, {"practice_kind": "own"}, [("check", 1), ("stage", 4), ("issue", 5)]),
        (Kind.NEW, None, [("check", 1), ("stage", 4), ("issue", 5)]),
        (Kind.REPLACEMENT, None, [("check", 1), ("issue", 2)]),
    ],
)
def test_the_parts_of_the_promise_end_one_after_the_other(kind, answers, expected):
    bidan = load_definition(shipped_text("sip-bidan"))
    assert [(one.name, one.ends) for one in promise_parts(bidan, kind, answers)] == expected


def test_stages_documents_and_days_follow_kind_and_answers():
    bidan = load_definition(BIDAN)
    own, facility = {"practice_kind": "own"}, {"practice_kind": "facility"}

    assert [stage.key for stage in stages_for(bidan, Kind.NEW, own)] == ["inspection"]
    assert promised_days(bidan, Kind.NEW, own) == 5
    assert promised_days(bidan, Kind.NEW, facility) == 4
    assert promised_days(bidan, Kind.REPLACEMENT, facility) == 2
    assert longest_days(bidan) == 5
    assert [d.key for d in required_documents(bidan, Kind.EXTENSION, facility)] == [
        "str",
        "facility_letter",
        "skp",
    ]
    assert [
        d.key for d in required_documents(bidan, Kind.NEW, {**own, "not_practised": "yes"})
    ] == ["str", "place_statement", "competence"]
    assert required_documents(bidan, Kind.REPLACEMENT, own) == []


def test_parallel_recommendations_count_once():
    reklame = load_definition(shipped_text("reklame"))

    assert [stage.unit_kind for stage in stages_for(reklame, Kind.NEW, {})] == [
        "public_works",
        "transport",
    ]
    assert promised_days(reklame, Kind.NEW, {}) == 4


def test_automatic_decision_takes_no_working_day():
    assert longest_days(load_definition(shipped_text("salinan-legalisir"))) == 0


# --- JSON -------------------------------------------------------------------------------------
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)
texts = st.builds(Text, words, words)
keys = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
kinds = st.frozensets(st.sampled_from(list(Kind)))
conditions = st.none() | st.builds(Condition, keys, st.lists(words, max_size=3).map(tuple))
choices = st.lists(st.builds(Choice, words, texts), max_size=3).map(tuple)
columns = st.lists(st.builds(Field, keys, st.sampled_from(list(FieldType)), texts), max_size=2).map(
    tuple
)
fields = st.builds(
    Field, keys, st.sampled_from(list(FieldType)), texts, help=texts, required=st.booleans(),
    legal_basis=words, choices=choices, kinds=kinds, shown_when=conditions, fields=columns,
    max_rows=st.integers(1, 50), external_order=st.integers(0, 50),
)  # fmt: skip
pages = st.builds(Page, keys, texts, st.lists(fields, max_size=3).map(tuple), texts, conditions)
requirements = st.builds(
    Requirement, keys, texts, words, help=texts, kinds=kinds, required_when=conditions,
    statements=st.lists(st.sampled_from(list(Statement)), max_size=3).map(tuple), statement_text=texts,
    identity=st.booleans(), valid_months=st.integers(0, 60),
)  # fmt: skip
stages = st.builds(
    Stage, keys, texts, words, words, st.integers(0, 30), words, st.booleans(), kinds, conditions
)


@given(
    title=texts,
    pages=st.lists(pages, max_size=3).map(tuple),
    requirements=st.lists(requirements, max_size=3).map(tuple),
    stages=st.lists(stages, max_size=3).map(tuple),
    kinds=st.lists(st.sampled_from(list(Kind)), max_size=5).map(tuple),
)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_definition_survives_json(title, pages, requirements, stages, kinds):
    definition = replace(
        load_definition(BIDAN),
        title=title,
        pages=pages,
        requirements=requirements,
        stages=stages,
        kinds=kinds,
    )

    assert codec.from_json(codec.to_json(definition)) == definition


def test_text_that_is_no_stored_definition_is_refused():
    for text in ("{}", "[]", "1", "{"):
        with pytest.raises(ValueError):  # noqa: PT011  any of its kinds
            codec.from_json(text)


@pytest.mark.parametrize(
    ("pattern", "slow"),
    [
        (r"[A-Za-z]{1,2} ?[0-9]{1,4} ?[A-Za-z]{0,3}", False),
        (r"\d{2}(\.\d{2}){3}", False),
        (r"(ab){3}", False),
        (r"[+*(]+", False),
        (r"\(\d+\)", False),
        (r"(a+)+", True),
        (r"(a|aa)*", True),
        (r"((a)b)+", True),
        (r"(?:a?){1,50}", True),
        (r"\d+\d+\d+", True),
    ],
)
def test_a_pattern_that_may_take_forever_is_refused(pattern, slow):
    assert may_take_forever(pattern) is slow


def test_a_slow_pattern_is_no_definition():
    key = 'key = "str_number"'
    assert BIDAN.count(key) == 1
    slow = BIDAN.replace(key, f'{key}\npattern = "(a+)+"')

    found = check_text(slow, NAME)

    assert any("macet" in problem.message for problem in found), found


CONDITION = """
[[condition]]
key = "sign"
text = { id = "Pasang papan nama", en = "Put up a sign" }
days = 30
kinds = ["new"]
"""


def test_a_service_binds_its_permits_to_conditions():
    definition = load_definition(BIDAN + CONDITION, NAME)
    (one,) = definition.conditions
    assert (one.key, one.text.id, one.days, one.kinds) == (
        "sign",
        "Pasang papan nama",
        30,
        frozenset({Kind.NEW}),
    )
    assert codec.from_json(codec.to_json(definition)) == definition
    plain = load_definition(BIDAN, NAME)
    assert plain.conditions == ()
    older = codec.to_json(plain).replace(
        '"conditions":[],', "", 1
    )  # published before there were any
    assert '"conditions"' not in older
    assert codec.from_json(older) == plain


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('key = "sign"', 'key = "Papan Nama"', "huruf kecil"),
        ("days = 30", "days = 0", "di luar batas"),
        ("days = 30", "days = 4000", "di luar batas"),
        ("days = 30", 'days = "tiga"', "salah jenis"),
        ('key = "sign"', "", "wajib"),
        ("days = 30", "day = 30", "tidak dikenal"),
    ],
)
def test_a_condition_that_cannot_be_is_refused(old, new, said):
    problems = check_text(BIDAN + CONDITION.replace(old, new), NAME)
    assert any(said in one.message and "condition" in one.key for one in problems), problems


def test_a_key_of_a_condition_is_used_once():
    assert any("sudah dipakai" in one.message for one in check_text(BIDAN + CONDITION * 2, NAME))
