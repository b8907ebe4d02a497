"""Files that people send, and files that they should not."""

from io import BytesIO

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def make_pdf(pages: int = 1, change=None, **save) -> bytes:
    with pikepdf.new() as pdf:
        for _number in range(pages):
            pdf.add_blank_page()
        if change:
            change(pdf)
        out = BytesIO()
        pdf.save(out, **save)
        return out.getvalue()


def make_picture(form: str = "JPEG", size=(640, 480), **save) -> bytes:
    out = BytesIO()
    Image.effect_mandelbrot(size, (-2, -1.5, 1, 1.5), 40).convert("RGB").save(out, form, **save)
    return out.getvalue()


def make_photo_with_gps(latitude=0.1213, longitude=110.5989) -> bytes:
    def parts(value):
        value = abs(value)
        degrees = int(value)
        minutes = int((value - degrees) * 60)
        return degrees, minutes, round(((value - degrees) * 60 - minutes) * 60, 4)

    exif = Image.Exif()
    exif[0x010F] = "Ponsel Rahasia"
    block = exif.get_ifd(0x8825)
    block[1], block[2] = ("N" if latitude >= 0 else "S"), parts(latitude)
    block[3], block[4] = ("E" if longitude >= 0 else "W"), parts(longitude)
    return make_picture(exif=exif)


def upload(content: bytes, name: str = "berkas.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def add_javascript(pdf):
    pdf.Root.OpenAction = pikepdf.Dictionary(
        S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)")
    )


def add_launch(pdf):
    pdf.pages[0].Annots = pikepdf.Array(
        [
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Link,
                Rect=[0, 0, 9, 9],
                A=pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("cmd.exe")),
            )
        ]
    )


def add_attachment(pdf):
    pdf.attachments["isi.exe"] = b"MZ"


def add_xfa(pdf):
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[], XFA=pdf.make_stream(b"<xdp/>"))


def add_huge_image(pdf):
    stream = pdf.make_stream(b"x")
    stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    stream.Width, stream.Height = 60000, 60000
    pdf.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=stream))


def add_lying_count(pdf):
    """Tell fewer pages than there are: a tree of many pages under a small count."""
    pdf.Root.Pages.Count = 1
