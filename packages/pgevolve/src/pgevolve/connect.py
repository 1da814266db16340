"""Connections of the engine: direct, watched, and with settings that no default of a role can spoil."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import psycopg
import sqlalchemy
from psycopg import conninfo, sql
from sqlalchemy.exc import DBAPIError

from pgevolve.errors import PgevolveError, UsageError

Connection: TypeAlias = psycopg.Connection[Any]

_KEEPALIVES: dict[str, str | int] = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}
_OLDEST_MAJOR = 15
_SETTINGS = {
    "search_path": "public",
    "client_min_messages": "warning",
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "idle_session_timeout": "0",
    "default_transaction_read_only": "off",
    "default_transaction_isolation": "read committed",
    "default_tablespace": "",
    "default_table_access_method": "heap",
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
}


class DatabaseUnreachableError(UsageError):
    """No connection to the database came about; `reason` is what the driver said."""

    hint = "check the address, the password and that the server runs"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"the database cannot be reached: {self.reason}"


class UnsupportedServerError(UsageError):
    """The server is older than the oldest supported one."""

    hint = f"upgrade the server to PostgreSQL {_OLDEST_MAJOR} or newer"

    def __init__(self, version: str) -> None:
        super().__init__(version)
        self.version = version

    def __str__(self) -> str:
        return f"the server is PostgreSQL {self.version}, and {_OLDEST_MAJOR} is the oldest supported one"


class EncodingError(UsageError):
    """The database does not store UTF-8."""

    hint = "create the database with ENCODING 'UTF8' TEMPLATE template0"

    def __init__(self, database: str, encoding: str) -> None:
        super().__init__(database, encoding)
        self.database, self.encoding = database, encoding

    def __str__(self) -> str:
        return f"database {self.database!r} is encoded in {self.encoding}, not in UTF8"


class TransactionPoolerError(UsageError):
    """A pooler stands between, which may give every transaction another server session."""

    hint = "give the deployer the address of the server itself"

    def __str__(self) -> str:
        return "the connection goes through a pooler, and session locks do not hold there"


def connect(url: str, *, purpose: str, autocommit: bool = True) -> Connection:
    """Open a connection for `purpose`, which the server shows as the application's name.

    Its settings are those of `make_predictable`. `url` is a libpq URI or a SQLAlchemy one of psycopg.
    Raises DatabaseUnreachableError.
    """
    name = f"pgevolve {purpose} {socket.gethostname()}:{os.getpid()}"[:63]
    try:
        # A name of the caller's own stays: it may say which release this is.
        parameters = {"application_name": name, **_KEEPALIVES, **conninfo.conninfo_to_dict(libpq_url(url))}
        connection = psycopg.connect(conninfo.make_conninfo("", **parameters), autocommit=True)
    except psycopg.Error as error:
        raise DatabaseUnreachableError(_one_line(error)) from error
    make_predictable(connection)
    connection.autocommit = autocommit
    return connection


@contextmanager
def sqlalchemy_connection(url: str, *, purpose: str) -> Iterator[sqlalchemy.Connection]:
    """Open a SQLAlchemy connection of its own and close it afterwards; what was not committed is undone.

    Raises DatabaseUnreachableError.
    """
    engine = sqlalchemy.create_engine(
        "postgresql+psycopg://",
        creator=lambda: connect(url, purpose=purpose, autocommit=False),
        poolclass=sqlalchemy.NullPool,
    )
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def losses_as(kind: Callable[[], PgevolveError]) -> Iterator[None]:
    """Raise this kind of error where the server ends a session in the block; others pass."""
    try:
        yield
    except DBAPIError as error:
        if error.connection_invalidated or _is_lost(error.orig):
            raise kind() from error
        raise
    except psycopg.OperationalError as error:
        if _is_lost(error):
            raise kind() from error
        raise


def _is_lost(error: BaseException | None) -> bool:
    """Say whether a session has ended: the library's errors have no code, the server sends 57P01 to 03."""
    if not isinstance(error, psycopg.OperationalError):
        return False
    return error.sqlstate is None or error.sqlstate.startswith(("57P", "08"))


def libpq_url(url: str) -> str:
    """Return the address without a SQLAlchemy driver in its scheme."""
    scheme, separator, rest = url.partition("://")
    return f"{scheme.partition('+')[0]}{separator}{rest}"


def make_predictable(connection: Connection) -> None:
    """Set what the outcome of a migration may depend on, for the session; in autocommit mode."""
    values = sql.SQL(", ").join(
        sql.SQL("pg_catalog.set_config({}, {}, false)").format(name, value)
        for name, value in _SETTINGS.items()
    )
    connection.execute(sql.SQL("SELECT {}").format(values))


def require_suitable(connection: Connection) -> None:
    """Check version, encoding and directness.

    Raises UnsupportedServerError, EncodingError or TransactionPoolerError.
    """
    require_supported(connection.info.server_version)
    row = connection.execute(
        "SELECT current_database(), pg_encoding_to_char(encoding), pg_backend_pid()"
        " FROM pg_catalog.pg_database WHERE datname = current_database()"
    ).fetchone()
    assert row is not None
    database, encoding, process = row
    if encoding != "UTF8":
        raise EncodingError(database, encoding)
    if process != connection.info.backend_pid:
        raise TransactionPoolerError


def require_supported(server_version: int) -> None:
    """Check a version number such as 150018. Raises UnsupportedServerError."""
    major, minor = divmod(server_version, 10_000)
    if major < _OLDEST_MAJOR:
        raise UnsupportedServerError(f"{major}.{minor}")


def _one_line(error: psycopg.Error) -> str:
    """Return the last thing the driver said, which names the cause; it repeats itself for each address."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0].removeprefix("connection failed: ").rstrip(".") if lines else type(error).__name__
