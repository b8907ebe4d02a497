from django.urls import URLPattern, URLResolver, path

from satupintu.portal import (
    call_desk,
    case_timeline,
    checklist,
    complaint_receipt,
    inbox,
    inbox_acts,
    office_pages,
    person,
    setting_up,
    summary,
    summary_lists,
    survey,
    training,
    views,
)
from satupintu.portal.books import levies
from satupintu.portal.books import pages as books
from satupintu.portal.guides import pages as guides

app_name = "portal"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("tentang/", views.about, name="about"),
    path("maklumat/", views.pledge, name="pledge"),
    path("kontak/", views.contact, name="contact"),
    path("layanan/<slug:code>/daftar/", checklist.checklist, name="checklist"),
    path("bahasa/", views.language, name="language"),
    path("tampilan/", views.appearance, name="appearance"),
    path("gaya/", views.style, name="style"),
    # What waits for an officer
    path("tugas/", inbox.inbox, name="inbox"),
    path("tugas/ambil/", inbox_acts.claim, name="claim"),
    path("tugas/berikutnya/", inbox_acts.take_next, name="take_next"),
    path("tugas/bagi/", inbox_acts.share, name="share_out"),
    path("tugas/massal/", inbox_acts.many, name="many"),
    path("telepon/", call_desk.call_desk, name="call_desk"),
    path(
        "pengaduan/lacak/<str:code>/tanda-terima.pdf",
        complaint_receipt.receipt,
        name="complaint_receipt",
    ),
    path("orang/<uuid:party_id>/", person.timeline, name="person"),
    path("berkas/<str:number>/linimasa/", case_timeline.office, name="case_timeline"),
    path("permohonan/<str:number>/linimasa/", case_timeline.own, name="own_case_timeline"),
    path("ringkasan/", summary.summary, name="summary"),
    path("ringkasan/daftar/", summary_lists.summary_list, name="summary_list"),
    path("buku/", books.books, name="books"),
    path("buku/izin/", books.book_permits, name="book_permits"),
    path("buku/rekap/", books.recap, name="recap"),
    path("retribusi/", levies.levies, name="levies"),
    path("loket/survei/cetak/<str:number>/", survey.sheet, name="survey_sheet"),
    path("latihan/", training.training, name="training"),
    path("latihan/atur-ulang/", training.reset, name="training_reset"),
    path("panduan/", guides.guides, name="guides"),
    path("panduan/<slug:key>/<slug:language>/", guides.guide, name="guide"),
    # The office itself
    path("kantor.css", office_pages.colours, name="office_css"),
    path("kantor/lambang/", office_pages.arms, name="office_arms"),
    path("wilayah/", office_pages.regions, name="regions"),
    path("pengaturan/", setting_up.setting_up, name="setting_up"),
    path("pengaturan/kantor/", office_pages.profile, name="office_profile"),
    path("pengaturan/kalender/", office_pages.calendar, name="office_calendar"),
    path(
        "pengaturan/kalender/perubahan/<int:change_id>/",
        office_pages.calendar_change,
        name="office_calendar_change",
    ),
    path(
        "pengaturan/kalender/usul/",
        office_pages.propose_closure,
        name="office_closure_propose",
    ),
    path(
        "pengaturan/kalender/<int:closure_id>/konfirmasi/",
        office_pages.confirm_closure,
        name="office_closure_confirm",
    ),
    path(
        "pengaturan/kalender/<int:closure_id>/hapus/",
        office_pages.remove_closure,
        name="office_closure_remove",
    ),
    path("pengaturan/nomor/", office_pages.number_list, name="office_numbers"),
    path("pengaturan/nomor/baru/", office_pages.number_new, name="office_number_new"),
    path("pengaturan/nomor/<slug:code>/", office_pages.number, name="office_number"),
    path(
        "pengaturan/nomor/<slug:code>/simpan/",
        office_pages.number_save,
        name="office_number_save",
    ),
    path(
        "pengaturan/nomor/<slug:code>/awal/",
        office_pages.number_start,
        name="office_number_start",
    ),
]
