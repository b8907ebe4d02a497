"""QR codes that a strict page and a printed permit can carry."""

import re

from satupintu.lib.qr import qr_svg

ADDRESS = "https://satupintu.contoh.id/cek/7K3F-9QXM-2"


def test_an_svg_for_a_page_needs_no_style_and_scales():
    svg = qr_svg(ADDRESS, title="Kode QR")

    assert svg.startswith('<svg role="img" width="')
    assert "viewBox" in svg
    assert "<title>Kode QR</title>" in svg
    assert not re.search(r"style|script|on\w+=", svg)


def test_a_title_is_escaped():
    assert "<b>" not in qr_svg(ADDRESS, title="<b>")
