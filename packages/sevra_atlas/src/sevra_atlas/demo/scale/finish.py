"""What follows the commit of a bulk load: documents, visibility maps and statistics, then the checks."""

from collections.abc import Callable, Sequence
from typing import Any

from psycopg import Connection, sql
from sqlalchemy import Table

from sevra_atlas.demo.errors import BrokenInvariantsError
from sevra_atlas.demo.scale.documents import documents
from sevra_atlas.demo.scale.pair import Connect, on_two_connections
from sevra_atlas.demo.scale.timing import Timings
from sevra_atlas.domain.invariants import DOCUMENTED, INVARIANTS, JOURNAL, Invariant, Outcome, check
from sevra_atlas.schema import Base

# Nothing waits for a worker after a bulk load: the documents are all there. The longest check begins first,
# or one connection would be idle behind it.
_CHECKS = (JOURNAL, *(entry for entry in (*INVARIANTS, DOCUMENTED) if entry is not JOURNAL))


def finish(connect: Connect, timings: Timings) -> tuple[Outcome, ...]:
    """Finish a load whose rows are committed; return the checks. Raises `BrokenInvariantsError`.

    `connect` opens a connection in autocommit that acts as `sevra_owner`. Each statement is a transaction,
    each window of documents too.
    """
    tables = Base.metadata.sorted_tables
    _tend(connect, timings, "analyze", sql.SQL("ANALYZE {}"), tables)
    documents(connect, timings)
    # Not VACUUM (ANALYZE): the snapshot of an ANALYZE on one connection can keep a VACUUM on the other from
    # marking pages, while two VACUUMs do not look at one another.
    _tend(connect, timings, "vacuum", sql.SQL("VACUUM {}"), tables)
    found = [table for table in tables if table.name.startswith("search_")]
    _tend(connect, timings, "analyze search", sql.SQL("ANALYZE {}"), found)
    return require_invariants(connect, timings)


def _tend(connect: Connect, timings: Timings, name: str, action: sql.SQL, tables: Sequence[Table]) -> None:
    """Do one thing to each table; index-only scans need pages known as visible, plans need statistics."""
    with timings.part(name):
        on_two_connections(
            connect, [_on(action, table.schema, table.name) for table in tables], lambda _: None
        )


def require_invariants(connect: Connect, timings: Timings) -> tuple[Outcome, ...]:
    """Count everything again and return what each check took. Raises `BrokenInvariantsError`."""
    outcomes: list[Outcome] = []
    with timings.part("checks", len(_CHECKS)) as done:

        def took(outcome: Outcome) -> None:
            outcomes.append(outcome)
            done(len(outcomes))

        on_two_connections(connect, [_check(invariant) for invariant in _CHECKS], took)
    rows = tuple(f"{outcome.name}: {row}" for outcome in outcomes for row in outcome.broken)
    if rows:
        raise BrokenInvariantsError(rows)
    return tuple(outcomes)


def _on(action: sql.SQL, schema: str | None, name: str) -> Callable[[Connection[Any]], None]:
    statement = action.format(sql.Identifier(schema or "public", name))

    def run(connection: Connection[Any]) -> None:
        connection.execute("SET maintenance_work_mem = '512MB'")
        connection.execute(statement)

    return run


def _check(invariant: Invariant) -> Callable[[Connection[Any]], Outcome]:
    def run(connection: Connection[Any]) -> Outcome:
        connection.execute("SET work_mem = '256MB'")
        return next(check(connection, (invariant,)))

    return run
