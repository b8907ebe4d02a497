"""Ports for servers of tests: nobody listens there, nobody else gets them, no connection going out uses them."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from satupintu.lib import ports

ASK = "from satupintu.lib.ports import MOST, free_ports; print(*free_ports(MOST)); input()"


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    monkeypatch.setattr(ports, "_left", [])


def test_ports_are_next_to_each_other_and_given_once():
    found = ports.free_ports(5)
    assert found == list(range(found[0], found[0] + 5))
    assert not {ports.free_port(), *ports.free_ports(ports.MOST)} & set(found)


def test_a_port_on_which_somebody_listens_is_passed_over(monkeypatch):
    first = ports.free_port()
    monkeypatch.setattr(ports, "_left", [first, first + 1])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", first + 1))
        assert first + 1 not in ports.free_ports(2)


def test_no_other_process_gets_them(monkeypatch):
    mine = ports.free_ports(ports.MOST)
    place = (mine[0] - 1 - ports._FIRST) // ports._BLOCK
    here = f"import secrets; secrets.randbelow = lambda _n: {place}; {ASK}"
    with subprocess.Popen(
        [sys.executable, "-c", here], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        theirs = set(map(int, other.stdout.readline().split()))
        other.communicate("\n")
    assert theirs
    assert not theirs & set(mine)


def test_the_kernel_gives_none_of_them_to_connections_going_out():
    kernel = Path("/proc/sys/net/ipv4/ip_local_port_range")
    if not kernel.exists():
        pytest.skip("this system does not say which ports it gives")
    assert int(kernel.read_text().split()[0]) >= ports._LAST
