"""Addresses under the names django-allauth looks up; without a namespace for that reason."""

from django.urls import URLPattern, URLResolver, path

from satupintu.people.views import second_factor, sign_in

urlpatterns: list[URLPattern | URLResolver] = [
    path("masuk/", sign_in.sign_in, name="account_login"),
    path("keluar/", sign_in.sign_out, name="account_logout"),
    path("masuk/kode-kedua/", second_factor.authenticate, name="mfa_authenticate"),
    path("masuk/kunci/", second_factor.passkey_sign_in, name="mfa_login_webauthn"),
    path("akun/ulangi/", second_factor.password_again, name="account_reauthenticate"),
    path("akun/ulangi/kode/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("akun/ulangi/kunci/", second_factor.passkey_again, name="mfa_reauthenticate_webauthn"),
    path("akun/pengaman/", second_factor.index, name="mfa_index"),
    path("akun/pengaman/aplikasi/", second_factor.activate_totp, name="mfa_activate_totp"),
    path(
        "akun/pengaman/aplikasi/hapus/", second_factor.deactivate_totp, name="mfa_deactivate_totp"
    ),
    path("akun/pengaman/kunci/", second_factor.list_passkeys, name="mfa_list_webauthn"),
    path("akun/pengaman/kunci/baru/", second_factor.add_passkey, name="mfa_add_webauthn"),
    path(
        "akun/pengaman/kunci/<int:pk>/hapus/",
        second_factor.remove_passkey,
        name="mfa_remove_webauthn",
    ),
    path(
        "akun/pengaman/kunci/<int:pk>/ubah/", second_factor.rename_passkey, name="mfa_edit_webauthn"
    ),
    path("akun/pengaman/cadangan/", second_factor.recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "akun/pengaman/cadangan/baru/",
        second_factor.new_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "akun/pengaman/cadangan/unduh/",
        second_factor.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
]
