from django.urls import URLPattern, URLResolver, path

from satupintu.catalogue import admin_views, views

app_name = "catalogue"

urlpatterns: list[URLPattern | URLResolver] = [
    path("layanan/", views.list_services, name="list"),
    path("layanan/pilihan/<slug:source>/", views.picker_options, name="picker"),
    path("layanan/<slug:code>/", views.show_service, name="service"),
    path("layanan/<slug:code>/berkas/", views.service_file, name="file"),
    path("izin-apa/", views.ask_guide, name="guide"),
    # Service administrators
    path("pengaturan/layanan/", admin_views.overview, name="admin"),
    path("pengaturan/layanan/unggah/", admin_views.upload, name="upload"),
    path("pengaturan/layanan/draf/<str:name>/", admin_views.edit, name="edit"),
    path("pengaturan/layanan/draf/<str:name>/terbitkan/", admin_views.publish, name="publish"),
    path("pengaturan/layanan/draf/<str:name>/hapus/", admin_views.delete, name="delete"),
    path("pengaturan/layanan/<slug:code>/", admin_views.service, name="admin_service"),
    path("pengaturan/layanan/<slug:code>/ubah/", admin_views.start_draft, name="start_draft"),
    path("pengaturan/layanan/<slug:code>/tarik/", admin_views.withdraw, name="withdraw"),
    path("pengaturan/layanan/<slug:code>/tawarkan/", admin_views.offer, name="offer"),
    path("pengaturan/layanan/<slug:code>/v<int:number>/", admin_views.version, name="version"),
]
