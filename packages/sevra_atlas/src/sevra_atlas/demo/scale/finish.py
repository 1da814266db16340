"""What follows the commit of a bulk load: visibility maps and statistics, then the checks."""

from collections.abc import Callable
from typing import Any

from psycopg import Connection, sql

from sevra_atlas.demo.errors import BrokenInvariantsError
from sevra_atlas.demo.scale.pair import Connect, on_two_connections
from sevra_atlas.demo.scale.timing import Timings
from sevra_atlas.domain.invariants import INVARIANTS, Invariant, Outcome, check
from sevra_atlas.schema import Base


def finish(connect: Connect, timings: Timings) -> tuple[Outcome, ...]:
    """Finish a load whose rows are committed; return the checks. Raises `BrokenInvariantsError`.

    `connect` opens a connection in autocommit that acts as `sevra_owner`. Each statement is a transaction.
    """
    vacuum(connect, timings)
    return require_invariants(connect, timings)


def vacuum(connect: Connect, timings: Timings) -> None:
    """Vacuum every table, then analyse it, so that index-only scans find pages known as visible to all.

    Not in one go: the snapshot of an ANALYZE on one connection can keep a VACUUM on the other from marking
    pages, while two VACUUMs do not look at one another.
    """
    for name, action in (("vacuum", sql.SQL("VACUUM {}")), ("analyze", sql.SQL("ANALYZE {}"))):
        with timings.part(name):
            jobs = [_on(action, table.schema, table.name) for table in Base.metadata.sorted_tables]
            on_two_connections(connect, jobs, lambda _: None)


def require_invariants(connect: Connect, timings: Timings) -> tuple[Outcome, ...]:
    """Count everything again and return what each check took. Raises `BrokenInvariantsError`."""
    outcomes: list[Outcome] = []
    with timings.part("checks", len(INVARIANTS)) as done:

        def took(outcome: Outcome) -> None:
            outcomes.append(outcome)
            done(len(outcomes))

        on_two_connections(connect, [_check(invariant) for invariant in INVARIANTS], took)
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
