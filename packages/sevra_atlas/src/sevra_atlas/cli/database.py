"""The database of a command: stated by the environment, or the embedded server while it is needed."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from pgevolve.connect import Connection, connect
from pgevolve.local import LocalPostgres
from sevra_atlas.cli.errors import NotProvisionedError, RoleUrlMissingError
from sevra_atlas.provision import (
    Credentials,
    DatabaseUrls,
    Provisioned,
    existing_urls,
    explicit_admin_url,
    explicit_urls,
    inspect_explicit,
    provision,
)
from sevra_atlas.settings import data_directory

EMBEDDED_DATABASE = "sevra_atlas"
ROLES = ("app", "owner", "maintenance", "readonly")
_VARIABLES = {
    "app": "SEVRA_DATABASE_URL",
    "owner": "SEVRA_OWNER_URL",
    "maintenance": "SEVRA_MAINTENANCE_URL",
    "readonly": "SEVRA_READ_URL",
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where the database is: described for people, with an administrator's URL, or stated ones, or both.

    The administrator makes roles where none are stated, and the databases of restores and rehearsals.
    """

    described: str
    admin_url: str | None
    stated: DatabaseUrls | None
    credentials: Credentials
    is_embedded: bool = False

    def entrance(self) -> tuple[str, str]:
        """Return the URL by which the database is looked at, and the variable that it came from."""
        if self.stated is not None:
            return self.stated.app, "SEVRA_DATABASE_URL"
        assert self.admin_url is not None, "a source has one or the other"
        return self.admin_url, "DATABASE_URL"

    def provisioned(self) -> Provisioned:
        """Make what is missing, or check what is stated. Raises a `SetupError`, with nothing made."""
        if self.stated is not None:
            return inspect_explicit(self.stated)
        assert self.admin_url is not None, "a source has one or the other"
        return provision(self.admin_url, self.credentials)

    def urls(self) -> DatabaseUrls:
        """Return the URLs without making anything. Raises `NotProvisionedError` when there are none yet."""
        if self.stated is not None:
            return self.stated
        assert self.admin_url is not None, "a source has one or the other"
        found = existing_urls(self.admin_url, self.credentials)
        if found is None:
            raise NotProvisionedError(f"the login of {self.described}")
        return found


def local_server(
    environ: Mapping[str, str] = os.environ, settings: Mapping[str, str] | None = None
) -> LocalPostgres:
    """Return the embedded server of the data directory; it is not started.

    The settings hold when this process starts it, not when it joins one that runs.
    """
    return LocalPostgres(data_directory(environ) / "postgres", settings=settings)


def credentials_file(environ: Mapping[str, str] = os.environ) -> Credentials:
    """Return the file that holds the passwords of the logins."""
    return Credentials(data_directory(environ) / "credentials.toml")


@contextmanager
def opened(
    environ: Mapping[str, str] = os.environ,
    *,
    make: bool = False,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Source]:
    """Open the way to the database; the embedded server stops after the block when nobody else uses it.

    With `make` the embedded server and its database are made when they are missing; without, their absence
    raises `NotProvisionedError`. `settings` are for an embedded server that this process starts.
    """
    credentials = credentials_file(environ)
    stated, admin_url = explicit_urls(environ), environ.get("DATABASE_URL")
    if stated is not None:
        admin_url = explicit_admin_url(environ)
        yield Source("the database of SEVRA_DATABASE_URL", admin_url, stated, credentials)
    elif admin_url:
        yield Source("the database of DATABASE_URL", admin_url, None, credentials)
    else:
        if not make:
            _require_embedded(data_directory(environ))
        with local_server(environ, settings) as server:
            if make:
                _make_embedded_database(server)
            described = f"PostgreSQL {server.version}, embedded"
            yield Source(described, server.url(EMBEDDED_DATABASE), None, credentials, is_embedded=True)


def role_url(urls: DatabaseUrls, role: str) -> str:
    """Return one role's URL. Raises `RoleUrlMissingError` when the environment states others only."""
    url: str | None = getattr(urls, role)
    if url is None:
        raise RoleUrlMissingError(role, _VARIABLES[role])
    return url


@contextmanager
def maintenance(purpose: str) -> Iterator[Connection]:
    """Open a connection of the maintenance role, in autocommit; `purpose` is what the server shows of it."""
    with opened() as source, connect(role_url(source.urls(), "maintenance"), purpose=purpose) as connection:
        yield connection


def _require_embedded(data_dir: Path) -> None:
    if not (data_dir / "postgres").is_dir():
        raise NotProvisionedError(f"the embedded database of {str(data_dir)!r}")


def _make_embedded_database(server: LocalPostgres) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        found = connection.execute(
            "SELECT FROM pg_database WHERE datname = %s", [EMBEDDED_DATABASE]
        ).fetchone()
        if found is None:
            # template0: whatever somebody put into template1 would be a table of something else.
            connection.execute(
                sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(
                    sql.Identifier(EMBEDDED_DATABASE)
                )
            )
