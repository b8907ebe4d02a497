"""
Opens one uploaded file, in a process of its own that has little memory and little time.

Run by intake.py as `python -I inspector.py`, with a JSON request on standard input and a JSON
answer on standard output, so that a hostile file can hang or kill nothing else. Imports nothing of
this project.
"""

import json
import resource
import sys
import warnings
from typing import Any

MEMORY_BYTES = 1536 * 1024 * 1024
MAX_DEPTH = 40  # of direct objects inside each other

Answer = dict[str, Any]


def limit_self(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


# --- Pictures ---------------------------------------------------------------------------
def read_gps(exif: Any) -> tuple[float, float] | None:
    """Return latitude and longitude in degrees from the EXIF GPS block (tag 0x8825), or None."""
    block = exif.get_ifd(0x8825)
    try:
        values = []
        for reference, tag, negative in ((1, 2, "S"), (3, 4, "W")):
            degrees, minutes, seconds = (float(part) for part in block[tag])
            value = degrees + minutes / 60 + seconds / 3600
            values.append(-value if block[reference] == negative else value)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    latitude, longitude = values
    if abs(latitude) > 90 or abs(longitude) > 180:  # noqa: PLR2004  degrees
        return None
    return round(latitude, 6), round(longitude, 6)


def clean_picture(request: Answer) -> Answer:
    """
    Decode the picture and write it again as JPEG: no EXIF, no hidden parts, at most `max_side`
    pixels.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = request["max_pixels"]
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(request["path"], formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > request["max_pixels"]:
                return {"trouble": "picture_too_large"}
            gps = read_gps(picture.getexif()) if request["keep_gps"] else None
            side = request["max_side"]
            picture.draft("RGB", (side, side))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((side, side))
            plain = flatten(upright)
            plain.info.clear()
            plain.save(request["out"], "JPEG", quality=request["quality"], optimize=True)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        return {"trouble": "picture_too_large"}
    except (UnidentifiedImageError, SyntaxError, ValueError, EOFError, ZeroDivisionError):
        return {"trouble": "picture_broken"}
    except OSError as error:
        if error.errno:  # the disk, not the picture
            raise
        return {"trouble": "picture_broken"}
    return {"media_type": "image/jpeg", "pages": 1, "gps": gps}


def flatten(picture: Any) -> Any:
    """Return the picture in RGB; what is transparent becomes white."""
    from PIL import Image

    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        white = Image.new("RGB", layered.size, "white")
        white.paste(layered, mask=layered.getchannel("A"))
        return white
    return picture.convert("RGB")


# --- PDF files --------------------------------------------------------------------------
ACTIVE_ACTIONS = {
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/Rendition",
    "/Movie",
    "/Sound",
    "/GoToE",
}
ACTIVE_SUBTYPES = {"/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"}


def trouble_of_dictionary(keys: Any, max_pixels: int) -> str:
    """Return the trouble that one PDF dictionary means, "" for none."""
    subtype, action = str(keys.get("/Subtype", "")), str(keys.get("/S", ""))
    if "/XFA" in keys:
        return "pdf_xfa"
    if "/JS" in keys or "/JavaScript" in keys or action in ACTIVE_ACTIONS:
        return "pdf_active"
    if subtype in ACTIVE_SUBTYPES:
        return "pdf_active"
    kind = str(keys.get("/Type", ""))
    if (
        {"/EF", "/EmbeddedFiles"} & set(keys.keys())
        or "/FileAttachment" in subtype
        or "/EmbeddedFile" in kind
    ):
        return "pdf_attachment"
    if (
        subtype == "/Image"
        and int(keys.get("/Width", 0)) * int(keys.get("/Height", 0)) > max_pixels
    ):
        return "pdf_heavy"
    return ""


def walk(value: Any, max_pixels: int, depth: int = 0) -> str:
    """
    Look through a PDF object and the direct objects inside it (indirect ones come in their own
    turn).
    """
    import pikepdf

    if depth > MAX_DEPTH:
        return "pdf_heavy"
    if isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        if found := trouble_of_dictionary(value, max_pixels):
            return found
        children = [child for _, child in value.items()]
    elif isinstance(value, pikepdf.Array):
        children = list(value)
    else:
        return ""
    for child in children:
        if (
            isinstance(child, pikepdf.Object)
            and not child.is_indirect
            and (found := walk(child, max_pixels, depth + 1))
        ):
            return found
    return ""


def check_pdf(request: Answer) -> Answer:
    """Count the pages and look for what could run, hide or lock. The file itself is not changed."""
    import pikepdf

    try:
        with pikepdf.open(request["path"], suppress_warnings=True) as pdf:
            return trouble_of_pdf(pdf, request)
    except pikepdf.PasswordError:
        return {"trouble": "pdf_encrypted"}
    except (pikepdf.PdfError, RecursionError, ValueError, TypeError, RuntimeError):
        return {"trouble": "pdf_broken"}
    except MemoryError:
        return {"trouble": "pdf_heavy"}


def trouble_of_pdf(pdf: Any, request: Answer) -> Answer:
    if pdf.is_encrypted:
        return {"trouble": "pdf_encrypted"}
    if found := trouble_of_size(pdf, request):
        return {"trouble": found}
    for value in pdf.objects:
        if found := walk(value, request["max_pixels"]):
            return {"trouble": found}
    return {"media_type": "application/pdf", "pages": len(pdf.pages), "gps": None}


def trouble_of_size(pdf: Any, request: Answer) -> str:
    # Told first, because counting the pages of a huge tree takes long; but what is told may lie.
    if int(pdf.Root.Pages.get("/Count", 0)) > request["max_pages"]:
        return "pdf_pages"
    if len(pdf.objects) > request["max_objects"]:
        return "pdf_heavy"
    if len(pdf.pages) > request["max_pages"]:
        return "pdf_pages"
    return "" if len(pdf.pages) else "pdf_no_pages"


def main() -> int:
    request = json.load(sys.stdin)
    limit_self(request["seconds"])
    answer = check_pdf(request) if request["kind"] == "pdf" else clean_picture(request)
    json.dump(answer, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
