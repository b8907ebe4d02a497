import subprocess
import sys

import pytest
from django.conf import settings

SCRIPT = """
from satupintu.documents.bench import sign_batch
if __name__ == "__main__":
    figures = sign_batch(200, 2)
    print(figures.permits, round(figures.per_second))
"""


@pytest.mark.slow
def test_two_processes_sign_at_least_40_permits_a_second(tmp_path):
    script = tmp_path / "batch.py"
    script.write_text(SCRIPT)

    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=True,
        cwd=settings.PACKAGE.parent, timeout=120,
    )  # fmt: skip

    permits, per_second = (int(part) for part in done.stdout.split())
    assert permits == 200
    assert per_second >= 40
