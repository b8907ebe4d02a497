"""
A real Asterisk for the tests, with the settings that offices copy from docs/channels/telephone.md, and sipp as callers.

Debian's own `asterisk` is used where it is installed; else a root that scripts/asterisk_root.sh unpacked, which needs
the right to chroot. `unavailable()` says why there is none.
"""

import os
import re
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from satupintu.lib.ports import free_port, free_ports

DOCUMENT = Path(__file__).parents[3] / "docs/channels/telephone.md"
ROOT = Path(os.environ.get("SATUPINTU_ASTERISK_ROOT", "/var/tmp/satupintu-asterisk"))
VOICE = "/usr/share/sip-tester/g711a.pcap"
PASSWORD = "rahasia-uji-coba"


def unavailable():
    """Return why no real Asterisk can be called here; "" when one can."""
    for name in ("sipp", "espeak-ng"):
        if shutil.which(name) is None:
            return f"{name} is not installed (Debian: sip-tester, espeak-ng)"
    if shutil.which("asterisk"):
        return ""
    if not (ROOT / "usr/sbin/asterisk").exists():
        return f"no asterisk here, and none in {ROOT} (sh scripts/asterisk_root.sh)"
    if os.geteuid() != 0:
        return f"only root can start the Asterisk in {ROOT}"
    return ""


def _media_port():
    """Return a port for sipp, which takes others beside it, for their reports and for pictures."""
    return free_ports(5)[0]


def documented():
    """Return the files that the page for offices shows, by name."""
    text = DOCUMENT.read_text(encoding="utf-8")
    return dict(re.findall(r"```(\w+\.conf)\n(.*?)```", text, re.DOTALL))


@dataclass
class RunningAsterisk:
    """`here` is its folder as we see it, `there` as it does."""

    here: Path
    there: str
    http: int
    sip: int
    officer: int
    calls: list = field(default_factory=list)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.http}"

    def log(self):
        file = self.here / "log/messages"
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""


def _settings(asterisk, there):
    files = documented()
    changed = {
        "bindport = 8088": f"bindport = {asterisk.http}",
        "GANTI-DENGAN-RAHASIA": PASSWORD,
        "0.0.0.0:5060": f"127.0.0.1:{asterisk.sip}",
        "sip:ALAMAT-PENYEDIA:5060": "sip:127.0.0.1:9",
        "match = ALAMAT-PENYEDIA": "match = 127.0.0.1",
        "sip:200@ALAMAT-TELEPON:5060": f"sip:200@127.0.0.1:{asterisk.officer}",
    }
    for old, new in changed.items():
        assert any(old in text for text in files.values()), old
        files = {name: text.replace(old, new) for name, text in files.items()}
    files["asterisk.conf"] = (
        "[directories]\n"
        f"astetcdir => {there}/etc\nastvarlibdir => {there}/lib\nastdbdir => {there}/lib\n"
        f"astkeydir => {there}/lib\nastspooldir => {there}/spool\nastrundir => {there}/run\n"
        f"astlogdir => {there}/log\nastdatadir => /usr/share/asterisk\n"
    )
    files["logger.conf"] = "[logfiles]\nmessages => notice,warning,error,verbose\n"
    rtp = 20000 + os.getpid() % 2000 * 20
    files["rtp.conf"] = f"[general]\nrtpstart={rtp}\nrtpend={rtp + 19}\n"
    for name in ("indications.conf", "cdr.conf", "stasis.conf", "features.conf"):
        files[name] = "[general]\n"
    return files


