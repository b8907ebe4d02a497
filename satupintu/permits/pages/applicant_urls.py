"""Addresses of applicants, and of officers who type for them."""

from django.urls import URLPattern, URLResolver, path

from satupintu.permits.pages.applicant import (
    attach,
    begin,
    case,
    collection,
    fill,
    intake,
    mine,
    own_data,
    receipt,
    repair,
    review,
    tracking,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("ajukan/draf/<uuid:draft_id>/", fill.resume, name="draft"),
    path("ajukan/draf/<uuid:draft_id>/kirim/", review.send, name="send"),
    path("ajukan/draf/<uuid:draft_id>/hapus/", begin.discard, name="discard"),
    path("ajukan/draf/<uuid:draft_id>/kembalikan/", begin.restore, name="restore"),
    path("ajukan/draf/<uuid:draft_id>/unggah/<slug:requirement>/", attach.upload, name="upload"),
    path("ajukan/draf/<uuid:draft_id>/lihat/<slug:requirement>/", attach.look, name="draft_file"),
    path("ajukan/draf/<uuid:draft_id>/<slug:key>/", fill.step, name="step"),
    path("ajukan/<slug:code>/", begin.apply, name="apply"),
    path("lacak/", tracking.start, name="track"),
    path("lacak/<str:code>/", tracking.code, name="track_code"),
    path("permohonan/", mine.mine, name="mine"),
    path("permohonan/data/", own_data.overview, name="own_data"),
    path("permohonan/data/unduh/", own_data.download, name="own_data_download"),
    path("permohonan/data/tutup/", own_data.close, name="account_close"),
    path("permohonan/data/hapus/", own_data.erase, name="own_data_erase"),
    path("permohonan/kuasa/", own_data.proxy, name="proxy"),
    path("permohonan/<str:number>/", case.case, name="mycase"),
    path("permohonan/<str:number>/tanda-terima/", receipt.receipt, name="receipt"),
    path("permohonan/<str:number>/tanda-terima.pdf", receipt.receipt_pdf, name="receipt_pdf"),
    path("permohonan/<str:number>/perbaiki/", repair.repair, name="repair"),
    path("permohonan/<str:number>/tarik/", case.withdraw, name="withdraw"),
    path("permohonan/<str:number>/pengambilan/", collection.collection, name="collection"),
    path("permohonan/<str:number>/izin/", case.permit, name="permit_file"),
    path("permohonan/<str:number>/berkas/<uuid:attachment_id>/", case.attached, name="own_file"),
    path("permohonan/<str:number>/surat/<uuid:letter_id>/", case.letter, name="own_letter"),
    path("permohonan/<str:number>/pemberitahuan/", case.notice, name="deemed_notice"),
    path("loket/permohonan-baru/", intake.intake, name="intake"),
]
