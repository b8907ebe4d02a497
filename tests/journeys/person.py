"""
A person at the product's pages, without a browser: opens addresses, follows links, fills forms, presses buttons.

Everything goes through what the pages show: a link by its words, a form by its button, fields as the
page filled them in. So a journey reads like what the person does, and breaks where the page would.
"""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.test import Client

PASSWORD = "satupintu"  # of every officer of the demo
VOID = {
    "input",
    "br",
    "img",
    "hr",
    "meta",
    "link",
    "source",
    "path",
    "circle",
    "rect",
    "use",
    "line",
}


@dataclass
class Form:
    action: str = ""
    method: str = "get"
    fields: dict[str, Any] = field(default_factory=dict)
    buttons: list[tuple[str, dict[str, str]]] = field(default_factory=list)


class Reader(HTMLParser):
    """What a page says and offers: words, links, forms with what is filled in."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self.headings: list[str] = []
        self.choices: dict[
            str, list[tuple[str, str]]
        ] = {}  # field -> (value, what stands beside it)
        self._catch: list[tuple[str, dict[str, str], list[str]]] = []
        self._inside: list[str] = []
        self._form: Form | None = None
        self._select = ""
        self.feed(html)

    @property
    def fields(self) -> set[str]:
        """The names of everything that can be filled in or chosen."""
        return {name for form in self.forms for name in form.fields} | set(self.choices)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        attributes = {key: value or "" for key, value in pairs}
        if tag not in VOID:
            self._inside.append(tag)
        if tag == "form":
            self._form = Form(attributes.get("action", ""), attributes.get("method", "get"))
            self.forms.append(self._form)
        elif tag == "input":
            self._input(attributes)
        elif tag == "select":
            self._select = attributes.get("name", "")
        if tag in {"a", "button", "textarea", "option", "h1", "label"}:
            self._catch.append((tag, attributes, []))

    def _input(self, attributes: dict[str, str]) -> None:
        name, kind = attributes.get("name", ""), attributes.get("type", "text")
        if kind in {"radio", "checkbox"}:
            self.choices.setdefault(name, []).append((attributes.get("value", "on"), ""))
            if "checked" not in attributes:
                return
        if self._form is not None and name and kind not in {"file", "submit"}:
            self._form.fields[name] = attributes.get("value", "on" if kind == "checkbox" else "")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            while self._inside.pop() != tag:
                pass
        if tag == "form":
            self._form = None
        if self._catch and self._catch[-1][0] == tag:
            self._caught(*self._catch.pop())

    def _caught(self, tag: str, attributes: dict[str, str], parts: list[str]) -> None:
        text = re.sub(r"\s+", " ", "".join(parts)).strip()
        if tag == "a" and "href" in attributes:
            self.links.append((text, attributes["href"]))
        elif tag == "h1":
            self.headings.append(text)
        elif tag == "label":
            self._name_choice(text)
        elif self._form is None:
            return
        elif tag == "button":
            named = (
                {attributes["name"]: attributes.get("value", "")} if "name" in attributes else {}
            )
            self._form.buttons.append((text, named))
        elif tag == "textarea":
            self._form.fields[attributes.get("name", "")] = "".join(parts).strip()
        elif tag == "option":
            name = self._select
            if "selected" in attributes or name not in self._form.fields:
                self._form.fields[name] = attributes.get("value", text)

    def _name_choice(self, text: str) -> None:
        for found in self.choices.values():
            if found and not found[-1][1]:
                found[-1] = (found[-1][0], text)

    def handle_data(self, data: str) -> None:
        if "script" in self._inside or "style" in self._inside:
            return
        if data.strip():
            self.words.append(data.strip())
        for _tag, _attributes, parts in self._catch:
            parts.append(data)


class Person:
    """Somebody with a telephone or at a desk."""

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.client = Client()
        self.address = "/"
        self.status = 0
        self.content = b""
        self.page = Reader("")

    # --- What they see ---------------------------------------------------------------------------

    def sees(self, *words: str) -> "Person":
        missing = [one for one in words if one not in self.page.text]
        assert not missing, f"{missing} is not on {self.address}: {self.page.text[:3000]}"
        return self

    def finds(self, pattern: str) -> str:
        """Return what the page says that looks like this."""
        found = re.search(pattern, self.page.text)
        assert found, f"{pattern} is not on {self.address}: {self.page.text[:3000]}"
        return found.group()

    @property
    def heading(self) -> str:
        return self.page.headings[0] if self.page.headings else ""

    # --- What they do ----------------------------------------------------------------------------

    def opens(self, address: str) -> "Person":
        return self._read(self.client.get(address, follow=True), address)

    def follows(self, words: str) -> "Person":
        for text, address in self.page.links:
            if text.startswith(words):
                return self.opens(self._full(address.partition("#")[0]))
        raise AssertionError(f"No link “{words}” on {self.address}: {self.page.links}")

    def presses(self, words: str, **typed: Any) -> "Person":
        """Press a button after filling its form; `None` empties a field or leaves a box unticked."""
        for form in self.page.forms:
            for text, named in form.buttons:
                if text.startswith(words):
                    return self._send(form, {**form.fields, **typed, **named})
        buttons = [text for form in self.page.forms for text, _named in form.buttons]
        raise AssertionError(f"No button “{words}” on {self.address}: {buttons}")

    def chooses(self, words: str) -> str:
        """Return the value of the choice that stands beside these words."""
        for found in self.page.choices.values():
            for value, text in found:
                if text.startswith(words):
                    return value
        raise AssertionError(f"No choice “{words}” on {self.address}: {self.page.choices}")

    def signs_in(self) -> "Person":
        """With a code from the demo inbox (an address) or a password (a user name)."""
        if "@" not in self.name:
            self.opens("/masuk/petugas/")
            return self.presses("Masuk", username=self.name, password=PASSWORD)
        self.opens("/masuk/").presses("Kirim kode", address=self.name)
        return self.presses("Masuk", code=self.newest_code())

    def newest_code(self) -> str:
        inbox = Person().opens("/demo/kotak-masuk/")
        return inbox.finds(r"Kode masuk Satu Pintu: \d{6}")[-6:]

    # --- How -------------------------------------------------------------------------------------

    def _full(self, address: str) -> str:
        if address.startswith("/"):
            return address
        base = self.address.partition("?")[0]
        return base + address if address.startswith("?") or not address else f"{base}{address}"

    def _send(self, form: Form, data: dict[str, Any]) -> "Person":
        given = {key: value for key, value in data.items() if value is not None}
        address = self._full(form.action) if form.action else self.address
        if form.method == "get":
            return self._read(self.client.get(address, given, follow=True), address)
        return self._read(self.client.post(address, given, follow=True), address)

    def _read(self, answer: Any, address: str) -> "Person":
        chain = getattr(answer, "redirect_chain", [])
        self.address = chain[-1][0] if chain else address
        self.status = answer.status_code
        streaming = getattr(answer, "streaming", False)
        self.content = b"".join(answer.streaming_content) if streaming else answer.content
        html = answer.headers.get("Content-Type", "").startswith("text/html")
        self.page = Reader(self.content.decode()) if html else Reader("")
        return self
