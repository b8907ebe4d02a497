"""Against a real clamd, started here with a signature of our own; nothing is downloaded."""

import shutil
import socket
import subprocess
import time

import pytest

from satupintu.documents import scanner
from satupintu.documents.models import Document, StoredFile
from satupintu.documents.rules import Trouble
from satupintu.documents.services import UploadRefused
from satupintu.documents.tests import making
from satupintu.documents.tests.conftest import files_below
from satupintu.documents.tests.test_uploads import store
from satupintu.lib.ports import free_port

# The EICAR test file, in two parts, so that no scanner takes this source for it.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-" + b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@pytest.fixture(scope="module")
def clamd(tmp_path_factory):
    """Give the address of a clamd on a free port, and of the same one on a unix socket."""
    program = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")
    if not program:
        pytest.fail("clamd is missing. Install it: apt-get install clamav-daemon")
    home = tmp_path_factory.mktemp("clamd")
    (home / "db").mkdir()
    (home / "db" / "uji.ndb").write_text(f"Uji.Eicar:0:*:{EICAR.hex()}\n")
    port, local = free_port(), home / "s"
    (home / "clamd.conf").write_text(
        f"DatabaseDirectory {home / 'db'}\nTCPSocket {port}\nTCPAddr 127.0.0.1\n"
        f"LocalSocket {local}\nForeground yes\nStreamMaxLength 50M\n"
    )
    process = subprocess.Popen(
        [program, "-c", str(home / "clamd.conf")], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    for _attempt in range(150):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            if process.poll() is not None:
                pytest.fail(f"clamd ended: {process.stdout.read().decode()}")
            time.sleep(0.2)
    yield f"127.0.0.1:{port}", str(local)
    process.terminate()
    process.wait(20)


@pytest.mark.parametrize("which", [0, 1], ids=["tcp", "unix"])
def test_a_clean_file_passes_and_eicar_is_named(clamd, which, tmp_path):
    clean, dirty = tmp_path / "clean", tmp_path / "dirty"
    clean.write_bytes(making.make_pdf())
    dirty.write_bytes(EICAR)

    assert scanner.scan(clean, clamd[which]) == ""
    assert scanner.scan(dirty, clamd[which]) == "Uji.Eicar.UNOFFICIAL"


@pytest.mark.django_db
def test_an_upload_with_a_virus_is_refused(clamd, settings):
    settings.CLAMD = clamd[0]

    with pytest.raises(UploadRefused) as refused:
        store(making.make_pdf() + EICAR)

    assert refused.value.message == (
        "Pemindai virus menemukan Uji.Eicar.UNOFFICIAL di berkas ini. Bersihkan komputer atau"
        " ponsel Anda, buat ulang berkasnya, lalu unggah lagi."
    )
    assert Document.objects.count() == 0
    assert files_below(settings.FILES) == []


@pytest.mark.django_db
def test_a_scanned_file_says_so(clamd, settings):
    settings.CLAMD = clamd[1]

    store(making.make_pdf())

    assert StoredFile.objects.get().scanned_at is not None


@pytest.mark.django_db
def test_without_its_scanner_nothing_is_taken(settings):
    settings.CLAMD = f"127.0.0.1:{free_port()}"

    with pytest.raises(UploadRefused) as refused:
        store(making.make_pdf())

    assert refused.value.trouble == Trouble.NO_SCANNER
    assert refused.value.message == (
        "Pemindai virus sedang tidak dapat dihubungi, jadi berkas belum kami terima. Coba lagi"
        " beberapa menit lagi."
    )
    assert files_below(settings.FILES) == []
