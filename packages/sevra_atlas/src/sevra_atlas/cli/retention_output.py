"""How a plan of retention is shown: a table for people, a document for programs."""

from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from sevra_atlas.domain.retention.plan import KindPlan, Plan

# A pipe has no width of its own; this one keeps an entry on one line.
_PIPE_WIDTH = 160
_VERDICTS = ("waiting", "held", "blocked", "due")


def plan_document(plan: "Plan") -> dict[str, Any]:
    """Return the plan as a JSON document holds it."""
    document: dict[str, Any] = printable(plan)
    for kind, shown in zip(plan.kinds, document["kinds"], strict=True):
        shown["batches"] = {verdict: _count(kind, verdict) for verdict in _VERDICTS}
    return document


def print_plan(plan: "Plan") -> None:
    """Print a line for each kind that has a batch, then what is held or blocked."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_PIPE_WIDTH)
    if plan.files.files:
        typer.echo(f"{plan.files.files} stored files are to be removed, {plan.files.held} of them held")
    shown = [kind for kind in plan.kinds if kind.archived or any(_count(kind, each) for each in _VERDICTS)]
    if not shown:
        typer.echo("nothing is in the trash or in the archive")
        return
    heads = (
        "kind",
        "days in the trash",
        *_VERDICTS,
        "rows due",
        "archived",
        "days in the archive",
        "to purge",
    )
    listing = Table(*heads, box=box.SIMPLE_HEAD, pad_edge=False)
    for kind in shown:
        days = "for ever" if kind.archive_days is None else str(kind.archive_days)
        counts = (str(_count(kind, verdict)) for verdict in _VERDICTS)
        cells = (kind.kind, str(kind.keep_days), *counts, str(kind.due_rows), str(kind.archived), days)
        listing.add_row(*(Text(cell) for cell in (*cells, str(kind.to_purge))))
    console.print(listing)
    for each in plan.stopped:
        of = f"deletion {each.batch.batch}, {each.batch.kind} {each.batch.row_id}"
        typer.echo(f"{each.verdict}: {of}" + (f", needed by {each.blocked_by}" if each.blocked_by else ""))
    for left in plan.remainders:
        typer.echo(
            f"not yet back: deletion {left.batch}, left of {left.remainder_of}, {left.kind} {left.row_id}"
        )


def printable(value: Any) -> Any:
    """Return a value as JSON can hold it: values of ours as objects, every moment as text."""
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value):
        return {each.name: printable(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, dict):
        return {key: printable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [printable(each) for each in value]
    return value


def _count(kind: "KindPlan", verdict: str) -> int:
    return sum(count for each, count in kind.batches.items() if each == verdict)
