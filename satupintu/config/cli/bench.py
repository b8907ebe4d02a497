"""`satupintu bench`: how fast, beside limits measured in the same run."""

import json
from pathlib import Path
from typing import Annotated

import typer

EXAMPLE = "Example: satupintu bench --quick --json figures.json"


def command(
    *,
    quick: Annotated[
        bool, typer.Option("--quick", help="Fewer repetitions: under a minute, rougher figures.")
    ] = False,
    cases: Annotated[
        int,
        typer.Option(
            "--cases",
            min=0,
            help="Measure instead what grows: load, lists and searches with so many cases, beside few.",
        ),
    ] = 0,
    complaints: Annotated[
        int,
        typer.Option("--complaints", min=0, help="The same with so many complaints."),
    ] = 0,
    keep: Annotated[
        Path | None,
        typer.Option(
            "--keep",
            help="With either: leave that office in this folder; the next run finds it there and need not fill it.",
        ),
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--json", help="Write the figures to this file as well.")
    ] = None,
) -> None:
    """Measure this program on this machine, in offices made for it and thrown away again."""
    from rich.console import Console
    from rich.table import Table

    from satupintu.config import bench
    from satupintu.config.bench import load, many
    from satupintu.config.bench.figures import as_json, shown

    with Console(stderr=True).status("...") as status:

        def tell(what: str) -> None:
            status.update(f"{what} ...")

        if cases or complaints:
            what = many.CASES if cases else many.COMPLAINTS
            how_much = load.QUICK if quick else load.WHOLE
            figures = bench.run_with(cases or complaints, how_much, tell, keep, what)
        else:
            figures = bench.run(bench.QUICK if quick else bench.WHOLE, tell)
    if file is not None:
        file.write_text(json.dumps(as_json(figures), ensure_ascii=False, indent=1) + "\n")
    table = Table("figure", "value", "unit", "limit", "ratio", "what the limit is; aims")
    for column in (1, 3, 4):
        table.columns[column].justify = "right"
    for one in figures:
        table.add_row(
            one.name, shown(one.value), one.unit, shown(one.limit), shown(one.ratio), one.note
        )
    Console().print(table)
