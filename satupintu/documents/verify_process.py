"""
The check of a stranger's file, in a process of its own.

Anybody may drop a file on the public check page. The check parses it in Python, so a hostile file
could hang or fill a web process; here it meets a limit of time and memory. It also keeps pyHanko
out of the web processes' memory.
"""

import json
import resource
import struct
import subprocess
import sys
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from satupintu.documents.rules import Standing, Verdict
from satupintu.lib.language import current_language

SECONDS = 20
MEMORY_BYTES = 1024 * 1024 * 1024
_HERE = Path(__file__).resolve().parent


def verify_apart(data: bytes, original: bytes | None = None, *, pattern: str = "") -> Verdict:
    """
    Return what `verify_pdf` says, from a process with 20 seconds of CPU time and 1 GB of memory.

    Takes about two seconds. A file that exhausts them is BROKEN: "cannot be checked". `pattern`
    is looked for in the words of a file that is altered or unsigned (`marks`).
    """
    header = {
        "keys": str(settings.KEYS),
        "language": current_language(),
        "original": None if original is None else len(original),
        "pattern": pattern,
    }
    text = json.dumps(header).encode()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "satupintu.documents.verify_process"],
            input=struct.pack("!L", len(text)) + text + (original or b"") + data,
            capture_output=True,
            timeout=SECONDS * 3,
            check=True,
            cwd=_HERE.parent.parent,
        )
        answer = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        return Verdict(Standing.BROKEN, _("Berkas ini terlalu rumit untuk diperiksa."))
    return _verdict_from(answer)


def _verdict_from(answer: dict[str, Any]) -> Verdict:
    moment = answer.pop("signed_at")
    state = Standing(answer.pop("state"))
    changes, marks = tuple(answer.pop("changes")), tuple(answer.pop("marks"))
    signed_at = datetime.fromisoformat(moment) if moment else None
    return Verdict(state, signed_at=signed_at, changes=changes, marks=marks, **answer)


def main() -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    stream, answer = sys.stdin.buffer, sys.stdout
    sys.stdout = sys.stderr  # log lines must not mix with the answer
    (size,) = struct.unpack("!L", stream.read(4))
    header = json.loads(stream.read(size))

    import django

    settings.configure(
        KEYS=Path(header["keys"]),
        USE_I18N=True,
        LANGUAGE_CODE=header["language"],
        LANGUAGES=[("id", "Bahasa Indonesia"), ("en", "English")],
        LOCALE_PATHS=[_HERE / "locale"],
    )
    django.setup()

    from django.utils import translation

    from satupintu.documents.verify import marks_in, verify_pdf

    original = None if header["original"] is None else stream.read(header["original"])
    data = stream.read()
    with translation.override(header["language"]):
        found = verify_pdf(data, original)
    if header["pattern"] and found.state in {Standing.ALTERED, Standing.UNSIGNED}:
        found = replace(found, marks=marks_in(data, header["pattern"]))
    verdict = asdict(found)
    verdict["signed_at"] = verdict["signed_at"].isoformat() if verdict["signed_at"] else None
    answer.write(json.dumps(verdict))
    return 0


if __name__ == "__main__":
    sys.exit(main())
