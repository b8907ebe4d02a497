from django.urls import URLPattern, URLResolver, path

from satupintu.archive.pages import depositing, disposing, keeping, settings

app_name = "archive"

urlpatterns: list[URLPattern | URLResolver] = [
    path("arsip/", keeping.folders, name="folders"),
    path("arsip/unduh/", keeping.sheet, name="sheet"),
    path("arsip/belum/", keeping.not_filed, name="not_filed"),
    path("arsip/boks/", keeping.boxes, name="boxes"),
    path("arsip/boks/<int:number>.pdf", keeping.box_label, name="box_label"),
    path("arsip/inaktif/", keeping.to_pass, name="to_pass"),
    path("arsip/inaktif/<uuid:transfer_id>.pdf", keeping.transfer_pdf, name="transfer_pdf"),
    path("arsip/musnah/", disposing.at_end, name="at_end"),
    path("arsip/musnah/<uuid:disposal_id>/", disposing.disposal, name="disposal"),
    path("arsip/musnah/<uuid:disposal_id>.pdf", disposing.disposal_pdf, name="disposal_pdf"),
    path("arsip/serah/", depositing.to_deposit, name="to_deposit"),
    path("arsip/serah/<uuid:deposit_id>/", depositing.deposit, name="deposit"),
    path("arsip/serah/<uuid:deposit_id>.pdf", depositing.deposit_pdf, name="deposit_pdf"),
    path("arsip/serah/<uuid:deposit_id>/paket/", depositing.package, name="deposit_package"),
    path("arsip/map/<str:number>/", keeping.folder, name="folder"),
    path("pengaturan/klasifikasi-arsip/", settings.scheme, name="scheme"),
]
