"""What happened at the demo office in the past month, one line a case; together in every state of both lifecycles."""

from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A made-up person: NIK with serial 9999, a telephone number nobody has."""

    key: str
    name: str
    nik_tail: str  # day and month of birth, year: DDMMYY, women DD+40
    phone: str
    address: str


NEIGHBOURS = (
    Neighbour("magda", "Maria Magdalena Lani", "550391", "+6281200001101", "Jalan Pembangunan 8"),
    Neighbour("yohanes", "Yohanes Bujang", "120785", "+6281200001102", "Gang Damai 2"),
    Neighbour("siti", "Siti Aminah", "641188", "+6281200001103", "Jalan Kapuas 31"),
    Neighbour("petrus", "Petrus Akim", "030579", "+6281200001104", "Dusun Lape RT 2"),
    Neighbour("dewi", "Dewi Anggraini", "590496", "+6281200001105", "Jalan Sutan Syahrir 5"),
    Neighbour("hasan", "Hasan Basri", "170182", "+6281200001106", "Jalan Pasar Baru 17"),
    Neighbour("lidia", "Lidia Veronika", "481290", "+6281200001107", "Jalan Ahmad Yani 40"),
    Neighbour("rudi", "Rudi Hartono", "220687", "+6281200001108", "Gang Mawar 9"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One act: who, what, how many working minutes after the one before, why, with what."""

    action: str
    who: str
    after: int = 40
    reason: str = ""
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Story:
    """One application: who asks for what, how many working days ago, and what happened since."""

    who: str
    service: str
    days_ago: int
    steps: tuple[Step, ...] = ()
    channel: str = "web"
    answers: dict[str, Any] = field(default_factory=dict)
    kind: str = "new"
    typed_by: str = ""


@dataclass(frozen=True, slots=True)
class ObjectionStory:
    """One objection: who objects to what became of their case in `state`, how long after, why, and what followed."""

    who: str
    state: str
    after: int  # working minutes after the decision
    grounds: str
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class SanctionStory:
    """One sanction on somebody's permit: proposed so long after it was issued, given an hour later."""

    who: str
    service: str
    after: int  # working minutes after the case last moved
    kind: str
    grounds: str
    remedy: str = ""
    law: str = ""


@dataclass(frozen=True, slots=True)
class ComplaintStory:
    """One complaint: who says what, by which way, so many working days ago, and what followed."""

    story: str
    category: str
    days_ago: int
    who: str = ""  # "": a stranger
    name: str = ""
    contact: str = ""
    privacy: str = "open"
    accused: str = "nobody"
    accused_text: str = ""
    channel: str = "web"
    typed_by: str = ""
    steps: tuple[Step, ...] = ()
    stars: int = 0


COMPLETE = Step("declare_complete", "budi", 95)
FOR_HEALTH = Step(
    "recommend_for",
    "wati",
    240,
    data={"number": "440/118/DINKES", "text": "Layak, sesuai standar."},
)
FOR_WORKS = Step(
    "recommend_for", "hendra", 380, data={"number": "600/45/DPUPR", "text": "Konstruksi aman."}
)
FOR_TRAFFIC = Step(
    "recommend_for",
    "agus",
    120,
    data={"number": "551/31/DISHUB", "text": "Tidak mengganggu pandangan."},
)
FOR_SCHOOL = Step("recommend_for", "maria", 400, data={"number": "420/77/DISDIK", "text": "Layak."})
PROPOSE = Step("propose_approval", "ratna", 70)
INITIAL = Step("initial", "lina", 45)
APPROVE = Step("approve", "darius", 60)
NUMBER = Step("number", "darius", 1)
SIGN = Step("issue", "darius", 1)
TO_ISSUE = (PROPOSE, INITIAL, APPROVE, NUMBER, SIGN)
RETURN_PHOTO = Step(
    "return",
    "budi",
    110,
    "Berkas belum dapat dibaca.",
    {
        "items": [
            {
                "on": "document",
                "key": "str",
                "reason": "Foto STR buram; nomor tidak terbaca. Foto ulang di tempat terang.",
            }
        ]
    },
)

ASSESS = Step("assess", "ratna", 60)
SET_FEE = Step("set_fee", "darius", 45)
CONFIRM = Step("confirm_payment", "budi", 50)
HOUSE = {"building_use": "house", "area_m2": 120, "work": "new"}
SHOP = {"building_use": "business", "area_m2": 84, "floors": "2", "work": "new"}

