"""
How one HTTP provider of SMS is spoken to, as data: a TOML file. Pure.

docs/channels/sms.md describes every key; profiles/ holds those that are shipped.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from satupintu.messaging.channels.port import Trouble
from satupintu.messaging.rules import Delivery

WORDS = frozenset(
    {"to", "local", "zero", "from", "text", "reference", "reports", "user", "password"}
)
_WORD = re.compile(r"\{(\w+)\}")
_STATES = {
    "sent": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "read": Delivery.READ,
    "failed": Delivery.FAILED,
}


class BadProfile(Exception):
    """A profile cannot be worked with; one sentence names the key and what is allowed."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What must stand at `at`: one of `values`, or anything at all where there are none."""

    at: str
    values: tuple[str, ...] = ()

    def holds(self, content: Any) -> bool:
        found = find(content, self.at)
        return found != "" and (not self.values or found in self.values)


@dataclass(frozen=True, slots=True)
class Call:
    """A call that we make; strings in `fields` may be nested and hold {words}."""

    method: str
    url: str
    auth: str = "none"
    body: str = "form"
    fields: Any = None
    headers: Mapping[str, str] | None = None

    def words(self) -> frozenset[str]:
        """Return the {words} it uses."""
        texts = [self.url, *_strings(self.fields), *(self.headers or {}).values()]
        named = {word for text in texts for word in _WORD.findall(text)}
        return frozenset(named | ({"user", "password"} if self.auth == "basic" else set()))


@dataclass(frozen=True, slots=True)
class Answer:
    """Where things stand in the provider's answer to a message."""

    id: str = ""
    parts: str = ""
    taken: Condition | None = None
    error: str = ""
    errors: Mapping[str, Trouble] | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """The names of the fields of a message that a person sent, and what the provider wants to be answered."""

    id: str
    sender: str
    text: str
    to: str = ""
    at: str = ""
    answer: str = ""
    answer_type: str = "text/plain"


@dataclass(frozen=True, slots=True)
class Reported:
    """The names of the fields of a delivery report, and what its states mean."""

    id: str
    state: str
    states: Mapping[str, Delivery]
    why: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """`signature`: "twilio" (X-Twilio-Signature), or "secret" (the last part of the hook's address)."""

    name: str
    send: Call
    answer: Answer
    signature: str = "secret"
    health: Call | None = None
    healthy: Condition | None = None
    heard: Heard | None = None
    report: Reported | None = None


# --- Using one -------------------------------------------------------------------------------------


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)


def filled(value: Any, words: Mapping[str, str]) -> Any:
    """Return `value` with every {word} replaced; what a person wrote is never looked at for words again."""
    if isinstance(value, str):
        return _WORD.sub(lambda found: words[found[1]], value)
    if isinstance(value, Mapping):
        return {name: filled(one, words) for name, one in value.items()}
    if isinstance(value, list):
        return [filled(one, words) for one in value]
    return value


def filled_address(url: str, words: Mapping[str, str]) -> str:
    """Return an address with every {word} replaced and quoted."""
    return _WORD.sub(lambda found: quote(words[found[1]], safe=""), url)


def find(content: Any, at: str) -> str:
    """
    Return what stands at a path ("messages.0.id") of JSON, or the group of a regular expression ("re:...") in a text.

    "" where there is nothing; numbers as they are written, true and false in lower case.
    """
    if at.startswith("re:"):
        text = content if isinstance(content, str) else ""
        found = re.search(at[3:], text)
        return (found[1] or "").strip() if found else ""
    for step in at.split(".") if at else ():
        if isinstance(content, Mapping):
            content = content.get(step)
        elif isinstance(content, list) and step.isdecimal() and int(step) < len(content):
            content = content[int(step)]
        else:
            return ""
    if isinstance(content, bool):
        return str(content).lower()
    return str(content) if at and isinstance(content, str | int | float) else ""


# --- Reading one -----------------------------------------------------------------------------------


