"""`sevra doctor`: what is installed, which server, which version, what is wrong and how to mend it."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from sevra_atlas.cli import findings
from sevra_atlas.cli.findings import Finding

EXAMPLE = "Example: [bold]sevra doctor --json[/bold]"

AsJson = Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")]
_STYLES = {"ok": "green", "warn": "yellow", "bad": "bold red"}


def doctor(as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag of the command line
    """Look at everything that the site needs; nothing is changed. The status is 1 when something is bad."""
    found = list(_all())
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in found], ensure_ascii=False, indent=2))
    else:
        _print(found)
    if any(finding.state == "bad" for finding in found):
        raise typer.Exit(1)


def _all() -> Iterator[Finding]:
    from sevra_atlas.cli.database_findings import database

    for check in (findings.python, findings.packages, findings.programs, findings.data_dir, findings.site):
        yield from check()
    yield from database()


def _print(found: list[Finding]) -> None:
    console = Console(highlight=False)
    for finding in found:
        state = Text(f"{finding.state:<5}", _STYLES[finding.state])
        console.print(state + Text(f"{finding.name:<11} {finding.text}"), soft_wrap=True)
        if finding.mend:
            console.print(Text(f"{'':<5}{'':<11} hint: {finding.mend}"), soft_wrap=True)
