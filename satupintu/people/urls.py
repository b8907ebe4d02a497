from django.urls import URLPattern, URLResolver, path

from satupintu.people.views import account, administration, counter, filters, held, sign_in

app_name = "people"

urlpatterns: list[URLPattern | URLResolver] = [
    path("masuk/", sign_in.sign_in, name="sign_in"),
    path("masuk/kode/", sign_in.code, name="code"),
    path("masuk/kode/kirim-ulang/", sign_in.resend, name="resend"),
    path("masuk/kode/telepon/", sign_in.call_back, name="call_back"),
    path("masuk/nama/", sign_in.name, name="name"),
    path("masuk/petugas/", sign_in.staff_sign_in, name="staff_sign_in"),
    path("masuk/ganti/", sign_in.switch, name="switch"),
    path("keluar/", sign_in.sign_out, name="sign_out"),
    path("akun/", account.account, name="account"),
    path("akun/alamat/", account.address, name="address"),
    path("akun/alamat/kode/", account.address_code, name="address_code"),
    path("akun/kata-sandi/", account.password, name="password"),
    path("akun/persetujuan/", account.consent, name="consent"),
    path("akun/kuasa/", account.authorities, name="authorities"),
    path("akun/kuasa/baru/", account.new_authority, name="new_authority"),
    path("akun/kuasa/pilih/", account.act_for, name="act_for"),
    path("akun/kuasa/<int:authority_id>/lepas/", account.leave_authority, name="leave_authority"),
    path("akun/perangkat/", account.devices, name="devices"),
    path("akun/perangkat/ingat/", account.remember_device, name="remember_device"),
    path("akun/perangkat/<uuid:device_id>/lupakan/", account.forget_device, name="forget_device"),
    path("saringan/simpan/", filters.keep, name="keep_filter"),
    path("saringan/<uuid:filter_id>/ubah/", filters.rename, name="rename_filter"),
    path("saringan/<uuid:filter_id>/hapus/", filters.drop, name="drop_filter"),
    path("akun/tertahan/", held.waiting, name="held_list"),
    path("akun/tertahan/<uuid:held_id>/", held.held, name="held"),
    path("akun/tertahan/<uuid:held_id>/buang/", held.drop, name="drop_held"),
    path("loket/kode/", counter.give_code, name="give_code"),
    path("loket/orang/<uuid:party_id>/", counter.party_data, name="party_data"),
    path("loket/kuasa/", counter.waiting_authorities, name="waiting_authorities"),
    path("data/tampilkan/", counter.show, name="show"),
    path("pengaturan/petugas/", administration.officers, name="officers"),
    path("pengaturan/petugas/baru/", administration.new_officer, name="new_officer"),
    path("pengaturan/petugas/<int:user_id>/", administration.officer, name="officer"),
    path(
        "pengaturan/petugas/<int:user_id>/ubah/", administration.edit_officer, name="edit_officer"
    ),
    path("pengaturan/petugas/<int:user_id>/aktif/", administration.set_active, name="set_active"),
    path("pengaturan/petugas/<int:user_id>/peran/", administration.give_role, name="give_role"),
    path(
        "pengaturan/petugas/<int:user_id>/peran/<int:assignment_id>/akhiri/",
        administration.end_role,
        name="end_role",
    ),
    path(
        "pengaturan/petugas/<int:user_id>/delegasi/",
        administration.give_delegation,
        name="give_delegation",
    ),
    path(
        "pengaturan/petugas/<int:user_id>/delegasi/<int:delegation_id>/cabut/",
        administration.revoke_delegation,
        name="revoke_delegation",
    ),
    path(
        "pengaturan/petugas/<int:user_id>/perangkat/<uuid:device_id>/cabut/",
        administration.revoke_device,
        name="revoke_device",
    ),
    path("pengaturan/perangkat-daerah/", administration.units, name="units"),
    path("pengaturan/perangkat-daerah/baru/", administration.unit, name="new_unit"),
    path("pengaturan/perangkat-daerah/<int:unit_id>/", administration.unit, name="unit"),
]
