"""`satupintu office`: a real office, begun from nothing."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from satupintu.config.opening import NewOffice
    from satupintu.office.services import ShippedRegion

app = typer.Typer(
    help="Begin a real office.",
    epilog="Example: SATUPINTU_DEMO=0 satupintu office init",
    no_args_is_help=True,
)

_PASSWORD = "SATUPINTU_ADMIN_PASSWORD"  # noqa: S105  its name, not itself
_SHOWN = 5


@app.callback()
def office() -> None:
    """Begin a real office."""


@app.command(
    epilog='Example: SATUPINTU_DEMO=0 satupintu office init --region "Kabupaten Sanggau" --admin yuni'
)
def init(
    *,
    region: Annotated[
        str, typer.Option(help="The regency, city or province: its name or Kemendagri code.")
    ] = "",
    name: Annotated[str, typer.Option(help="The office's name, as letters print it.")] = "",
    address: Annotated[str, typer.Option(help="Its address, as letters print it.")] = "",
    zone: Annotated[str, typer.Option(help="Its time zone; the region's own if not given.")] = "",
    admin: Annotated[str, typer.Option(help="User name of the first administrator.")] = "",
    admin_name: Annotated[str, typer.Option(help="The administrator's full name.")] = "",
    publish: Annotated[
        bool | None,
        typer.Option(
            "--publish/--no-publish",
            help="Publish the services that come with the program, or let the administrator choose.",
        ),
    ] = None,
) -> None:
    """
    Begin a real office in an empty folder: regions, holidays, registers, the first administrator.

    Asks for what is not given. The administrator's password is asked, or comes from SATUPINTU_ADMIN_PASSWORD.
    """
    from satupintu.config import start

    _refuse_demo()
    start.set_up()
    start.speak()
    from django.conf import settings
    from django.utils import timezone

    from satupintu.config import logs, opening
    from satupintu.config.cli.errors import Failed
    from satupintu.lib import clock

    start.migrate()
    if holding := opening.holding():
        raise Failed(
            f"There is an office in {settings.HOME} already: it has {holding}. Choose another folder with"
            " SATUPINTU_HOME, or another database with DATABASE_URL."
        )
    new = _new_office(
        region=region, name=name, address=address, zone=zone, admin=admin,
        admin_name=admin_name, publish=publish,
    )  # fmt: skip
    timezone.activate(new.zone)
    with start.telling("Loading regions and holidays, publishing services ..."), logs.quiet():
        made = opening.open_office(new, at=clock.now())
    typer.echo(f"{new.name} is ready, with {len(made.published)} services.")
    _tell_next(made.username, new.zone)


def _refuse_demo() -> None:
    from satupintu.config.cli.errors import Failed
    from satupintu.lib import env

    here = env.only_this_machine(
        env.env_str("SATUPINTU_BASE_URL", "http://localhost"),
        env.env_list("SATUPINTU_HOSTS", ["localhost"]),
    )
    if env.env_bool("SATUPINTU_DEMO", default=here):
        raise Failed(
            "This begins a real office, and the demo is switched on. Set SATUPINTU_DEMO=0, here and"
            " wherever the office is started: a demo asks officers for no second factor."
        )


def _new_office(
    *,
    region: str,
    name: str,
    address: str,
    zone: str,
    admin: str,
    admin_name: str,
    publish: bool | None,
) -> "NewOffice":
    """Return what was given and asked, every value checked. Raises Failed with one sentence."""
    from satupintu.config.opening import NewOffice
    from satupintu.office.rules import zone_of

    place = _given("--region", region, "Regency, city or province (name or code)", _region)
    usual = f"Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu {place.name}"
    chosen_zone = _zone(zone or zone_of(place.code))
    named = _given("--name", name, "Name of the office", _short(160), usual)
    at = _given("--address", address, "Address of the office", _short(400))
    username = _given("--admin", admin, "User name of the first administrator", _username)
    return NewOffice(
        region=place,
        name=named,
        zone=chosen_zone,
        address=at,
        username=username,
        administrator=_given("--admin-name", admin_name, "Their full name", _short(160)),
        password=_password(username),
        publish=_publish(wish=publish),
    )


def _given(
    option: str, value: str, question: str, check: Callable[[str], Any], usual: str = ""
) -> Any:
    """Return the checked value of an option; asks until it can be used, if a person sits there."""
    import sys

    from satupintu.config.cli.errors import Failed

    if value:
        return check(value)
    if not sys.stdin.isatty():
        if usual:
            return check(usual)
        raise Failed(f"{option} is missing.")
    while True:
        typed = str(typer.prompt(question, default=usual or None, err=True))
        try:
            return check(typed)
        except Failed as refused:
            typer.echo(str(refused), err=True)


def _region(text: str) -> "ShippedRegion":
    from satupintu.config.cli.errors import Failed
    from satupintu.office.services import find_shipped_regions

    found = find_shipped_regions(text)
    if len(found) == 1:
        return found[0]
    if not found:
        raise Failed(
            f"There is no regency, city or province {text!r}. Write it like Kabupaten Sanggau, or 61.03."
        )
    named = ", ".join(f"{one.code} {one.name}" for one in found[:_SHOWN])
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    raise Failed(f"{text!r} may be {named}{more}. Write the code of the one you mean.")


def _short(longest: int) -> Callable[[str], str]:
    from satupintu.config.cli.errors import Failed

    def check(text: str) -> str:
        clean = " ".join(text.split())
        if not clean or len(clean) > longest:
            raise Failed(f"{clean!r} must have 1 to {longest} characters.")
        return clean

    return check


def _username(text: str) -> str:
    import re

    from satupintu.config.cli.errors import Failed

    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{1,39}", text):
        raise Failed(
            f"{text!r} cannot be a user name: it has 2 to 40 small letters, digits, hyphens."
        )
    return text


def _zone(text: str) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from satupintu.config.cli.errors import Failed

    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Failed(
            f"--zone: {text!r} is no time zone. Use Asia/Jakarta, Asia/Pontianak, Asia/Makassar or Asia/Jayapura."
        ) from error
    return text


def _password(username: str) -> str:
    import sys

    from satupintu.config.cli.errors import Failed
    from satupintu.lib import env
    from satupintu.people.rules import PASSWORD_LENGTH, PASSWORD_LETTERS

    given = env.env_secret(_PASSWORD)
    if not given:
        if not sys.stdin.isatty():
            raise Failed(f"{_PASSWORD} (or {_PASSWORD}_FILE) is missing.")
        given = str(
            typer.prompt("Their password", hide_input=True, confirmation_prompt=True, err=True)
        )
    if (
        len(given) < PASSWORD_LENGTH
        or len(set(given)) < PASSWORD_LETTERS
        or given.lower() == username
    ):
        raise Failed(
            f"The password is too easy to guess: it needs at least {PASSWORD_LENGTH} characters,"
            f" {PASSWORD_LETTERS} of them different, and must not be the user name."
        )
    return given


def _publish(*, wish: bool | None) -> bool:
    import sys

    if wish is not None:
        return wish
    if not sys.stdin.isatty():
        return False
    return typer.confirm(
        "Publish the services that come with the program now? Their promised times become yours",
        default=False,
        err=True,
    )


def _tell_next(username: str, zone: str) -> None:
    from django.conf import settings

    base = str(settings.BASE_URL).rstrip("/")
    typer.echo(f"""
Next:
  1. Let the service that starts the office know:
       SATUPINTU_HOME={settings.HOME}
       SATUPINTU_DEMO=0
       SATUPINTU_ZONE={zone}
  2. Keep a copy of {settings.KEYS} in another safe place.
  3. satupintu run
  4. Sign in as {username} at {base}/masuk/petugas/?next=/pengaturan/ and set up the second factor;
     that page says what the office still needs.""")
