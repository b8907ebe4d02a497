"""
The papers of an objection: receipt and decision. Official papers are Indonesian (UU 24/2009, article 27).

Every decision names the next remedy: the appeal to the superior, the court, the Ombudsman (UU 30/2014 Art. 76 and 78).
"""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from satupintu.documents.rules import (
    Block,
    LetterPage,
    ReceiptPage,
    SignatureBlock,
    long_date,
    weekday_date,
)
from satupintu.lib import words
from satupintu.objections import rules
from satupintu.objections.models import Evidence, Objection
from satupintu.objections.queries import decision_words
from satupintu.office.queries import profile, work_calendar
from satupintu.permits.services import pages
from satupintu.workflow.queries import Transition, title_of


def superior() -> str:
    """Return who receives an appeal: the superior of the head of the office."""
    place = profile().regency.removeprefix("Kabupaten ").removeprefix("Kota ")
    title = "Wali Kota" if profile().regency.startswith("Kota ") else "Bupati"
    return f"{title} {place}"


def receipt(objection: Objection, papers: list[Evidence]) -> ReceiptPage:
    """Return the receipt of an objection: what came in, the tracking code, by when it is decided."""
    case = objection.case
    assert case.party is not None
    due = case.legal.first_due_at
    with override("id"):
        decision = decision_words(objection)
    return ReceiptPage(
        letterhead=pages.letterhead(),
        number=case.number,
        tracking_code=objection.tracking_code,
        service=(
            f"Keberatan atas {decision[0].lower()}{decision[1:]} {objection.about.number}:"
            f" {title_of(objection.about, 'id')}"
        ),
        applicant=case.party.name,
        received=words.long_moment(timezone.localtime(case.opened_at), "id"),
        promise=words.long_date(timezone.localdate(due), "id") if due else "",
        promise_lead="Diputus selambat-lambatnya",
        promise_after="Bila sampai hari itu belum diputus, keberatan dianggap dikabulkan (UU 30/2014, pasal 77).",
        steps=(
            (
                "Keberatan diperiksa petugas yang tidak ikut memutus",
                f"{rules.DECIDE_DAYS} hari kerja seluruhnya",
            ),
            ("Keputusan dikirim kepada Anda", "dengan alasan dan upaya hukum berikutnya"),
        ),
        documents=tuple(one.document.name for one in papers),
        track=pages.track_check(objection.tracking_code),
        by_officer=objection.typed_by.name if objection.typed_by else "",
        demo=bool(settings.DEMO),
    )


_OPENING = {
    "uphold": "Setelah memeriksa keberatan berikut, kami memutuskan MENGABULKAN keberatan seluruhnya.",
    "uphold_partly": "Setelah memeriksa keberatan berikut, kami memutuskan MENGABULKAN keberatan untuk sebagian.",
    "refuse": "Setelah memeriksa keberatan berikut, kami memutuskan MENOLAK keberatan.",
    "carry_out": (
        "Keberatan berikut tidak diputus dalam sepuluh hari kerja, sehingga dianggap dikabulkan (UU 30/2014,"
        " pasal 77 ayat 5). Dengan surat ini keberatan itu dilaksanakan."
    ),
}


def decision_letter(
    objection: Objection,
    row: Transition,
    *,
    number: str,
    considerations: str,
    signature: SignatureBlock,
) -> LetterPage:
    """Return the decision on an objection as a letter: considerations, what follows, the next remedy."""
    case, party = objection.case, objection.case.party
    assert party is not None
    with override("id"):
        decision = decision_words(objection)
        result = rules.result_of(objection.decision, row.data)
    if not result:
        result = {
            "uphold_partly": "Keputusan yang dikeberatkan tetap berlaku dengan perubahan yang disebut di atas.",
            "refuse": "Keputusan yang dikeberatkan tetap berlaku.",
        }.get(row.action, "Keputusan yang dikeberatkan sudah tidak berlaku lagi.")
    told = weekday_date(rules.appeal_until(row.at, work_calendar()))
    return LetterPage(
        letterhead=pages.letterhead(),
        number=number,
        subject="Keputusan atas keberatan",
        recipient=tuple(line for line in (party.name, party.address) if line),
        signature=signature,
        check=pages.track_check(objection.tracking_code),
        nature="Penting",
        blocks=(
            Block(
                paragraphs=(_OPENING[row.action],),
                facts=(
                    ("Nomor keberatan", case.number),
                    ("Diterima", long_date(timezone.localdate(case.opened_at))),
                    ("Yang dikeberatkan", f"{decision}, {objection.about.number}"),
                    ("Layanan", title_of(objection.about, "id")),
                ),
            ),
            Block(
                heading="Pertimbangan",
                items=tuple(
                    line.strip(" -•") for line in considerations.splitlines() if line.strip()
                ),
            ),
            Block(heading="Akibat keputusan ini", paragraphs=(result,)),
            Block(
                heading="Bila Bapak/Ibu tidak menerima keputusan ini",
                items=(
                    (
                        f"Ajukan banding tertulis kepada {superior()} paling lama {rules.APPEAL_DAYS} hari kerja"
                        f" sejak surat ini diterima (UU 30/2014, pasal 78), yaitu sampai {told} bila surat ini"
                        " diterima hari ini. Banding tidak dipungut biaya."
                    ),
                    (
                        "Bila banding tidak diterima, ajukan gugatan ke Pengadilan Tata Usaha Negara"
                        " (UU 30/2014, pasal 76 ayat 3)."
                    ),
                    (
                        "Dugaan maladministrasi dapat dilaporkan kepada Ombudsman Republik Indonesia,"
                        " telepon 137, tanpa biaya."
                    ),
                ),
                boxed=True,
            ),
        ),
    )
