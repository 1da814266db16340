"""What an earlier change left half-done on the tables concerned."""

from collections.abc import Iterator

from pgevolve.connect import Connection
from pgevolve.preflight.concerned import Concerned
from pgevolve.preflight.model import Fact

_INVALID = """
SELECT i.indexrelid::regclass::text, i.indrelid::regclass::text
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
 WHERE c.relkind = 'i' AND NOT (i.indisvalid AND i.indisready) AND i.indrelid = ANY (%s::regclass[]::oid[])
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)
 ORDER BY 1
"""
# A constraint of 18 that is NOT ENFORCED is never validated, and meant so; 15 has no such column.
_UNVALIDATED = """
SELECT c.conname, c.conrelid::regclass::text
  FROM pg_catalog.pg_constraint c
 WHERE NOT c.convalidated AND c.conrelid = ANY (%s::regclass[]::oid[])
   AND to_jsonb(c) ->> 'conenforced' IS DISTINCT FROM 'false'
 ORDER BY 1
"""


def facts(connection: Connection, on: Concerned) -> Iterator[Fact]:
    """Yield invalid indexes that nobody is building, and constraints that were never validated."""
    tables = sorted(on.locked)
    for index, table in connection.execute(_INVALID.encode(), (tables,)):
        yield Fact(
            "invalid index",
            "warn",
            f"the index {index} of {table} is invalid: a build was given up",
            f"run REINDEX INDEX CONCURRENTLY {index}, or DROP INDEX CONCURRENTLY {index}",
        )
    for constraint, table in connection.execute(_UNVALIDATED.encode(), (tables,)):
        yield Fact(
            "unvalidated constraint",
            "warn",
            f"the constraint {constraint} of {table} was never validated",
            f"run ALTER TABLE {table} VALIDATE CONSTRAINT {constraint}",
        )
