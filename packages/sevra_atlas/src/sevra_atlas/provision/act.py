"""Bring a database into the state that the migrations need: roles, logins, rights; then hand out the URLs."""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql

from sevra_atlas.provision.addresses import (
    APP,
    GROUP_ROLES,
    MAINTENANCE,
    OWNER,
    READONLY,
    login_name,
    role_url,
)
from sevra_atlas.provision.connect import connect, plain_url, shown_version
from sevra_atlas.provision.credentials import Credentials, new_password
from sevra_atlas.provision.errors import LoginRefusedError, OwnerRoleNotGrantedError
from sevra_atlas.provision.facts import Facts, read_facts, require_usable
from sevra_atlas.provision.plan import Statement, missing_statements, refusal
from sevra_atlas.settings import MissingSettingError

# Two provisioners of one database take turns.
_LOCK_KEY = 7_305_804_402_113_861
_TURNS = 3


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """One URL per role; each carries the role's search path in its options."""

    app: str = field(repr=False)
    owner: str | None = field(default=None, repr=False)
    maintenance: str | None = field(default=None, repr=False)
    readonly: str | None = field(default=None, repr=False)

    def environment(self) -> dict[str, str]:
        """Return the variables by which another process is told of the application's connections."""
        known = {"SEVRA_DATABASE_URL": self.app, "SEVRA_READ_URL": self.readonly}
        return {name: url for name, url in known.items() if url}


@dataclass(frozen=True, slots=True)
class Provisioned:
    """What `provision` found and left: `fresh` when nothing had been deployed and no table existed."""

    urls: DatabaseUrls
    database: str
    server_version: int
    fresh: bool
    made: tuple[str, ...]


def explicit_urls(environ: Mapping[str, str] = os.environ) -> DatabaseUrls | None:
    """Return the URLs that the environment states, or None when it leaves the logins to us.

    Raises DatabaseUrlError for one that cannot be an address; nothing is connected to.
    """
    variables = {
        "app": "SEVRA_DATABASE_URL",
        "owner": "SEVRA_OWNER_URL",
        "maintenance": "SEVRA_MAINTENANCE_URL",
        "readonly": "SEVRA_READ_URL",
    }
    if not environ.get(variables["app"]):
        return None
    stated = {name: (environ.get(variable), variable) for name, variable in variables.items()}
    return DatabaseUrls(**{name: plain_url(url, variable) for name, (url, variable) in stated.items() if url})


def explicit_admin_url(environ: Mapping[str, str] = os.environ) -> str | None:
    """Return the URL of the login that makes and restores databases, where the environment states the logins.

    Raises DatabaseUrlError for one that cannot be an address; nothing is connected to.
    """
    url = environ.get("SEVRA_ADMIN_URL")
    return plain_url(url, "SEVRA_ADMIN_URL") if url else None


