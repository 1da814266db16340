"""`sevra schema diagram`: the pages with the diagrams, written or compared."""

from pathlib import Path
from typing import Annotated

import typer

EXAMPLE = "Example: [bold]sevra schema diagram --check[/bold]"

Directory = Annotated[Path, typer.Option("--to", help="Where the pages stand.")]
Check = Annotated[bool, typer.Option("--check", help="Write nothing; the status is 1 when a page differs.")]


def diagram(to: Directory = Path("docs/schema"), check: Check = False) -> None:  # noqa: FBT002 - a flag
    """Write the diagrams of the schema, one page an area. A page that no area has any more is removed."""
    from sevra_atlas.schema import metadata
    from sevra_atlas.schema.diagrams import pages

    wanted = pages(metadata)
    stale = [name for name, text in wanted.items() if _text(to / name) != text]
    left_over = sorted(path.name for path in to.glob("*.md") if path.name not in wanted)
    if check:
        for name in (*stale, *left_over):
            typer.echo(f"{to / name} differs from the models")
        if stale or left_over:
            typer.echo("hint: run `sevra schema diagram` and commit what it writes", err=True)
            raise typer.Exit(1)
        typer.echo(f"{len(wanted)} pages agree with the models")
        return
    to.mkdir(parents=True, exist_ok=True)
    for name in stale:
        (to / name).write_text(wanted[name], encoding="utf-8")
    for name in left_over:
        (to / name).unlink()
    typer.echo(f"{len(stale)} of {len(wanted)} pages written to {to}, {len(left_over)} removed")


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
