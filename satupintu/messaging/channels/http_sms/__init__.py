"""
SMS through a provider's HTTP interface, described by a profile: one file for each provider instead of one program.

SATUPINTU_SMS_HTTP_PROFILE names a profile of profiles/ or a file of the office.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.conf import settings

from satupintu.lib.env import BadSetting, env_int, env_networks, env_secret, env_str
from satupintu.messaging.channels import sms
from satupintu.messaging.channels.http_sms.profile import (
    BadProfile,
    Call,
    Profile,
    filled,
    filled_address,
    find,
    parse,
)
from satupintu.messaging.channels.port import (
    Failed,
    Health,
    Hook,
    HookAnswer,
    Outgoing,
    Received,
    Sent,
    Trouble,
)
from satupintu.messaging.channels.sms import Words
from satupintu.messaging.rules import ChannelKind

if TYPE_CHECKING:
    import httpx

_FOLDER = Path(__file__).parent / "profiles"
_FOR_GOOD = frozenset({Trouble.PERSON, Trouble.CONTENT})


@dataclass(slots=True)
class HttpSms:
    """Speaks to a provider as its profile says."""

    profile: Profile
    user: str = ""
    password: str = field(default="", repr=False)
    number: str = ""
    secret: str = field(default="", repr=False)
    callback: str = ""
    per_second: float = 0.0
    networks: Sequence[str] = ()  # where it may call from; none: anywhere
    name: str = "http_sms"

    def carries(self, channel: ChannelKind) -> bool:
        return channel is ChannelKind.SMS

    # --- Out ---------------------------------------------------------------------------------------

    def send(self, message: Outgoing) -> Sent | Failed:
        words = sms.words_of(message)
        if isinstance(words, Failed):
            return words
        answer = self._call(
            self.profile.send,
            {
                "to": message.address,
                "local": sms.local_number(message.address),
                "zero": sms.national_number(message.address),
                "text": words.text,
                "reference": message.reference,
                "reports": self._hook("laporan"),
            },
            seconds=sms.SEND_SECONDS,
        )
        return answer if isinstance(answer, Failed) else self._taken(answer, words)

    def _taken(self, answer: "httpx.Response", words: Words) -> Sent | Failed:
        told, content = self.profile.answer, _content(answer)
        code = find(content, told.error)
        if code and told.errors and code in told.errors:
            trouble = told.errors[code]
            return Failed(trouble in _FOR_GOOD, f"error {code}"[:60], trouble)
        if failed := sms.trouble_of(answer):
            return failed
        if not answer.is_success:
            # 4xx: this message, as it is; a redirection is a wrong address.
            wrong = answer.status_code < 400  # noqa: PLR2004  it answers as if it knew us
            trouble = Trouble.SETTINGS if wrong else Trouble.CONTENT
            return Failed(not wrong, f"provider answered {answer.status_code}", trouble)
        if told.taken is not None and not told.taken.holds(content):
            # 200 and yet refused: no credit, or one wrong number, which must not stop all others at once.
            return Failed(False, "provider did not take it", Trouble.SERVER)
        parts = find(content, told.parts)
        return Sent(
            external_id=sms.storable(find(content, told.id), sms.LONGEST_ID),
            parts=int(parts) if parts.isdecimal() and int(parts) else len(words.parts),
            reports=self.profile.report is not None,
        )

    def _call(
        self, call: Call, words: dict[str, str], *, seconds: float
    ) -> "httpx.Response | Failed":
        words = words | {"from": self.number, "user": self.user, "password": self.password}
        headers = dict(filled(call.headers or {}, words))
        if call.auth == "basic":
            login = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            headers["Authorization"] = f"Basic {login}"
        elif call.auth == "bearer":
            headers["Authorization"] = f"Bearer {self.password}"
        more: dict[str, Any] = {"headers": headers}
        if call.fields:
            place = {"form": "data", "json": "json", "query": "params"}[call.body]
            more[place] = filled(call.fields, words)
        return sms.call(call.method, filled_address(call.url, words), seconds=seconds, **more)

    def health(self) -> Health:
        name = self.profile.name
        if self.profile.health is None or self.profile.healthy is None:
            return Health(True, f"{name}: cannot be asked, see what was sent last")
        answer = self._call(
            self.profile.health,
            dict.fromkeys(("to", "local", "zero", "text", "reference", "reports"), ""),
            seconds=sms.HEALTH_SECONDS,
        )
        if isinstance(answer, Failed):
            return Health(False, f"{name}: {answer.why}")
        if failed := sms.trouble_of(answer):
            return Health(False, f"{name}: {failed.why}")
        ok = answer.is_success and self.profile.healthy.holds(_content(answer))
        return Health(ok, f"{name}: {'knows us' if ok else 'does not know us'}")

    # --- What it calls -----------------------------------------------------------------------------

    def _hook(self, what: str) -> str:
        """Return the address that the provider calls."""
        secret = f"/{self.secret}" if self.profile.signature == "secret" else ""
        return f"{self.callback}/kanal/{self.name}/{what}{secret}"

    def hook(self, call: Hook) -> HookAnswer:
        what, _slash, secret = call.path.rstrip("/").partition("/")
        form = _form(call)
        if self.profile.signature == "twilio":
            believed = self._signed(call, form)
        else:
            believed = sms.same_secret(secret, self.secret)
        if not sms.is_admitted(call, self.networks, "SATUPINTU_SMS_HTTP_NETWORKS") or not believed:
            return sms.refused(403)
        fields = _fields(call, form)
        if what == "masuk" and self.profile.heard is not None:
            return self._heard(call, fields)
        if what == "laporan" and self.profile.report is not None:
            return self._reported(call, fields)
        return sms.refused(404)

    def _signed(self, call: Hook, form: dict[str, list[str]]) -> bool:
        """X-Twilio-Signature: HMAC-SHA1 over the address and the sorted fields, with the auth token, in base 64."""
        given = call.headers.get("x-twilio-signature", "").strip().encode()
        address = f"{self.callback}/kanal/{self.name}/{call.path}"
        query = f"?{urlencode(dict(call.query))}" if call.query else ""
        fields = "".join(
            name + value for name in sorted(form) for value in sorted(set(form[name]))
        ).encode()
        return any(
            hmac.compare_digest(
                base64.b64encode(
                    hmac.new(
                        self.password.encode(), f"{one}{query}".encode() + fields, hashlib.sha1
                    ).digest()
                ),
                given,
            )
            for one in _with_and_without_port(address)
        )

    def _heard(self, call: Hook, fields: dict[str, Any]) -> HookAnswer:
        names = self.profile.heard
        assert names is not None
        named, sender = find(fields, names.id), find(fields, names.sender)
        if not named or not sender:
            return sms.refused(400)
        one = sms.incoming(
            external_id=named,
            sender=sender,
            text=find(fields, names.text),
            at=sms.moment(find(fields, names.at), call.now),
            to=find(fields, names.to),
            raw=json.dumps(fields, ensure_ascii=False),
        )
        return HookAnswer(
            body=names.answer,
            content_type=names.answer_type,
            received=Received(messages=(one,)),
        )

    def _reported(self, call: Hook, fields: dict[str, Any]) -> HookAnswer:
        names = self.profile.report
        assert names is not None
        named, state = find(fields, names.id), find(fields, names.state)
        if not named:
            return sms.refused(400)
        if state not in names.states:
            return HookAnswer(received=Received(problems=(f"unknown state {state[:20]!r}",)))
        delivery = names.states[state]
        report = sms.report(
            external_id=named,
            state=delivery,
            at=sms.moment(find(fields, names.at), call.now),
            why=find(fields, names.why),
            trouble=Trouble.PERSON,
        )
        return HookAnswer(received=Received(reports=(report,)))


def _content(answer: "httpx.Response") -> Any:
    """Return the JSON of an answer; its text where it is none."""
    try:
        return json.loads(answer.content)
    except (ValueError, RecursionError):
        return answer.text


def _form(call: Hook) -> dict[str, list[str]]:
    if "json" in call.headers.get("content-type", ""):
        return {}
    text = call.body.decode("utf-8", "replace")
    try:
        return parse_qs(text, keep_blank_values=True, errors="replace", max_num_fields=200)
    except ValueError:
        return {}


def _fields(call: Hook, form: dict[str, list[str]]) -> dict[str, Any]:
    """Return what a call says, in its address and its body."""
    fields: dict[str, Any] = dict(call.query)
    fields |= {name: values[0] for name, values in form.items()}
    if "json" in call.headers.get("content-type", ""):
        fields |= sms.json_object(call.body)
    return fields


def _with_and_without_port(address: str) -> tuple[str, str]:
    """Return both ways to write an address: Twilio's servers do not agree on the port (so its own library)."""
    split = urlsplit(address)
    host = split.hostname or ""
    port = split.port or (443 if split.scheme == "https" else 80)
    return (
        split._replace(netloc=host).geturl(),
        split._replace(netloc=f"{host}:{port}").geturl(),
    )


