"""
What every page's frame needs: the office, the menus, the language and the chosen appearance.

`web` lies at the bottom and knows no domain. Portal tells it once, at start, where the office's
profile and the menus come from: `provide("office", ...)`. Each is asked at most once a
request and only when a template reads it, so an error page or a page of the API costs nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.safestring import SafeString

from satupintu.lib.language import current_language
from satupintu.web import maps

THEME_COOKIE = "tampilan"
THEMES = {"terang": "light", "gelap": "dark"}  # the cookie's words -> data-theme; absent = system


Source = Callable[[HttpRequest], Any]
_sources: dict[str, Source] = {}


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of a menu. `count` is shown beside it; None shows nothing."""

    label: str
    url: str
    count: int | None = None
    icon: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class MenuGroup:
    """A part of the officers' side bar. One with a title is folded under it, and open where the page itself stands."""

    title: str
    items: Sequence[MenuItem]

    @property
    def is_here(self) -> bool:
        return any(item.current for item in self.items)


def provide(name: str, source: Source) -> None:
    """
    Tell the frame where a part comes from; called in `AppConfig.ready`.

    Names: "office" (an object with name, short_name, arms_url, theme_url and more, or None),
    "menu" (list of MenuItem for everybody), "desk" (list of MenuGroup for officers),
    "who" (a MenuItem: who is signed in, and where that person's things are; or None).
    "warnings" (what the signed-in officer must see on every page of the desk, as sentences).
    "form_mark" is (name, value) of one more hidden field in every form that posts; value may be "".
    A domain of the officers' desk may provide "folders" (list of MenuItem with counts), which
    come first in the side bar. A later call replaces the earlier.
    """
    _sources[name] = source


def ask(name: str, request: HttpRequest) -> Any:
    """Return what the source of that name gives for this request; None without a source."""
    source = _sources.get(name)
    return source(request) if source else None


class Site:
    """The frame of one request; every part is fetched when first read."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def office(self) -> Any:
        return ask("office", self._request)

    @cached_property
    def menu(self) -> Sequence[MenuItem]:
        menu: Sequence[MenuItem] = ask("menu", self._request) or ()
        return menu

    @cached_property
    def desk(self) -> Sequence[MenuGroup]:
        desk: Sequence[MenuGroup] = ask("desk", self._request) or ()
        return desk

    @cached_property
    def who(self) -> MenuItem | None:
        who: MenuItem | None = ask("who", self._request)
        return who

    @cached_property
    def warnings(self) -> Sequence[str]:
        warnings: Sequence[str] = ask("warnings", self._request) or ()
        return warnings

    @property
    def language(self) -> str:
        return current_language()

    @property
    def other_language(self) -> str:
        return "en" if self.language == "id" else "id"

    @property
    def theme(self) -> str:
        """The value of data-theme: light, dark, or "" when the device decides."""
        return THEMES.get(self._request.COOKIES.get(THEME_COOKIE, ""), "")

    @property
    def path(self) -> str:
        return self._request.get_full_path()

    @property
    def map_url(self) -> str:
        """The outline of the office's kecamatan; "" where we have none."""
        code = str(getattr(self.office, "region_code", ""))
        return static(f"web/maps/{code}.json") if code in maps.DRAWN else ""

    @property
    def training(self) -> bool:
        """Whether this is the training office, which no page may let anybody forget."""
        return bool(settings.TRAINING)

    @property
    def demo(self) -> bool:
        return bool(settings.DEMO) and not settings.TRAINING


def form_input(request: HttpRequest) -> SafeString:
    """Return the hidden fields of every form that posts: Django's token, and the mark of the page."""
    fields = format_html(
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request)
    )
    name, value = ask("form_mark", request) or ("", "")
    if value:
        fields += format_html('<input type="hidden" name="{}" value="{}">', name, value)
    return fields


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `site` and the hidden fields of forms in every template that is rendered with a request."""
    return {"site": Site(request), "csrf_input": SimpleLazyObject(lambda: form_input(request))}
