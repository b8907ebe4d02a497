"""Demands that no Indonesian office may make any more, with the law that ended each. Old forms still carry them."""

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from satupintu.lib.words import fold


@dataclass(frozen=True, slots=True)
class Abolished:
    pattern: re.Pattern[str]  # over one folded sentence
    reason: str | Promise
    unless: re.Pattern[str] | None = None  # a sentence with this in it demands something lawful


# Health professions have left their associations' approval behind (UU 17/2023). Veterinarians are not among
# them: Permentan 3/2019 still asks for PDHI's recommendation, and it names "hewan".
_ASSOCIATIONS = (
    "idi|pdgi|ibi|ppni|iai|pafi|patelki|ifi|persagi|hakli|pormiki|ptgmi|ppgi|pari|iakmi|iropin|himpsi|ipk indonesia"
    "|ikatwi|ioti|ikatemi|iopi|hisfarmaan?"
)
_HEALTH = (
    "dokter|gigi|bidan|perawat|apoteker|farmasi|gizi|nutrisionis|dietisien|fisioterapis?|terapis?|wicara|okupasi"
    "|radiografer|rekam|perekam|medis|medik|laboratorium|kesehatan|psikolog|psikologi|optisien|optometris|refraksionis"
    "|sanitarian|elektromedi[ks]|audiologis|akupunktur|anestesi"
)
_BODIES = "ikatan|persatuan|perhimpunan|himpunan|perkumpulan|asosiasi|organisasi"
_PROFESSION_EN = (
    "medical|doctors?|dental|dentists?|midwives|midwifes?|midwifery|nurses?|nursing|pharmacists?|pharmacy|health"
    "|nutritionists?|physiotherapy|physiotherapists?|therapists?|psychologists?|radiographers?"
)
_ASSOCIATION = (
    rf"(?:{_ASSOCIATIONS}"
    r"|(?:organisasi|asosiasi|perhimpunan|ikatan|himpunan|perkumpulan) (?:ke)?profesi(?:an)?"
    rf"|(?:{_BODIES})(?: (?!hewan|perangkat)\w+){{0,4}}? (?:{_HEALTH})(?! hewan)(?: \w+){{0,6}}"
    r"|professional (?:organi[sz]ation|association|body|society)s?"
    rf"|(?:{_PROFESSION_EN})(?: \w+)? (?:association|organi[sz]ation|society|union)s?"
    rf"|association of(?: \w+){{0,2}} (?:{_PROFESSION_EN}))"
)
_ASKED = (
    "(?:rekomendasi|persetujuan|pengantar|keterangan|pengesahan|dukungan|izin|surat|kartu|keanggotaan|kta|anggota"
    "|recommendation|approval|endorsement|letter|consent|membership|member|card|certificate)"
)
_COLOURS = "merah|kuning|hijau|biru|putih|hitam|warna|snelhecter|snelhekter|plastik|kertas|folio|kancing|karton|buffalo"
_COLOURS_EN = "red|yellow|green|blue|white|black|coloured|colored|plastic|paper|cardboard"

ABOLISHED = (
    Abolished(
        re.compile(
            rf"\b{_ASKED}\b(?: \w+){{0,6}}? {_ASSOCIATION}\b"
            rf"|\b{_ASSOCIATION}(?: \w+){{0,4}}? {_ASKED}\b"
        ),
        _(
            "Rekomendasi organisasi profesi dihapus oleh UU 17/2023 dan SE Menkes HK.02.01/MENKES/6/2024."
        ),
    ),
    Abolished(
        re.compile(r"\b(situ|surat izin tempat usaha|business (place|location) permit)\b"),
        _("SITU sudah dihapus; NIB menggantikannya (Permendagri 19/2017, PP 28/2025)."),
    ),
    Abolished(
        re.compile(
            r"\b(izin|surat|rekomendasi) (undang undang )?(gangguan|ho)\b|\bhinderordonnantie\b"
            r"|\b(nuisance|disturbance) permit\b"
        ),
        _("Izin gangguan (HO) dicabut oleh Permendagri 19/2017."),
    ),
    Abolished(
        re.compile(r"\b(tdp|tanda daftar perusahaan|company registration certificate)\b"),
        _("TDP sudah dihapus; NIB berlaku sebagai TDP (PP 28/2025)."),
    ),
    Abolished(
        re.compile(
            r"\bsiup\b(?! (perikanan|mb))|\bsurat izin usaha perdagangan\b|\btrad(e|ing) business licen[cs]e\b"
        ),
        _("SIUP tersendiri sudah dihapus; NIB menggantikannya (PP 28/2025)."),
    ),
    Abolished(
        re.compile(r"\b(imb|izin mendirikan bangunan)\b"),
        _("IMB diganti PBG (PP 16/2021). IMB lama tetap berlaku, jadi sebut “PBG atau IMB lama”."),
        unless=re.compile(r"\bpbg\b"),
    ),
    Abolished(
        re.compile(
            rf"\bmap( \w+)?? ({_COLOURS})\b|\bsto[pf] ?map\b|\bsnelhe[ck]ter\b"
            rf"|\b({_COLOURS_EN}) (file |document )?folders?\b"
        ),
        _("Map tidak boleh diminta: permohonan diajukan sebagai berkas elektronik."),
    ),
    Abolished(
        re.compile(
            r"\bmeterai (senilai |tempel )?(rp ?)?(6000|6 000|3000|3 000)\b"
            r"|\b(rp ?)?(6000|6 000|3000|3 000)( rupiah)? (duty |revenue )?stamps?\b"
            r"|\bstamps?( duty)?( of| worth)? (rp ?)?(6000|6 000|3000|3 000)\b"
        ),
        _("Meterai 6000 dan 3000 tidak berlaku lagi; tarifnya Rp10.000 (UU 10/2020)."),
    ),
)

# A sentence that says something is not asked, or has come in its place, demands nothing.
_NOT_ASKED = re.compile(
    r"\b(tidak|bukan|tak) (lagi |perlu |boleh |usah |wajib |harus )*"
    r"(lagi|perlu|diminta|diperlukan|wajib|melampirkan|menyertakan|berlaku)\b"
    r"|\btanpa\b|\b(pengganti|menggantikan|diganti|dihapus|dahulu|dulu)\b"
    r"|\b(no longer|not (asked|needed|required)|no need|without|replaces|replaced|formerly|abolished)\b"
)
_SENTENCES = re.compile(r"[.;!?](?:\s|$)|\n")
_SPELT = re.compile(r"\b[a-z](?: [a-z]\b){1,5}")


def _plain(sentence: str) -> str:
    """Return the sentence folded, with letters that stand apart put together ("S.I.T.U." as "situ")."""
    return _SPELT.sub(lambda found: found[0].replace(" ", ""), fold(sentence))


def find(text: str) -> Abolished | None:
    """Return the abolished demand that `text` (Indonesian or English) makes, None if there is none."""
    for sentence in _SENTENCES.split(text):
        plain = _plain(sentence)
        if not plain or _NOT_ASKED.search(plain):
            continue
        for one in ABOLISHED:
            if one.pattern.search(plain) and not (one.unless and one.unless.search(plain)):
                return one
    return None
