"""`sevra retention`: what was deleted long ago goes to the archive, and nothing is lost on the way."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from sevra_atlas.cli import retention_erase, retention_export, retention_hold, retention_restore
from sevra_atlas.cli.database import maintenance
from sevra_atlas.cli.display import display_for
from sevra_atlas.cli.retention_output import plan_document, print_plan, printable
from sevra_atlas.cli.stopping import stop_asked

if TYPE_CHECKING:
    from sevra_atlas.domain.retention.conservation import Balance
    from sevra_atlas.domain.retention.run import Ran
    from sevra_atlas.domain.retention.verifying import Verified

app = typer.Typer(no_args_is_help=True, help="The way of deletions into the archive, and out of it.")
app.add_typer(retention_hold.app, name="hold")
app.command(epilog=retention_export.EXAMPLE)(retention_export.export)
app.command(epilog=retention_erase.EXAMPLE)(retention_erase.erase)
app.command(epilog=retention_restore.EXAMPLE)(retention_restore.restore)

AsJson = Annotated[bool, typer.Option("--json", help="Print a JSON document.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]
Limit = Annotated[
    int | None, typer.Option("--limit", min=1, help="Archive and purge so many batches at most.")
]


@app.command(epilog="Example: [bold]sevra retention plan[/bold]")
def plan(as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Say what a run would do: batches that wait, are held, blocked or due, by kind. Nothing is changed."""
    from sevra_atlas.domain.retention.plan import read_plan

    with maintenance("retention") as connection:
        found = read_plan(connection)
    if as_json:
        typer.echo(json.dumps(plan_document(found), ensure_ascii=False))
    else:
        print_plan(found)


@app.command(epilog="Example: [bold]sevra retention run --limit 1000[/bold]")
def run(
    dry_run: DryRun = False,  # noqa: FBT002 - a flag
    limit: Limit = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Archive what is due and purge what is over, a transaction a batch; a signal ends it between two."""
    if dry_run:
        plan(as_json=as_json)
        return
    from sevra_atlas.domain.retention.conservation import balances
    from sevra_atlas.domain.retention.exporting import sweep
    from sevra_atlas.domain.retention.rewriting import rewrite_purged
    from sevra_atlas.domain.retention.run import run_once
    from sevra_atlas.domain.retention.steps import Watch

    display = display_for(Console(stderr=as_json), quiet=as_json)
    with stop_asked() as is_stopping, maintenance("retention") as connection:
        with display.step("archive") as step:
            store = retention_export.used(connection)
            watch = Watch(progress=step.progress, is_stopping=is_stopping)
            ran = run_once(connection, watch, limit=limit, segments=store)
            if store is not None:
                rewrite_purged(connection, store)
                sweep(connection, store)
            step.result(_said(ran))
        found = _counted(display.step, lambda: balances(connection, store))
    if as_json:
        broken = _documents(each for each in found if not each.is_kept)
        typer.echo(json.dumps(printable(ran) | {"conservation": broken}, ensure_ascii=False))
    else:
        for moved in ran.blocked_by:
            typer.echo(f"blocked: deletion {moved.batch}, needed by {moved.blocked_by}")
        for failure in ran.failed:
            typer.echo(f"failed: deletion {failure.batch}, {failure.reason}")
        _say_gaps(found)
    if ran.failed or not all(each.is_kept for each in found):
        raise typer.Exit(1)


@app.command(epilog="Example: [bold]sevra retention verify[/bold]")
def verify(as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Hash every archived row again, and count that every row that ever was is somewhere, once."""
    from sevra_atlas.domain.retention.conservation import balances
    from sevra_atlas.domain.retention.verifying import VerifiedSegments, verify_segments
    from sevra_atlas.domain.retention.verifying import verify as verified

    display = display_for(Console(stderr=as_json), quiet=as_json)
    with maintenance("retention") as connection:
        with display.step("verify") as step:
            hashed = verified(connection, lambda done, total: step.progress("rows hashed", done, total))
            step.result(f"{hashed.rows} archived rows hashed, {len(hashed.damaged)} damaged")
        store = retention_export.used(connection)
        read = VerifiedSegments(0, 0, ()) if store is None else verify_segments(connection, store)
        found = _counted(display.step, lambda: balances(connection, None if read.damaged else store))
    if as_json:
        document = printable(hashed) | {"segments": printable(read), "conservation": _documents(found)}
        typer.echo(json.dumps(document, ensure_ascii=False))
    else:
        _say_damage(hashed)
        for sentence in read.damaged:
            typer.echo(f"damaged: {sentence}")
        _say_gaps(found)
    if hashed.damaged or hashed.misplaced or read.damaged or not all(each.is_kept for each in found):
        raise typer.Exit(1)


def _counted(step_of: Any, count: Any) -> "tuple[Balance, ...]":
    with step_of("count") as step:
        found: tuple[Balance, ...] = count()
        step.result(f"{sum(each.ever for each in found)} rows ever made, {_gaps(found)}")
    return found


def _documents(found: "Iterable[Balance]") -> list[dict[str, Any]]:
    return [{**printable(each), "gap": each.gap} for each in found]


def _gaps(found: "tuple[Balance, ...]") -> str:
    broken = sum(not each.is_kept for each in found)
    return "each in one place" if not broken else f"{broken} tables do not add up"


def _said(ran: "Ran") -> str:
    said = f"{ran.archived} batches archived ({sum(ran.rows.values())} rows), {ran.purged} purged"
    if ran.blocked or ran.failed:
        said += f", {ran.blocked} blocked, {len(ran.failed)} failed"
    return f"{said}, stopped" if ran.stopped else said


def _say_damage(hashed: "Verified") -> None:
    for row in hashed.damaged:
        of = "" if row.row_id is None else f" {row.row_id}"
        typer.echo(f"damaged: {row.table}{of} of deletion {row.batch}, row {row.archive_id} of the archive")
    for batch in hashed.misplaced:
        typer.echo(f"misplaced: the rows of deletion {batch} are not where its state says")


def _say_gaps(found: "tuple[Balance, ...]") -> None:
    for each in found:
        if not each.is_kept:
            typer.echo(
                f"lost: {each.table}, {each.ever} rows ever made, {each.live} live, {each.trashed} in the"
                f" trash, {each.archived} archived, {each.purged} purged"
            )
