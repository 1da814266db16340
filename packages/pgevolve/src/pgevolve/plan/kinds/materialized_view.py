"""Materialised views."""

from collections.abc import Iterator
from dataclasses import replace

from pgevolve.canonical import comparable
from pgevolve.catalog.model import MaterializedViewObject
from pgevolve.plan import text
from pgevolve.plan.options import changed_options
from pgevolve.quoting import qualified


def create(item: MaterializedViewObject) -> Iterator[str]:
    """Yield CREATE MATERIALIZED VIEW, which fills it, and the comments of its columns."""
    opening = f"CREATE MATERIALIZED VIEW {qualified(item.schema, item.name)}"
    yield f"{opening}{text.with_options(item.options)} AS\n{item.definition}"
    for column, comment in item.column_comments:
        yield text.comment(text.column_on(item.ident, column), comment)


def change(before: MaterializedViewObject, after: MaterializedViewObject) -> list[str] | None:
    """Return the statements that change options and comments; another query makes it anew."""
    plain = [
        comparable(replace(side, options=(), owner=None, comment=None, column_comments=()))
        for side in (before, after)
    ]
    if plain[0] != plain[1]:
        return None
    alter = f"ALTER MATERIALIZED VIEW {qualified(after.schema, after.name)}"
    statements = list(changed_options(alter, before.options, after.options))
    old, new = dict(before.column_comments), dict(after.column_comments)
    statements += [
        text.comment(text.column_on(after.ident, column), new.get(column))
        for column in after.columns
        if old.get(column) != new.get(column)
    ]
    return statements
