"""A migration that changes an archived table comes with what its archived rows become; no other does."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

import psycopg
import pytest
from psycopg.rows import tuple_row

from pgevolve.connect import connect, make_predictable
from pgevolve.history import Migration, read_history
from pgevolve.local import LocalPostgres
from pgevolve.replayed import make_roles
from pgevolve.run import replay
from pgevolve.scratch import scratch_database
from sevra_atlas.domain.retention.errors import UnknownMigrationError
from sevra_atlas.domain.retention.tables import MOVED
from sevra_atlas.domain.retention.upconverting import CONVERTERS, Row, Upconverters, upconverters
from sevra_atlas.migrate import MIGRATIONS, project

Columns: TypeAlias = Mapping[str, tuple[tuple[str, ...], ...]]

# What stands in an archived row: generated columns are left out.
_COLUMNS = """
SELECT relname::text,
       array_agg(ARRAY[attname::text, format_type(atttypid, atttypmod), attnotnull::text] ORDER BY attname)
  FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
 WHERE relnamespace = 'public'::regnamespace AND relname = ANY (%s)
   AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
 GROUP BY relname
"""


def columns(connection: psycopg.Connection) -> Columns:
    with connection.cursor(row_factory=tuple_row) as cursor:
        found = cursor.execute(_COLUMNS, (list(MOVED),)).fetchall()
    return {table: tuple(tuple(column) for column in each) for table, each in found}


def changed(before: Columns, after: Columns) -> set[str]:
    """Return the tables that were there before and have other columns now."""
    return {table for table in before if before[table] != after.get(table)}


def unmatched(
    steps: Iterator[tuple[str, set[str]]], converters: Mapping[str, Mapping[str, object]]
) -> list[str]:
    """Return the changes without a converter, and the converters without a change."""
    wanted = {(migration, table) for migration, tables in steps for table in tables}
    there = {(migration, table) for migration, tables in converters.items() for table in tables}
    return sorted(f"{migration} changes {table}" for migration, table in wanted - there) + sorted(
        f"{migration} leaves {table} as it was" for migration, table in there - wanted
    )


def step_by_step(server: LocalPostgres, later: str | None = None) -> Iterator[tuple[str, set[str]]]:
    """Yield each migration of the history with the archived tables it changes, then a made-up one."""
    history: tuple[Migration, ...] = read_history(MIGRATIONS).migrations
    with scratch_database(server.url()) as url:
        make_roles(project(), url, history)
        with connect(url, purpose="test") as connection:
            make_predictable(connection)
            before = columns(connection)
            for migration in history:
                replay(connection, [migration], project().owner)
                after = columns(connection)
                yield migration.name, changed(before, after)
                before = after
            if later is not None:
                connection.execute(later.encode())
                yield "later", changed(before, columns(connection))


def test_a_migration_that_changes_an_archived_table_has_a_converter(embedded: LocalPostgres) -> None:
    steps = dict(step_by_step(embedded, "ALTER TABLE public.salons ADD COLUMN motto text"))

    # The last one is made up, so that it is known that a change would be found.
    assert unmatched(iter(steps.items()), CONVERTERS) == ["later changes salons"]


def test_a_converter_without_a_change_is_found() -> None:
    assert unmatched(
        iter([("a", {"salons"})]), {"a": {"salons": dict, "posts": dict}, "b": {"tags": dict}}
    ) == [
        "a leaves posts as it was",
        "b leaves tags as it was",
    ]


def test_converters_run_from_the_migration_of_the_row_to_the_head() -> None:
    def first(row: Row) -> Row:
        return {**row, "seen": [*row["seen"], "first"]}

    def second(row: Row) -> Row:
        return {**row, "seen": [*row["seen"], "second"]}

    history = Upconverters(("a", "b", "c"), {"c": {"salons": second}, "b": {"salons": first, "posts": first}})

    assert history.of("salons", "a") == (first, second)
    assert history.of("salons", "b") == (second,)
    assert history.of("posts", "a") == (first,)
    assert history.of("salons", "c") == ()
    with pytest.raises(UnknownMigrationError):
        history.of("salons", "d")


def test_the_history_of_this_version_is_known() -> None:
    assert upconverters().migrations == read_history(MIGRATIONS).names
