"""Connect, and tell apart the reasons why that failed.

The client library hands over no error code for a refused connection, and the server's words are in its own
language. So the reasons are told apart by what can be tried: does anything listen there, was a password sent,
is there another database that lets the same user in.
"""

import socket
from contextlib import closing
from importlib.metadata import version
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from sevra_atlas.provision.errors import (
    ConnectionRefusedByServerError,
    DatabaseMissingError,
    DatabaseUrlError,
    ServerTooOldError,
    ServerUnreachableError,
    StandbyError,
    WrongPasswordError,
)
from sevra_atlas.settings import SetupError

OLDEST_SERVER = 15
_TIMEOUT_SECONDS = 5
_DEFAULT_SOCKET_DIRECTORY = "/var/run/postgresql"
_DATABASES_OF_EVERY_SERVER = ("postgres", "template1")


def connect(
    url: str, variable: str = "DATABASE_URL", *, options: str | None = None
) -> psycopg.Connection[Any]:
    """Open a connection to a supported server that takes writes; nothing is in a transaction yet.

    `options` replace those of the URL. Raises a `SetupError` of its own for each way in which that can fail;
    `variable` is named in it.
    """
    parameters = _parameters(url, variable)
    if options is not None:
        parameters["options"] = options
    try:
        connection = psycopg.connect(**parameters)
    except psycopg.OperationalError as error:
        raise _reason(error, parameters) from error
    try:
        require_supported(connection.info.server_version)
        _require_primary(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def require_supported(server_version: int) -> None:
    """Refuse a server that is too old; the number is libpq's, 150018 for 15.18."""
    if server_version // 10_000 < OLDEST_SERVER:
        raise ServerTooOldError(shown_version(server_version), OLDEST_SERVER)


def shown_version(server_version: int) -> str:
    """Return libpq's number as people write it: 180004 is 18.4, and 90624 is 9.6.24."""
    major, minor = divmod(server_version, 10_000)
    if major >= 10:  # noqa: PLR2004 - the first version whose number has two parts
        return f"{major}.{minor}"
    return f"{major}.{minor // 100}.{minor % 100}"


def _require_primary(connection: psycopg.Connection[Any]) -> None:
    connection.autocommit = True
    row = connection.execute("SELECT pg_is_in_recovery()").fetchone()
    connection.autocommit = False
    if row is not None and row[0]:
        raise StandbyError(_address(connection.info.host, str(connection.info.port)))


def plain_url(url: str, variable: str) -> str:
    """Return a stated address in the form that libpq takes; raises DatabaseUrlError for one that is none."""
    # The form that SQLAlchemy takes is meant as well by whoever writes it.
    plain = url.replace("postgresql+psycopg://", "postgresql://", 1)
    try:
        conninfo_to_dict(plain)
    except psycopg.ProgrammingError as error:
        # The library's words quote the part that it could not read, which may be the password.
        raise DatabaseUrlError(variable, "it cannot be parsed") from error
    return plain


def _parameters(url: str, variable: str) -> dict[str, Any]:
    parameters = conninfo_to_dict(plain_url(url, variable))
    parameters.setdefault("connect_timeout", _TIMEOUT_SECONDS)
    # A contract migration waits for clients of an older release, which call themselves so.
    parameters.setdefault("fallback_application_name", f"sevra/{version('sevra-atlas')}")
    # A database in SQL_ASCII would otherwise hand out its own name as bytes.
    parameters["client_encoding"] = "UTF8"
    return parameters


def _reason(error: psycopg.OperationalError, parameters: dict[str, Any]) -> SetupError:
    """Return the error that says why a connection failed."""
    attempt = error.pgconn
    host, port = (_text(attempt, "host"), _text(attempt, "port")) if attempt else ("", "")
    user, database = (_text(attempt, "user"), _text(attempt, "db")) if attempt else ("", "")
    address = _address(host, port)
    if attempt is not None and attempt.needs_password:
        return WrongPasswordError(address, user, given=False)
    if not _listens(host, port):
        return ServerUnreachableError(address)
    elsewhere = _databases_elsewhere(parameters)
    if elsewhere is not None and database not in elsewhere:
        return DatabaseMissingError(address, database)
    if elsewhere is None and attempt is not None and attempt.used_password:
        return WrongPasswordError(address, user, given=True)
    return ConnectionRefusedByServerError(address, user, _words(error))


def _text(attempt: Any, name: str) -> str:
    value = getattr(attempt, name)
    return value.decode(errors="replace") if value else ""


def _address(host: str, port: str) -> str:
    if host.startswith("/") or not host:
        return f"socket {host or _DEFAULT_SOCKET_DIRECTORY!s} port {port or '5432'}"
    return f"{host}:{port or '5432'}"


def _words(error: psycopg.OperationalError) -> str:
    """Return the server's own last line, without the prefix that repeats the address."""
    last = str(error).strip().splitlines()[-1].strip()
    return last.rpartition("failed: ")[2] or last


def _listens(host: str, port: str) -> bool:
    """Whether anything accepts a connection at the address, one of several hosts being enough."""
    ports = port.split(",")
    hosts = host.split(",")
    pairs = zip(hosts, ports * len(hosts) if len(ports) == 1 else ports, strict=False)
    return any(_accepts(one, int(number or "5432")) for one, number in pairs)


def _accepts(host: str, port: int) -> bool:
    try:
        if host and not host.startswith("/"):
            socket.create_connection((host, port), timeout=_TIMEOUT_SECONDS).close()
            return True
        with closing(socket.socket(socket.AF_UNIX)) as client:
            client.settimeout(_TIMEOUT_SECONDS)
            client.connect(f"{host or _DEFAULT_SOCKET_DIRECTORY}/.s.PGSQL.{port}")
            return True
    except OSError:
        return False


def _databases_elsewhere(parameters: dict[str, Any]) -> set[str] | None:
    """Return the server's databases as seen from one that lets the same user in, or None when none does."""
    for database in _DATABASES_OF_EVERY_SERVER:
        try:
            with psycopg.connect(**{**parameters, "dbname": database, "options": ""}) as connection:
                rows = connection.execute("SELECT datname FROM pg_catalog.pg_database").fetchall()
        except psycopg.OperationalError:
            continue
        return {row[0] for row in rows}
    return None
