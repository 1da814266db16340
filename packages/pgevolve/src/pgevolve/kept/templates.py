"""Databases that are made once and found again by what they were made of."""

import hashlib
import secrets
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Self

from psycopg import errors, sql

from pgevolve.connect import connect
from pgevolve.scratch import create_database, drop_database, with_database

# One number for all users of the kept server; no other session of it takes advisory locks.
_IN_USE = 0x7067_6576
_KEPT = 12
_FOUND = """
SELECT d.datname, d.datname ~ '^(history|models)_' AND d.datname !~ '_new$' AS finished,
       shobj_description(d.oid, 'pg_database') AS used
  FROM pg_catalog.pg_database d
 WHERE d.datname ~ '^(history|models|scratch)_'
 ORDER BY used DESC NULLS LAST
"""


class Templates:
    """The kept databases of one server, for the time of a `with`.

    Nobody may connect to one that is copied. Whoever finds that no other run uses the server first removes
    what killed runs have left, and all but the databases used last.
    """

    def __init__(self, server_url: str) -> None:
        self.server_url = server_url
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._connection = self._stack.enter_context(connect(self.server_url, purpose="kept"))
        if self._says("SELECT pg_try_advisory_lock(%s)", _IN_USE):
            self._tidy()
            self._says("SELECT pg_advisory_lock_shared(%s)", _IN_USE)
            self._says("SELECT pg_advisory_unlock(%s)", _IN_USE)
        else:
            self._says("SELECT pg_advisory_lock_shared(%s)", _IN_USE)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def get(self, kind: str, facts: Iterable[str], make: Callable[[str], None]) -> str:
        """Return the name of the database made of these facts, which `make` fills when there is none.

        `make` gets the address of an empty one and leaves no connection to it. The database has its name
        when it is finished; if it cannot be, what `make` raised goes on, and nothing is left.
        """
        digest = hashlib.sha256("\0".join(facts).encode()).hexdigest()
        name = f"{kind}_{digest[:40]}"
        if not self._says("SELECT true FROM pg_catalog.pg_database WHERE datname = %s", name):
            self._make(name, make)
        used = sql.SQL("COMMENT ON DATABASE {} IS {}").format(
            sql.Identifier(name), sql.Literal(datetime.now(UTC).isoformat())
        )
        self._connection.execute(used)
        return name

    def url(self, name: str) -> str:
        """Return the address of a database."""
        return with_database(self.server_url, name)

    def _make(self, name: str, make: Callable[[str], None]) -> None:
        pending = f"{name[:20]}_{secrets.token_hex(8)}_new"
        create_database(self.server_url, pending)
        try:
            make(self.url(pending))
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            self._connection.execute(rename.format(sql.Identifier(pending), sql.Identifier(name)))
        except (errors.DuplicateDatabase, errors.UniqueViolation):
            # Another run was quicker; its database is of the same facts. Where both renamed at the same
            # moment, the server notices in its own index only.
            drop_database(self.server_url, pending)
        except BaseException:
            drop_database(self.server_url, pending)
            raise

    def _tidy(self) -> None:
        finished = 0
        for name, is_finished, _ in self._connection.execute(_FOUND).fetchall():
            finished += is_finished
            if not is_finished or finished > _KEPT:
                drop_database(self.server_url, name)

    def _says(self, query: str, value: object) -> object:
        row = self._connection.execute(query.encode(), (value,)).fetchone()
        return None if row is None else row[0]
