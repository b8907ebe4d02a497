import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest
from django.conf import settings as django_settings

from satupintu.documents import signer_process as process
from satupintu.documents.rules import Officer, Standing
from satupintu.documents.signing import sessions
from satupintu.documents.signing.port import SigningRefused, WrongSecret
from satupintu.documents.tests.conftest import AT, RATNA
from satupintu.documents.verify import verify_pdf

SCRIPT = """
import os, sys
sys.path.insert(0, {root!r})
os.environ["SATUPINTU_HOME"] = {home!r}
os.environ["DJANGO_SETTINGS_MODULE"] = "satupintu.config.settings"
import django
django.setup()
from satupintu.documents.signer_process import serve
serve()
"""


@pytest.fixture
def running(settings, tmp_path):
    """Give a real signer process; its home's path is longer than a socket address may be."""
    home = tmp_path / ("rumah-yang-panjang-" * 6)
    settings.KEYS = home / "keys"
    settings.SIGNER_SOCKET = home / "run" / "signer.sock"
    script = SCRIPT.format(root=str(django_settings.PACKAGE.parent), home=str(home))
    child = subprocess.Popen([sys.executable, "-c", script])
    for _attempt in range(200):
        if settings.SIGNER_SOCKET.parent.exists() and process.is_running():
            break
        time.sleep(0.05)
    yield child
    child.terminate()
    child.wait(10)


def test_one_secret_opens_a_session_that_signs_many(running, permit_pdf, settings):
    session = process.signer_unlock(RATNA, "demo")

    for _number in range(3):
        signed = process.signer_sign(session, permit_pdf, reason="Izin", location="Sanggau", at=AT)
        assert verify_pdf(signed.content).state == Standing.VALID
    assert 890 < process.signer_status(session) <= 900
    assert settings.SIGNER_SOCKET.stat().st_mode & 0o777 == 0o600
    assert settings.SIGNER_SOCKET.parent.stat().st_mode & 0o777 == 0o700
    assert session.token not in repr(session)


def test_a_session_key_signs_like_any_other_key(running, permit_pdf):
    key = process.SessionKey(process.signer_unlock(RATNA, "demo"))

    signed = key.sign(permit_pdf, reason="Izin", location="Sanggau", at=AT)
    key.close()

    assert (signed.code, signed.level) == ("demo", "B-B")


def test_a_locked_session_signs_nothing(running, permit_pdf):
    session = process.signer_unlock(RATNA, "demo")
    process.signer_lock(session)

    with pytest.raises(process.SessionEnded) as refused:
        process.signer_sign(session, permit_pdf, reason="", location="", at=AT)

    assert refused.value.message == (
        "Sesi tanda tangan sudah berakhir. Ketik kata sandi tanda tangan lagi."
    )
    assert process.signer_status(session) == 0


def test_a_stolen_token_is_worth_nothing_to_another_officer(running, permit_pdf):
    session = process.signer_unlock(RATNA, "demo")
    stolen = process.SigningSession(session.token, officer_id=99, seconds_left=900)

    with pytest.raises(process.SessionEnded):
        process.signer_sign(stolen, permit_pdf, reason="", location="", at=AT)
    assert process.signer_status(stolen) == 0


def test_wrong_secrets_are_told_and_slowed_down(running):
    for _attempt in range(sessions.TRIES):
        with pytest.raises(WrongSecret):
            process.signer_unlock(RATNA, "salah")

    with pytest.raises(process.TooManyTries) as refused:
        process.signer_unlock(RATNA, "demo")

    assert refused.value.message == (
        "Kata sandi tanda tangan salah berkali-kali. Tunggu 5 menit, lalu coba lagi."
    )
    assert process.signer_unlock(Officer(8, "Joko"), "demo").officer_id == 8


def test_a_refusal_crosses_the_socket_with_its_sentence(running):
    session = process.signer_unlock(RATNA, "demo")

    with pytest.raises(SigningRefused) as refused:
        process.signer_sign(session, b"bukan pdf", reason="", location="", at=AT)

    assert refused.value.message == (
        "Dokumen ini tidak dapat ditandatangani: berkasnya bukan PDF yang dapat dibuka."
    )


def test_without_the_process_a_sentence_says_so(permit_pdf):
    with pytest.raises(process.SignerNotRunning) as refused:
        process.signer_unlock(RATNA, "demo")

    assert refused.value.message == (
        "Layanan tanda tangan di server ini belum berjalan. Beri tahu admin, lalu coba lagi."
    )
    assert process.is_running() is False


def test_a_killed_signer_forgets_and_the_next_one_takes_its_socket(running, permit_pdf, settings):
    session = process.signer_unlock(RATNA, "demo")
    os.kill(running.pid, signal.SIGKILL)
    running.wait(10)
    with pytest.raises(process.SignerNotRunning):
        process.signer_status(session)
    ready = threading.Event()
    threading.Thread(target=process.serve, kwargs={"ready": ready}, daemon=True).start()
    assert ready.wait(10)

    assert process.signer_status(session) == 0


def test_messages_that_are_too_long_or_foreign_are_cut_off(running, settings):
    import socket
    import struct

    for greeting in (
        struct.pack("!L", 1 << 30),
        b"GET / HTTP/1.1\r\n\r\n",
        struct.pack("!L", 2) + b"[]",
    ):
        with (
            process._SocketFolder(settings.SIGNER_SOCKET) as address,
            socket.socket(socket.AF_UNIX) as connection,
        ):
            connection.settimeout(5)
            connection.connect(address)
            connection.sendall(greeting)
            connection.shutdown(socket.SHUT_WR)
            with suppress(ConnectionResetError):
                assert connection.recv(10) == b""
    assert process.signer_unlock(RATNA, "demo").seconds_left > 0


def test_a_session_ends_after_15_minutes_idle_and_after_two_hours_in_any_case():
    now = [1000.0]
    opened = process.Sessions(clock=lambda: now[0])
    token = opened.unlock(RATNA, "demo", "demo")

    now[0] += sessions.IDLE_SECONDS - 1
    opened.key(token, RATNA.id)
    now[0] += sessions.IDLE_SECONDS
    with pytest.raises(process.SessionEnded):
        opened.key(token, RATNA.id)

    token = opened.unlock(RATNA, "demo", "demo")
    for _quarter in range(12):
        now[0] += sessions.LONGEST_SECONDS / 12.5
        opened.key(token, RATNA.id)
    now[0] += sessions.LONGEST_SECONDS / 12.5
    with pytest.raises(process.SessionEnded):
        opened.key(token, RATNA.id)
