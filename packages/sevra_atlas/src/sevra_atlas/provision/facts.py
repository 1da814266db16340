"""What a database and its cluster are like before anything is made: values, read in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import psycopg
from psycopg.rows import dict_row

from sevra_atlas.provision.addresses import GROUP_ROLES, login_name
from sevra_atlas.provision.errors import EncodingError, ForeignTablesError

_SQL = files("sevra_atlas.provision").joinpath("sql")


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """A role that exists: whether the connected user may grant it, and whether that user may act as it."""

    name: str
    may_login: bool
    administered: bool
    taken: bool
    member_of: frozenset[str]


@dataclass(frozen=True, slots=True)
class Facts:
    """The connected user, the database, and those of our roles that exist."""

    user: str
    superuser: bool
    may_create_roles: bool
    major: int
    database: str
    encoding: str
    may_grant_on_database: bool
    may_grant_on_public: bool
    public_may_make_temporary: bool
    public_may_create: bool
    public_schema_exists: bool
    deployed: bool
    foreign_tables: tuple[str, ...]
    roles: Mapping[str, RoleFacts]
    database_grants: frozenset[tuple[str, str]]
    schema_grants: frozenset[tuple[str, str]]


def read_facts(connection: psycopg.Connection[Any]) -> Facts:
    """Read the facts in the caller's transaction; no lock beyond those of reading the catalogue."""
    names = _names(connection.info.dbname)
    with connection.cursor(row_factory=dict_row) as cursor:
        database = cursor.execute(_query("database")).fetchone()
        assert database is not None, "the query has no FROM that could be empty"
        tables = cursor.execute(_query("foreign_tables")).fetchall()
        roles = cursor.execute(_query("roles"), {"names": names}).fetchall()
        grants = cursor.execute(_query("grants"), {"names": names}).fetchall()
    return Facts(
        **database,
        foreign_tables=tuple(row["name"] for row in tables),
        roles={row["name"]: RoleFacts(**{**row, "member_of": frozenset(row["member_of"])}) for row in roles},
        database_grants=frozenset(
            (row["role"], row["privilege"]) for row in grants if row["kind"] == "database"
        ),
        schema_grants=frozenset((row["role"], row["privilege"]) for row in grants if row["kind"] == "schema"),
    )


def require_usable(facts: Facts) -> None:
    """Refuse a database of another encoding, and one that holds somebody else's tables and not ours."""
    if facts.encoding != "UTF8":
        raise EncodingError(facts.database, facts.encoding)
    if facts.foreign_tables and not facts.deployed:
        raise ForeignTablesError(facts.database, facts.foreign_tables)


def _names(database: str) -> list[str]:
    return [name for role in GROUP_ROLES for name in (role.name, login_name(database, role))]


def _query(name: str) -> bytes:
    # As bytes: a file of the package is no more built from input than a literal is.
    return _SQL.joinpath(f"{name}.sql").read_bytes()
