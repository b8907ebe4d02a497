"""
GeoReport v2 as XML and JSON, from the same rows. Pure.

A document is a list of rows (or one row), a row an ordered mapping of text, numbers, booleans, None (empty) and lists.
The names of elements are those of the specification (wiki.open311.org/GeoReport_v2).
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

FORMS = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}

# A list -> the name of each of its elements.
ITEMS = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
# What XML 1.0 cannot hold, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Document:
    """What an address answers: the name of its root element and what is in it."""

    root: str
    content: Sequence[Mapping[str, Any]] | Mapping[str, Any]


def write(document: Document, form: str) -> bytes:
    """Return a document as "xml" or "json"; JSON has no root, as the specification's examples."""
    if form == "json":
        return json.dumps(document.content, ensure_ascii=False).encode()
    root = ET.Element(document.root)
    _fill(root, document.content)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _fill(element: ET.Element, value: Any) -> None:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            _fill(ET.SubElement(element, name), inner)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif isinstance(value, str | int | float):
        element.text = _NOT_XML.sub("", str(value))
    elif value is not None:
        for inner in value:
            _fill(ET.SubElement(element, ITEMS[element.tag]), inner)
