"""Addresses of supervision: of officers, of the holder, of the office's days."""

from django.urls import URLPattern, URLResolver, path

from satupintu.supervision.pages import acting, conditions, desk, own, settings

app_name = "supervision"

urlpatterns: list[URLPattern | URLResolver] = [
    path("pengawasan/", desk.supervised, name="list"),
    path("pengawasan/peringatan/", desk.warnings, name="warnings"),
    path("pengawasan/syarat/", conditions.conditions, name="conditions"),
    path("pengawasan/syarat/<str:number>/", conditions.set_page, name="set"),
    path(
        "pengawasan/berkas/<str:number>/syarat/<uuid:condition_id>/",
        conditions.condition_page,
        name="condition",
    ),
    path(
        "pengawasan/saya/<str:number>/syarat/<uuid:condition_id>/",
        own.report_page,
        name="report",
    ),
    path("pengawasan/usul/<str:number>/", acting.propose_page, name="propose"),
    path(
        "pengawasan/berkas/<str:number>/surat/<uuid:sanction_id>/cetak.pdf",
        acting.letter_to_print,
        name="letter_print",
    ),
    path("pengawasan/berkas/<str:number>/", desk.supervision, name="desk"),
    path("pengawasan/berkas/<str:number>/<slug:slug>/", acting.act_page, name="act"),
    path("pengawasan/saya/<str:number>/", own.supervision, name="own"),
    path("pengawasan/surat/<str:number>/<uuid:document_id>/", own.letter, name="letter"),
    path("pengaturan/pengawasan/", settings.days, name="days"),
]
