"""The addresses of the acts on a case: Indonesian words, one for each act."""

from django.urls import reverse

from satupintu.workflow.queries import Case

SLUGS = {
    "declare_complete": "nyatakan-lengkap",
    "return": "kembalikan",
    "take": "tangani",
    "release": "lepaskan",
    "reassign": "alihkan",
    "comment": "catatan",
    "note_originals": "berkas-asli",
    "shelve": "letak-map",
    "dispatch": "ekspedisi",
    "type_answers": "ketik-jawaban",
    "scan_letter": "surat-bertanda-tangan",
    "extend": "perpanjang",
    "resubmit": "terima-perbaikan",
    "resume": "terima-jawaban",
    "restart": "terima-perbaikan-menyeluruh",
    "lapse": "tutup",
    "withdraw": "tarik",
    "propose_refusal": "usulkan-penolakan",
    "ask_recommendation": "minta-rekomendasi",
    "schedule_inspection": "jadwalkan-tinjauan",
    "record_inspection": "catat-tinjauan",
    "sign_report": "tanda-tangani-berita-acara",
    "recommend_for": "rekomendasikan",
    "recommend_against": "tidak-merekomendasikan",
    "record_recommendation": "catat-jawaban-unit",
    "pause": "minta-keterangan",
    "reconfirm": "minta-perbaikan-menyeluruh",
    "assess": "hitung-retribusi",
    "set_fee": "tetapkan-retribusi",
    "cancel_fee": "hitung-ulang-retribusi",
    "record_payment": "catat-pembayaran",
    "confirm_payment": "nyatakan-sah",
    "reject_payment": "tolak-bukti-bayar",
    "ask_refund": "minta-pengembalian",
    "grant_refund": "setujui-pengembalian",
    "refuse_refund": "tolak-pengembalian",
    "pay_refund": "catat-pengembalian",
    "propose_approval": "ajukan",
    "initial": "paraf",
    "send_back": "kembalikan-ke-verifikator",
    "approve": "setujui",
    "reject": "tolak",
    "number": "beri-nomor",
    "issue": "terbitkan",
    "void_number": "batalkan-nomor",
    "choose_collection": "cara-menerima",
    "send_permit": "kirim-izin",
    "note_sent_back": "izin-kembali",
    "refuse_hand_over": "tidak-diserahkan",
    "hand_over": "serahkan",
    "revoke": "cabut",
    "review": "periksa-ulang",
    "record_filing": "catat-nomor",
    "record_status": "catat-status",
    "record_issued": "catat-terbit",
    "record_refused": "catat-penolakan",
}
ACTIONS = {slug: action for action, slug in SLUGS.items()}


def case_page(case: Case) -> str:
    return reverse("permits:case", args=[case.number])
