"""Addresses of complaints: of everybody, of whoever holds the code, of the counter and telephone, of officers."""

from django.urls import URLPattern, URLResolver, path

from satupintu.desk.pages import counter, office, public, report

app_name = "desk"

urlpatterns: list[URLPattern | URLResolver] = [
    path("pengaduan/", public.file, name="file"),
    path("pengaduan/lacak/<str:code>/", public.track, name="track"),
    path("pengaduan/umum/", public.register, name="register"),
    path("pengaduan/meja/", office.complaints, name="list"),
    path("pengaduan/meja/baru/", counter.type_in, name="counter"),
    path("pengaduan/berkas/<str:number>/", office.complaint, name="desk"),
    path("pengaduan/berkas/<str:number>/pelapor/", office.reporter, name="reporter"),
    path("pengaduan/berkas/<str:number>/<slug:slug>/", office.act_page, name="act"),
    path("pengaduan/laporan/", report.year, name="report"),
    path("pengaduan/laporan/<int:year>.<str:kind>", report.table, name="report_file"),
]