@contextmanager
def running(tmp_path):
    """Start an Asterisk and stop it at the end."""
    installed = shutil.which("asterisk")
    if installed:
        here, there, command = tmp_path / "asterisk", str(tmp_path / "asterisk"), [installed]
    else:
        name = f"tmp/satupintu-test-{os.getpid()}-{time.monotonic_ns()}"
        here, there = ROOT / name, f"/{name}"
        command = ["chroot", str(ROOT), "/usr/sbin/asterisk"]
        hosts = f"127.0.0.1 localhost {socket.gethostname()} A.ROOT-SERVERS.NET\n"
        (ROOT / "etc/hosts").write_text(hosts)  # else each call waits for a name server
    made = RunningAsterisk(here, there, free_port(), free_port(), free_port())
    for folder in ("etc", "lib/keys", "spool/recording", "run", "log", "sounds"):
        (here / folder).mkdir(parents=True)
    for name, text in _settings(made, there).items():
        (here / "etc" / name).write_text(text, encoding="utf-8")
    process = subprocess.Popen(
        [*command, "-f", "-C", f"{there}/etc/asterisk.conf"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for_ari(made, process)
        yield made
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        shutil.rmtree(here, ignore_errors=True)


def _wait_for_ari(made, process):
    import httpx

    until = time.monotonic() + 30
    while time.monotonic() < until:
        assert process.poll() is None, f"Asterisk stopped: {made.log()[-2000:]}"
        try:
            answer = httpx.get(
                f"{made.url}/ari/asterisk/info", auth=("satupintu", PASSWORD), trust_env=False
            )
        except httpx.HTTPError:
            time.sleep(0.2)
            continue
        if answer.status_code == 200:
            return
        time.sleep(0.2)
    raise AssertionError(f"Asterisk did not answer: {made.log()[-3000:]}")


# --- Callers ----------------------------------------------------------------------------------

_HEAD = """<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="caller">
<send retrans="500"><![CDATA[
INVITE sip:622112345@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: "Penelepon" <sip:{number}@[local_ip]:[local_port]>;tag=[pid]SIPpTag00[call_number]
To: <sip:622112345@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:{number}@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=user1 53655765 2353687637 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8
a=rtpmap:8 PCMA/8000
]]></send>
<recv response="100" optional="true" />
<recv response="180" optional="true" />
<recv response="183" optional="true" />
<recv response="200" rrs="true" />
<send><![CDATA[
ACK [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: "Penelepon" <sip:{number}@[local_ip]:[local_port]>;tag=[pid]SIPpTag00[call_number]
[last_To:]
[routes]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
"""
_KEY = """<pause milliseconds="{pause}" />
<send retrans="500"><![CDATA[
INFO [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: "Penelepon" <sip:{number}@[local_ip]:[local_port]>;tag=[pid]SIPpTag00[call_number]
[last_To:]
[routes]
Call-ID: [call_id]
CSeq: {cseq} INFO
Max-Forwards: 70
Content-Type: application/dtmf-relay
Content-Length: [len]

Signal={key}
Duration=120
]]></send>
<recv response="200" />
"""
_BYE = """<send retrans="500"><![CDATA[
BYE [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: "Penelepon" <sip:{number}@[local_ip]:[local_port]>;tag=[pid]SIPpTag00[call_number]
[last_To:]
[routes]
Call-ID: [call_id]
CSeq: {cseq} BYE
Max-Forwards: 70
Content-Length: 0

]]></send>
<recv response="200" crlf="true" />
"""
_HUNG_UP_ON = """<recv request="BYE" timeout="60000" />
<send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
"""
_ANSWERING = """<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="officer">
<recv request="INVITE" crlf="true" />
<send><![CDATA[
SIP/2.0 180 Ringing
[last_Via:]
[last_From:]
[last_To:];tag=[pid]SIPpTag01[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port];transport=[transport]>
Content-Length: 0

]]></send>
<send retrans="500"><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:];tag=[pid]SIPpTag01[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port];transport=[transport]>
Content-Type: application/sdp
Content-Length: [len]

v=0
o=user1 53655765 2353687637 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8
a=rtpmap:8 PCMA/8000
]]></send>
<recv request="ACK" crlf="true" />
<recv request="BYE" timeout="60000" />
<send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
</scenario>
"""
_RINGING = (
    _ANSWERING[: _ANSWERING.index("<send retrans")]
    + """<recv request="CANCEL" timeout="60000" />
<send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:];tag=[pid]SIPpTag01[call_number]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
<send retrans="500"><![CDATA[
SIP/2.0 487 Request Terminated
[last_Via:]
[last_From:]
[last_To:];tag=[pid]SIPpTag01[call_number]
[last_Call-ID:]
CSeq: [cseq] INVITE
Content-Length: 0

]]></send>
<recv request="ACK" timeout="20000" />
</scenario>
"""
)


def caller(number, *steps):
    """
    Return sipp's scenario of a caller. A step is keys to press, a number of seconds to wait, "speak", or at the end
    "wait" for being hung up on; else the caller hangs up.
    """
    parts, cseq = [_HEAD.format(number=number)], 2
    for step in steps:
        if isinstance(step, int | float):
            parts.append(f'<pause milliseconds="{int(step * 1000)}" />\n')
        elif step == "speak":
            parts.append(f'<nop><action><exec play_pcap_audio="{VOICE}"/></action></nop>\n')
        elif step == "wait":
            parts.append(_HUNG_UP_ON)
        else:
            for key in step:
                parts.append(_KEY.format(number=number, key=key, cseq=cseq, pause=150))
                cseq += 1
    if not steps or steps[-1] != "wait":
        parts.append(_BYE.format(number=number, cseq=cseq))
    return "".join([*parts, "</scenario>\n"])


def call(asterisk, folder, scenario, *, seconds=60):
    """Let sipp make one call as a scenario says; raises AssertionError with what it met when it went otherwise."""
    file = folder / f"call{len(asterisk.calls)}.xml"
    file.write_text(scenario, encoding="utf-8")
    asterisk.calls.append(file)
    done = subprocess.run(
        ["sipp", f"127.0.0.1:{asterisk.sip}", "-sf", str(file), "-m", "1", "-i", "127.0.0.1",
         "-p", str(free_port()), "-mp", str(_media_port()),
         "-nostdin", "-timeout", f"{seconds}s", "-timeout_error", "-trace_err"],
        cwd=folder, capture_output=True, text=True, timeout=seconds + 20, check=False,
    )  # fmt: skip
    errors = "".join(one.read_text() for one in folder.glob("*_errors.log"))
    assert done.returncode == 0, (
        f"sipp {done.returncode}: {errors[-1500:]}\n{asterisk.log()[-3000:]}"
    )


@contextmanager
def officer_answers(asterisk, folder, *, never=False):
    """Let a telephone stand at the office's extension and answer one call; `never`: it only rings."""
    file = folder / "officer.xml"
    file.write_text(_RINGING if never else _ANSWERING, encoding="utf-8")
    process = subprocess.Popen(
        ["sipp", "-sf", str(file), "-m", "1", "-i", "127.0.0.1", "-p", str(asterisk.officer),
         "-mp", str(_media_port()), "-nostdin", "-timeout", "60s"],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait()
