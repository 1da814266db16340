"""Pages with one Mermaid diagram an area, made from the models: `docs/schema/`."""

import re
from collections.abc import Iterator

from sqlalchemy import Column, ForeignKeyConstraint, MetaData, Table, UniqueConstraint

from sevra_atlas.schema.description import type_of
from sevra_atlas.schema.listed import listed_tables
from sevra_atlas.schema.reference import KINDS

# Areas of the list of tables, in the order of the index.
TITLES = {
    "core": "Entities, deletions, announcements",
    "accounts": "Accounts and sign-in",
    "geography": "Geography",
    "directory": "Salons and artists",
    "services": "Services and specialties",
    "media": "Media",
    "blog": "Blog",
    "social": "Reviews, follows, saves, reactions",
    "moderation": "Moderation and verification",
    "seo": "Addresses and search engines",
    "search": "Search",
    "keeping": "Retention, archive, logs",
}

_MADE = "<!-- Made by `sevra schema diagram`; change the models, not this page. -->"


def pages(metadata: MetaData) -> dict[str, str]:
    """Return the text of every page by file name; the same models give the same bytes.

    KeyError when the list of tables has an area without a title here.
    """
    tables: dict[str, list[Table]] = {area: [] for area in TITLES}
    for name, listed in sorted(listed_tables().items()):
        tables[listed.area].append(metadata.tables[name])
    return {"README.md": _index(tables), **{f"{area}.md": _page(area, tables[area]) for area in TITLES}}


def _index(tables: dict[str, list[Table]]) -> str:
    lines = [
        _MADE,
        "# The schema in diagrams",
        "",
        f"{sum(map(len, tables.values()))} tables. `sevra schema describe TABLE` says everything about one.",
        "",
        "| Area | Tables |",
        "|---|---|",
        *(
            f"| [{title}]({area}.md) | {', '.join(table.fullname for table in tables[area])} |"
            for area, title in TITLES.items()
        ),
    ]
    return "\n".join(lines) + "\n"


def _page(area: str, tables: list[Table]) -> str:
    lines = [
        _MADE,
        f"# {TITLES[area]}",
        "",
        "A line leads from a table to one that refers to it and names the column.",
        "Tables of other areas are shown without columns.",
        "",
        "```mermaid",
        "erDiagram",
        *(f"  {line}" for table in tables for line in _box(table)),
        *sorted(f"  {line}" for table in tables for line in _lines(table)),
        "```",
        "",
        "| Table | What it holds | A DELETE |",
        "|---|---|---|",
        *(f"| {table.fullname} | {table.comment} | {_deletion(table)} |" for table in tables),
    ]
    return "\n".join(lines) + "\n"


def _deletion(table: Table) -> str:
    return "moves the row to the trash" if table.name in KINDS else "removes the row, where it is allowed"


def _box(table: Table) -> Iterator[str]:
    yield f"{_entity(table)} {{"
    for column in table.columns:
        marks = ",".join(_marks(table, column))
        comment = (column.comment or "").replace('"', "'")
        yield f'  {_word(type_of(column))} {column.name}{" " + marks if marks else ""} "{comment}"'
    yield "}"


def _marks(table: Table, column: Column[object]) -> Iterator[str]:
    if column.primary_key:
        yield "PK"
    if column.foreign_keys:
        yield "FK"
    alone = [[column.name]]
    constraints = (
        [c.name for c in constraint.columns]
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
    )
    indexes = (
        [str(key).split(".")[-1] for key in index.expressions] for index in table.indexes if index.unique
    )
    if any(keys in alone for keys in (*constraints, *indexes)):
        yield "UK"


def _lines(table: Table) -> Iterator[str]:
    for constraint in table.foreign_key_constraints:
        parent = "|o" if any(column.nullable for column in constraint.columns) else "||"
        children = "o|" if _is_single(table, constraint) else "o{"
        columns = ", ".join(column.name for column in constraint.columns)
        yield f'{_entity(constraint.referred_table)} {parent}--{children} {_entity(table)} : "{columns}"'


def _is_single(table: Table, constraint: ForeignKeyConstraint) -> bool:
    """Say whether a referred row has one referring row at most."""
    columns = {column.name for column in constraint.columns}
    keys = [set(table.primary_key.columns.keys())]
    keys += [set(c.columns.keys()) for c in table.constraints if isinstance(c, UniqueConstraint)]
    return any(key and key <= columns for key in keys)


def _entity(table: Table) -> str:
    return table.fullname.replace(".", "_")


def _word(written: str) -> str:
    """Return a type as one word, which is all that a diagram takes."""
    return re.sub(r"\W+", "_", written.partition("(")[0].replace("[]", " array")).strip("_")
