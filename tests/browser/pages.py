"""
Every page of the product, literally: its name, its address in the demo office, who looks at it.

`{...}` in an address is one of PLACES: the first link on another page that looks like that.
Routes that are no page stand in NO_PAGES with the reason.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class MainPage:
    name: str
    path: str
    who: str = ""
    status: int = 200


@dataclass(frozen=True)
class Place:
    """Where to find an address: the first link of `page`, seen by `who`, that matches `link`."""

    who: str
    page: str
    link: str
    press: str = ""  # a button to press on that page first; the address is where it leads


PLACES = {
    "case": Place("ratna", "/berkas/?keadaan=review", r"^/berkas/[^/]+/$"),
    "new_case": Place("budi", "/berkas/?keadaan=submitted", r"^/berkas/[^/]+/$"),
    "ready": Place("ratna", "/berkas/?keadaan=ready", r"^/berkas/[^/]+/$"),
    "proposed": Place("darius", "/berkas/?keadaan=proposed", r"^/berkas/[^/]+/$"),
    "numbered": Place("darius", "/berkas/?keadaan=numbered", r"^/berkas/[^/]+/$"),
    "issued_case": Place("budi", "/berkas/?keadaan=issued", r"^/berkas/[^/]+/$"),
    "handed_over": Place("darius", "/berkas/?keadaan=handed_over", r"^/berkas/[^/]+/$"),
    "officer": Place("admin", "/pengaturan/petugas/", r"/pengaturan/petugas/\d+/$"),
    "unit": Place("admin", "/pengaturan/perangkat-daerah/", r"/pengaturan/perangkat-daerah/\d+/$"),
    "series": Place("admin", "/pengaturan/nomor/", r"/pengaturan/nomor/(?!baru)[^/]+/$"),
    "draft": Place("sari", "/permohonan/", r"^/ajukan/draf/[^/]+/$"),
    "returned": Place("sari", "/permohonan/", r"^/permohonan/[^/]+/perbaiki/$"),
    "running": Place("lidia", "/permohonan/", r"^/permohonan/REG[^/]+/$"),
    "permit_case": Place("sari", "/permohonan/", r"^(/permohonan/[^/]+/)izin/$"),
    "service_draft": Place("admin", "/pengaturan/layanan/reklame/", "", press="Ubah"),
    "check": Place("", "/register/", r"/cek/[^/]+/$"),
}

PAGES = (
    # The office presents itself.
    MainPage("beranda", "/"),
    MainPage("tentang", "/tentang/"),
    MainPage("maklumat", "/maklumat/"),
    MainPage("kontak", "/kontak/"),
    # What the office offers.
    MainPage("layanan", "/layanan/"),
    MainPage("layanan-cari", "/layanan/?q=ijin+dokter+gigi"),
    MainPage("layanan-reklame", "/layanan/reklame/"),
    MainPage("layanan-nib", "/layanan/nib-pendampingan/"),
    MainPage("izin-apa", "/izin-apa/"),
    MainPage("layanan-daftar", "/layanan/sip-bidan/daftar/?ada=str"),
    # Is it genuine?
    MainPage("cek", "/cek/"),
    MainPage("cek-berlaku", "{check}"),
    MainPage("cek-tidak-dikenal", "/cek/7K3F9QXM2HT4/", status=404),
    MainPage("register", "/register/"),
    # The way in.
    MainPage("masuk", "/masuk/"),
    MainPage("masuk-petugas", "/masuk/petugas/"),
    MainPage("masuk-ganti", "/masuk/ganti/"),
    MainPage("kotak-masuk-peragaan", "/demo/kotak-masuk/"),
    # The applicant.
    MainPage("lacak", "/lacak/"),
    MainPage("lacak-tidak-dikenal", "/lacak/7K3F-9QXM-2/", status=404),
    MainPage("permohonan", "/permohonan/", "sari"),
    MainPage("permohonan-berjalan", "{running}", "lidia"),
    MainPage("permohonan-izin", "{permit_case}", "sari"),
    MainPage("permohonan-izin-unduh", "{permit_case}izin/", "sari"),
    MainPage("permohonan-perbaiki", "{returned}", "sari"),
    MainPage("permohonan-tarik", "{running}tarik/", "lidia"),
    MainPage("tanda-terima", "{running}tanda-terima/", "lidia"),
    MainPage("permohonan-data", "/permohonan/data/", "sari"),
    MainPage("permohonan-kuasa", "/permohonan/kuasa/", "sari"),
    MainPage("ajukan", "/ajukan/reklame/", "sari"),
    MainPage("ajukan-nib", "/ajukan/nib-pendampingan/", "sari"),
    MainPage("ajukan-langkah", "{draft}applicant/", "sari"),
    MainPage("ajukan-berkas", "{draft}berkas/", "sari"),
    MainPage("ajukan-periksa", "{draft}periksa/", "sari"),
    MainPage("ajukan-hapus", "{draft}hapus/", "sari"),
    MainPage("akun", "/akun/", "sari"),
    MainPage("akun-alamat", "/akun/alamat/", "sari"),
    MainPage("akun-kata-sandi", "/akun/kata-sandi/", "sari"),
    MainPage("akun-persetujuan", "/akun/persetujuan/", "sari"),
    MainPage("akun-kuasa", "/akun/kuasa/", "sari"),
    MainPage("akun-kuasa-baru", "/akun/kuasa/baru/", "sari"),
    MainPage("akun-pengaman", "/akun/pengaman/", "sari"),
    # The officers.
    MainPage("tugas", "/tugas/", "ratna"),
    MainPage("tugas-belum-ditangani", "/tugas/?map=belum-ditangani", "ratna"),
    MainPage("tugas-kepala", "/tugas/?map=belum-ditangani", "darius"),
    MainPage("berkas", "/berkas/", "ratna"),
    MainPage("berkas-rekomendasi", "{case}", "ratna"),
    MainPage("berkas-baru", "{new_case}", "budi"),
    MainPage("berkas-diajukan", "{proposed}", "darius"),
    MainPage("nyatakan-lengkap", "{new_case}nyatakan-lengkap/", "budi"),
    MainPage("kembalikan", "{new_case}kembalikan/", "budi"),
    MainPage("ajukan-keputusan", "{ready}ajukan/", "ratna"),
    MainPage("terbitkan", "{numbered}terbitkan/", "darius"),
    MainPage("serahkan", "{issued_case}serahkan/", "budi"),
    MainPage("cabut", "{handed_over}cabut/", "darius"),
    MainPage("izin-terbit", "/izin/", "budi"),
    MainPage("periksa-ulang", "/izin/periksa-ulang/", "lina"),
    MainPage("draf-izin", "{ready}?dok=draf", "ratna"),
    MainPage("data-dibuka", "/data-dibuka/", "auditor"),
    MainPage("ringkasan", "/ringkasan/", "bupati"),
    MainPage("ringkasan-daftar", "/ringkasan/daftar/?yang=pemohon", "bupati"),
    MainPage("buku-permohonan", "/buku/", "budi"),
    MainPage("buku-izin", "/buku/izin/", "bupati"),
    MainPage("buku-rekap", "/buku/rekap/", "auditor"),
    MainPage("loket-permohonan-baru", "/loket/permohonan-baru/", "budi"),
    MainPage("loket-kode", "/loket/kode/", "budi"),
    MainPage("loket-kuasa", "/loket/kuasa/", "budi"),
    MainPage("pesan", "/pesan/", "budi"),
    MainPage("akun-petugas", "/akun/", "budi"),
    MainPage("akun-perangkat", "/akun/perangkat/", "budi"),
    # The administrator of services and staff.
    MainPage("atur-menyiapkan", "/pengaturan/", "admin"),
    MainPage("atur-kantor", "/pengaturan/kantor/", "admin"),
    MainPage("atur-kalender", "/pengaturan/kalender/", "admin"),
    MainPage("atur-nomor", "/pengaturan/nomor/", "admin"),
    MainPage("atur-nomor-baru", "/pengaturan/nomor/baru/", "admin"),
    MainPage("atur-nomor-satu", "{series}", "admin"),
    MainPage("atur-layanan", "/pengaturan/layanan/", "admin"),
    MainPage("atur-layanan-satu", "/pengaturan/layanan/reklame/", "admin"),
    MainPage("atur-layanan-draf", "{service_draft}", "admin"),
    MainPage("atur-layanan-versi", "/pengaturan/layanan/reklame/v1/", "admin"),
    MainPage("atur-petugas", "/pengaturan/petugas/", "admin"),
    MainPage("atur-petugas-baru", "/pengaturan/petugas/baru/", "admin"),
    MainPage("atur-petugas-satu", "{officer}", "admin"),
    MainPage("atur-petugas-ubah", "{officer}ubah/", "admin"),
    MainPage("atur-unit", "/pengaturan/perangkat-daerah/", "admin"),
    MainPage("atur-unit-baru", "/pengaturan/perangkat-daerah/baru/", "admin"),
    MainPage("atur-unit-satu", "{unit}", "admin"),
    # What goes wrong.
    MainPage("tidak-ditemukan", "/tidak-ada/", status=404),
    MainPage("tidak-boleh", "/pengaturan/kantor/", "sari", status=403),
)

# Routes that are no page of their own, each with the reason.
ACT = "an act (POST); the page it is done on is above"
FILE = "a file, a picture or data, not a page"
OTHER = "the same page under a name that the sign-in library looks up"
SECURITY = "asks for the password, a device or codes first; shown by satupintu/people/tests"
BETWEEN = "between two steps; test_pages_between_steps_are_sound"
NOTHING = "nobody in the demo waits for it; shown by the tests of its app"

NO_PAGES = {
    "account_login": OTHER,
    "account_logout": OTHER,
    "account_reauthenticate": SECURITY,
    "catalogue:delete": ACT,
    "catalogue:file": FILE,
    "catalogue:offer": ACT,
    "catalogue:picker": FILE,
    "catalogue:publish": ACT,
    "catalogue:start_draft": ACT,
    "catalogue:upload": ACT,
    "catalogue:withdraw": ACT,
    "messaging:authority": NOTHING,
    "messaging:authority_letter": FILE,
    "messaging:whatsapp": ACT,
    "mfa_activate_totp": SECURITY,
    "mfa_add_webauthn": SECURITY,
    "mfa_authenticate": SECURITY,
    "mfa_deactivate_totp": SECURITY,
    "mfa_download_recovery_codes": FILE,
    "mfa_edit_webauthn": SECURITY,
    "mfa_generate_recovery_codes": SECURITY,
    "mfa_list_webauthn": SECURITY,
    "mfa_login_webauthn": FILE,
    "mfa_reauthenticate": SECURITY,
    "mfa_reauthenticate_webauthn": SECURITY,
    "mfa_remove_webauthn": SECURITY,
    "mfa_view_recovery_codes": SECURITY,
    "people:act_for": ACT,
    "people:address_code": BETWEEN,
    "people:call_back": ACT,
    "people:code": BETWEEN,
    "people:drop_held": ACT,
    "people:end_role": ACT,
    "people:forget_device": ACT,
    "people:give_delegation": ACT,
    "people:give_role": ACT,
    "people:held": NOTHING,
    "people:held_list": NOTHING,
    "people:leave_authority": ACT,
    "people:name": BETWEEN,
    "people:remember_device": ACT,
    "people:resend": ACT,
    "people:revoke_delegation": ACT,
    "people:revoke_device": ACT,
    "people:set_active": ACT,
    "people:show": ACT,
    "people:sign_out": ACT,
    "permits:case_draft": FILE,
    "permits:case_draft_image": FILE,
    "permits:case_elsewhere": "opened by POST, because opening is logged; test_story looks at it",
    "permits:case_file": FILE,
    "permits:case_mark": ACT,
    "permits:case_page_image": FILE,
    "permits:case_print": FILE,
    "permits:case_show": ACT,
    "permits:deemed_notice": FILE,
    "permits:draft": "leads to the step where the draft was left",
    "permits:draft_file": FILE,
    "permits:lock_signing": ACT,
    "permits:own_data_download": FILE,
    "permits:account_close": ACT,
    "permits:own_data_erase": ACT,
    "permits:restore": ACT,
    "permits:own_file": FILE,
    "permits:own_letter": FILE,
    "permits:receipt_pdf": FILE,
    "permits:search_cases": "opened by POST, because what is typed may be a NIK; looks as /berkas/",
    "permits:send": ACT,
    "permits:upload": ACT,
    "portal:appearance": ACT,
    "portal:claim": ACT,
    "portal:language": ACT,
    "portal:many": ACT,
    "portal:office_arms": FILE,
    "portal:office_calendar_change": "what a change of the calendar moved; shown by satupintu/permits/tests",
    "portal:office_closure_confirm": ACT,
    "portal:office_closure_propose": ACT,
    "portal:office_closure_remove": "asks whether a closure may go; none in the demo",
    "portal:office_css": FILE,
    "portal:office_number_save": ACT,
    "portal:office_number_start": ACT,
    "portal:regions": FILE,
    "portal:share_out": ACT,
    "portal:style": "the style guide; test_styleguide looks at it",
    "portal:take_next": ACT,
}
