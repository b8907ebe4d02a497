"""Pictures of pages for the officer's viewer, and files as answers, with a watermark where due."""

import json
import struct
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.documents import drawer, files
from satupintu.documents.models import Document
from satupintu.documents.rules import long_date, uploads

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_WIDTH = 2400
_MAX_RATIO = 6  # height of a page picture to its width; longer ones are cut
_SERVED_PAGES = 30  # of an identity document
_SERVED_WIDTH = 1240  # pixels: 150 dpi of an A4 sheet
_DRAW_SECONDS = 8  # of a processor, and one more for each page
_SIZES = struct.Struct("!LL")
_FONT = Path(__file__).resolve().parent / "fonts" / "NotoSans-Bold.ttf"


class PageNotFound(Exception):
    """The document has no such page."""


class NotPreviewable(Exception):
    """The page cannot be drawn; the message is for the person."""

    def __init__(self) -> None:
        self.message = _(
            "Halaman ini tidak dapat ditampilkan. Minta pemohon mengunggah ulang berkasnya."
        )
        super().__init__(self.message)


def watermark_text(office: str, purpose: str, at: datetime) -> str:
    """Return the words across an identity document: office, purpose, date."""
    return f"{office} · {purpose} · {long_date(timezone.localtime(at).date())}"


def _guard(answer: HttpResponseBase) -> None:
    """Nobody but this browser keeps the answer, and it is taken for what it says it is."""
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


# --- Pages as pictures ------------------------------------------------------------------
def _draw_pdf_pages(path: Path, pages: Sequence[int], width: int) -> "list[Image]":
    """Draw pages of somebody's file, in a process of its own. Raises PageNotFound, NotPreviewable."""
    from PIL import Image

    request = {
        "path": str(path),
        "pages": list(pages),
        "width": width,
        "max_ratio": _MAX_RATIO,
        "seconds": _DRAW_SECONDS + len(pages),
    }
    try:
        done = subprocess.run(  # noqa: S603  our own file, run by our own interpreter
            [sys.executable, "-I", drawer.__file__],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=(_DRAW_SECONDS + len(pages)) * 3,
            check=False,
            env={},  # no secrets of the office beside a stranger's file
        )
    except subprocess.TimeoutExpired as error:
        raise NotPreviewable from error
    if done.returncode == drawer.NO_PAGE:
        raise PageNotFound(f"page {pages[-1]}")
    pictures, rest = [], memoryview(done.stdout)
    while len(rest) >= _SIZES.size:
        across, down = _SIZES.unpack(rest[: _SIZES.size])
        end = _SIZES.size + across * down * 3
        pictures.append(Image.frombytes("RGB", (across, down), bytes(rest[_SIZES.size : end])))
        rest = rest[end:]
    if done.returncode or len(pictures) != len(pages):
        raise NotPreviewable
    return pictures


