"""Throw-away servers and databases."""

import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote, urlsplit

from psycopg import sql

from pgevolve.connect import Connection, connect
from pgevolve.errors import UsageError
from pgevolve.local import Binaries, LocalPostgres

SCRATCH_SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "fsync": "off",
        "full_page_writes": "off",
        "synchronous_commit": "off",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "checkpoint_timeout": "1h",
        # What runs here runs once: compiling a catalogue query takes longer than it saves.
        "jit": "off",
    }
)
"""What a server may do whose data nobody will miss."""


class NotADatabaseUriError(UsageError):
    """An address is not a URI, so that no other database can be named in it."""

    hint = "write the address as postgresql://user@host/database"

    def __str__(self) -> str:
        return "the database address is not a postgresql:// URI"


@contextmanager
def scratch_server(*, binaries: Binaries | None = None) -> Iterator[LocalPostgres]:
    """Run a server of its own, without durability, and remove it afterwards."""
    server = LocalPostgres(
        Path(tempfile.mkdtemp(prefix="pgevolve-")), binaries=binaries, settings=SCRATCH_SETTINGS
    )
    try:
        server.start()
        yield server
    finally:
        server.delete()


@contextmanager
def scratch_database(admin_url: str, template: str | None = None) -> Iterator[str]:
    """Make a UTF-8 database and drop it afterwards, sessions included; yields its URI.

    It is a copy of `template`, to which nobody may be connected meanwhile, or empty. `admin_url` is a URI of
    a user who may create databases. Raises DatabaseUnreachableError, NotADatabaseUriError.
    """
    name = f"scratch_{secrets.token_hex(6)}"
    url = with_database(admin_url, name)
    create_database(admin_url, name, template)
    try:
        yield url
    finally:
        drop_database(admin_url, name)


def create_database(admin_url: str, name: str, template: str | None = None) -> None:
    """Create a UTF-8 database, as a copy of `template` or empty, on a connection of its own."""
    if template is None:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'").format(
            sql.Identifier(name)
        )
    else:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(template)
        )
    with connect(admin_url, purpose="scratch") as connection:
        connection.execute(statement + _strategy(connection))


def _strategy(connection: Connection) -> sql.SQL:
    """Return how files are copied: whole where a checkpoint waits for no disk, which takes half the time.

    Elsewhere page by page through the log, as the server does by default: other sessions would wait for the
    two checkpoints.
    """
    row = connection.execute("SELECT current_setting('fsync')").fetchone()
    return sql.SQL(" STRATEGY FILE_COPY") if row == ("off",) else sql.SQL("")


def drop_database(admin_url: str, name: str) -> None:
    """Drop a database if it is there, and end the sessions in it, on a connection of its own."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with connect(admin_url, purpose="scratch") as connection:
        connection.execute(statement)


def with_database(url: str, name: str) -> str:
    """Return the URI with another database. Raises NotADatabaseUriError."""
    parts = urlsplit(url)
    if not parts.scheme.startswith("postgres"):
        raise NotADatabaseUriError
    return f"{parts.scheme}://{parts.netloc}/{quote(name, safe='')}" + (
        f"?{parts.query}" if parts.query else ""
    )
