"""The shapes of the data that the page templates take, and dates as Indonesians write them."""

from dataclasses import dataclass
from datetime import date

from satupintu.lib import words


def long_date(day: date) -> str:
    """
    Return "25 November 2026". Pages are official documents: always Indonesian (UU 24/2009, article
    27).
    """
    return words.plain_date(day, "id")


def weekday_date(day: date) -> str:
    """Return "Rabu, 25 November 2026"."""
    return words.long_date(day, "id")


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The top of a page. `arms_svg` "" draws a plain shield; `colour` is #rrggbb."""

    government: str  # "Pemerintah Kabupaten Sanggau"
    office: str  # "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu"
    address: str
    contact: str = ""  # "Telepon (0564) 000000 · dpmptsp@contoh.id"
    arms_svg: str = ""
    colour: str = "#0B5D5E"


@dataclass(frozen=True, slots=True)
class SignatureBlock:
    """
    Who signs, printed bottom right as law orders (Permendagri 1/2023).

    `title` is whose power it is; `capacity` ("", "a.n.", "Plh.", "Plt.") stands before it.
    `own_title` is the signer's own post, printed when he signs on behalf of another ("a.n.").
    `electronic` prints the notice of UU 11/2008, article 5; otherwise room for ink and stamp is
    left. `demo` marks the whole page as an example.
    """

    place: str
    date: date
    title: str
    name: str
    capacity: str = ""
    own_title: str = ""
    rank: str = ""
    nip: str = ""
    electronic: bool = True
    seal: bool = False  # sealed by the office for an automatic decision: no person signs
    demo: bool = False
    verb: str = "Ditetapkan"  # "Dikeluarkan" on letters


@dataclass(frozen=True, slots=True)
class Check:
    """Where anybody checks the page: `url` goes into the QR code, the rest stands beside it."""

    url: str
    words: str  # the address as one reads it out: "sanggau.contoh.id/cek"
    code: str = ""


@dataclass(frozen=True, slots=True)
class PermitPage:
    """
    Data of the templates "permit", "decree" and "card".

    `holder` and `facts` are pairs of label and value; the first value of `holder` is set large.
    `facts[0]` should say what the permit is for. `considering` ("Menimbang") and `decisions`
    (KESATU, KEDUA, ...) are of decrees; `conditions` are numbered.
    """

    letterhead: Letterhead
    title: str
    number: str
    holder: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    signature: SignatureBlock
    check: Check
    subtitle: str = ""
    body: str = ""
    legal_basis: tuple[str, ...] = ()
    considering: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    valid_from: str = ""
    valid_until: str = ""
    copies: tuple[str, ...] = ()  # tembusan
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a letter, in this order: heading, paragraphs, facts, numbered items."""

    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    heading: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    boxed: bool = False  # framed, because the reader must not miss it


@dataclass(frozen=True, slots=True)
class LetterPage:
    """Data of the template "letter"."""

    letterhead: Letterhead
    number: str
    subject: str
    recipient: tuple[str, ...]  # lines: name, address
    blocks: tuple[Block, ...]
    signature: SignatureBlock
    check: Check | None = None
    nature: str = "Biasa"
    attachments: str = "–"
    copies: tuple[str, ...] = ()
    draft: bool = False


@dataclass(frozen=True, slots=True)
class RecordPage:
    """
    Data of the template "record": a list, a receipt or a minute (berita acara) signed in ink by those it names.

    `signatures` are pairs of what somebody signs as and their name ("": a line to write it on).
    """

    letterhead: Letterhead
    title: str
    number: str
    opening: str
    facts: tuple[tuple[str, str], ...] = ()
    columns: tuple[str, ...] = ()
    widths: tuple[int, ...] = ()  # of the columns, in parts; () for equal ones
    rows: tuple[tuple[str, ...], ...] = ()
    closing: str = ""
    signatures: tuple[tuple[str, str], ...] = ()
    place: str = ""
    demo: bool = False


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """Data of the template "receipt": what was received, the code, what comes next and by when."""

    letterhead: Letterhead
    number: str
    tracking_code: str
    service: str
    applicant: str
    received: str  # "Senin, 23 November 2026, 09.14 WIB"
    promise: str  # "Rabu, 25 November 2026", or "" while nothing is promised yet
    steps: tuple[tuple[str, str], ...]  # what happens, by when
    documents: tuple[str, ...]
    track: Check
    by_officer: str = ""  # who typed it for the person, when somebody did
    promise_lead: str = "Selesai selambat-lambatnya"
    promise_after: str = ""  # what follows that the office cannot promise
    notes: tuple[str, ...] = ()
    demo: bool = False
    of: str = "permohonan"  # what it is the receipt of
    warning: str = "Tanda terima ini bukan izin."
    labels: tuple[str, str, str] = ("Nomor pendaftaran", "Layanan", "Pemohon")
