"""What `doctor` looks at in the database: server, encoding, logins, migrations, content."""

import os
from collections.abc import Iterator, Mapping

import psycopg

from pgevolve.errors import PgevolveError
from pgevolve.status import read_status
from sevra_atlas.cli.database import Source, opened
from sevra_atlas.cli.errors import NotProvisionedError
from sevra_atlas.cli.findings import Finding, of_error
from sevra_atlas.migrate import project
from sevra_atlas.provision import DatabaseUrls, inspect_database
from sevra_atlas.settings import SetupError


def database(environ: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """Look at the database from outside to inside and stop at the first thing that is not there.

    The embedded server is started for it, and stops again when nobody else uses it.
    """
    try:
        with opened(environ) as source:
            yield from _of_source(source)
    except NotProvisionedError as error:
        yield Finding("database", "warn", str(error), "sevra up")
    except (SetupError, PgevolveError) as error:
        yield of_error("database", error)


def _of_source(source: Source) -> Iterator[Finding]:
    address, variable = source.entrance()
    found = inspect_database(address, variable)
    place = "embedded" if source.is_embedded else source.described
    yield Finding("server", "ok", f"PostgreSQL {found.server_version}, {place}")
    yield Finding("database", "ok", f"{found.database}, encoded in {found.encoding}")
    try:
        urls = source.urls()
    except NotProvisionedError as error:
        yield Finding("logins", "warn", str(error), "sevra up")
        return
    yield from _logins(urls)
    if urls.owner is not None:
        yield _migrations(urls.owner)
    if found.deployed:
        yield _content(urls.app)
        yield _jobs(urls.app)


def _logins(urls: DatabaseUrls) -> Iterator[Finding]:
    """Connect as each role whose URL is known."""
    known = {"app": urls.app, "owner": urls.owner, "maintenance": urls.maintenance, "readonly": urls.readonly}
    for role, url in known.items():
        if url is None:
            yield Finding("logins", "warn", f"no URL of the role {role}", f"set SEVRA_{role.upper()}_URL")
            continue
        try:
            with psycopg.connect(url, connect_timeout=5) as connection:
                user = connection.info.user
        except psycopg.OperationalError as error:
            words = str(error).strip().splitlines()[-1]
            yield Finding("logins", "bad", f"the role {role} cannot connect: {words}", "sevra up")
        else:
            yield Finding("logins", "ok", f"{user} connects as {role}")


def _migrations(owner_url: str) -> Finding:
    try:
        status = read_status(project(), owner_url)
    except PgevolveError as error:
        return of_error("migrations", error)
    if status.problems:
        return of_error("migrations", status.problems[0])
    if status.pending:
        return Finding("migrations", "warn", f"{len(status.pending)} pending", "sevra migrate deploy")
    return Finding("migrations", "ok", f"{len(status.migrations)} applied, none pending")


def _content(app_url: str) -> Finding:
    try:
        with psycopg.connect(app_url, connect_timeout=5) as connection:
            row = connection.execute(
                "SELECT (SELECT count(*) FROM live.salons), (SELECT count(*) FROM live.artists)"
            ).fetchone()
    except psycopg.Error as error:
        return Finding("content", "bad", str(error).strip().splitlines()[0], "sevra migrate deploy")
    assert row is not None, "a SELECT without FROM has one row"
    salons, artists = row
    return Finding("content", "ok", f"{salons} salons, {artists} artists")


def _jobs(app_url: str) -> Finding:
    """Look for dead letters; whether a worker lives is not the application's to see."""
    try:
        with psycopg.connect(app_url, connect_timeout=5) as connection:
            row = connection.execute(
                "SELECT count(*) FILTER (WHERE status = 'failed'), count(*) FILTER (WHERE status = 'todo')"
                " FROM procrastinate.procrastinate_jobs"
            ).fetchone()
    except psycopg.Error as error:
        return Finding("jobs", "bad", str(error).strip().splitlines()[0], "sevra migrate deploy")
    assert row is not None, "a count gives one row"
    failed, waiting = row
    if failed:
        return Finding("jobs", "warn", f"{failed} failed for good, {waiting} wait", "sevra jobs dead")
    return Finding("jobs", "ok", f"none failed, {waiting} wait")