def parse(text: str) -> Profile:
    """Return the profile in a TOML text. Raises BadProfile with one sentence."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadProfile(f"it is no TOML: {error}") from error
    whole = _Table(told, "")
    health = whole.table("health")
    profile = Profile(
        name=whole.text("name", needed=True),
        signature=whole.text("signature", "secret", among=("secret", "twilio")),
        send=_call(whole.table("send", needed=True)),
        answer=_answer(whole.table("answer")),
        healthy=_condition(health) if health else None,
        health=_call(health) if health else None,
        heard=_heard(whole.table("heard")),
        report=_reported(whole.table("report")),
    )
    whole.close()
    return profile


class _Table:
    """One table of the file: gives its values checked, and knows which were never asked for."""

    def __init__(self, values: dict[str, Any], name: str) -> None:
        self._values = values
        self._name = name
        self._asked: set[str] = set()
        self._inside: list[_Table] = []

    def _at(self, key: str) -> str:
        return f"{self._name}.{key}" if self._name else key

    def text(
        self, key: str, default: str = "", *, needed: bool = False, among: tuple[str, ...] = ()
    ) -> str:
        self._asked.add(key)
        value = self._values.get(key, default)
        if not isinstance(value, str):
            raise BadProfile(f"{self._at(key)} must be a text")
        if needed and not value:
            raise BadProfile(f"{self._at(key)} is needed")
        if among and value not in among:
            raise BadProfile(f"{self._at(key)} must be one of: {', '.join(among)}")
        return value

    def place(self, key: str, *, needed: bool = False) -> str:
        """Return where something stands; a regular expression must have one group."""
        value = self.text(key, needed=needed)
        if value.startswith("re:"):
            try:
                groups = re.compile(value[3:]).groups
            except re.error as error:
                raise BadProfile(f"{self._at(key)} is no regular expression: {error}") from error
            if groups != 1:
                raise BadProfile(f"{self._at(key)} must have one group in brackets")
        return value

    def table(self, key: str, *, needed: bool = False) -> "_Table | None":
        self._asked.add(key)
        value = self._values.get(key)
        if value is None and not needed:
            return None
        if not isinstance(value, dict):
            raise BadProfile(f"[{self._at(key)}] is needed")
        self._inside.append(_Table(value, self._at(key)))
        return self._inside[-1]

    def words(self, key: str, allowed: Mapping[str, Any]) -> dict[str, Any]:
        """Return a table whose values are names of `allowed`, by what they mean."""
        self._asked.add(key)
        value = self._values.get(key, {})
        if not isinstance(value, dict) or any(one not in allowed for one in value.values()):
            raise BadProfile(f"{self._at(key)} must map to some of: {', '.join(allowed)}")
        return {name: allowed[one] for name, one in value.items()}

    def raw(self, key: str, kind: type) -> Any:
        self._asked.add(key)
        value = self._values.get(key, kind())
        if not isinstance(value, kind):
            raise BadProfile(f"{self._at(key)} must be a {kind.__name__}")
        return value

    def close(self) -> None:
        """Raise BadProfile for a key that means nothing, most often one that is mistyped."""
        for key in self._values:
            if key not in self._asked:
                raise BadProfile(f"{self._at(key)} is not known")
        for one in self._inside:
            one.close()


def _call(table: _Table | None) -> Call:
    assert table is not None
    call = Call(
        method=table.text("method", "POST", among=("GET", "POST")),
        url=table.text("url", needed=True),
        auth=table.text("auth", "none", among=("none", "basic", "bearer")),
        body=table.text("as", "form", among=("form", "json", "query")),
        fields=table.raw("fields", dict),
        headers=table.raw("headers", dict),
    )
    if not call.url.startswith(("https://", "http://")):
        raise BadProfile("url begins with https://")
    if unknown := sorted(call.words() - WORDS):
        raise BadProfile(f"{{{unknown[0]}}} is not known; use {', '.join(sorted(WORDS))}")
    return call


def _condition(table: _Table | None) -> Condition | None:
    if table is None:
        return None
    values = table.raw("is", list)
    return Condition(table.place("at", needed=True), tuple(str(one) for one in values))


def _answer(table: _Table | None) -> Answer:
    if table is None:
        return Answer()
    return Answer(
        id=table.place("id"),
        parts=table.place("parts"),
        taken=_condition(table.table("taken")),
        error=table.place("error"),
        errors=table.words("errors", {one.value: one for one in Trouble}),
    )


def _heard(table: _Table | None) -> Heard | None:
    if table is None:
        return None
    return Heard(
        id=table.text("id", needed=True),
        sender=table.text("from", needed=True),
        text=table.text("text", needed=True),
        to=table.text("to"),
        at=table.text("at"),
        answer=table.text("answer"),
        answer_type=table.text("answer_type", "text/plain"),
    )


def _reported(table: _Table | None) -> Reported | None:
    if table is None:
        return None
    return Reported(
        id=table.text("id", needed=True),
        state=table.text("state", needed=True),
        why=table.text("why"),
        at=table.text("at"),
        states=table.words("states", _STATES),
    )
