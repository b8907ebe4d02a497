"""
A demo's telephones: WhatsApp's simulator, an SMS centre, a switchboard, mailboxes, and a door for the demo's own page.

The worker of a demo starts them (SATUPINTU_HANDSETS_PORT). Everything is forgotten when it ends.
"""

import json
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings

from satupintu.lib.standin import StandInHandler, close, listen
from satupintu.messaging.channels.whatsapp_cloud.simulator import Cloud, Handset
from satupintu.messaging.handsets import ari_server
from satupintu.messaging.handsets.cast import CAST, PHOTO
from satupintu.messaging.handsets.keypad import Keypad
from satupintu.messaging.handsets.mailboxes import Mailboxes, NotTaken, office_address
from satupintu.messaging.handsets.simulated import environment, mail_port, secret
from satupintu.messaging.handsets.sms_centre import SmsCentre
from satupintu.messaging.handsets.switchboard import Switchboard

_LONGEST = 4_000_000  # a spoken message, in base 64


@dataclass
class Desk:
    """All telephones of a demo, by who owns them (`cast.CAST`)."""

    cloud: Cloud
    centre: SmsCentre
    board: Switchboard
    mail: Mailboxes
    token: str

    def __post_init__(self) -> None:
        self.handsets: dict[str, Handset] = {
            one.key: self.cloud.handset(
                "" if one.username else one.phone, name=one.name, username=one.username
            )
            for one in CAST
        }
        self.keypads = {one.key: Keypad(self.board, one) for one in CAST}
        self.written: dict[str, list[dict[str, Any]]] = {}

    def _wrote(self, who: str, text: str) -> None:
        at = self.cloud.now().isoformat()
        self.written.setdefault(who, []).append({"mine": True, "text": text, "at": at})

    def act(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Do what a person does with a telephone, and return what is on it then."""
        who, kind, text = (str(asked.get(key, ""))[:2000] for key in ("who", "kind", "text"))
        person = next(one for one in CAST if one.key == who)
        handset = self.handsets[who]
        self.keypads[who].act(kind, text, str(asked.get("wav", "")))
        if kind == "sms" and text:
            self.centre.write(person.phone, text)
        elif kind == "email" and text:
            self.mail.write(
                person,
                subject=str(asked.get("subject", ""))[:200],
                text=text,
                answers=str(asked.get("answers", "")),
                photo=bool(asked.get("photo")),
            )
        elif kind == "whatsapp" and text:
            self._wrote(who, text)
            handset.write(text)
        elif kind == "press" and text:
            titles = {row[0]: row[1] for one in handset.arrived for row in one.choices}
            self._wrote(who, titles.get(text, text))
            handset.press(text)
        elif kind == "photo":
            self._wrote(who, "[foto]")
            handset.send_file(PHOTO, "image/png", kind="image", name="foto.png")
        elif kind == "place":
            self._wrote(who, "[lokasi]")
            handset.send_place(0.1213, 110.5969, "Sanggau")
        elif kind == "voice":
            self._wrote(who, "[suara]")
            handset.send_file(b"OggS" + bytes(2000), "audio/ogg", kind="audio", voice=True)
        handset.read()
        return self.state(who)

    def state(self, who: str) -> dict[str, Any]:
        person = next(one for one in CAST if one.key == who)
        sent = self.written.get(who, [])
        arrived = [
            {"mine": False, "text": one.text, "at": one.at.isoformat(), "choices": one.choices}
            for one in self.handsets[who].arrived
        ]
        return {
            "whatsapp": sorted([*sent, *arrived], key=lambda line: str(line["at"])),
            "sms": [
                {"mine": one.mine, "text": one.text, "at": one.at.isoformat()}
                for one in self.centre.telephones.get(person.phone, ())
            ],
            "email": [
                {"mine": one.mine, "text": one.text, "at": one.at.isoformat()}
                | {"id": one.id, "subject": one.subject}
                for one in self.mail.box(person)
            ],
            "call": self.keypads[who].state(),
        }

    def sound(self, who: str, name: str) -> bytes:
        """Return what was heard or said in somebody's last call; b"" for nothing of that name."""
        return self.keypads[who].sound(name) if who in self.keypads else b""


def serve(desk: Desk, port: int) -> ThreadingHTTPServer:
    """Answer on 127.0.0.1:`port`: /cgi-bin/sendsms for the office, /act, /state and /sound for the demo's page."""

    class Door(StandInHandler, BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            where = urlsplit(self.path)
            query = dict(parse_qsl(where.query, keep_blank_values=True))
            if where.path == "/cgi-bin/sendsms":
                status, said = desk.centre.sendsms(query)
                self.answer(status, said.encode(), "text/plain")
            elif where.path == "/state" and self._known():
                self.answer_json(200, desk.state(query.get("who", "")))
            elif where.path == "/sound" and self._known():
                wav = desk.sound(query.get("who", ""), query.get("name", ""))
                self.answer(200 if wav else 404, wav, "audio/wav")
            else:
                self.answer_json(404, {})

        def do_POST(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            if self.path != "/act" or not self._known() or size > _LONGEST:
                self.answer_json(404, {})
                return
            try:
                self.answer_json(200, desk.act(json.loads(self.rfile.read(size))))
            except NotTaken:
                self.answer_json(422, {"problem": "mail"})
            except (LookupError, ValueError, StopIteration) as error:
                self.answer_json(422, {"problem": str(error)})

        def _known(self) -> bool:
            return self.headers.get("X-Token") == desk.token

    return listen(Door, port)


def start(stop: threading.Event) -> None:
    """
    Serve the telephones of this demo by its settings until `stop` is set; returns at once, listening.

    Raises OSError when a port is taken.
    """
    key = settings.SECRET_KEY
    given = environment(settings.HANDSETS_PORT, key, settings.HOME / "sounds")
    office = settings.BASE_URL.rstrip("/")
    cloud = Cloud(
        webhook=f"{office}/kanal/whatsapp_cloud/",
        phone_id=given["SATUPINTU_WHATSAPP_PHONE_ID"],
        token=given["SATUPINTU_WHATSAPP_TOKEN"],
        app_secret=given["SATUPINTU_WHATSAPP_APP_SECRET"],
        verify_token=given["SATUPINTU_WHATSAPP_VERIFY_TOKEN"],
    )
    centre = SmsCentre(
        office,
        user=given["SATUPINTU_KANNEL_USER"],
        password=given["SATUPINTU_KANNEL_PASSWORD"],
        secret=given["SATUPINTU_KANNEL_SECRET"],
    )
    board = Switchboard()
    mail = Mailboxes(office_address(settings.DEFAULT_FROM_EMAIL), mail_port(settings.HANDSETS_PORT))
    with ExitStack() as started:
        desk = Desk(cloud, centre, board, mail, secret(key, "door"))
        mail.start()
        started.callback(mail.stop)
        started.callback(close, serve(desk, settings.HANDSETS_PORT))
        cloud.start(settings.HANDSETS_PORT + 1)
        started.callback(cloud.stop)
        asterisk = ari_server.serve(
            board,
            settings.HANDSETS_PORT + 2,
            user=given["SATUPINTU_ASTERISK_USER"],
            password=given["SATUPINTU_ASTERISK_PASSWORD"],
        )
        started.callback(close, asterisk)
        started.callback(board.close)
        running = started.pop_all()

    def end() -> None:
        stop.wait()
        running.close()

    threading.Thread(target=end, daemon=True, name="telephones-end").start()
