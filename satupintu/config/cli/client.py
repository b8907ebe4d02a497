"""`satupintu client`: programs that may call the API."""

from typing import Annotated

import typer

app = typer.Typer(
    help="Programs that may call the API.",
    epilog="Example: satupintu client list",
    no_args_is_help=True,
)


def _begin() -> None:
    from satupintu.config import start

    start.set_up()
    start.speak()


@app.command(
    epilog="Example: satupintu client create --name 'SiDesa' --contact 'Dinas PMD, 0000' --scope apply:write"
    " --scope documents:write --scope cases:read --until 2027-12-31"
)
def create(
    *,
    name: Annotated[str, typer.Option(help="The program and its office, as the log names it.")],
    contact: Annotated[str, typer.Option(help="Whom to call about it.")],
    scope: Annotated[list[str], typer.Option(help="What it may do; repeat for several.")],
    until: Annotated[str, typer.Option(help="Its last day, YYYY-MM-DD; two years at most.")],
    officer: Annotated[
        str, typer.Option(help="User name of the officer it acts for, with staff:act.")
    ] = "",
) -> None:
    """Let a program in, and print its token: the only time it is shown."""
    _begin()
    from datetime import date

    from satupintu.config.cli.errors import Failed
    from satupintu.exchange.rules import Scope
    from satupintu.exchange.services import create_client
    from satupintu.lib import clock
    from satupintu.people.queries import User
    from satupintu.people.rules import system_actor

    try:
        scopes, day = [Scope(one) for one in scope], date.fromisoformat(until)
    except ValueError as error:
        raise Failed(f"{error}. Scopes are: {', '.join(Scope)}. A day is YYYY-MM-DD.") from error
    user = User.objects.filter(username=officer, is_active=True).first() if officer else None
    if officer and user is None:
        raise Failed(f"There is no officer {officer!r}.")
    made = create_client(
        name=name,
        contact=contact,
        scopes=scopes,
        valid_until=day,
        user=user,
        by=system_actor("satupintu client"),
        at=clock.now(),
    )
    typer.echo(made.token)


@app.command(name="list", epilog="Example: satupintu client list")
def listed() -> None:
    """List the clients: the first letters of the token, how each stands, its last day, when it last came."""
    _begin()
    from django.utils import timezone

    from satupintu.exchange.queries import list_clients
    from satupintu.exchange.rules import standing_of
    from satupintu.lib import clock

    today = timezone.localdate(clock.now())
    for one in list_clients():
        standing = standing_of(one.revoked_at, one.valid_until, today)
        last = one.last_used_on or "-"
        typer.echo(
            f"{one.prefix}  {standing.value}  {one.valid_until}  {last}  {one.name}  {' '.join(one.scopes)}"
        )


@app.command(epilog="Example: satupintu client revoke k3m9x2qp")
def revoke(
    prefix: Annotated[str, typer.Argument(help="The letters after spt_, as the list shows.")],
) -> None:
    """Let a program in no more, from now on."""
    _begin()
    from satupintu.config.cli.errors import Failed
    from satupintu.exchange.queries import find_by_prefix
    from satupintu.exchange.services import revoke_client
    from satupintu.lib import clock
    from satupintu.people.rules import system_actor

    found = find_by_prefix(prefix)
    if found is None:
        raise Failed(f"There is no client {prefix!r}.")
    by = system_actor("satupintu client")
    done = revoke_client(client_id=found.pk, by=by, at=clock.now())
    typer.echo(f"{found.name} is revoked." if done else f"{found.name} was revoked before.")
