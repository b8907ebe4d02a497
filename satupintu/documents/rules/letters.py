"""
The office's letters: fixed sentences around the facts of a case.

Official letters are written in Indonesian (UU 24/2009, article 27), so these texts are not
translated.
"""

from datetime import date

from satupintu.documents.rules.pages import (
    Block,
    Check,
    Letterhead,
    LetterPage,
    SignatureBlock,
    long_date,
    weekday_date,
)

OBJECTION_DAYS = 21  # working days, UU 30/2014, article 77 (1)

Facts = tuple[tuple[str, str], ...]


def _said(text: str, *, facts: Facts = (), boxed: bool = False) -> Block:
    return Block(paragraphs=(text,), facts=facts, boxed=boxed)


def return_letter(
    *,
    letterhead: Letterhead,
    number: str,
    recipient: tuple[str, ...],
    case: Facts,
    items: tuple[str, ...],
    answer_by: date,
    track: Check | None,
    signature: SignatureBlock,
) -> LetterPage:
    """Return the letter that lists everything to be repaired, at once, and by when."""
    return LetterPage(
        letterhead=letterhead,
        number=number,
        subject="Perbaikan berkas permohonan",
        recipient=recipient,
        signature=signature,
        check=track,
        blocks=(
            _said(
                "Terima kasih atas permohonan Bapak/Ibu. Setelah kami periksa, ada"
                " bagian berkas yang perlu diperbaiki atau dilengkapi.",
                facts=case,
            ),
            Block(heading="Yang perlu diperbaiki", items=items),
            _said(
                f"Mohon dijawab selambat-lambatnya {weekday_date(answer_by)}. Selama"
                " menunggu jawaban Bapak/Ibu, waktu layanan berhenti dihitung dan"
                " berjalan lagi setelah perbaikan kami terima.",
                boxed=True,
            ),
            _said(
                "Hanya hal di atas yang perlu diperbaiki; selebihnya sudah sesuai. Bila"
                " ada yang kurang jelas, petugas kami siap membantu tanpa biaya.",
            ),
        ),
    )


def refusal_letter(
    *,
    letterhead: Letterhead,
    number: str,
    recipient: tuple[str, ...],
    case: Facts,
    reasons: tuple[str, ...],
    legal_basis: tuple[str, ...],
    objection_to: str,
    superior: str,
    signature: SignatureBlock,
    check: Check | None = None,
    objection_at: str = "",
) -> LetterPage:
    """
    Return the refusal: reasons, legal basis, and how to object.

    `objection_to` is the office that receives an objection within 21 working days (UU 30/2014,
    articles 77 and 78), `objection_at` the address of the form for it ("": none); `superior` the
    one that receives an appeal.
    """
    return LetterPage(
        letterhead=letterhead,
        number=number,
        subject="Penolakan permohonan",
        recipient=recipient,
        signature=signature,
        check=check,
        blocks=(
            _said(
                "Dengan berat hati kami sampaikan bahwa permohonan berikut tidak dapat dikabulkan.",
                facts=case,
            ),
            Block(heading="Alasan", items=reasons),
            Block(heading="Dasar hukum", items=legal_basis),
            Block(
                heading="Bila Bapak/Ibu berkeberatan",
                items=(
                    (
                        f"Ajukan keberatan tertulis kepada {objection_to} paling lama"
                        f" {OBJECTION_DAYS} hari kerja sejak surat ini diterima (UU 30/2014,"
                        f" pasal 77){_at(objection_at)}. Keberatan tidak dipungut biaya."
                    ),
                    (
                        f"Bila keberatan ditolak, ajukan banding kepada {superior} paling lama 10"
                        " hari kerja sejak jawaban keberatan diterima (UU 30/2014, pasal 78),"
                        " dan setelah itu gugatan ke Pengadilan Tata Usaha Negara."
                    ),
                    (
                        "Dugaan maladministrasi dapat dilaporkan kepada Ombudsman Republik"
                        " Indonesia, telepon 137, tanpa biaya."
                    ),
                ),
                boxed=True,
            ),
            _said(
                "Permohonan baru dapat diajukan kapan saja setelah alasan di atas"
                " teratasi. Berkas yang masih berlaku tidak perlu diunggah lagi.",
            ),
        ),
    )


def _at(address: str) -> str:
    """Return where an objection is filed, as part of a sentence."""
    return f", di loket atau lewat {address}" if address else ""


