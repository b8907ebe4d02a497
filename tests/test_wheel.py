"""The product starts from its wheel alone, far from the repository."""

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest

from satupintu.lib.ports import MOST, free_ports

ROOT = Path(__file__).resolve().parent.parent
UV = shutil.which("uv") or str(ROOT / ".venv/bin/uv")


def uv(*arguments: object, offline: bool) -> subprocess.CompletedProcess[str]:
    command = [UV, *map(str, arguments), *(["--offline"] if offline else [])]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    # The build tools lie in uv's cache since the set-up; without it they come from PyPI.
    built = uv("build", "--wheel", "--out-dir", folder, offline=True)
    if built.returncode:
        built = uv("build", "--wheel", "--out-dir", folder, offline=False)
    assert built.returncode == 0, built.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """
    The bin folder of a fresh environment: the wheel, and beside it only the packages it depends on.
    """
    venv = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    site = next(venv.glob("lib/python*/site-packages"))
    # A folder named in a .pth file is searched, but its own .pth files (our checkout) are not read.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    done = uv("pip", "install", "--no-deps", "--python", venv / "bin/python", wheel, offline=True)
    assert done.returncode == 0, done.stderr
    return venv / "bin"


@pytest.fixture
def environment(tmp_path):
    kept = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(tmp_path)}
    return {**kept, "SATUPINTU_HOME": str(tmp_path / "office")}


@pytest.mark.slow
def test_the_wheel_holds_what_the_product_reads_and_no_tests(wheel):
    names = zipfile.ZipFile(wheel).namelist()

    for ending in (".html", ".css", ".mo", ".toml", ".typ", ".ttf"):
        assert any(name.endswith(ending) for name in names), f"no {ending} file"
    assert [name for name in names if "/tests/" in name or name.startswith("tests/")] == []


@pytest.mark.slow
def test_the_wheel_checks_its_services_and_serves_pages_from_an_empty_home(
    installed, environment, tmp_path
):
    for arguments in (["--help"], ["catalogue", "check"]):
        done = subprocess.run(
            [installed / "satupintu", *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    where = subprocess.run(
        [installed / "python", "-c", "import satupintu; print(satupintu.__file__)"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert where.stdout.startswith(str(installed.parent))
    serves_pages_and_stops_with_all_its_processes(installed, environment, tmp_path)


def serves_pages_and_stops_with_all_its_processes(installed, environment, tmp_path):
    port = free_ports(MOST)[0]  # and those beside it, for the telephones of the demo
    log = tmp_path / "log"
    with log.open("wb") as sink:
        office = subprocess.Popen(
            [installed / "satupintu", "run", "--port", str(port)],
            cwd=tmp_path,
            env={**environment, "PYTHONUNBUFFERED": "1"},
            stdout=sink,
            stderr=sink,
        )
    try:
        deadline = time.monotonic() + 120
        while f"http://localhost:{port}" not in log.read_text():
            assert office.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as answer:
            assert answer.status == 200
    finally:
        office.send_signal(signal.SIGTERM)
        assert office.wait(30) == 0
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/")
