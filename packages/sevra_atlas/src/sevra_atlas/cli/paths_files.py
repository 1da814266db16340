"""`sevra paths import` and `export`: redirect rules as a file."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sevra_atlas.cli.paths_changes import Actor
from sevra_atlas.cli.sessions import session_as
from sevra_atlas.settings import own_host, redirect_hosts

if TYPE_CHECKING:
    from sevra_atlas.domain.addresses.importing.plan import ImportPlan
    from sevra_atlas.domain.addresses.importing.rows import Problem

_SHOWN = 50

File = Annotated[
    Path, typer.Argument(help="CSV with the columns from,to,type,note.", exists=True, dir_okay=False)
]
OutFile = Annotated[Path | None, typer.Argument(help="Where to; otherwise to the output.", dir_okay=False)]
Write = Annotated[bool, typer.Option("--write", help="Save the rules; without it nothing is changed.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print a JSON document.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the group `paths`."""
    for name, command, example in (
        ("import", import_rules, "import redirects.csv --write"),
        ("export", export, "export redirects.csv"),
    ):
        app.command(name, epilog=f"Example: [bold]sevra paths {example}[/bold]")(command)


def import_rules(
    file: File,
    write: Write = False,  # noqa: FBT002 - a flag
    actor: Actor = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Say what a file of redirects comes to, line by line; save them all with --write, or none."""
    from sqlalchemy.orm import Session

    from sevra_atlas.domain.acting import Act
    from sevra_atlas.domain.addresses.importing import planned_import
    from sevra_atlas.domain.addresses.importing.writing import write_import
    from sevra_atlas.domain.addresses.targets import Hosts

    hosts = Hosts(redirect_hosts(), frozenset({own_host()}))
    data = file.read_bytes()
    with session_as("app", Session) as session, session.begin():
        plan = planned_import(session, data, hosts)
        written = write and not plan.problems
        if written:
            write_import(session, plan, Act(actor))
    if as_json:
        typer.echo(json.dumps(_document(plan, written=written), ensure_ascii=False))
    else:
        _print(plan, written=written)
    if plan.problems:
        raise typer.Exit(1)


def export(file: OutFile = None) -> None:
    """Write every redirect rule as a file; imported, it changes nothing."""
    from sqlalchemy.orm import Session

    from sevra_atlas.domain.addresses.importing.exporting import export_rules

    with session_as("app", Session) as session:
        data = export_rules(session).encode()
    if file is None:
        # Bytes: the lines end as they do in a file.
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        file.write_bytes(data)


def _document(plan: "ImportPlan", *, written: bool) -> dict[str, Any]:
    return {
        "written": written,
        "added": len(plan.added),
        "changed": len(plan.changed),
        "unchanged": plan.unchanged,
        "duplicates": plan.duplicates,
        "followed": plan.followed,
        "owned": plan.owned,
        "problems": [asdict(problem) for problem in plan.problems],
        "notices": [asdict(notice) for notice in plan.notices],
    }


def _print(plan: "ImportPlan", *, written: bool) -> None:
    for entries in (plan.problems, plan.notices):
        for entry in entries[:_SHOWN]:
            typer.echo(_line(entry))
        if len(entries) > _SHOWN:
            typer.echo(f"and {len(entries) - _SHOWN} more; --json lists all")
    counts = (
        f"{len(plan.added)} added, {len(plan.changed)} changed, {plan.unchanged} as they are,"
        f" {plan.duplicates} said twice; {plan.followed} follow other redirects, {plan.owned} follow a page"
    )
    if plan.problems:
        typer.echo(f"{len(plan.problems)} problems, so nothing is imported; without them: {counts}")
    elif written:
        typer.echo(counts)
    else:
        typer.echo(f"{counts}\nnothing was changed: --write saves it")


def _line(entry: "Problem") -> str:
    place = f"line {entry.line}" if entry.line else "file"
    return f"{place}: {entry.code} {entry.message}"
