"""The service itself: code, version, names, law, and the other system."""

import re
from collections.abc import Iterator
from urllib.parse import urlparse

from django.utils.translation import gettext as _

from satupintu.catalogue.checks.common import (
    CITATION_SHAPE,
    CODE,
    Finding,
    demands,
    listed,
    unknown,
)
from satupintu.catalogue.citations import cites_regulation
from satupintu.catalogue.rules import CATEGORY_LABELS, Definition, Kind, System, fields_by_key

SCHEMA = 1
PARTIES = ("person", "organisation", "any")
_FILE_NAME = re.compile(r"^(?P<code>[a-z0-9-]+)\.v(?P<version>\d+)\.toml$")


def identity(definition: Definition, filename: str) -> Iterator[Finding]:
    if definition.schema != SCHEMA:
        yield ("schema",), _("Skema ini tidak dikenal program."), str(SCHEMA)
    if not CODE.match(definition.code):
        yield (
            ("code",),
            _("Kode layanan salah bentuk."),
            _("huruf kecil, angka, tanda hubung: sip-bidan"),
        )
    if definition.version < 1:
        yield ("version",), _("Nomor versi dimulai dari 1."), "1, 2, 3, ..."
    if filename:
        yield from _file_name(definition, filename)
    yield from _labels(definition)


def _labels(definition: Definition) -> Iterator[Finding]:
    if definition.category not in CATEGORY_LABELS:
        yield unknown(("category",), definition.category, CATEGORY_LABELS)
    if definition.party not in PARTIES:
        yield unknown(("party",), definition.party, PARTIES)
    if not definition.kinds:
        yield ("kinds",), _("Paling sedikit satu jenis permohonan."), listed(Kind)
    for index, basis in enumerate(definition.legal_basis):
        if not cites_regulation(basis):
            yield (
                ("legal_basis", index),
                _("Dasar hukum tidak menyebut peraturan dengan nomor dan tahunnya."),
                CITATION_SHAPE,
            )
    for name in ("title", "summary", "for_whom"):
        yield from demands((name,), [getattr(definition, name)])
    known = fields_by_key(definition)
    for key in definition.unique_by:
        if key not in known:
            yield unknown(("unique_by",), key, known)
    yield from _other_system(definition)


def _file_name(definition: Definition, filename: str) -> Iterator[Finding]:
    found = _FILE_NAME.match(filename)
    expected = f"{definition.code}.v{definition.version}.toml"
    if found is None:
        yield (), _("Nama berkas tidak menyebut kode dan versi."), expected
        return
    if found["code"] != definition.code:
        message = _("Kode berbeda dari nama berkas (%(name)s).") % {"name": filename}
        yield ("code",), message, found["code"]
    if int(found["version"]) != definition.version:
        message = _("Versi berbeda dari nama berkas (%(name)s).") % {"name": filename}
        yield ("version",), message, str(int(found["version"]))


def _other_system(definition: Definition) -> Iterator[Finding]:
    if definition.system is System.SATUPINTU:
        return
    address = urlparse(definition.external_url)
    if address.scheme != "https" or not address.netloc:
        yield (
            ("external_url",),
            _("Layanan di sistem lain butuh alamat sistem itu."),
            "https://oss.go.id/",
        )
    orders = [item.external_order for page in definition.pages for item in page.fields]
    if any(orders):
        used = [order for order in orders if order]
        if len(used) != len(set(used)):
            yield (
                ("page",),
                _("Dua kolom memakai external_order yang sama."),
                _("angka berbeda tiap kolom"),
            )
