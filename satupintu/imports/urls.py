from django.urls import URLPattern, URLResolver, path

from satupintu.imports.pages import files, rows, statuses

app_name = "imports"

urlpatterns: list[URLPattern | URLResolver] = [
    path("impor/", files.index, name="index"),
    path("impor/status/", statuses.statuses, name="statuses"),
    path("impor/<uuid:batch_id>/", files.show, name="show"),
    path("impor/<uuid:batch_id>/kolom/", files.columns, name="columns"),
    path("impor/<uuid:batch_id>/jalankan/", files.start, name="start"),
    path("impor/<uuid:batch_id>/batalkan/", files.undo, name="undo"),
    path("impor/<uuid:batch_id>/ulangi/", files.redo, name="redo"),
    path("impor/<uuid:batch_id>/buang/", files.discard, name="discard"),
    path("impor/<uuid:batch_id>/baris/<slug:state>/", rows.listing, name="rows"),
    path("impor/<uuid:batch_id>/perbaiki/<int:number>/", rows.repair, name="repair"),
    path("impor/<uuid:batch_id>/pilih/<int:number>/", rows.choose, name="choose"),
    path("impor/<uuid:batch_id>/rusak.xlsx", rows.bad_sheet, name="bad_sheet"),
    path("impor/<uuid:batch_id>/lembar-perbaikan/", rows.repaired_sheet, name="repaired_sheet"),
]
