"""What the guides say. `[inbox]` quotes the words of the screen by their key in `labels`."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Part:
    """One heading with its steps, in order."""

    heading: Any
    steps: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """One guide: its name in addresses and files, its title, whom it is for, its parts."""

    key: str
    title: Any
    reader: Any
    parts: tuple[Part, ...]


CLERKS = Guide(
    "loket",
    _("Panduan petugas loket"),
    _("Untuk petugas di loket depan"),
    (
        Part(
            _("Mulai bekerja"),
            (
                _(
                    "Buka %(site)s, tekan [sign_in], lalu [staff_sign_in]. Setiap orang memakai akunnya sendiri."
                ),
                _("[inbox] memuat semua yang menunggu Anda, yang paling mendesak di atas."),
                _(
                    "Tinggalkan loket: keluar dulu. Sesi yang didiamkan dua jam berakhir sendiri; isian"
                    " Anda tetap disimpan."
                ),
            ),
        ),
        Part(
            _("Membantu pemohon mengajukan"),
            (
                _(
                    "Buka [assist]. Cari pemohon dengan nomor identitasnya, atau catat yang baru dengan"
                    " persetujuannya."
                ),
                _(
                    "Ketik jawabannya, pindai berkasnya, baca ulang bersama pemohon, lalu kirim. Beri ia"
                    " tanda terima dengan kode lacak."
                ),
                _("Pemohon yang ingin melanjutkan sendiri tetapi tidak punya surel: [give_code]."),
            ),
        ),
        Part(
            _("Memeriksa kelengkapan"),
            (
                _("Buka berkas dari [inbox] dan tekan [take]."),
                _(
                    "Bandingkan tiap dokumen dengan isiannya: [fits], atau [repair] dengan satu kalimat"
                    " yang dimengerti pemohon."
                ),
                _(
                    "Semua sesuai: [complete]. Ada yang kurang: [return]; sebut semuanya sekaligus,"
                    " jangan satu per satu."
                ),
                _(
                    "Waktu layanan dihitung sejak permohonan dikirim, bukan sejak dinyatakan lengkap."
                ),
            ),
        ),
        Part(
            _("Menyerahkan izin"),
            (
                _(
                    "Buka berkas yang izinnya sudah terbit. Cocokkan identitas orang yang mengambil,"
                    " lalu [hand_over]."
                ),
                _(
                    "Cetak lembar survei dengan [sheet] dan berikan bersama izin. Jangan mengisi atas"
                    " nama orang lain."
                ),
            ),
        ),
        Part(
            _("Survei"),
            (
                _(
                    "Lembar kertas diketik di [survey]: kodenya, lalu sembilan angka, lalu [save_sheet]."
                ),
                _(
                    "Tablet di loket: buka [survey] di tablet dan tekan [tablet]. Anda keluar dari akun,"
                    " jadi tidak ada berkas yang dapat dibuka di situ."
                ),
            ),
        ),
        Part(
            _("Saat listrik atau jaringan padam"),
            (
                _(
                    "Terima berkas dengan slip yang sudah dicetak dari [slips]; tulis tanggal dan jamnya."
                ),
                _("Sesudah menyala, ketik semuanya pada waktu yang sebenarnya lewat [catch_up]."),
            ),
        ),
    ),
)

DECIDERS = Guide(
    "pemutus",
    _("Panduan verifikator dan kepala"),
    _("Untuk verifikator, kepala bidang, dan kepala dinas"),
    (
        Part(
            _("Pagi hari"),
            (
                _(
                    "Buka [summary]: yang jatuh tempo hari ini, yang terlambat, dan siapa yang ditunggu."
                    " Setiap angka membuka daftarnya."
                ),
                _(
                    "[inbox] memuat yang menunggu Anda sendiri. Cari berkas lain dengan nomor, nama,"
                    " atau ejaan lama."
                ),
            ),
        ),
        Part(
            _("Verifikator"),
            (
                _(
                    "Buka berkas yang rekomendasinya terkumpul. Baca draf izin di penampil sebelum mengajukannya."
                ),
                _(
                    "Semua syarat terpenuhi: [propose]. Tidak terpenuhi: [propose_refusal], dengan"
                    " alasan dan dasar hukumnya."
                ),
            ),
        ),
        Part(
            _("Kepala bidang"),
            (
                _(
                    "Periksa usul verifikator dan tekan [initial]. Bila keliru, [send_back] dengan alasan."
                ),
                _(
                    "[second_look]: beberapa izin diperiksa lagi oleh orang yang tidak ikut memutus."
                ),
            ),
        ),
        Part(
            _("Kepala dinas"),
            (
                _(
                    "Tekan [approve] dan ketik kata sandi tanda tangan Anda sendiri; nomor diambil dan"
                    " izin terbit saat itu juga."
                ),
                _(
                    "[reject] memerlukan alasan; pemohon membacanya kata demi kata. [send_back]"
                    " mengembalikan ke verifikator."
                ),
                _(
                    "Jangan meminjamkan kata sandi. Bila berhalangan, kuasa menandatangani diberikan"
                    " dengan keputusan dan dicatat pengelola layanan."
                ),
                _(
                    "Batas hukum yang lewat: permohonan dianggap dikabulkan. Berkasnya muncul paling"
                    " atas; segera tetapkan."
                ),
            ),
        ),
        Part(
            _("Laporan"),
            (
                _(
                    "[books] memuat register permohonan dan izin untuk masa yang dipilih; [recap] memuat"
                    " sisa, masuk, terbit, ditolak, dan tepat waktu."
                ),
                _(
                    "[xlsx] memberi angka yang sama untuk laporan. [results] memuat jawaban survei mulai"
                    " lima jawaban."
                ),
            ),
        ),
        Part(
            _("Mengawasi izin"),
            (
                _(
                    "Usul sanksi menunggu Anda di [inbox]: baca alasannya, lalu berikan atau kembalikan dengan"
                    " satu alasan. Surat sanksi langsung dibuat dan dikirim kepada pemegang izin."
                ),
                _(
                    "Tahapannya peringatan 1 sampai 3, pembekuan, pencabutan. Sanksi langsung menyebut dasar"
                    " hukumnya; pastikan bersama bagian hukum."
                ),
                _(
                    "Izin yang dibekukan dijawab DIBEKUKAN di pemeriksaan keaslian sampai pembekuannya berakhir."
                ),
            ),
        ),
    ),
)

VILLAGES = Guide(
    "desa",
    _("Mengurus izin dari desa"),
    _("Untuk perangkat desa dan warga"),
    (
        Part(
            _("Sebelum mengajukan"),
            (
                _(
                    "Buka %(site)s di telepon atau komputer desa. Pilih [services] dan cari dengan kata"
                    " sehari-hari, misalnya “buka apotek”."
                ),
                _(
                    "Halaman layanan menyebut syarat, waktu, dan biaya. Selain yang tertulis di situ,"
                    " tidak ada pungutan."
                ),
                _(
                    "Siapkan foto yang terang dari tiap dokumen. Formulir kosong dapat dicetak dari"
                    " halaman layanan untuk diisi di rumah."
                ),
            ),
        ),
        Part(
            _("Mengajukan"),
            (
                _(
                    "Tekan [apply] dan masuk dengan nomor telepon atau surel. Setiap langkah tersimpan;"
                    " sinyal yang putus tidak menghapus isian."
                ),
                _("Mengajukan untuk orang lain memerlukan surat kuasanya."),
                _(
                    "Simpan kode lacak di tanda terima. Waktu layanan dihitung sejak permohonan dikirim."
                ),
            ),
        ),
        Part(
            _("Sesudah mengajukan"),
            (
                _(
                    "[track] dengan kode lacak memperlihatkan siapa yang sedang memegang berkas dan"
                    " sampai kapan; tidak perlu datang ke kantor."
                ),
                _(
                    "Bila ada yang harus diperbaiki, kami memberi tahu apa dan sampai kapan. Waktu"
                    " berhenti selama menunggu jawaban Anda."
                ),
                _("Izin yang terbit dapat diunduh. Siapa pun dapat memeriksanya di [check]."),
            ),
        ),
        Part(
            _("Bila perlu bantuan"),
            (
                _(
                    "Alamat, jam buka, dan nomor telepon kantor ada di halaman pertama panduan ini dan"
                    " di [contact]."
                ),
                _(
                    "Tanpa internet: serahkan berkas kertas di loket. Petugas mengetiknya dan memberi"
                    " tanda terima dengan kode yang sama."
                ),
                _("Lansia, ibu hamil dan menyusui, dan penyandang disabilitas didahulukan."),
            ),
        ),
    ),
)

GUIDES = {one.key: one for one in (CLERKS, DECIDERS, VILLAGES)}