def provision(admin_url: str, credentials: Credentials, variable: str = "DATABASE_URL") -> Provisioned:
    """Make what is missing in one transaction, as the user of `admin_url`; a second run makes nothing.

    Raises a `SetupError` before anything is made when the database cannot be used or the user may not make
    what is missing. A login whose password is unknown or wrong gets a new one. Passwords are written to the
    file before the commit, so that a kill between the two leaves one that the next run replaces.
    """
    for _ in range(_TURNS - 1):
        # Roles are shared by all databases of a server, and a lock is not: somebody else may be quicker.
        with suppress(psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
            return _provision(admin_url, credentials, variable)
    return _provision(admin_url, credentials, variable)


def _provision(admin_url: str, credentials: Credentials, variable: str) -> Provisioned:
    with connect(admin_url, variable) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK_KEY])
        facts = read_facts(connection)
        require_usable(facts)
        base = _parameters(connection)
        place = _place(base)
        passwords = credentials.passwords(place)
        statements = missing_statements(facts, _working_logins(base, facts, passwords))
        if denial := refusal(facts, statements, f"{base['host']}:{base['port']}"):
            raise denial
        passwords |= {statement.role: new_password() for statement in statements if statement.password_of}
        if any(statement.password_of for statement in statements):
            credentials.remember(place, passwords)
        for statement in statements:
            _run(connection, statement, passwords)
        version = connection.info.server_version
    urls = _urls(base, passwords)
    if statements:
        _require_let_in(urls)
    fresh = not facts.deployed and not facts.foreign_tables
    made = tuple(dict.fromkeys(entry.role for entry in statements))
    return Provisioned(urls, facts.database, version, fresh, made)


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a database is like."""

    database: str
    encoding: str
    server_version: str
    deployed: bool


def inspect_database(url: str, variable: str) -> Inspected:
    """Look at a database without making anything. Raises a `SetupError` when it cannot be used."""
    with connect(url, variable, options="") as connection:
        facts = read_facts(connection)
        version = shown_version(connection.info.server_version)
    require_usable(facts)
    return Inspected(facts.database, facts.encoding, version, facts.deployed)


def existing_urls(admin_url: str, credentials: Credentials) -> DatabaseUrls | None:
    """Return the URLs of logins that `provision` made earlier, or None when one is missing."""
    with connect(admin_url) as connection:
        facts = read_facts(connection)
        base = _parameters(connection)
    passwords = credentials.passwords(_place(base))
    working = _working_logins(base, facts, passwords)
    complete = all(login_name(facts.database, role) in working for role in GROUP_ROLES)
    return _urls(base, passwords) if complete else None


def inspect_explicit(urls: DatabaseUrls) -> Provisioned:
    """Check the database of stated URLs, where nothing is made, and that the owner's login may act as it.

    Raises a `SetupError` when the database cannot be used.
    """
    if urls.owner is None:
        raise MissingSettingError(
            "SEVRA_OWNER_URL", "set it to a login that may act as sevra_owner: migrations need it"
        )
    # Without its options: a login that may not take the role could not even connect, and no code says why.
    with connect(urls.owner, "SEVRA_OWNER_URL", options="") as connection:
        facts = read_facts(connection)
        require_usable(facts)
        _require_owner(connection)
        version = connection.info.server_version
    connect(urls.app, "SEVRA_DATABASE_URL").close()
    fresh = not facts.deployed and not facts.foreign_tables
    return Provisioned(urls, facts.database, version, fresh, ())


def _require_owner(connection: psycopg.Connection[Any]) -> None:
    row = connection.execute(
        "SELECT session_user, EXISTS (SELECT FROM pg_roles WHERE rolname = %(owner)s"
        " AND pg_has_role(session_user, oid, 'MEMBER'))",
        {"owner": OWNER.name},
    ).fetchone()
    assert row is not None, "a SELECT without FROM has one row"
    if not row[1]:
        raise OwnerRoleNotGrantedError(row[0], OWNER.name)


def _run(connection: psycopg.Connection[Any], statement: Statement, passwords: Mapping[str, str]) -> None:
    if statement.password_of is None:
        connection.execute(statement.text)
        return
    # The verifier is computed here, so the password itself is in no server's log.
    verifier = connection.pgconn.encrypt_password(
        passwords[statement.role].encode(), statement.role.encode(), b"scram-sha-256"
    )
    connection.execute(statement.text + sql.Literal(verifier.decode()))


def _parameters(connection: psycopg.Connection[Any]) -> dict[str, str]:
    """Return how another login connects to the same database, as the URL, the environment and files said."""
    own = {"user", "password", "passfile", "options", "fallback_application_name", "connect_timeout"}
    # The address that the name stood for just now, and what the library adds of itself.
    own |= {"hostaddr", "sslcertmode", "client_encoding"}
    shared = {name: value for name, value in connection.info.get_parameters().items() if name not in own}
    place = {
        "host": connection.info.host,
        "port": str(connection.info.port),
        "dbname": connection.info.dbname,
    }
    return {**shared, **place}


def _place(base: Mapping[str, str]) -> str:
    """Return the name of a database's part of the file of passwords."""
    return f"{base['host']}:{base['port']}/{base['dbname']}"


def _working_logins(base: Mapping[str, str], facts: Facts, passwords: Mapping[str, str]) -> set[str]:
    """Return the logins that a stored password opens; a database or role that is new has none."""
    working = set()
    for role in GROUP_ROLES:
        name = login_name(facts.database, role)
        known = facts.roles.get(name)
        if name in passwords and known is not None and known.may_login:
            # Without the options: the owner's may name a role that it is not a member of yet.
            url = role_url({**base, "options": ""}, role, passwords[name])
            if _opens(url):
                working.add(name)
    return working


def _opens(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _urls(base: Mapping[str, str], passwords: Mapping[str, str]) -> DatabaseUrls:
    url = {role: role_url(base, role, passwords[login_name(base["dbname"], role)]) for role in GROUP_ROLES}
    return DatabaseUrls(url[APP], url[OWNER], url[MAINTENANCE], url[READONLY])


def _require_let_in(urls: DatabaseUrls) -> None:
    """Connect once with each new login: a server may let in only the users that its rules name."""
    for url in (urls.app, urls.owner, urls.maintenance, urls.readonly):
        assert url is not None, "provision makes a login for every role"
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError as error:
            login = psycopg.conninfo.conninfo_to_dict(url)["user"]
            raise LoginRefusedError(str(login), str(error).strip().splitlines()[-1]) from error
