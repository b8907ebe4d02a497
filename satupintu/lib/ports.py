"""
Ports on 127.0.0.1 for servers that tests and measurements start.

A port asked of the kernel (bind to 0) comes from those that it also gives to connections going out: between asking and
listening, anybody's connection may take it, and those after it. These lie below, and a block of them belongs to the
process that asked first, for as long as it runs.
"""

import secrets
import socket

_FIRST, _LAST = 12_000, 32_000  # Linux gives 32768 and above to connections going out
_BLOCK = 20
# How many can be had next to each other: the first of a block is kept, and says that it is taken.
MOST = _BLOCK - 1

_kept: list[socket.socket] = []
_left: list[int] = []


def free_port() -> int:
    """Return a port on which nothing listens. Raises OSError when there is none."""
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """Return ports next to each other on which nothing listens, at most MOST. Raises OSError when there are none."""
    while len(_left) < count or not all(map(_is_free, _left[:count])):
        _left[:] = _take_block()
    found = _left[:count]
    del _left[:count]
    return found


def _take_block() -> list[int]:
    blocks = (_LAST - _FIRST) // _BLOCK
    begin = secrets.randbelow(blocks)
    for place in range(blocks):
        first = _FIRST + (begin + place) % blocks * _BLOCK
        keeper = socket.socket()
        try:
            keeper.bind(("127.0.0.1", first))
        except OSError:
            keeper.close()
            continue
        _kept.append(keeper)
        return list(range(first + 1, first + _BLOCK))
    raise OSError("no block of ports is free")


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True
