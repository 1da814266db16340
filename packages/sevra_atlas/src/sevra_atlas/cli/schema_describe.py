"""`sevra schema describe`: everything about one table."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sevra_atlas.cli.errors import TableUnknownError

if TYPE_CHECKING:
    from sevra_atlas.schema.description import AccessFact, TableDescription, TriggerFact

EXAMPLE = "Example: [bold]sevra schema describe salons[/bold]"

TableName = Annotated[str, typer.Argument(help="A table: salons, archive.rows.", metavar="TABLE")]
AsJson = Annotated[bool, typer.Option("--json", help="Print everything as JSON.")]

# A pipe has no width of its own; this one keeps most definitions on one line.
_PIPE_WIDTH = 160


def describe(table: TableName, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Show a table: columns, rules, indexes and what they serve, triggers, and who may do what.

    All of it is read from the models, so it holds for the version of this program; `sevra migrate status`
    tells whether the database is at that version.
    """
    from sevra_atlas.schema import metadata
    from sevra_atlas.schema.description import describe as described

    name = table.removeprefix("public.").removeprefix("live.")
    if name not in metadata.tables:
        raise TableUnknownError(table, tuple(get_close_matches(name, metadata.tables, n=3, cutoff=0.5)))
    found = described(metadata, name)
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2))
    else:
        _print(found)


def _print(found: "TableDescription") -> None:
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_PIPE_WIDTH)
    console.print(Text(found.name, "bold") + Text(f": {found.comment}"))
    for sentence in _sentences(found):
        console.print(Text(sentence))
    for title, heads, rows in (
        (
            "Columns",
            ("column", "type", "null", "default", "written by", "what it is"),
            [
                (c.name, c.type, "yes" if c.nullable else "no", c.default or "", c.written_by, c.comment)
                for c in found.columns
            ],
        ),
        ("Rules", ("name in an error", "rule"), [(c.name, c.definition) for c in found.constraints]),
        ("Indexes", ("index", "keys", "serves"), [(i.name, i.definition, i.serves) for i in found.indexes]),
        ("Triggers", ("trigger", "when", "what it does"), list(_by_function(found.triggers))),
        ("Who may do what", ("role", "relation", "may"), [_may(found, fact) for fact in found.access]),
    ):
        if rows:
            console.print(_table(title, heads, rows))
        else:
            console.print(Text(f"{title}: none\n", "italic"))


def _sentences(found: "TableDescription") -> Iterable[str]:
    if found.partitioned_by:
        yield f"Partitioned by {found.partitioned_by}."
    if found.live_view is None:
        yield "Not soft-deletable: a DELETE, where a role may, removes the row."
        return
    yield f"The application reads and writes {found.live_view}; a DELETE there moves the row to the trash."
    if found.url_prefix:
        yield f"Has pages of its own below {found.url_prefix}/."
    if found.takes_along:
        yield f"Goes with it into the trash: {', '.join(found.takes_along)}."
    if found.kept_by:
        yield f"Cannot be deleted while a live row names it: {', '.join(found.kept_by)}."


def _by_function(triggers: "Iterable[TriggerFact]") -> Iterator[tuple[str, str, str]]:
    """Yield one row a function: its triggers below each other, and the first sentence about it."""
    together: dict[str, list[TriggerFact]] = {}
    for trigger in triggers:
        together.setdefault(trigger.function, []).append(trigger)
    for same in together.values():
        names, times = "\n".join(t.name for t in same), "\n".join(t.when for t in same)
        yield names, times, same[0].does.partition(". ")[0].removesuffix(".")


def _may(found: "TableDescription", fact: "AccessFact") -> tuple[str, str, str]:
    if not fact.columns:
        return fact.role, fact.relation, fact.privilege
    left_out = [column.name for column in found.columns if column.name not in fact.columns]
    if len(left_out) < len(fact.columns):
        limits = f"every column but {', '.join(left_out)}"
    else:
        limits = ", ".join(fact.columns)
    return fact.role, fact.relation, f"{fact.privilege}: {limits}"


def _table(title: str, heads: Iterable[str], rows: Iterable[tuple[str, ...]]) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for place, head in enumerate(heads):
        table.add_column(head, overflow="fold", style="bold" if place == 0 else None)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table
