"""Servers that stand for BigBlueButton and Zoom, after their published documentation. Each on a free port."""

import base64
import hashlib
import json
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

from satupintu.lib import standin

SECRET = "639259d4-9dd8-4b25-bf01-95f9567eaf4b"
ACCOUNT, CLIENT, ZOOM_SECRET = "acc-1", "client-1", "hush"


def bigbluebutton(accepts=("sha1", "sha256")):  # noqa: C901  one call of the API each
    """Return a server of the API of docs.bigbluebutton.org: checksum first, then meetings that somebody joined."""
    meetings: dict[str, dict] = {}
    seen: list[str] = []

    class Handler(standin.StandInHandler, BaseHTTPRequestHandler):
        def do_GET(self):
            parts = urlsplit(self.path)
            call = parts.path.rpartition("/")[2]
            query, _sep, given = parts.query.rpartition("checksum=")
            query = query.rstrip("&")
            right = {
                hashlib.new(kind, f"{call}{query}{SECRET}".encode()).hexdigest() for kind in accepts
            }
            if given not in right:
                self.xml("FAILED", messageKey="checksumError", message="Checksums do not match")
                return
            seen.append(call)
            asked = {name: values[0] for name, values in parse_qs(query).items()}
            getattr(self, f"call_{call}")(asked)

        def xml(self, code, **told):
            inner = "".join(f"<{name}>{value}</{name}>" for name, value in told.items())
            body = f"<response><returncode>{code}</returncode>{inner}</response>"
            self.answer(200, body.encode(), "text/xml")

        def call_create(self, asked):
            if not asked.get("meetingID") or not asked.get("name"):
                self.xml("FAILED", messageKey="missingParameter")
                return
            made = meetings.setdefault(
                asked["meetingID"], {"createTime": 1531240585189, "joined": 0, "asked": asked}
            )
            self.xml(
                "SUCCESS",
                meetingID=asked["meetingID"],
                createTime=made["createTime"],
                attendeePW="ap",
                moderatorPW="mp",
                hasUserJoined="false",
            )

        def call_join(self, asked):
            made = meetings.get(asked["meetingID"])
            if made is None:
                self.xml("FAILED", messageKey="notFound")
                return
            if asked.get("createTime") not in {None, str(made["createTime"])}:
                self.xml("FAILED", messageKey="mismatchCreateTimeParam")
                return
            made["joined"] += 1
            made["role"] = asked.get("role", "")
            self.xml("SUCCESS", url="https://bbb.example/html5client")

        def call_isMeetingRunning(self, asked):  # noqa: N802  as the API names it
            running = meetings.get(asked["meetingID"], {}).get("joined", 0) > 0
            self.xml("SUCCESS", running=str(running).lower())

        def call_end(self, asked):
            meetings.pop(asked["meetingID"], None)
            self.xml("SUCCESS", messageKey="sentEndMeetingRequest")

        def call_getMeetings(self, asked):  # noqa: N802  as the API names it
            del asked
            self.xml("SUCCESS", meetings="")

    server = standin.listen(Handler)
    server.meetings, server.seen = meetings, seen
    server.url = f"http://127.0.0.1:{server.server_port}/bigbluebutton"
    return server


def zoom():  # noqa: C901  one call of the API each
    """Return a server of Zoom's OAuth and meetings, after developers.zoom.us; `trouble` is a status to answer with."""
    meetings: dict[str, dict] = {}

    class Handler(standin.StandInHandler, BaseHTTPRequestHandler):
        def body(self):
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))

        def do_POST(self):
            content = self.body()
            if self.path.startswith("/oauth/token"):
                right = base64.b64encode(f"{CLIENT}:{ZOOM_SECRET}".encode()).decode()
                asked = {
                    name: values[0]
                    for name, values in parse_qs(
                        content.decode() or urlsplit(self.path).query
                    ).items()
                }
                wanted = {"grant_type": "account_credentials", "account_id": ACCOUNT}
                if self.headers["Authorization"] != f"Basic {right}" or asked != wanted:
                    self.answer_json(400, {"reason": "Invalid client", "error": "invalid_client"})
                    return
                told = {"access_token": "t1", "token_type": "bearer", "expires_in": 3599}
                self.answer_json(200, told)
                return
            if self.refused():
                return
            asked = json.loads(content)
            number = 85746065000 + len(meetings)
            base = f"http://127.0.0.1:{self.server.server_port}"
            meetings[str(number)] = made = {
                "uuid": "aDYlohsHRtCd4ii1uC2+hA==",
                "id": number,
                "host_id": "30R7kT7bTIKSNUFEuH_Qlg",
                "host_email": "dpmptsp@contoh.id",
                "topic": asked["topic"],
                "type": asked["type"],
                "status": "waiting",
                "start_time": asked["start_time"],
                "duration": asked["duration"],
                "timezone": asked["timezone"],
                "created_at": "2026-11-23T02:00:00Z",
                "start_url": f"{base}/s/{number}?zak=secret",
                "join_url": f"{base}/j/{number}",
                "password": "x",
                "settings": asked["settings"],
            }
            self.answer_json(201, made)

        def refused(self):
            if self.headers["Authorization"] != "Bearer t1":
                self.answer_json(401, {"code": 124, "message": "Invalid access token."})
                return True
            if self.server.trouble:
                self.answer_json(self.server.trouble, {"code": self.server.trouble})
                return True
            return False

        def do_GET(self):
            if self.refused():
                return
            found = meetings.get(self.path.rpartition("/")[2])
            self.answer_json(200 if found else 404, found or {"code": 3001})

        def do_DELETE(self):
            if self.refused():
                return
            gone = meetings.pop(self.path.rpartition("/")[2], None)
            self.answer(204 if gone else 404, b"", "application/json")

    server = standin.listen(Handler)
    server.meetings, server.trouble = meetings, 0
    server.url = f"http://127.0.0.1:{server.server_port}"
    return server
