"""Addresses of complaints and of consultations: of everybody, of whoever holds the code, of officers."""

from django.urls import URLPattern, URLResolver, path

from satupintu.desk.pages import counter, office, planning, public, report
from satupintu.desk.pages.consultations import office as consultation_office
from satupintu.desk.pages.consultations import planning as consultation_planning
from satupintu.desk.pages.consultations import public as consultation_public
from satupintu.desk.pages.consultations import report as consultation_report

app_name = "desk"

urlpatterns: list[URLPattern | URLResolver] = [
    path("pengaduan/", public.file, name="file"),
    path("pengaduan/lacak/<str:code>/", public.track, name="track"),
    path(
        "pengaduan/lacak/<str:code>/lampiran/<uuid:document_id>/",
        public.attached,
        name="own_attached",
    ),
    path("pengaduan/umum/", public.register, name="register"),
    path("pengaduan/meja/", office.complaints, name="list"),
    path("pengaduan/meja/baru/", counter.type_in, name="counter"),
    path("pengaduan/berkas/<str:number>/", office.complaint, name="desk"),
    path("pengaduan/berkas/<str:number>/pelapor/", office.reporter, name="reporter"),
    path(
        "pengaduan/berkas/<str:number>/lampiran/<uuid:document_id>/",
        office.attached,
        name="attached",
    ),
    path("pengaduan/berkas/<str:number>/<slug:slug>/", office.act_page, name="act"),
    path("pengaduan/laporan/", report.year, name="report"),
    path("pengaduan/laporan/<int:year>.<str:kind>", report.table, name="report_file"),
    path("pengaturan/pengaduan/", planning.plan_page, name="plan"),
    path("pengaturan/pengaduan/ubah/", planning.change, name="plan_change"),
    path("pengaturan/pengaduan/v<int:number>/", planning.version, name="plan_version"),
    path("pengaturan/konsultasi/", consultation_planning.topics_page, name="topics"),
    path("pengaturan/konsultasi/ubah/", consultation_planning.change, name="topics_change"),
    path(
        "pengaturan/konsultasi/v<int:number>/", consultation_planning.version, name="topics_version"
    ),
    path("konsultasi/", consultation_public.ask, name="ask"),
    path("konsultasi/lacak/<str:code>/", consultation_public.track, name="consultation_track"),
    path("konsultasi/lacak/<str:code>/temu/", consultation_public.enter, name="consultation_enter"),
    path(
        "konsultasi/berkas/<str:number>/temu/", consultation_office.enter, name="consultation_host"
    ),
    path("konsultasi/meja/", consultation_office.consultations, name="consultations"),
    path("konsultasi/berkas/<str:number>/", consultation_office.consultation, name="consultation"),
    path(
        "konsultasi/berkas/<str:number>/<slug:slug>/",
        consultation_office.act_page,
        name="consultation_act",
    ),
    path("konsultasi/laporan/", consultation_report.year, name="consultation_report"),
    path(
        "konsultasi/laporan/<int:year>.<str:kind>",
        consultation_report.table,
        name="consultation_report_file",
    ),
]