def _profile(chosen: str) -> Profile:
    shipped = sorted(path.stem for path in _FOLDER.glob("*.toml"))
    path = _FOLDER / f"{chosen}.toml" if chosen in shipped else Path(chosen)
    try:
        return parse(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadSetting(
            f"SATUPINTU_SMS_HTTP_PROFILE={chosen} cannot be read. Use {' or '.join(shipped)}, or the path of a file."
        ) from error
    except BadProfile as error:
        raise BadSetting(f"SATUPINTU_SMS_HTTP_PROFILE={chosen}: {error}.") from error


def transport() -> HttpSms:
    """Return the provider by the settings. Raises BadSetting where they or the profile make no sense."""
    chosen = env_str("SATUPINTU_SMS_HTTP_PROFILE")
    sms.needed({"SATUPINTU_SMS_HTTP_PROFILE": chosen})
    secret = env_secret("SATUPINTU_SMS_HTTP_SECRET")
    callback = env_str("SATUPINTU_SMS_HTTP_CALLBACK")
    one = HttpSms(
        profile=_profile(chosen),
        user=env_str("SATUPINTU_SMS_HTTP_USER"),
        password=env_secret("SATUPINTU_SMS_HTTP_PASSWORD"),
        number=env_str("SATUPINTU_SMS_HTTP_FROM"),
        secret=sms.hook_secret("SATUPINTU_SMS_HTTP_SECRET", secret),
        callback=sms.web_address("SATUPINTU_SMS_HTTP_CALLBACK", callback)
        or settings.BASE_URL.rstrip("/"),
        per_second=float(env_int("SATUPINTU_SMS_HTTP_PER_SECOND", 0)),
        networks=env_networks("SATUPINTU_SMS_HTTP_NETWORKS"),
    )
    used = one.profile.send.words()
    needed = {}
    if "user" in used:
        needed["SATUPINTU_SMS_HTTP_USER"] = one.user
    if "password" in used or one.profile.send.auth == "bearer":
        needed["SATUPINTU_SMS_HTTP_PASSWORD"] = one.password
    if "from" in used:
        needed["SATUPINTU_SMS_HTTP_FROM"] = one.number
    if one.profile.signature == "secret" and (one.profile.heard or one.profile.report):
        needed["SATUPINTU_SMS_HTTP_SECRET"] = one.secret
    sms.needed(needed)
    return one
