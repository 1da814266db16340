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
    """Vacuum and analyse every table, so that index-only scans find pages known as visible to all."""
    tables = sorted(Base.metadata.tables.values(), key=lambda table: table.fullname)
    with timings.part("vacuum and analyze") as done:
        for count, _ in enumerate(
            on_two_connections(connect, [_vacuum(t.schema, t.name) for t in tables]), 1
        ):
            done(count)


def require_invariants(connect: Connect, timings: Timings) -> tuple[Outcome, ...]:
    """Count everything again and return what each check took. Raises `BrokenInvariantsError`."""
    outcomes = []
    with timings.part("checks", len(INVARIANTS)) as done:
        for outcome in on_two_connections(connect, [_check(invariant) for invariant in INVARIANTS]):
            outcomes.append(outcome)
            done(len(outcomes))
    rows = tuple(f"{outcome.name}: {row}" for outcome in outcomes for row in outcome.broken)
    if rows:
        raise BrokenInvariantsError(rows)
    return tuple(outcomes)


def _vacuum(schema: str | None, name: str) -> Callable[[Connection[Any]], None]:
    statement = sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(schema or "public", name))

    def run(connection: Connection[Any]) -> None:
        connection.execute("SET maintenance_work_mem = '512MB'")
        connection.execute(statement)

    return run


def _check(invariant: Invariant) -> Callable[[Connection[Any]], Outcome]:
    def run(connection: Connection[Any]) -> Outcome:
        connection.execute("SET work_mem = '256MB'")
        return next(check(connection, (invariant,)))

    return run
