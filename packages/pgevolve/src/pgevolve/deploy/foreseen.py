"""What the steps of a migration would do to everybody else, said before any of them runs."""

from collections.abc import Iterator, Mapping, Sequence

import postgast

from pgevolve.connect import Connection
from pgevolve.deploy.report import StepReport, first_line
from pgevolve.effects import SchemaFacts, effect_of
from pgevolve.effects.database import read_facts
from pgevolve.history import Migration
from pgevolve.quoting import qualified
from pgevolve.step import Step

_ROWS = """
SELECT n.nspname, c.relname, greatest(c.reltuples, 0)::bigint
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pgevolve')
"""


def foreseen(
    connection: Connection, migrations: Sequence[Migration]
) -> Iterator[tuple[Migration, tuple[StepReport, ...]]]:
    """Yield each migration with what its steps would lock, rewrite and read of the tables that are there now.

    The claims are those of `pgevolve.effects`, and the rows are those that the server estimates. What an
    earlier step makes is not there yet, and nobody else sees it.
    """
    schema = read_facts(connection)
    rows = {qualified(space, name): count for space, name, count in connection.execute(_ROWS)}
    for migration in migrations:
        steps = enumerate(migration.up, 1)
        yield migration, tuple(_step(number, step, schema, rows) for number, step in steps)


def _step(number: int, step: Step, schema: SchemaFacts, rows: Mapping[str, int]) -> StepReport:
    effect = effect_of(postgast.parse(step.sql).stmts[0].stmt, schema)
    if effect is None:
        return StepReport(number, first_line(step), 0.0, 0)
    locks = {
        table: mode
        for table, mode in effect.locks.items()
        if table in schema.relations and mode not in {"ACCESS SHARE", "ROW SHARE"}
    }
    touched = {*locks, *effect.rewrites, *effect.scans} & rows.keys()
    return StepReport(
        number,
        first_line(step),
        0.0,
        0,
        locked=locks,
        rewrites=tuple(sorted(effect.rewrites & schema.relations.keys())),
        scans=tuple(sorted(effect.scans & schema.relations.keys())),
        rows={table: rows[table] for table in sorted(touched)},
    )
