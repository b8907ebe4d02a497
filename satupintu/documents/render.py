"""
Pages by typst: permits, decrees, cards, letters, receipts, as PDF/A with tags.

One warm compiler per process (5 ms a page instead of 60). Never compile in a process that later
forks: typst's threads do not survive it. Whatever a person wrote reaches the page as data, so it
cannot be read as markup.
"""

import json
import re
import threading
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import date
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings

from satupintu.documents.glyphs import showable
from satupintu.documents.rules import long_date

if TYPE_CHECKING:
    import typst
    from _typeshed import DataclassInstance

HERE = Path(__file__).resolve().parent
TEMPLATES = (
    "permit", "decree", "card", "letter", "receipt", "form", "slips", "record", "survey", "guide",
)  # fmt: skip
STANDARD: Final = "a-2a"

_lock = threading.Lock()

# Drawn when an office has not set its arms: a shield with a door and a weave.
PLAIN_ARMS = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 112">
<path d="M48 3 90 14v44c0 26-18 42-42 51C24 100 6 84 6 58V14z" fill="{colour}"/>
<path d="M48 9 84 18v40c0 22-15 36-36 44-21-8-36-22-36-44V18z" fill="none" stroke="#E3B24A"
stroke-width="2"/> <path d="M48 24a17 17 0 0 1 17 17v37H31V41a17 17 0 0 1 17-17z" fill="#E3B24A"/>
<path d="M48 31a11 11 0 0 1 11 11v36H48z" fill="#FBFAF7"/> <path d="M48 31a11 11 0 0 0-11 11v36h11z"
fill="{colour}" opacity=".55"/> <circle cx="52" cy="56" r="1.8" fill="#B7791F"/> <path d="M22
84h52M26 90h44" stroke="#E3B24A" stroke-width="2"/> <path d="M24 87l4-2 4 2-4 2zM36 87l4-2 4 2-4
2zM48 87l4-2 4 2-4 2zM60 87l4-2 4 2-4 2z" fill="#FBFAF7"/>
</svg>"""


class RenderFailed(Exception):
    """A page could not be made; the message names the template and what was missing."""


@lru_cache(maxsize=1)
def _compiler() -> "typst.Compiler":
    import typst

    return typst.Compiler(
        root=str(HERE / "typst"), font_paths=[str(HERE / "fonts")], ignore_system_fonts=True
    )


@lru_cache(maxsize=256)
def qr_svg(text: str) -> str:
    """Return a QR code as SVG, with error correction M. The fixed mask saves 80 % of the time."""
    import segno

    out = BytesIO()
    segno.make(text, error="m", mask=3, micro=False).save(out, kind="svg", border=0, dark="#1B1F23")
    return out.getvalue().decode()


def arms_svg(svg: str, colour: str) -> str:
    """Return the office's arms, or a plain shield in its colour when it has none."""
    return svg or PLAIN_ARMS.format(colour=colour)


def _page_data(data: "Mapping[str, Any] | DataclassInstance") -> dict[str, Any]:
    """Return the data with what the templates derive from it: dates in words, QR code, footer."""
    page: dict[str, Any] = _showable(asdict(data) if is_dataclass(data) else data)
    head = page["letterhead"]
    head["colour"] = (
        head["colour"] if re.fullmatch(r"#[0-9A-Fa-f]{6}", head["colour"]) else "#0B5D5E"
    )
    page["arms"] = arms_svg(head["arms_svg"], head["colour"])
    signature = page.get("signature")
    page["demo"] = bool(signature["demo"]) if signature else bool(page.get("demo"))
    page["training"] = bool(settings.TRAINING)
    page["made"] = None
    if signature:
        day = signature["date"]
        page["signed_on"] = long_date(day)
        page["made"] = [day.year, day.month, day.day]
    check = page.get("check") or page.get("track")
    if check:
        page["qr"] = qr_svg(check["url"])
    if slips := page.get("slips"):
        page["codes"] = [qr_svg(one["track"]["url"]) for one in slips]
    page["footer"] = _footer(signature, demo=page["demo"])
    return page


def _showable(value: Any) -> Any:
    """Return the data with every text as our fonts can show it. A copy."""
    if isinstance(value, str):
        return showable(value)
    if isinstance(value, Mapping):
        return {key: _showable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_showable(inner) for inner in value]
    return value


def _footer(signature: Mapping[str, Any] | None, *, demo: bool) -> str:
    """Return the line at the foot of each page: what kind of signature the file carries."""
    if settings.TRAINING:
        return (
            "LATIHAN. Dibuat di kantor latihan dengan data rekaan; tidak mempunyai kekuatan hukum."
        )
    if signature is None or not signature["electronic"]:
        return "CONTOH. Bukan dokumen resmi." if demo else ""
    if demo:
        return (
            "CONTOH. Ditandatangani dengan sertifikat percobaan, bukan oleh penyelenggara"
            " sertifikasi"
            " elektronik; tidak mempunyai kekuatan hukum."
        )
    how = "segel elektronik kantor" if signature["seal"] else "sertifikat elektronik"
    return (
        f"Dokumen ini ditandatangani dengan {how}. Informasi elektronik dan hasil cetaknya"
        " merupakan alat bukti hukum yang sah (UU 11/2008, pasal 5)."
    )


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} cannot stand on a page")


def render_pdf(template: str, data: "Mapping[str, Any] | DataclassInstance") -> bytes:
    """
    Return the page as PDF/A-2a, tagged, fonts embedded, language Indonesian.

    `template` is one of TEMPLATES; `data` is the page of `documents.rules` (PermitPage, LetterPage,
    ReceiptPage) or a mapping of the same shape. The same data gives the same page.
    Raises RenderFailed if the template is unknown or a key is missing.
    """
    made = _compile(template, data, format="pdf", pdf_standards=[STANDARD])
    assert isinstance(made, bytes)
    return made


def render_pictures(
    template: str, data: "Mapping[str, Any] | DataclassInstance", *, ppi: int = 120
) -> list[bytes]:
    """
    Return every page as a PNG picture, to be looked at on a screen: for drafts, which are kept nowhere.

    `ppi` are pixels an inch (120: an A4 sheet is 992 wide). Raises RenderFailed as render_pdf.
    """
    made = _compile(template, data, format="png", ppi=ppi)
    return list(made) if isinstance(made, list) else [made]


def _compile(
    template: str, data: "Mapping[str, Any] | DataclassInstance", **how: Any
) -> bytes | list[bytes]:
    if template not in TEMPLATES:
        raise RenderFailed(f"There is no template {template!r}. Use one of {', '.join(TEMPLATES)}.")
    import typst

    try:
        text = json.dumps(_page_data(data), ensure_ascii=False, default=_plain)
        with _lock:
            made = _compiler().compile(
                input=str(HERE / "typst" / f"{template}.typ"), sys_inputs={"data": text}, **how
            )
    except (KeyError, typst.TypstError) as error:
        raise RenderFailed(f"Template {template!r}: {error}") from error
    assert made is not None
    return made
