"""
The template language of the pages: Jinja2, through Django's own backend.

A page is data and little else: everything printed is escaped once, here and nowhere else, whatever a
template says. Texts are looked up by `_` and come back as plain text, so that neither a translation nor a value
put into it can become markup.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template import defaultfilters
from django.template.backends import jinja2 as backend
from django.templatetags.static import static as plain_static
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.html import json_script
from django.utils.translation import get_language, ngettext, pgettext, trans_real
from jinja2 import ChainableUndefined, Environment, nodes
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Undefined

from satupintu.lib import words
from satupintu.web import formatting, parts


class _Code(CodeGenerator):
    """Computes nothing while compiling: what a filter makes of a constant depends on who reads the page."""

    def _output_child_to_const(self, node: nodes.Expr, frame: Any, finalize: Any) -> str:
        if not isinstance(node, nodes.TemplateData):
            raise nodes.Impossible
        return super()._output_child_to_const(node, frame, finalize)


class PageEnvironment(Environment):
    code_generator_class = _Code


MEMORY = 5000  # texts of a language; the product has 2000, an office's own promises are a few more


def gettext(message: str) -> str:
    """
    Return a text in the active language, as Django's gettext does, from a memory of each catalogue.

    Most texts of an Indonesian page stand in no catalogue; Django looks four times before it says so.
    """
    # What Django's own gettext reads. The memory lies at the catalogue, so a new one forgets.
    catalogue = getattr(trans_real._active, "value", None)  # type: ignore[attr-defined]  # noqa: SLF001
    if catalogue is None or type(message) is not str:
        return trans_real.gettext(message)
    known: dict[str, str] = catalogue.__dict__.setdefault("known_texts", {})
    text = known.get(message)
    if text is None:
        text = trans_real.gettext(message)
        if len(known) < MEMORY:
            known[message] = text
    return text


def url(name: str, *args: object, **kwargs: object) -> str:
    """Return the address of a named page. Raises NoReverseMatch."""
    urls = get_urlconf() or settings.ROOT_URLCONF
    return _address(urls, get_script_prefix(), name, *args, **kwargs)


# Finding an address costs more than all else of a short page; a list asks for the same ones again and again.
@lru_cache(maxsize=4000, typed=True)
def _address(urls: str, prefix: str, name: str, *args: object, **kwargs: object) -> str:  # noqa: ARG001  part of the key
    return reverse(name, args=args, kwargs=kwargs)


def static(path: str) -> str:
    """Return the address of a static file. Raises ValueError for one that is not there."""
    storage = settings.STORAGES["staticfiles"]["BACKEND"]  # type: ignore[index]
    return _static(str(storage), settings.STATIC_URL, path)


@lru_cache(maxsize=200)  # names carry digests that were computed before the program started
def _static(storage: str, prefix: str, path: str) -> str:  # noqa: ARG001  part of the key
    return plain_static(path)


def is_none(value: object) -> bool:
    """Say whether a value is None; what nobody gave the page counts as None."""
    return value is None or isinstance(value, Undefined)


FILTERS = {
    "angka": formatting.angka,
    "bahasa": formatting.bahasa,
    "bulan": formatting.bulan,
    "capfirst": defaultfilters.capfirst,
    "control_kind": parts.control_kind,
    "date": formatting.by_pattern,
    "first_id": parts.first_id,
    "jam": formatting.jam,
    "json_script": json_script,
    "linebreaks": defaultfilters.linebreaks_filter,
    "linebreaksbr": defaultfilters.linebreaksbr,
    "masked": formatting.masked,
    "rupiah": formatting.rupiah,
    "shape": formatting.shape,
    "tanggal": formatting.tanggal,
    "tanggal_pendek": formatting.tanggal_pendek,
    "telepon": formatting.telepon,
    "urlencode": defaultfilters.urlencode,
    "urlize": defaultfilters.urlize,
    "waktu": formatting.waktu,
    "waktu_pendek": formatting.waktu_pendek,
}
FUNCTIONS = {
    "_": gettext,
    "control": parts.control,
    "due_bar": parts.due_bar,
    "durasi": formatting.durasi,
    "get_language": get_language,
    "gettext": gettext,
    "icon": parts.icon,
    "labelled": words.labelled,
    "ngettext": ngettext,
    "numbered": words.numbered,
    "pgettext": pgettext,
    "qr": parts.qr,
    "static": static,
    "url": url,
}


def environment(**options: Any) -> Environment:
    """Return the environment of all pages; Django's backend names loader and reloading."""
    options |= {
        "autoescape": True,
        "optimized": False,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "keep_trailing_newline": True,  # a part ends as it is written
        "undefined": ChainableUndefined,  # what is missing prints nothing, and so does a part of it
    }
    made = PageEnvironment(**options)
    made.filters.update(FILTERS)
    made.globals.update(FUNCTIONS)
    made.tests["none"] = is_none
    return made


class Page(backend.Template):
    """One template. What a view gives it wins over what every page gets."""

    def render(
        self, context: Mapping[str, Any] | None = None, request: HttpRequest | None = None
    ) -> str:
        everything: dict[str, Any] = {}
        if request is not None:
            everything["request"] = request
            for processor in self.backend.template_context_processors:
                everything |= processor(request)
        return self.render_all({**everything, **(context or {})})

    def render_all(self, everything: dict[str, Any]) -> str:
        """Render from these values and no others."""
        return super().render(everything)


class Pages(backend.Jinja2):
    """Django's backend with our `Page`, which neither changes a view's context nor overrides it."""

    def from_string(self, template_code: str) -> Page:
        return Page(super().from_string(template_code).template, self)

    def get_template(self, template_name: str) -> Page:
        return Page(super().get_template(template_name).template, self)
