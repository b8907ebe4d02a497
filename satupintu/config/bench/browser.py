"""
A browser without a screen: cookies, redirects, forms as they stand, and every byte that comes over the wire.

What a page names (style sheets, scripts and what they import, pictures) is fetched once and kept, as browsers do.
"""

import gzip
import http.client
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http import HTTPStatus
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

_IMPORTS = re.compile(r"""(?:from|import)\s*\(?["'](\.?\.?/[^"']+)["']""")
_REDIRECTS = {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER, HTTPStatus.MOVED_PERMANENTLY}
_MOST_REDIRECTS = 6


@dataclass(slots=True)
class Form:
    """A form as it stands in the page: where it goes and what it holds."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Page:
    """What came back; `wire` are the bytes of head and body, compressed as they came."""

    url: str
    status: int
    headers: http.client.HTTPMessage
    body: bytes
    wire: int

    @property
    def statements(self) -> int:
        return int(self.headers.get("X-Bench-SQL", "0"))


class _Reader(HTMLParser):
    """Collects forms and the addresses of what the page needs."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.parts: list[str] = []
        self._form: Form | None = None
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        match tag:
            case "link" if given.get("rel") in ("stylesheet", "icon", "manifest"):
                self.parts.append(given["href"])
            case "script" | "img" if given.get("src"):
                self.parts.append(given["src"])
            case "form":
                method = given.get("method", "get").lower()
                self._form = Form(given.get("action", ""), method)
                self.forms.append(self._form)
            case "input" | "textarea" | "select" | "option":
                self._control(tag, given)

    def _control(self, tag: str, given: dict[str, str]) -> None:
        if self._form is None:
            return
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "input" and name:
            kind = given.get("type", "text")
            chosen = kind not in ("checkbox", "radio") or "checked" in given
            if chosen and kind not in ("file", "submit", "button", "image"):
                self._form.fields.append((name, value or ("on" if kind == "checkbox" else "")))
        elif tag == "textarea":
            self._area = name
            self._form.fields.append((name, ""))
        elif tag == "select":
            self._select = name
        elif self._select and "selected" in given:
            self._form.fields.append((self._select, value))

    def handle_data(self, data: str) -> None:
        if self._area and self._form:
            name, text = self._form.fields[-1]
            self._form.fields[-1] = (name, text + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None


class Browser:
    """One person's browser at one server."""

    def __init__(self, port: int, *, address: str, cookies: dict[str, str] | None = None) -> None:
        self.wire = 0  # bytes received in all
        self.requests = 0
        self.statements = 0  # SQL of all pages asked for with record=
        self._address = address
        self._cookies = dict(cookies or {})
        self._kept: set[str] = set()
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def close(self) -> None:
        self._connection.close()

    def get(self, url: str, *, record: str = "", parts: bool = False) -> Page:
        """Fetch a page, following redirects; with `parts`, also all it needs."""
        return self._follow("GET", url, "", record, parts)

    def post(
        self, url: str, fields: list[tuple[str, str]], *, record: str = "", parts: bool = False
    ) -> Page:
        return self._follow("POST", url, urlencode(fields), record, parts)

    def submit(self, page: Page, *, record: str = "", parts: bool = False) -> Page:
        """Send the page's own form (the posting one inside <main>) as it stands."""
        form = forms_of(page)[0]
        url = urljoin(page.url, form.action) if form.action else page.url
        return self.post(url, form.fields, record=record, parts=parts)

    def _follow(self, method: str, url: str, body: str, record: str, parts: bool) -> Page:  # noqa: FBT001  private
        page = self._ask(method, url, body, record)
        for _redirect in range(_MOST_REDIRECTS):
            if page.status not in _REDIRECTS:
                break
            page = self._ask("GET", urljoin(page.url, page.headers["Location"]), "", record)
        if parts:
            self._fetch_parts(page)
        return page

    def _ask(self, method: str, url: str, body: str, record: str) -> Page:
        split = urlsplit(url)
        target = split.path + (f"?{split.query}" if split.query else "")
        headers = {
            "Accept-Encoding": "gzip",
            "Accept": "text/html",
            "Accept-Language": "id",
            "X-Bench-From": self._address,
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
        }
        if record:
            headers["X-Bench-Record"] = record
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, target, body=body or None, headers=headers)
        answer = self._connection.getresponse()
        packed = answer.read()
        head = 17 + sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self._cookies[name] = morsel.value
        zipped = answer.headers.get("Content-Encoding") == "gzip"
        text = gzip.decompress(packed) if zipped and packed else packed
        page = Page(target, answer.status, answer.headers, text, head + len(packed))
        self.wire += page.wire
        self.requests += 1
        self.statements += page.statements
        return page

    def _fetch_parts(self, page: Page) -> None:
        reader = _Reader()
        reader.feed(page.body.decode(errors="replace"))
        waiting = [urljoin(page.url, part) for part in reader.parts if not part.startswith("data:")]
        while waiting:
            url = waiting.pop()
            if url in self._kept:
                continue
            self._kept.add(url)
            part = self._ask("GET", url, "", "")
            if urlsplit(url).path.endswith(".js"):
                waiting += [urljoin(url, name) for name in _IMPORTS.findall(part.body.decode())]


def forms_of(page: Page) -> list[Form]:
    """Return the posting forms of the page's <main>, in order."""
    reader = _Reader()
    text = page.body.decode(errors="replace")
    start = text.find("<main")
    reader.feed(text[max(0, start) : text.rfind("</main>")] if start >= 0 else text)
    return [form for form in reader.forms if form.method == "post"]
