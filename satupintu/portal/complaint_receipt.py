"""
The receipt of a complaint, to print or keep: number, code, by when it is answered, what comes next.

Indonesian, as every official paper (UU 24/2009 Art. 27).

It stands here because the letterhead is of the permits' papers. It names nobody and repeats nothing of what was said:
paper is found by others.
"""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from satupintu.desk import queries, rules
from satupintu.desk.plan import plan
from satupintu.desk.queries import Complaint
from satupintu.documents.rules import ReceiptPage
from satupintu.documents.services import render_pdf
from satupintu.lib import words
from satupintu.people.access import known_by_code, public
from satupintu.permits.pages.pdf import pdf_answer
from satupintu.permits.services import pages


def _day(at: datetime | None) -> str:
    return words.long_date(timezone.localdate(at), "id") if at else ""


def receipt_of(complaint: Complaint) -> ReceiptPage:
    """Return what the receipt says. No query where the case was read along."""
    case = complaint.case
    with translation.override("id"):
        privacy = str(rules.PRIVACY_SHORT[rules.Privacy(complaint.privacy)])
    return ReceiptPage(
        letterhead=pages.letterhead(),
        number=case.number,
        tracking_code=complaint.tracking_code,
        service=queries.category_words(complaint.category, "id"),
        applicant=privacy,
        received=words.long_moment(timezone.localtime(case.opened_at), "id"),
        promise=_day(case.legal.first_due_at),
        promise_lead="Dijawab selambat-lambatnya",
        steps=(
            ("Tanggapan pertama", f"selambat-lambatnya {_day(case.pledge.first_due_at)}"),
            ("Jawaban, dapat Anda baca dengan kode lacak", _day(case.legal.first_due_at)),
            (
                "Bila belum selesai: buka kembali dengan kode lacak",
                f"{plan().closing.days} hari sejak dijawab, sebelum ditutup",
            ),
            (
                "Bila tentang keputusan atas izin: ajukan keberatan",
                "21 hari kerja (UU 30/2014, pasal 77)",
            ),
            ("Bila tetap tidak puas: Ombudsman Republik Indonesia", "telepon 137, tanpa biaya"),
        ),
        documents=(),
        track=pages.track_check(complaint.tracking_code),
        notes=(
            "Siapa pun yang memegang kode lacak ini dapat membaca jawabannya. Simpan baik-baik.",
        ),
        demo=bool(settings.DEMO),
        of="pengaduan",
        warning="Tanda terima ini bukan jawaban.",
        labels=("Nomor pengaduan", "Tentang", "Pelapor"),
    )


@public
@never_cache
@require_safe
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """Give the receipt to whoever holds the code."""
    found = known_by_code(request, lambda: queries.find_by_code(code))
    content = render_pdf("receipt", receipt_of(found))
    return pdf_answer(content, f"tanda-terima-{found.case.number}.pdf")
