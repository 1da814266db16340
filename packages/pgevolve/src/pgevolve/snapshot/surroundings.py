"""What a dump does not hold and a restored database needs: roles, and the facts of the database itself."""

from dataclasses import dataclass
from importlib.resources import files

import msgspec
from psycopg.rows import class_row, dict_row

from pgevolve.connect import Connection
from pgevolve.snapshot.manifest import DatabaseFacts, DatabaseGrant, DatabaseSetting


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """A role without its password; whether it is a superuser is left out, because no restore makes one."""

    name: str
    inherits: bool
    creates_roles: bool
    creates_databases: bool
    logs_in: bool
    connection_limit: int
    member_of: tuple[str, ...]
    settings: tuple[str, ...]


def roles_of(connection: Connection) -> tuple[RoleFacts, ...]:
    """Return the roles that this database names, with their members and the roles they are members of."""
    with connection.cursor(row_factory=class_row(RoleFacts)) as cursor:
        cursor.execute(_query("roles"))
        return tuple(cursor)


def encoded_roles(roles: tuple[RoleFacts, ...]) -> bytes:
    """Return the roles as they are written."""
    return msgspec.json.format(msgspec.json.encode(roles), indent=1) + b"\n"


def decoded_roles(content: bytes) -> tuple[RoleFacts, ...]:
    """Return the roles of a file that is as it was written."""
    return msgspec.json.decode(content, type=tuple[RoleFacts, ...])


def database_of(connection: Connection) -> DatabaseFacts:
    """Return the facts of the database of this connection."""
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(_query("database"))
        row = cursor.fetchone()
    assert row is not None
    grants = tuple(DatabaseGrant(**grant) for grant in row.pop("grants"))
    has_grants = row.pop("has_grants")
    settings = tuple(DatabaseSetting(**setting) for setting in row.pop("settings"))
    return DatabaseFacts(**row, grants=grants if has_grants else None, settings=settings)


def _query(name: str) -> bytes:
    return files("pgevolve.snapshot").joinpath("sql", f"{name}.sql").read_bytes()