def _draw_picture(path: Path, width: int) -> "Image":
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as picture:
            picture.draft("RGB", (width, width * _MAX_RATIO))
            plain = picture.convert("RGB")
    except (UnidentifiedImageError, OSError) as error:
        raise NotPreviewable from error
    if plain.width > width:
        plain = plain.resize((width, max(1, plain.height * width // plain.width)))
    return plain


@lru_cache(maxsize=32)
def _tile(text: str, size: int) -> "Image":
    """Return one line of watermark, turned, on nothing; cached, because every page has the same."""
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.truetype(str(_FONT), size)
    left, top, right, bottom = (int(edge) for edge in font.getbbox(text))
    line = Image.new("RGBA", (right - left + size * 3, bottom - top + size * 3), (0, 0, 0, 0))
    at = (size - left, size - top)
    draw = ImageDraw.Draw(line)
    draw.text(
        at, text, font=font, fill=(8, 71, 72, 96), stroke_width=1, stroke_fill=(255, 255, 255, 70)
    )
    return line.rotate(28, expand=True, resample=Image.Resampling.BICUBIC)


def _mark(picture: "Image", text: str) -> "Image":
    """Return the picture with the text tiled across, so that no part can be cut out without it."""
    tile = _tile(text, max(12, picture.width // 45))
    step_x, step_y = max(1, int(tile.width * 0.8)), max(1, int(tile.height * 0.55))
    for row, y in enumerate(range(-tile.height // 2, picture.height, step_y)):
        shift = (row % 2) * step_x // 2
        for x in range(-tile.width // 2 - shift, picture.width, step_x):
            picture.paste(tile, (x, y), tile)
    return picture


def _page_picture(document: Document, page: int, watermark: str | None, width: int) -> "Image":
    path = files.existing_path(document.file_id)
    width = max(64, min(width, MAX_WIDTH))
    if document.file.media_type == uploads.PDF:
        (picture,) = _draw_pdf_pages(path, [page], width)
    elif page != 1:
        raise PageNotFound(f"page {page} of 1")
    else:
        picture = _draw_picture(path, width)
    return _mark(picture, watermark) if watermark else picture


class WatermarkMissing(Exception):
    """An identity document was about to leave without a watermark: a mistake of the caller."""


def _insist_on_watermark(document: Document, watermark: str | None) -> None:
    if document.identity and not watermark:
        raise WatermarkMissing("Identity documents are shown with a watermark only.")


def preview_page(
    document: Document, page: int, *, watermark: str | None, width: int = 1000
) -> bytes:
    """
    Return one page (from 1) as a WebP picture, `width` pixels wide, at most 2,400.

    Raises PageNotFound, NotPreviewable, FileMissing, and WatermarkMissing if an identity document
    has no `watermark`.
    """
    _insist_on_watermark(document, watermark)
    out = BytesIO()
    _page_picture(document, page, watermark, width).save(out, "WEBP", quality=80, method=2)
    return out.getvalue()


def preview_response(
    document: Document, page: int, *, watermark: str | None, width: int = 1000
) -> HttpResponse:
    """Return `preview_page` as an answer that no shared cache keeps."""
    content = preview_page(document, page, watermark=watermark, width=width)
    answer = HttpResponse(content, content_type="image/webp")
    _guard(answer)
    return answer


# --- Whole files ------------------------------------------------------------------------
def marked_copy(document: Document, watermark: str) -> bytes:
    """
    Return a copy made of marked pictures: a JPEG, or a PDF of up to 30 pages.

    Raises FileMissing, NotPreviewable, PageNotFound.
    """
    return _marked_copy(document, watermark)[0]


def _marked_copy(document: Document, watermark: str) -> tuple[bytes, str]:
    """Return a copy made of marked pictures: a JPEG, or a PDF of up to 30 pages."""
    count = min(document.file.pages or 1, _SERVED_PAGES)
    out = BytesIO()
    if document.file.media_type == uploads.PDF:
        path = files.existing_path(document.file_id)
        drawn = _draw_pdf_pages(path, range(1, count + 1), _SERVED_WIDTH)
        pages = [_mark(picture, watermark) for picture in drawn]
        pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=150)
        return out.getvalue(), uploads.PDF
    picture = _page_picture(document, 1, watermark, _SERVED_WIDTH)
    picture.save(out, "JPEG", quality=uploads.JPEG_QUALITY)
    return out.getvalue(), uploads.JPEG


def serve(
    document: Document,
    *,
    watermark: str | None,
    at: datetime,  # noqa: ARG001  every answer about a person's file names its moment
    inline: bool = False,
) -> HttpResponseBase:
    """
    Return the document as a download, or shown in the browser when `inline`.

    With a `watermark` the person gets a copy made of marked pictures; an identity document leaves
    only so. Nobody but this browser may keep the answer. The caller has checked access.
    Raises FileMissing, and WatermarkMissing for an identity document without a watermark.
    """
    _insist_on_watermark(document, watermark)
    answer: HttpResponseBase
    if watermark:
        content, media_type = _marked_copy(document, watermark)
        answer = HttpResponse(content, content_type=media_type)
    else:
        answer = FileResponse(
            files.existing_path(document.file_id).open("rb"), content_type=document.file.media_type
        )
        answer["Content-Length"] = str(document.file.size)
    how = "inline" if inline else "attachment"
    plain = document.name.encode("ascii", "ignore").decode().replace('"', "")
    plain = " ".join(plain.split()) or "berkas"
    answer["Content-Disposition"] = (
        f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(document.name)}"
    )
    _guard(answer)
    return answer
