"""`sevra retention restore`: a deletion comes back from the archive, as far as its neighbours are there."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from sevra_atlas.cli import retention_export
from sevra_atlas.cli.database import maintenance
from sevra_atlas.cli.retention_output import printable

if TYPE_CHECKING:
    from sevra_atlas.domain.retention.returning import Returned

EXAMPLE = "Example: [bold]sevra retention restore 17[/bold]"

_SHOWN = 20

Batch = Annotated[int, typer.Argument(help="Number of the deletion.", metavar="BATCH")]
Phone = Annotated[
    str | None, typer.Option("--phone", help="Of a person, as +98…; without it the account is suspended.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would come back, and change nothing.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print a JSON document.")]


def restore(
    batch: Batch,
    phone: Phone = None,
    dry_run: DryRun = False,  # noqa: FBT002 - a flag
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Bring a deletion back from the archive under its ids; rows whose author is away wait there."""
    from psycopg import Rollback

    from sevra_atlas.domain.retention.returning import restore as returned

    with maintenance("retention") as connection, connection.transaction() as transaction:
        done = returned(connection, batch, phone=phone, segments=retention_export.used(connection))
        if dry_run:
            # The number that the rest would have is another one the next time.
            done.remainder = None
            raise Rollback(transaction)
    if as_json:
        typer.echo(json.dumps(printable(done), ensure_ascii=False))
    else:
        _say(done, dry_run=dry_run)


def _say(done: "Returned", *, dry_run: bool) -> None:
    are, wait = ("would be", "would wait") if dry_run else ("are", "wait")
    typer.echo(f"{sum(done.rows.values())} rows {are} back, {done.references} references set again")
    if not done.waiting:
        return
    tables = ", ".join(f"{count} of {table}" for table, count in sorted(done.waiting.items()))
    where = "in the archive" if done.remainder is None else f"in the archive as deletion {done.remainder}"
    typer.echo(f"{sum(done.waiting.values())} rows {wait} {where}: {tables}")
    for who, count in done.absent.most_common(_SHOWN):
        typer.echo(f"  {count} for {who}")
    if len(done.absent) > _SHOWN:
        typer.echo(f"  and others, for {len(done.absent) - _SHOWN} more")
    if done.remainder is not None:
        typer.echo(f"once they are back: `sevra retention restore {done.remainder}`")