FACILITY = {"practice_kind": "facility"}
OWN = {"practice_kind": "own", "permit_order": "2"}

# The service most people ask for here: enough of them that a usual time can be told.
MIDWIVES = tuple(
    Story(
        who,
        "sip-bidan",
        days_ago,
        (COMPLETE, FOR_HEALTH, *TO_ISSUE, Step("download", who, 60)),
        answers=FACILITY,
    )
    for who, days_ago in (("magda", 16), ("lidia", 15), ("dewi", 13), ("petrus", 10), ("rudi", 7))
)

STORIES = (
    *MIDWIVES,
    # Issued and collected, over the month: what the published figures count.
    Story(
        "magda",
        "sip-perawat",
        21,
        (COMPLETE, FOR_HEALTH, *TO_ISSUE, Step("download", "magda", 200)),
        answers=FACILITY,
    ),
    Story(
        "yohanes",
        "reklame",
        20,
        (COMPLETE, FOR_TRAFFIC, FOR_WORKS, *TO_ISSUE, Step("download", "yohanes", 90)),
    ),
    Story(
        "siti",
        "sip-bidan",
        19,
        (
            COMPLETE,
            FOR_HEALTH,
            *TO_ISSUE,
            Step(
                "hand_over",
                "budi",
                500,
                data={"how": "counter", "collector": "Siti Aminah", "place": "Loket 2"},
            ),
        ),
        channel="counter",
        answers=FACILITY,
        typed_by="budi",
    ),
    Story(
        "dewi",
        "sip-apoteker",
        17,
        (COMPLETE, FOR_HEALTH, *TO_ISSUE, Step("download", "dewi", 60)),
        answers=FACILITY,
    ),
    Story("hasan", "trayek-insidentil", 15, (COMPLETE, *TO_ISSUE, Step("download", "hasan", 30))),
    Story(
        "petrus",
        "penelitian",
        14,
        (
            COMPLETE,
            Step(
                "recommend_for",
                "kesbangpol",
                300,
                data={"number": "070/12", "text": "Dapat diteruskan."},
            ),
            *TO_ISSUE,
            Step("download", "petrus", 45),
        ),
    ),
    Story(
        "lidia",
        "sip-ttk",
        12,
        (
            RETURN_PHOTO,
            Step("resubmit", "lidia", 700),
            COMPLETE,
            FOR_HEALTH,
            *TO_ISSUE,
            Step("download", "lidia", 100),
        ),
        answers=FACILITY,
    ),
    Story("sari", "sip-bidan", 11, (COMPLETE, FOR_HEALTH, *TO_ISSUE), answers=FACILITY),
    # Issued, not collected.
    Story(
        "rudi",
        "trayek-kartu-pengawasan",
        9,
        (
            COMPLETE,
            Step("recommend_for", "agus", 90, data={"number": "551/40", "text": "Laik jalan."}),
            Step(
                "add_condition",
                "ratna",
                20,
                data={"text": "Pasang stiker trayek di kaca depan", "days": 21},
            ),
            *TO_ISSUE,
        ),
    ),
    # Revoked, refused, withdrawn, closed unanswered.
    Story(
        "yohanes",
        "reklame",
        18,
        (
            COMPLETE,
            FOR_TRAFFIC,
            FOR_WORKS,
            *TO_ISSUE,
            Step(
                "revoke",
                "darius",
                2400,
                "Reklame dipasang di luar titik yang diizinkan dan tidak dipindahkan setelah dua kali diperingatkan.",
            ),
        ),
        answers={"ad_text": "Promo Akhir Tahun"},
    ),
    Story(
        "hasan",
        "stpt",
        13,
        (
            COMPLETE,
            Step(
                "propose_refusal",
                "ratna",
                300,
                "Metode yang diajukan memerlukan izin praktik tenaga kesehatan.",
            ),
            Step("initial", "lina", 60),
            Step(
                "reject",
                "darius",
                120,
                "Metode yang diajukan termasuk tindakan medis dan tidak dapat diberi STPT (PP 103/2014 Pasal 10).",
            ),
        ),
    ),
    Story("dewi", "penelitian", 8, (Step("withdraw", "dewi", 100),)),
    Story(
        "petrus",
        "sip-ttk",
        14,
        (
            replace(RETURN_PHOTO, data={**RETURN_PHOTO.data, "answer_in_days": 7}),
            Step("lapse", "budi", 4200),  # eight working days of the longer office
        ),
        answers=FACILITY,
    ),
    # Being decided now.
    Story("magda", "paud", 4, (COMPLETE,), answers={}),
    Story(
        "siti",
        "sip-bidan",
        3,
        (
            COMPLETE,
            Step(
                "schedule_inspection", "wati", 120, data={"in_days": 2, "place": "Jalan Kapuas 31"}
            ),
        ),
        answers=OWN,
    ),
    Story("petrus", "reklame", 2, (COMPLETE, FOR_TRAFFIC), answers={"ad_text": "Warung Kopi Akim"}),
    Story("lidia", "sip-perawat", 2, (COMPLETE, FOR_HEALTH), answers=FACILITY),
    Story("rudi", "sip-nakes", 2, (COMPLETE, FOR_HEALTH, PROPOSE), answers=FACILITY),
    Story(
        "dewi",
        "sip-apoteker",
        2,
        (COMPLETE, FOR_HEALTH, PROPOSE, INITIAL),
        answers={**FACILITY, "permit_order": "2"},
    ),
    Story(
        "yohanes",
        "stpt",
        2,
        (
            COMPLETE,
            Step(
                "propose_refusal",
                "ratna",
                300,
                "Metode yang diajukan termasuk tindakan medis (PP 103/2014 Pasal 10).",
            ),
        ),
    ),
    Story("petrus", "trayek-insidentil", 2, (COMPLETE, PROPOSE, INITIAL, APPROVE)),
    Story("hasan", "trayek-insidentil", 1, (COMPLETE, PROPOSE, INITIAL, APPROVE, NUMBER)),
    # Of the one service here that costs something: computed, to be paid, paid, and issued.
    Story("lidia", "pbg-kantor", 3, (COMPLETE, FOR_WORKS, ASSESS), answers=SHOP),
    Story("petrus", "pbg-kantor", 4, (COMPLETE, FOR_WORKS, ASSESS, SET_FEE), answers=HOUSE),
    Story(
        "rudi",
        "pbg-kantor",
        5,
        (COMPLETE, FOR_WORKS, ASSESS, SET_FEE, Step("record_payment", "rudi", 400)),
        answers=HOUSE,
    ),
    Story(
        "hasan",
        "pbg-kantor",
        9,
        (
            COMPLETE,
            FOR_WORKS,
            ASSESS,
            SET_FEE,
            Step("record_payment", "hasan", 300),
            CONFIRM,
            *TO_ISSUE,
            Step("download", "hasan", 60),
        ),
        answers=SHOP,
    ),
    # Waiting for the applicant.
    Story("sari", "sip-bidan", 3, (RETURN_PHOTO,), answers=OWN),
    Story(
        "joko",
        "penelitian",
        4,
        (
            COMPLETE,
            Step(
                "pause",
                "ratna",
                200,
                "Mohon jelaskan apakah penelitian melibatkan anak di bawah umur.",
            ),
        ),
    ),
    Story(
        "magda",
        "stpt",
        3,
        (
            COMPLETE,
            Step(
                "reconfirm",
                "ratna",
                200,
                "Cara pengobatan di formulir berbeda dengan yang tertulis di surat pengantar."
                " Mohon isi ulang dan lampirkan surat yang sesuai.",
            ),
        ),
    ),
    # New at the counter and from home.
    Story("joko", "reklame", 1, (), answers={"ad_text": "Bengkel Joko"}),
    Story("yohanes", "trayek-sk", 1, (), channel="counter", typed_by="budi"),
    Story("magda", "sip-perawat", 0, (), answers={**FACILITY, "permit_order": "2"}),
    Story("lidia", "penelitian", 0, ()),
    # Other systems.
    Story(
        "petrus",
        "nib-pendampingan",
        6,
        (
            COMPLETE,
            Step(
                "record_filing", "budi", 60, data={"number": "P-202611050001", "status": "Terkirim"}
            ),
            Step(
                "record_issued", "budi", 500, data={"number": "9120000012399", "status": "Terbit"}
            ),
        ),
        channel="counter",
        typed_by="budi",
    ),
    Story("yohanes", "nib-pendampingan", 1, (COMPLETE,), channel="counter", typed_by="budi"),
    Story("siti", "pirt", 2, (COMPLETE,)),
    Story(
        "dewi",
        "pirt",
        7,
        (
            COMPLETE,
            Step(
                "recommend_for",
                "wati",
                300,
                data={"number": "440/121/DINKES", "text": "Label sesuai ketentuan."},
            ),
            Step(
                "record_filing", "budi", 60, data={"number": "P-202611040007", "status": "Terkirim"}
            ),
            Step(
                "record_refused",
                "budi",
                600,
                "OSS menolak: jenis pangan ini memerlukan izin edar BPOM, bukan SPP-IRT.",
                {"status": "Ditolak"},
            ),
        ),
    ),
    Story(
        "hasan",
        "pbg",
        5,
        (
            COMPLETE,
            Step(
                "recommend_for",
                "hendra",
                500,
                data={"number": "640/9", "text": "Sesuai tata ruang."},
            ),
            Step(
                "record_filing",
                "budi",
                100,
                data={"number": "PBG-610301-01112026-001", "status": "Pelaksanaan Konsultasi"},
            ),
        ),
    ),
)

