"""Each planted violation is found before any DDL, none is invented, and the server agrees with both."""

from collections.abc import Iterator

import psycopg
import pytest
from planted import Case, cases

from pgevolve.backfill import run_backfill
from pgevolve.connect import Connection, connect
from pgevolve.local import LocalPostgres
from pgevolve.prechecks import RowsViolateError, check_rows, require_rows
from pgevolve.run import NoJournal, StepError, run_steps
from pgevolve.scratch import scratch_database

CASES = cases()


@pytest.fixture(scope="module")
def database(server: LocalPostgres) -> Iterator[Connection]:
    """Return a connection to a database that each test empties."""
    with scratch_database(server.url()) as url, connect(url, purpose="test") as connection:
        yield connection


@pytest.fixture
def empty(database: Connection) -> Connection:
    """Return the connection to an empty schema."""
    database.execute("DROP SCHEMA public CASCADE")
    database.execute("CREATE SCHEMA public")
    return database


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.family}: {case.name}")
@pytest.mark.fault("rows that violate what is pending, planted by kind")
def test_planted_violation_is_found_and_the_server_refuses_it(case: Case, empty: Connection) -> None:
    if not _known(case, empty):
        return
    empty.execute((case.setup + case.bad).encode())

    report = check_rows(empty, [case.migration()], owner=None)

    found = [entry for entry in report.violations if entry.kind == case.kind]
    assert [(entry.count, entry.keys) for entry in found] == [(case.count, case.keys)], report
    assert report.violations == tuple(found)
    with pytest.raises(RowsViolateError) as refused:
        require_rows(report)
    assert found[0].what in str(refused.value)
    _require_query_lists(empty, found[0].query, found[0].key, case)
    assert _run(case, empty) == case.refused


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.family}: {case.name}")
def test_clean_twin_gives_nothing_and_passes(case: Case, empty: Connection) -> None:
    if not _known(case, empty):
        return
    empty.execute((case.setup + case.good).encode())

    report = check_rows(empty, [case.migration()], owner=None)

    assert (report.violations, report.unchecked) == ((), ())
    assert report.asked > 0
    assert _run(case, empty) is None


def test_sixty_kinds_are_planted() -> None:
    assert len({(case.family, case.name) for case in CASES}) == len(CASES) >= 60


def _known(case: Case, connection: Connection) -> bool:
    """Tell whether the server knows the statement; where it does not, it must refuse its syntax."""
    if connection.info.server_version // 10_000 >= case.since:
        return True
    assert (_run(case, connection) or "")[:2] in {"42", "0A"}
    return False


def _require_query_lists(connection: Connection, query: str, key: tuple[str, ...], case: Case) -> None:
    cursor = connection.execute(query.encode())
    while cursor.nextset():
        pass
    rows = cursor.fetchall()
    assert len(rows) == case.count
    columns = [column.name for column in cursor.description or ()]
    assert columns[: len(key)] == list(key)


def _run(case: Case, connection: Connection) -> str | None:
    """Run the migration as a deploy does, and what comes after it; return the SQLSTATE it ends with."""
    migration = case.migration()
    try:
        run_steps(connection, migration.up, owner=None, journal=NoJournal())
        if migration.backfill_sql is not None:
            run_backfill(connection, migration.backfill_sql, owner=None)
        if case.after is not None:
            connection.execute(case.after.encode())
    except StepError as failure:
        return failure.error.sqlstate
    except psycopg.Error as error:
        return error.sqlstate
    return None
