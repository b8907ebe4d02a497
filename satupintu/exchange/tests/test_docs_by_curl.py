"""docs/api.md is true: its very commands apply for a permit at a live server."""

import os
import re
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from satupintu.exchange.rules import Scope
from satupintu.exchange.services import create_client
from satupintu.lib import clock
from satupintu.people.rules import system_actor
from satupintu.permits.models import Application
from satupintu.permits.tests.officer_cases import make_world, sheet

PAGE = Path(__file__).parents[3] / "docs/api.md"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_commands_of_the_page_apply_for_a_permit(live_server, tmp_path):
    at = clock.now()
    make_world(at)
    scopes = (Scope.APPLY_WRITE, Scope.DOCUMENTS_WRITE, Scope.CASES_READ, Scope.VERIFY_READ)
    made = create_client(
        name="SiDesa, Dinas PMD",
        contact="Dinas PMD",
        scopes=scopes,
        valid_until=timezone.localdate(at) + timedelta(days=30),
        user=None,
        by=system_actor("tests"),
        at=at,
    )
    (tmp_path / "str.pdf").write_bytes(sheet("STR"))
    (tmp_path / "letter.pdf").write_bytes(sheet("SURAT"))
    blocks = re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(blocks)],
        cwd=tmp_path,
        env={
            "PATH": os.environ["PATH"],
            "API": f"{live_server.url}/api/v1",
            "TOKEN": made.token,
            "no_proxy": "*",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-1500:] + done.stderr
    assert len(blocks) >= 7
    application = Application.objects.get()
    assert application.channel == "api"
    assert application.tracking_code in done.stdout