def deemed_granted_notice(
    *,
    letterhead: Letterhead,
    number: str,
    recipient: tuple[str, ...],
    case: Facts,
    complete_on: date,
    limit_on: date,
    legal_basis: str,
    signature: SignatureBlock,
    check: Check | None = None,
) -> LetterPage:
    """
    Return the notice that the legal limit passed without a decision (UU 30/2014, article 53).

    It grants nothing by itself: the head must still decide.
    """
    return LetterPage(
        letterhead=letterhead,
        number=number,
        subject="Permohonan dianggap dikabulkan secara hukum",
        recipient=recipient,
        signature=signature,
        check=check,
        nature="Segera",
        blocks=(
            Block(facts=case),
            Block(
                paragraphs=(
                    (
                        f"Permohonan ini dinyatakan lengkap pada {weekday_date(complete_on)}."
                        f" Batas waktu menurut hukum jatuh pada {weekday_date(limit_on)}, dan"
                        " sampai saat itu belum ada keputusan. Karena itu permohonan dianggap"
                        f" dikabulkan secara hukum ({legal_basis})."
                    ),
                    (
                        "Kepala kantor wajib menetapkan keputusan pelaksanaannya. Pemberitahuan"
                        " ini bukan izin; izin berlaku setelah keputusan itu terbit dan"
                        " diserahkan."
                    ),
                ),
            ),
            _said(
                "Kami memohon maaf atas keterlambatan ini. Bapak/Ibu dapat melaporkannya"
                " kepada Ombudsman Republik Indonesia, telepon 137, tanpa biaya.",
                boxed=True,
            ),
        ),
    )


def recommendation_request(
    *,
    letterhead: Letterhead,
    number: str,
    recipient: tuple[str, ...],
    case: Facts,
    questions: tuple[str, ...],
    answer_by: date,
    signature: SignatureBlock,
) -> LetterPage:
    """Return the request to another unit for a technical recommendation, with its own deadline."""
    return LetterPage(
        letterhead=letterhead,
        number=number,
        subject="Permintaan rekomendasi teknis",
        recipient=recipient,
        signature=signature,
        nature="Segera",
        blocks=(
            _said(
                "Bersama ini kami mohon rekomendasi teknis atas permohonan berikut."
                " Seluruh berkas dapat dibaca pada aplikasi; tidak perlu dikirim dalam"
                " bentuk kertas.",
                facts=case,
            ),
            Block(heading="Yang dimohonkan", items=questions),
            _said(
                f"Jawaban kami nantikan selambat-lambatnya {weekday_date(answer_by)}."
                " Waktu layanan kepada pemohon tetap berjalan selama rekomendasi"
                " diproses.",
                boxed=True,
            ),
        ),
    )


def closing_letter(
    *,
    letterhead: Letterhead,
    number: str,
    recipient: tuple[str, ...],
    case: Facts,
    asked_on: date,
    answer_by: date,
    signature: SignatureBlock,
    check: Check | None = None,
) -> LetterPage:
    """Return the letter that closes an application whose repair never came."""
    return LetterPage(
        letterhead=letterhead,
        number=number,
        subject="Penutupan permohonan",
        recipient=recipient,
        signature=signature,
        check=check,
        blocks=(
            _said(
                f"Pada {long_date(asked_on)} kami meminta perbaikan berkas dengan batas"
                f" jawaban {weekday_date(answer_by)}. Sampai batas itu jawaban belum kami"
                " terima, sehingga permohonan berikut kami tutup.",
                facts=case,
            ),
            _said(
                "Penutupan ini bukan penolakan. Bapak/Ibu dapat mengajukan permohonan"
                " baru kapan saja; data dan berkas yang masih berlaku tidak perlu diisi"
                " atau diunggah lagi.",
                boxed=True,
            ),
        ),
    )


def revocation_letter(
    *,
    letterhead: Letterhead,
    number: str,
    recipient: tuple[str, ...],
    permit: Facts,
    reasons: tuple[str, ...],
    legal_basis: tuple[str, ...],
    effective_on: date,
    objection_to: str,
    signature: SignatureBlock,
    check: Check | None = None,
    objection_at: str = "",
) -> LetterPage:
    """Return the letter that revokes a permit from a day on, with reasons and how to object."""
    return LetterPage(
        letterhead=letterhead,
        number=number,
        subject="Pencabutan izin",
        recipient=recipient,
        signature=signature,
        check=check,
        nature="Penting",
        blocks=(
            _said(
                f"Izin berikut dicabut dan tidak berlaku lagi sejak {weekday_date(effective_on)}.",
                facts=permit,
            ),
            Block(heading="Alasan", items=reasons),
            Block(heading="Dasar hukum", items=legal_basis),
            Block(
                heading="Bila Bapak/Ibu berkeberatan",
                paragraphs=(
                    (
                        f"Keberatan tertulis dapat diajukan kepada {objection_to} paling lama"
                        f" {OBJECTION_DAYS} hari kerja sejak surat ini diterima (UU 30/2014,"
                        f" pasal 77){_at(objection_at)}, tanpa biaya. Dugaan maladministrasi dapat dilaporkan kepada"
                        " Ombudsman Republik Indonesia, telepon 137."
                    ),
                ),
                boxed=True,
            ),
        ),
    )
