"""`sevra retention hold`: what may neither be archived nor purged, and why."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from sevra_atlas.cli.database import maintenance
from sevra_atlas.cli.retention_output import printable

if TYPE_CHECKING:
    from sevra_atlas.domain.retention.holds import Hold
    from sevra_atlas.schema.enums import EntityType

app = typer.Typer(no_args_is_help=True, help="What may neither be archived nor purged, and why.")

Target = Annotated[str, typer.Argument(help="Number of a deletion, or a row as KIND:ID.", metavar="TARGET")]
Reason = Annotated[str, typer.Option("--reason", help="Why; at most 500 characters.")]
Until = Annotated[
    datetime | None,
    typer.Option(
        "--until", formats=["%Y-%m-%d"], help="Last day in UTC, of a deletion only; otherwise for ever."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print a JSON document.")]

_LONGEST = 500


@app.command(
    "set", epilog="Example: [bold]sevra retention hold set SALON:17 --reason 'court order 12'[/bold]"
)
def place(target: Target, reason: Reason, until: Until = None) -> None:
    """Hold a deletion, or a row with whatever deletion it is in now or later."""
    from sevra_atlas.domain.retention.holds import hold_batch, hold_entity

    if not 0 < len(reason.strip()) <= _LONGEST:
        raise typer.BadParameter(f"a reason has 1 to {_LONGEST} characters", param_hint="--reason")
    wanted = _parsed(target)
    if not isinstance(wanted, int) and until is not None:
        raise typer.BadParameter("a row is held until it is lifted", param_hint="--until")
    with maintenance("retention") as connection, connection.transaction():
        if isinstance(wanted, int):
            end = None if until is None else until.replace(hour=23, minute=59, second=59, tzinfo=UTC)
            hold_batch(connection, wanted, reason, end)
        else:
            hold_entity(connection, *wanted, reason)
    typer.echo(f"{target} is held")


@app.command(epilog="Example: [bold]sevra retention hold lift SALON:17[/bold]")
def lift(target: Target) -> None:
    """Lift a hold."""
    from sevra_atlas.domain.retention.holds import lift_batch, lift_entity

    wanted = _parsed(target)
    with maintenance("retention") as connection, connection.transaction():
        if isinstance(wanted, int):
            lift_batch(connection, wanted)
        else:
            lift_entity(connection, *wanted)
    typer.echo(f"{target} is held no longer")


@app.command("list", epilog="Example: [bold]sevra retention hold list[/bold]")
def list_holds(as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """List the open holds."""
    from sevra_atlas.domain.retention.holds import open_holds

    with maintenance("retention") as connection:
        found = open_holds(connection)
    if as_json:
        typer.echo(json.dumps(printable(found), ensure_ascii=False))
        return
    for hold in found:
        typer.echo(f"{_named(hold)}: {hold.reason}")
    if not found:
        typer.echo("nothing is held")


def _named(hold: "Hold") -> str:
    row = f"{hold.kind}:{hold.row_id}"
    if hold.batch is None:
        return row
    return f"deletion {hold.batch} of {row}" + ("" if hold.until is None else f" until {hold.until:%Y-%m-%d}")


def _parsed(target: str) -> "int | tuple[EntityType, int]":
    from sevra_atlas.schema.enums import EntityType

    kind, colon, number = target.rpartition(":")
    if not (number.isascii() and number.isdecimal()):
        raise typer.BadParameter(f"{target!r} is neither a number nor KIND:ID", param_hint="TARGET")
    if not colon:
        return int(number)
    try:
        return EntityType(kind.upper()), int(number)
    except ValueError:
        known = ", ".join(each.value for each in EntityType)
        raise typer.BadParameter(f"{kind!r} is none of {known}", param_hint="TARGET") from None
