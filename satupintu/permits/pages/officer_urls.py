"""Addresses of officers: lists of cases, one case, its files, one address for each act."""

from django.urls import URLPattern, URLResolver, path

from satupintu.permits.pages.officer import (
    acts,
    book,
    case,
    catch_up,
    collecting_pages,
    disclosed,
    elsewhere,
    files,
    lists,
    searching,
    slips,
    typing_in,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("berkas/", lists.cases, name="cases"),
    path("kejar-catatan/", catch_up.catch_up, name="catch_up"),
    path("berkas/cari/", searching.search, name="search_cases"),
    path("berkas/kunci-tanda-tangan/", acts.lock, name="lock_signing"),
    path("surat/ekspedisi/", book.book, name="dispatch_book"),
    path("loket/slip/", slips.slips, name="slips"),
    path("loket/slip/cetak/", slips.print_slips, name="slips_print"),
    path("loket/slip/batalkan/", slips.void_slip, name="slips_void"),
    path("loket/slip/<uuid:batch>.pdf", slips.sheets, name="slip_sheets"),
    path("data-dibuka/", disclosed.looks, name="looks"),
    path("izin/", collecting_pages.issued, name="issued"),
    path("izin/telepon/", collecting_pages.to_call, name="to_call"),
    path("izin/kiriman/", collecting_pages.consignments, name="consignments"),
    path(
        "izin/kiriman/<uuid:consignment_id>.pdf",
        collecting_pages.consignment_pdf,
        name="consignment_pdf",
    ),
    path("izin/periksa-ulang/", lists.to_review, name="to_review"),
    path("berkas/<str:number>/", case.case, name="case"),
    path("berkas/<str:number>/tampilkan/", case.show, name="case_show"),
    path("berkas/<str:number>/tandai/", case.mark, name="case_mark"),
    path("berkas/<str:number>/draf.pdf", files.draft, name="case_draft"),
    path("berkas/<str:number>/draf/<int:page>.png", files.draft_image, name="case_draft_image"),
    path("berkas/<str:number>/cetak.pdf", files.to_print, name="case_print"),
    path(
        "berkas/<str:number>/tanda-terima.pdf",
        collecting_pages.hand_over_pdf,
        name="case_hand_over",
    ),
    path(
        "berkas/<str:number>/surat/<uuid:letter_id>/cetak.pdf",
        files.letter_to_print,
        name="letter_print",
    ),
    path("berkas/<str:number>/isi-di-sistem-nasional/", elsewhere.helper, name="case_elsewhere"),
    path(
        "berkas/<str:number>/dokumen/<uuid:document_id>/<int:page>.webp",
        files.page_image,
        name="case_page_image",
    ),
    path("berkas/<str:number>/dokumen/<uuid:document_id>/", files.whole_file, name="case_file"),
    path("berkas/<str:number>/ketik-jawaban/", typing_in.type_answers, name="type_answers"),
    path("berkas/<str:number>/<slug:slug>/", acts.act_page, name="act"),
]
