"""Addresses of objections: of the person who objects, of the counter, of officers, and the tracking page."""

from django.urls import URLPattern, URLResolver, path

from satupintu.objections.pages import counter, desk, own

app_name = "objections"

urlpatterns: list[URLPattern | URLResolver] = [
    path("keberatan/", desk.objections, name="list"),
    path("keberatan/ajukan/<str:number>/", own.file_own, name="file"),
    path(
        "keberatan/sanksi/<str:number>/<uuid:sanction_id>/", own.file_sanction, name="file_sanction"
    ),
    path("keberatan/izin/<str:code>/", own.file_third, name="file_third"),
    path("keberatan/lacak/<str:code>/", own.track, name="track"),
    path(
        "keberatan/berkas/<str:number>/surat/<uuid:letter_id>/cetak.pdf",
        desk.letter_to_print,
        name="letter_print",
    ),
    path("keberatan/berkas/<str:number>/", desk.objection, name="desk"),
    path("keberatan/berkas/<str:number>/<slug:slug>/", desk.act_page, name="act"),
    path("keberatan/<str:number>/", own.objection, name="own"),
    path("keberatan/<str:number>/tanda-terima.pdf", own.receipt_pdf, name="receipt"),
    path("keberatan/<str:number>/tarik/", own.withdraw, name="withdraw"),
    path("keberatan/<str:number>/dokumen/<uuid:document_id>/", own.paper, name="paper"),
    path("loket/keberatan/", counter.find, name="counter"),
    path("loket/keberatan/<str:number>/", counter.type_in, name="counter_file"),
    path(
        "loket/keberatan/<str:number>/sanksi/<uuid:sanction_id>/",
        counter.type_in,
        name="counter_sanction",
    ),
]
