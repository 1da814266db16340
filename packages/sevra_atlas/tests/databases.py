"""A test's database: its addresses by role, its sessions, and what a session may try."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote

import psycopg
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from sevra_atlas.schema.access import APP, MAINTENANCE, OWNER, READONLY

SEARCH_PATHS = {
    APP: "live,public,procrastinate",
    READONLY: "live,public",
    MAINTENANCE: "public,procrastinate",
    OWNER: "public",
}


@dataclass(frozen=True)
class SevraDatabase:
    """A database with the schema; `admin_url` is the superuser's."""

    admin_url: str

    def url(self, role: str = APP) -> str:
        """Return a libpq URI that acts as `role` with the search path of that role."""
        options = f"-c role={role} -c search_path={SEARCH_PATHS[role]}"
        if role == READONLY:
            options += " -c default_transaction_read_only=on"
        separator = "&" if "?" in self.admin_url else "?"
        return f"{self.admin_url}{separator}options={quote(options, safe='')}"

    def connect(self, role: str = APP, *, autocommit: bool = False) -> psycopg.Connection:
        """Open a connection; the caller closes it."""
        return psycopg.connect(self.url(role), autocommit=autocommit)

    def engine(self, role: str = APP) -> Engine:
        """Return an engine; the caller disposes of it."""
        return create_engine(sqlalchemy_url(self.url(role)))

    @contextmanager
    def session(self, role: str = APP) -> Iterator[Session]:
        """Open an ORM session that commits when the block ends well."""
        engine = self.engine(role)
        try:
            with Session(engine) as session, session.begin():
                yield session
        finally:
            engine.dispose()


def sqlalchemy_url(url: str) -> str:
    """Return the URI with the scheme SQLAlchemy asks for."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


@contextmanager
def acting_as(session: Session, role: str) -> Iterator[Session]:
    """Lend the transaction of `session` another role and its search path, then give the role back."""
    session.flush()
    connection = session.connection()
    before = connection.execute(
        text("SELECT current_setting('role') AS role, current_setting('search_path') AS path")
    ).one()
    set_role(connection, role)
    yield session
    session.flush()
    _set(connection, before.role, before.path)


def set_role(connection: Connection, role: str) -> None:
    _set(connection, role, SEARCH_PATHS[role])


def _set(connection: Connection, role: str, path: str) -> None:
    connection.execute(
        text("SELECT set_config('role', :role, true), set_config('search_path', :path, true)"),
        {"role": role, "path": path},
    )


def violated_by(session: Session, act: Callable[[], object]) -> str | None:
    """Return the constraint (or SQLSTATE) that refuses an act, after which the session goes on; None if none.

    Deferred constraints speak too.
    """
    try:
        with session.begin_nested():
            act()
            session.flush()
            session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
            session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    except DBAPIError as error:
        diagnosis = getattr(error.orig, "diag", None)
        return getattr(diagnosis, "constraint_name", None) or getattr(error.orig, "sqlstate", None)
    return None


def in_background(act: Callable[[], object]) -> tuple[threading.Thread, list[BaseException]]:
    """Run an act in a thread; its error, if any, is put into the list."""
    caught: list[BaseException] = []

    def run() -> None:
        try:
            act()
        except BaseException as error:  # noqa: BLE001 - handed to the test
            caught.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, caught


def wait_until_blocked(watcher: psycopg.Connection, blocked: psycopg.Connection) -> None:
    """Return once a session waits for a lock of another; the statement timeout ends a wait in vain."""
    watcher.execute(
        """
        DO $$ BEGIN
          WHILE cardinality(pg_blocking_pids(%s)) = 0 LOOP PERFORM pg_sleep(0.005); END LOOP;
        END $$
        """.replace("%s", str(blocked.info.backend_pid))
    )


def race(acts: list[Callable[[], object]]) -> list[BaseException | None]:
    """Run acts at the same moment, each in a thread; return what each raised."""
    outcomes: list[BaseException | None] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(place: int) -> None:
        start.wait()
        try:
            acts[place]()
        except BaseException as error:  # noqa: BLE001 - handed to the test
            outcomes[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
