"""Pages with one Mermaid diagram an area, made from the models: `docs/schema/`."""

import re
from collections.abc import Iterator

from sqlalchemy import Column, ForeignKeyConstraint, MetaData, Table, UniqueConstraint

from sevra_atlas.schema.base import Base
from sevra_atlas.schema.description import type_of
from sevra_atlas.schema.reference import KINDS

# Area → its title and the modules of its models.
AREAS: dict[str, tuple[str, tuple[str, ...]]] = {
    "core": ("Entities, deletions, announcements", ("core",)),
    "accounts": ("Accounts and sign-in", ("accounts", "signing_in")),
    "geography": ("Geography", ("geography",)),
    "directory": ("Salons and artists", ("directory",)),
    "taxonomy": ("Services and specialties", ("taxonomy",)),
    "media": ("Media", ("media",)),
    "blog": ("Blog", ("blog", "pages")),
    "social": ("Reviews, follows, saves, reactions", ("social",)),
    "moderation": ("Moderation and verification", ("moderation",)),
    "seo": ("Addresses and search engines", ("seo", "sitemap")),
    "search": ("Search", ("search",)),
    "keeping": ("Retention, archive, logs", ("keeping", "logs")),
}

_MADE = "<!-- Made by `sevra schema diagram`; change the models, not this page. -->"


def pages(metadata: MetaData) -> dict[str, str]:
    """Return the text of every page by file name; the same models give the same bytes."""
    tables = _tables_by_area()
    made = {f"{area}.md": _page(area, tables[area]) for area in AREAS}
    return {"README.md": _index(metadata, tables), **made}


def _tables_by_area() -> dict[str, list[Table]]:
    areas = {module: area for area, (_, modules) in AREAS.items() for module in modules}
    tables: dict[str, list[Table]] = {area: [] for area in AREAS}
    for mapper in Base.registry.mappers:
        table = mapper.local_table
        if isinstance(table, Table):
            tables[areas[mapper.class_.__module__.rpartition(".")[2]]].append(table)
    return {area: sorted(found, key=lambda table: table.fullname) for area, found in tables.items()}


def _index(metadata: MetaData, tables: dict[str, list[Table]]) -> str:
    lines = [
        _MADE,
        "# The schema in diagrams",
        "",
        f"{len(metadata.tables)} tables in {len(AREAS)} areas. `sevra schema describe TABLE` says everything"
        " about one table.",
        "",
        "| Area | Tables |",
        "|---|---|",
        *(
            f"| [{title}]({area}.md) | {', '.join(table.fullname for table in tables[area])} |"
            for area, (title, _) in AREAS.items()
        ),
    ]
    return "\n".join(lines) + "\n"


def _page(area: str, tables: list[Table]) -> str:
    title, _ = AREAS[area]
    lines = [
        _MADE,
        f"# {title}",
        "",
        "A line leads from the referred table to the one that refers to it, and names the column. Tables of"
        " other areas are shown without columns.",
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
    return re.sub(r"\W+", "_", written.split("(")[0].replace("[]", " array")).strip("_")
