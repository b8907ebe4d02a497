import subprocess
import sys

import pytest
from django.conf import settings

SCRIPT = """
from satupintu.documents.bench import sign_batch
if __name__ == "__main__":
    figures = sign_batch(20, 2)
    print(figures.permits, figures.per_second > 0)
"""


@pytest.mark.slow
def test_two_processes_sign_a_batch(tmp_path):
    script = tmp_path / "batch.py"
    script.write_text(SCRIPT)

    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=True,
        cwd=settings.PACKAGE.parent, timeout=120,
    )  # fmt: skip

    assert done.stdout.split() == ["20", "True"]  # how fast is a matter of `make bench`
