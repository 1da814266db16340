"""Is the database what the history says? Asked by every deploy, and by a command of its own."""

from dataclasses import dataclass

import sqlalchemy
from psycopg.errors import LockNotAvailable
from sqlalchemy.exc import DBAPIError

from pgevolve.catalog.model import Catalog
from pgevolve.catalog.read import read_catalog
from pgevolve.catalog.rows import reference_tables
from pgevolve.connect import connect, sqlalchemy_connection
from pgevolve.digest import digest
from pgevolve.errors import FindingsError, UsageError
from pgevolve.ledger import ledger_migrations
from pgevolve.project import Project
from pgevolve.quoting import literal

_READ_LOCK_SECONDS = 30.0
_LEFTOVERS = """
SELECT 'invalid index ' || i.indexrelid::regclass AS what
FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
WHERE NOT (i.indisvalid AND i.indisready) AND c.relkind = 'i'
  AND c.relnamespace::regnamespace::text <> ALL (CAST(:ignored AS text[]))
UNION ALL
-- A constraint of 18 that is NOT ENFORCED is never validated, and meant so; 15 has no such column.
SELECT 'unvalidated constraint ' || c.conname || ' on ' || c.conrelid::regclass
FROM pg_catalog.pg_constraint AS c
WHERE NOT c.convalidated AND c.conrelid <> 0 AND to_jsonb(c) ->> 'conenforced' IS DISTINCT FROM 'false'
  AND c.connamespace::regnamespace::text <> ALL (CAST(:ignored AS text[]))
ORDER BY 1
"""


class DigestMismatchError(FindingsError):
    """The schema is not the one that the last applied migration leads to."""

    hint = "find what else changed the database, undo it, and run `verify` again"

    def __init__(self, migration: str, expected: str, found: str) -> None:
        super().__init__(migration, expected, found)
        self.migration, self.expected, self.found = migration, expected, found

    def __str__(self) -> str:
        return (
            f"the schema is not what migration {self.migration!r} leads to:"
            f" its digest is {self.found[:12]} and not {self.expected[:12]}"
        )


class SchemaLockedError(UsageError):
    """The schema cannot be read, because another session holds a table exclusively."""

    hint = "look who holds it, SELECT * FROM pg_locks WHERE mode = 'AccessExclusiveLock', and try again"

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds

    def __str__(self) -> str:
        return f"the schema cannot be read: a table was locked for {self.seconds:g} s"


class LeftoversError(FindingsError):
    """A deploy left something half-done: an invalid index, a constraint that was never validated."""

    hint = "see with `janitor` what clears it, clear it with `janitor --clear`, and run `verify` again"

    def __init__(self, leftovers: tuple[str, ...]) -> None:
        super().__init__(leftovers)
        self.leftovers = leftovers

    def __str__(self) -> str:
        return f"something is half-done: {', '.join(self.leftovers)}"


def schema_digest(url: str, project: Project, *, lock_seconds: float = _READ_LOCK_SECONDS) -> str:
    """Return the digest of the database's schema; see `schema_catalog`."""
    return digest(schema_catalog(url, project, lock_seconds=lock_seconds))


def schema_catalog(url: str, project: Project, *, lock_seconds: float = _READ_LOCK_SECONDS) -> Catalog:
    """Return what the database holds of the project, read in one transaction of its own.

    Each lock of reading is waited for up to `lock_seconds`. Raises SchemaLockedError.
    """
    with sqlalchemy_connection(url, purpose="verify") as connection:
        connection.execute(sqlalchemy.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        # Printing a view or an index locks its table a moment, which an ACCESS EXCLUSIVE of others withholds.
        wait = sqlalchemy.func.set_config("lock_timeout", f"{round(lock_seconds * 1000)}ms", True)
        connection.execute(sqlalchemy.select(wait))
        try:
            return read_catalog(
                connection,
                ignore_schemas=project.ignore_schemas,
                ignore_partitions=project.ignore_partitions,
                ignore_tables=project.ignore_tables,
                reference_tables=reference_tables(project.metadata),
                owner=project.owner,
            )
        except DBAPIError as error:
            if isinstance(error.orig, LockNotAvailable):
                raise SchemaLockedError(lock_seconds) from error
            raise


def whole_digest(url: str, owner: str, *, snapshot: str | None = None) -> str:
    """Return the digest of all schemas, whatever project they are of, without reference rows.

    `owner` is whose objects count as the database's own. `snapshot` is one that another session exported.
    """
    with sqlalchemy_connection(url, purpose="verify") as connection:
        connection.execute(sqlalchemy.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        if snapshot is not None:
            connection.exec_driver_sql(f"SET TRANSACTION SNAPSHOT {literal(snapshot)}")
        return digest(read_catalog(connection, owner=owner))


def leftovers(url: str, project: Project) -> frozenset[str]:
    """Return the invalid indexes and unvalidated constraints of the database, each as it is called."""
    with sqlalchemy_connection(url, purpose="verify") as connection:
        ignored = sorted(project.ignore_schemas)
        return frozenset(connection.scalars(sqlalchemy.text(_LEFTOVERS), {"ignored": ignored}))


def require_digest(url: str, project: Project, migration: str, expected: str) -> None:
    """Check that the schema is the one that a migration leads to. Raises DigestMismatchError."""
    found = schema_digest(url, project)
    if found != expected:
        raise DigestMismatchError(migration, expected, found)


@dataclass(frozen=True, slots=True)
class Verification:
    """The last applied migration (None when there is none) and the digest that it and the schema share."""

    migration: str | None
    digest: str | None


def verify(project: Project, url: str) -> Verification:
    """Check the schema against the last applied migration, and look for half-done things; only reads.

    Raises DigestMismatchError, LeftoversError, and the errors of `connect`.
    """
    with connect(url, purpose="verify") as connection:
        applied = [row for row in ledger_migrations(connection) if row.state == "applied"]
    if not applied:
        return Verification(None, None)
    last = applied[-1]
    require_digest(url, project, last.name, last.digest)
    left = leftovers(url, project)
    if left:
        raise LeftoversError(tuple(sorted(left)))
    return Verification(last.name, last.digest)
