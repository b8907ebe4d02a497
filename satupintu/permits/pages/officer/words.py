"""What has been done, in words, for the history of a case."""

from django.utils.translation import gettext_lazy as _

DONE = {
    "submit": _("Diajukan"),
    "take": _("Ditangani"),
    "release": _("Dilepaskan"),
    "reassign": _("Dialihkan"),
    "comment": _("Catatan internal"),
    "calendar_changed": _("Tanggal dihitung ulang karena kalender berubah"),
    "notice_deadline": _("Peringatan batas waktu"),
    "erase_note": _("Catatan dihapus menurut hukum"),
    "note_automatic": _("Pemeriksaan otomatis, perlu petugas"),
    "note_originals": _("Berkas asli dicatat"),
    "shelve": _("Letak map dicatat"),
    "dispatch": _("Surat keluar dicatat"),
    "extend": _("Waktu diperpanjang"),
    "return": _("Dikembalikan untuk diperbaiki"),
    "resubmit": _("Perbaikan diterima"),
    "lapse": _("Ditutup, tidak diperbaiki"),
    "withdraw": _("Ditarik pemohon"),
    "declare_complete": _("Dinyatakan lengkap"),
    "propose_refusal": _("Penolakan diusulkan"),
    "ask_recommendation": _("Rekomendasi teknis diminta"),
    "schedule_inspection": _("Tinjauan lapangan dijadwalkan"),
    "record_inspection": _("Hasil tinjauan dicatat"),
    "sign_report": _("Berita acara ditandatangani"),
    "recommend_for": _("Direkomendasikan"),
    "recommend_against": _("Tidak direkomendasikan"),
    "record_recommendation": _("Jawaban unit di kertas dicatat"),
    "collect": _("Semua syarat terpenuhi"),
    "collect_against": _("Rekomendasi terkumpul"),
    "pause": _("Keterangan pemohon diminta"),
    "resume": _("Jawaban pemohon diterima"),
    "reconfirm": _("Perbaikan menyeluruh diminta"),
    "restart": _("Perbaikan menyeluruh diterima"),
    "propose_approval": _("Diajukan untuk disetujui"),
    "initial": _("Diparaf"),
    "send_back": _("Dikembalikan ke verifikator"),
    "approve_automatically": _("Disetujui otomatis"),
    "approve": _("Disetujui"),
    "reject": _("Ditolak"),
    "number": _("Diberi nomor"),
    "issue": _("Ditandatangani dan terbit"),
    "void_number": _("Nomor dibatalkan"),
    "hand_over": _("Izin diserahkan"),
    "download": _("Izin diunduh pemegangnya"),
    "replace": _("Diganti izin yang lebih baru"),
    "revoke": _("Izin dicabut"),
    "review": _("Diperiksa ulang"),
    "record_filing": _("Terdaftar di sistem nasional"),
    "record_status": _("Status di sistem nasional dicatat"),
    "record_issued": _("Terbit di sistem nasional"),
    "record_refused": _("Ditolak di sistem nasional"),
}

# What an officer presses for a person: the table's own words are the applicant's.
OFFICER_LABELS = {
    "resubmit": _("Terima perbaikan"),
    "resume": _("Terima jawaban"),
    "restart": _("Terima perbaikan menyeluruh"),
    "withdraw": _("Catat penarikan"),
}

# Handling of tasks: of interest to few, folded away.
MINOR = frozenset({"take", "release", "reassign", "calendar_changed", "shelve"})