OBJECTIONS = (
    ObjectionStory(
        "yohanes",
        "revoked",
        1200,
        "Reklame saya sudah dipindahkan ke titik yang diizinkan sehari sebelum dicabut; fotonya terlampir.",
        (
            Step("begin_review", "lina", 300),
            Step(
                "propose",
                "lina",
                600,
                "Foto bertanggal membuktikan reklame sudah dipindahkan sebelum pencabutan.",
                {"outcome": "uphold"},
            ),
        ),
    ),
)

SANCTIONS = (
    SanctionStory(
        "dewi",
        "sip-apoteker",
        900,
        "warning",
        "Papan nama praktik tidak dipasang.\nJam praktik tidak sesuai dengan izin.",
        "Pasang papan nama praktik.\nSesuaikan jam praktik dengan izin.",
    ),
    SanctionStory(
        "magda",
        "sip-perawat",
        1500,
        "suspension",
        "Berpraktik di alamat yang tidak tercantum dalam izin.",
        law="Contoh: peraturan bupati tentang pengawasan perizinan, pasal pembekuan langsung",
    ),
)

_SCREENED = Step("assign", "maya", 120, data={"class": "simple"})
_SCREENED_INFORMATION = Step("assign", "maya", 60, data={"class": "information"})

# Complaints, all made up.
COMPLAINTS = (
    ComplaintStory(
        "Permohonan saya sudah lengkap seminggu yang lalu, tetapi belum ada kabar. Mohon kepastian.",
        "late",
        8,
        who="sari",
        steps=(
            _SCREENED,
            Step(
                "draft",
                "ratna",
                300,
                data={
                    "answer": "Mohon maaf. Berkas menunggu rekomendasi dan kami selesaikan pekan ini."
                },
            ),
            Step("approve", "lina", 60),
            Step(
                "publish",
                "maya",
                60,
                data={
                    "story": "Permohonan yang lengkap belum ada kabarnya setelah seminggu.",
                    "answer": "Berkas menunggu rekomendasi dan diselesaikan pada pekan yang sama.",
                },
            ),
        ),
        stars=4,
    ),
    ComplaintStory(
        "Apakah kantor buka pada hari Sabtu? Saya tinggal di Kecamatan Noyan dan perlu tiga jam perjalanan.",
        "information",
        2,
        name="Yosep",
        contact="+6281200004444",
        channel="phone",
        typed_by="budi",
        steps=(
            _SCREENED_INFORMATION,
            Step(
                "draft",
                "budi",
                60,
                data={
                    "answer": "Kantor buka Senin sampai Jumat. Semua layanan dapat diajukan dari rumah lewat situs ini."
                },
            ),
            Step("approve", "lina", 30),
        ),
    ),
    ComplaintStory(
        "Ruang tunggu panas dan tidak ada tempat duduk untuk orang tua.",
        "quality",
        1,
        name="Marta",
        privacy="confidential",
        contact="marta@contoh.id",
        steps=(_SCREENED,),
    ),
    ComplaintStory(
        "Petugas di loket meminta uang dua ratus ribu supaya berkas saya didahulukan.",
        "levy",
        1,
        privacy="anonymous",
        accused="officer",
        accused_text="petugas di loket dua",
    ),
    ComplaintStory(
        "Formulir di situs tidak bisa dikirim dari telepon genggam saya.",
        "system",
        0,
        who="joko",
    ),
)
