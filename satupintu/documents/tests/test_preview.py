from io import BytesIO

import pikepdf
import pytest
from PIL import Image, ImageChops

from satupintu.documents import files, preview, queries
from satupintu.documents.tests import making
from satupintu.documents.tests.conftest import AT
from satupintu.documents.tests.test_uploads import store

pytestmark = pytest.mark.django_db
MARK = "DPMPTSP Sanggau · Permohonan SIP · 23 November 2026"


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content)).convert("RGB")


def test_a_page_of_a_pdf_becomes_a_picture():
    document = store(making.make_pdf(2))

    picture = opened(queries.preview_page(document, 2, watermark=None, width=400))

    assert picture.width == 400
    with pytest.raises(queries.PageNotFound):
        queries.preview_page(document, 3, watermark=None)
    with pytest.raises(queries.PageNotFound):
        queries.preview_page(document, 0, watermark=None)


def test_a_photograph_has_one_page():
    document = store(making.make_picture(), name="foto.jpg")

    assert opened(queries.preview_page(document, 1, watermark=None, width=320)).size == (320, 240)
    with pytest.raises(queries.PageNotFound):
        queries.preview_page(document, 2, watermark=None)


def test_a_watermark_covers_every_part_of_the_page():
    document = store(making.make_pdf(), kind="ktp", identity=True)

    picture = opened(queries.preview_page(document, 1, watermark=MARK, width=800))

    blank = Image.new("RGB", picture.size, "white")
    different = ImageChops.difference(picture, blank)
    across, down = picture.width // 3, picture.height // 4
    for row in range(4):
        for column in range(3):
            part = (column * across, row * down, (column + 1) * across, (row + 1) * down)
            assert different.crop(part).getbbox(), (row, column)


def test_an_identity_document_leaves_only_with_a_watermark():
    document = store(making.make_pdf(2), kind="ktp", identity=True)

    with pytest.raises(preview.WatermarkMissing):
        queries.preview_page(document, 1, watermark=None)
    with pytest.raises(preview.WatermarkMissing):
        queries.serve(document, watermark=None, at=AT)

    answer = queries.serve(document, watermark=MARK, at=AT)
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content != queries.open_file(document).read()
    with pikepdf.open(BytesIO(answer.content)) as copy:
        assert len(copy.pages) == 2


def test_a_marked_photograph_stays_a_photograph():
    document = store(making.make_picture(), name="ktp.jpg", kind="ktp", identity=True)

    answer = queries.serve(document, watermark=MARK, at=AT)

    assert opened(answer.content).size == (640, 480)
    assert answer["Content-Type"] == "image/jpeg"


def test_a_served_file_is_private_and_keeps_its_name():
    content = making.make_pdf()
    document = store(content, name='surat "é" 1.pdf')

    answer = queries.serve(document, watermark=None, at=AT)

    assert b"".join(answer.streaming_content) == content
    assert answer["Content-Disposition"] == (
        "attachment; filename=\"surat 1.pdf\"; filename*=UTF-8''surat%20%C3%A9%201.pdf"
    )
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    shown = queries.serve(document, watermark=None, at=AT, inline=True)
    assert shown["Content-Disposition"].startswith("inline; ")
    shown.close()


def test_a_preview_is_private_too():
    document = store(making.make_pdf())

    answer = queries.preview_response(document, 1, watermark=None, width=200)

    assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/webp", "private, no-store")


def test_a_damaged_file_says_so():
    document = store(making.make_pdf())
    files.path_of(document.file_id).write_bytes(b"%PDF-1.7 rusak")

    with pytest.raises(queries.NotPreviewable) as refused:
        queries.preview_page(document, 1, watermark=None)

    assert refused.value.message == (
        "Halaman ini tidak dapat ditampilkan. Minta pemohon mengunggah ulang berkasnya."
    )


def test_pages_can_be_drawn_by_many_threads():
    from concurrent.futures import ThreadPoolExecutor

    document = store(making.make_pdf(4))
    document.file  # fetched before the threads  # noqa: B018

    with ThreadPoolExecutor(4) as pool:
        pages = list(
            pool.map(
                lambda n: queries.preview_page(document, n % 4 + 1, watermark=MARK, width=200),
                range(16),
            )
        )

    assert len(pages) == 16


def test_the_watermark_names_office_purpose_and_day():
    assert queries.watermark_text("DPMPTSP Sanggau", "Permohonan SIP", AT) == MARK


def test_file_that_asks_for_endless_strokes_stops_nobody(tmp_path):
    pdf = pikepdf.new()
    form = pdf.make_stream(b"0 0 m 100 100 l S")
    for _depth in range(9):
        outer = pdf.make_stream(b"/X Do " * 10)
        for one in (form, outer):
            one.Type, one.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
            one.BBox = pikepdf.Array([0, 0, 200, 200])
        outer.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=form))
        form = outer
    page = pdf.add_blank_page(page_size=(200, 200))
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=form))
    page.Contents = pdf.make_stream(b"/X Do " * 10)
    pdf.save(tmp_path / "bom.pdf")

    document = store((tmp_path / "bom.pdf").read_bytes())

    with pytest.raises(queries.NotPreviewable):
        queries.preview_page(document, 1, watermark=None)
