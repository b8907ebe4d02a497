"""
QR codes as SVG, for pages.

The mask is fixed: choosing the best of eight takes five times as long, and readers do not need it.
"""

import io

import segno

_MASK = 3


def _make(text: str) -> segno.QRCode:
    return segno.make_qr(text, error="m", mask=_MASK, boost_error=False)


def qr_svg(text: str, *, scale: int = 4, border: int = 4, title: str = "") -> str:
    """
    Return an SVG element for use inside a page: no style attributes, dark modules black on white.

    `scale` is pixels a module; `border` the quiet zone in modules (4 by ISO 18004). `title` is
    what screen readers say.
    """
    code = _make(text)
    buffer = io.BytesIO()
    code.save(
        buffer, kind="svg", border=border, xmldecl=False, nl=False, omitsize=True,
        dark="#000", light="#fff", svgclass="qr", lineclass=None, title=title or None,
    )  # fmt: skip
    side = code.symbol_size(scale=scale, border=border)[0]
    size = f'<svg role="img" width="{side}" height="{side}" '
    return buffer.getvalue().decode().replace("<svg ", size, 1)
