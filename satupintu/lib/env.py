"""Values from environment variables, refused with a sentence when they make no sense."""

import ipaddress
import os
from collections.abc import Sequence
from datetime import time
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class BadSetting(Exception):
    """A setting cannot be worked with; the message names it and what is allowed."""


def env_str(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def env_bool(name: str, *, default: bool) -> bool:
    """Return the variable as a boolean. Raises BadSetting unless it is 1, 0, true or false."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true"}:
        return True
    if value in {"0", "false"}:
        return False
    raise BadSetting(f"{name}={value} is not understood. Use 1 or 0.")


def env_int(name: str, default: int) -> int:
    """Return the variable as a whole number. Raises BadSetting for anything else."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    try:
        return int(value)
    except ValueError as error:
        raise BadSetting(f"{name}={value} is not a whole number.") from error


def env_choice(name: str, default: str, allowed: Sequence[str]) -> str:
    """Return the variable. Raises BadSetting unless it is one of the allowed."""
    value = os.environ.get(name, "").strip() or default
    if value not in allowed:
        raise BadSetting(f"{name}={value} is not understood. Use one of: {', '.join(allowed)}.")
    return value


def env_zone(name: str, default: str) -> str:
    """Return the variable as the name of a time zone. Raises BadSetting for anything else."""
    value = os.environ.get(name, "").strip() or default
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadSetting(
            f"{name}={value} is no time zone. Use Asia/Jakarta, Asia/Pontianak, Asia/Makassar or Asia/Jayapura."
        ) from error
    return value


def env_hours(name: str, default: str) -> tuple[time, time]:
    """Return "20:00-07:00" as two times of day. Raises BadSetting for anything else."""
    value = os.environ.get(name, "").strip() or default
    try:
        begins, ends = (time.fromisoformat(part.strip()) for part in value.split("-"))
    except ValueError as error:
        raise BadSetting(
            f"{name}={value} is not understood. Write hours as 20:00-07:00."
        ) from error
    return begins, ends


def env_list(name: str, default: list[str]) -> list[str]:
    value = os.environ.get(name, "").strip()
    return [part.strip() for part in value.split(",") if part.strip()] if value else default


def env_networks(name: str) -> list[str]:
    """Return networks such as 10.20.0.0/16, with commas between; none by default. Stops for what is none."""
    found = env_list(name, [])
    for one in found:
        try:
            ipaddress.ip_network(one)
        except ValueError as error:
            raise BadSetting(f"{name}: {one} is no network, such as 10.20.0.0/16.") from error
    return found


def env_numbers(name: str) -> dict[str, int]:
    """Return "a=100,b=2000" as whole numbers above 0 by name; none by default. Stops for anything else."""
    found = {}
    for one in env_list(name, []):
        key, _equals, number = (part.strip() for part in one.partition("="))
        if not key or not number.isascii() or not number.isdecimal() or not int(number):
            raise BadSetting(f"{name}: {one} is not understood. Write kannel=5000.")
        found[key] = int(number)
    return found


_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})


def only_this_machine(base_url: str, hosts: list[str]) -> bool:
    """Say whether an office with this address and these host names is open to its own machine only."""
    named = {urlsplit(base_url).hostname or "", *hosts}
    return named <= _THIS_MACHINE


def env_secret(name: str) -> str:
    """Return a secret from NAME, or from the file named by NAME_FILE; "" when neither is set."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise BadSetting(f"{name}_FILE={path} cannot be read: {error.strerror}.") from error
    return os.environ.get(name, "")
