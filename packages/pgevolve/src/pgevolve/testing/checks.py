"""Checks of a history: each returns a sentence for what is wrong, and nothing when all is well.

They work on throw-away databases of `project.scratch_url`, whose user must be a superuser, or of an embedded
server.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager

from pgevolve.backfill import run_backfill
from pgevolve.catalog import read_catalog, reference_tables
from pgevolve.catalog.model import Catalog
from pgevolve.connect import connect, make_predictable, sqlalchemy_connection
from pgevolve.diff import diff
from pgevolve.history import Migration, inspect_history, read_history
from pgevolve.new import differences_from_history
from pgevolve.project import Project
from pgevolve.replayed import database_of, replayed_database
from pgevolve.run import NoJournal, StepError, one_line, run_steps
from pgevolve.scratch import scratch_database, scratch_server
from pgevolve.step import Step
from pgevolve.testing.contents import TableContents, contents, losses
from pgevolve.trace.rows import fill

_ROWS = 20
_TABLES = """
SELECT format('%I.%I', n.nspname, c.relname)
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
   AND n.nspname NOT IN ('pg_catalog', 'information_schema')
 ORDER BY 1
"""


def differences_from_models(project: Project) -> list[str]:
    """Return what the models say beyond the history."""
    return [str(change) for change in differences_from_history(project)]


def broken_entries(project: Project) -> list[str]:
    """Return what does not hold together in the history: edited and missing files, two heads."""
    return [str(problem) for problem in inspect_history(project.migrations).problems]


def ways_back_that_fail(project: Project) -> list[str]:
    """Run each migration, its down.sql, and the migration again, and compare the catalogues.

    Returns what differs after a way back or after the second way forward, or which step does not run.
    """
    found: list[str] = []
    with _empty_database(project) as (_, url, migrations):
        for migration in migrations:
            before = _catalog(project, url)
            _forward(project, url, migration)
            if migration.down is None:
                continue
            after = _catalog(project, url)
            try:
                _run(project, url, migration.down)
                found += [
                    f"{migration.name}, back: {change}" for change in diff(_catalog(project, url), before)
                ]
                _forward(project, url, migration)
                found += [
                    f"{migration.name}, again: {change}" for change in diff(_catalog(project, url), after)
                ]
            except StepError as error:
                found.append(f"{migration.name}, step {error.number} and back: {one_line(error.error)}")
                break
    return found


def lost_data(project: Project) -> list[str]:
    """Run each migration over made-up rows and compare what was there before with what is there after.

    An expand migration may lose nothing; a contract migration may drop tables and columns, and keeps the rest
    as it was. A migration that refuses the made-up rows is judged by nothing: no row was lost.
    """
    found: list[str] = []
    with _empty_database(project) as (server, url, migrations):
        for migration in migrations:
            with scratch_database(server, database_of(url)) as copy:
                found += [f"{migration.name}: {loss}" for loss in _losses(project, copy, migration)]
            _forward(project, url, migration)
    return found


def _losses(project: Project, url: str, migration: Migration) -> list[str]:
    with connect(url, purpose="test") as connection:
        tables = [table for (table,) in connection.execute(_TABLES).fetchall()]
    fill(url, tables, _ROWS)
    before = _contents(url)
    try:
        _forward(project, url, migration)
    except StepError:
        return []
    return losses(before, _contents(url), may_drop=migration.phase == "contract")


def _contents(url: str) -> Mapping[int, TableContents]:
    with connect(url, purpose="test") as connection:
        return contents(connection)


def _forward(project: Project, url: str, migration: Migration) -> None:
    _run(project, url, migration.up)
    if migration.backfill_sql is not None:
        with connect(url, purpose="test") as connection:
            run_backfill(connection, migration.backfill_sql, owner=project.owner)


def _run(project: Project, url: str, steps: Sequence[Step]) -> None:
    with connect(url, purpose="test") as connection:
        make_predictable(connection)
        run_steps(connection, steps, owner=project.owner, journal=NoJournal())


def _catalog(project: Project, url: str) -> Catalog:
    with sqlalchemy_connection(url, purpose="test") as connection:
        return read_catalog(
            connection,
            ignore_schemas=project.ignore_schemas,
            ignore_partitions=project.ignore_partitions,
            ignore_tables=project.ignore_tables,
            reference_tables=reference_tables(project.metadata),
            owner=project.owner,
        )


@contextmanager
def _empty_database(project: Project) -> Iterator[tuple[str, str, tuple[Migration, ...]]]:
    """Yield a server, a database on it in which nothing has run, and the migrations to come."""
    migrations = tuple(read_history(project.migrations))
    with ExitStack() as stack:
        server = project.scratch_url or stack.enter_context(scratch_server()).url()
        yield server, stack.enter_context(replayed_database(project, server, (), migrations)), migrations
