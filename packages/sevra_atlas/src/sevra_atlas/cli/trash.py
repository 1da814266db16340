"""`sevra trash`: what was deleted and can be taken back."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sevra_atlas.cli.sessions import session_as

if TYPE_CHECKING:
    from sevra_atlas.domain.sessions import TrashSession
    from sevra_atlas.domain.trash_listing import TrashedBatch

app = typer.Typer(no_args_is_help=True, help="What was deleted and can be taken back.")

# A pipe has no width of its own; this one keeps an entry on one line.
_PIPE_WIDTH = 160

Batch = Annotated[int, typer.Argument(help="Number of the deletion, from `list`.", metavar="BATCH")]
AsJson = Annotated[bool, typer.Option("--json", help="Print a JSON document.")]
Kind = Annotated[str | None, typer.Option("--kind", help="Of one kind only: SALON, ARTIST, BLOG_POST.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many at most.")]
Before = Annotated[int | None, typer.Option("--before", help="Go on behind this deletion.")]


@app.command("list", epilog="Example: [bold]sevra trash list --kind SALON[/bold]")
def list_trash(
    kind: Kind = None,
    limit: Limit = 20,
    before: Before = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """List deletions, newest first: what, why, how many rows went along, from when on it is archived."""
    from sevra_atlas.domain.trash_listing import trashed

    chosen = _kind(kind)
    with _session() as session:
        found = trashed(session, kind=chosen, before=before, limit=limit)
    if as_json:
        typer.echo(json.dumps([_document(batch) for batch in found], ensure_ascii=False))
        return
    if not found:
        typer.echo("the trash is empty" if before is None else "nothing further")
        return
    _print(found)
    if len(found) == limit:
        typer.echo(f"more: sevra trash list --before {found[-1].batch}")


@app.command(epilog="Example: [bold]sevra trash show 17[/bold]")
def show(batch: Batch, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Show one deletion, with the rows of each table that went along."""
    from sevra_atlas.domain.trash_listing import get_trashed

    with _session() as session:
        found = get_trashed(session, batch)
    if as_json:
        typer.echo(json.dumps(_document(found), ensure_ascii=False))
        return
    for name, value in _facts(found):
        typer.echo(f"{name + ':':<16}{value}")


@app.command(epilog="Example: [bold]sevra trash restore 17[/bold]")
def restore(batch: Batch, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Take a deletion back: exactly the rows that went with it come back, or none."""
    from sevra_atlas.domain.trash import restore as restored
    from sevra_atlas.transactions import repeated

    def whole() -> int:
        with _session() as session, session.begin():
            return restored(session, batch)

    rows = repeated(whole)
    if as_json:
        typer.echo(json.dumps({"batch": batch, "restored": rows}))
    else:
        typer.echo(f"{rows} rows are back")


def _session() -> "AbstractContextManager[TrashSession]":
    from sevra_atlas.domain.sessions import TrashSession

    return session_as("maintenance", TrashSession)


def _kind(name: str | None) -> Any:
    from sevra_atlas.schema.enums import EntityType

    if name is None:
        return None
    try:
        return EntityType(name.upper())
    except ValueError:
        known = ", ".join(kind.value for kind in EntityType)
        raise typer.BadParameter(f"{name!r} is none of {known}", param_hint="--kind") from None


def _document(batch: "TrashedBatch") -> dict[str, Any]:
    facts = asdict(batch)
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in facts.items()
    }


def _facts(batch: "TrashedBatch") -> Iterator[tuple[str, str]]:
    yield "deletion", str(batch.batch)
    yield "of", f"{batch.kind.value} {batch.row_id} {batch.label}".rstrip()
    yield "deleted", f"{batch.deleted_at:%Y-%m-%d %H:%M}"
    if batch.actor_id is not None:
        yield "by user", str(batch.actor_id)
    if batch.reason:
        yield "reason", batch.reason
    yield "archived from", _archived(batch)
    yield "rows", ", ".join(f"{count} {table}" for table, count in sorted(batch.rows.items()))


def _archived(batch: "TrashedBatch") -> str:
    if batch.blocked_by:
        return f"never while {batch.blocked_by} refers to it"
    if batch.hold_until is not None:
        return f"{batch.archived_from:%Y-%m-%d}, held until {batch.hold_until:%Y-%m-%d}"
    return f"{batch.archived_from:%Y-%m-%d}"


def _print(found: "tuple[TrashedBatch, ...]") -> None:
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_PIPE_WIDTH)
    heads = ("deletion", "of", "called", "rows", "deleted", "archived from", "reason")
    listing = Table(*heads, box=box.SIMPLE_HEAD, pad_edge=False)
    for batch in found:
        cells = (
            str(batch.batch),
            f"{batch.kind.value} {batch.row_id}",
            batch.label,
            str(sum(batch.rows.values())),
            f"{batch.deleted_at:%Y-%m-%d %H:%M}",
            _archived(batch),
            batch.reason or "",
        )
        listing.add_row(*(Text(cell) for cell in cells))
    console.print(listing)
