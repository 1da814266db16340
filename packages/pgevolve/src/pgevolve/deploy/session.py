"""The connections of a deploy: one that holds the lock, one that works."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy.exc import DBAPIError

from pgevolve.connect import Connection, connect, require_suitable
from pgevolve.deploy.report import Report, say_nothing
from pgevolve.failures import ConnectionLostError
from pgevolve.ledger import record_event
from pgevolve.lock import deploy_lock, work_lock
from pgevolve.progress import LockAwaited
from pgevolve.project import Project
from pgevolve.roles import act_as


@dataclass(frozen=True, slots=True)
class Session:
    """The deploy lock of a database, held by `guard`, and `connection` to work on as the login role."""

    project: Project
    url: str
    guard: Connection
    connection: Connection

    @contextmanager
    def as_owner(self) -> Iterator[None]:
        """Open a transaction of the work connection as the owner, for the block."""
        with self.connection.transaction():
            act_as(self.connection, self.project.owner)
            yield

    def record(self, kind: str, detail: Mapping[str, Any]) -> None:
        """Add an event to the ledger, which exists, in a transaction of its own."""
        with self.as_owner():
            record_event(self.connection, kind, detail)


@contextmanager
def deploy_session(
    project: Project, url: str, *, wait: float = 600, report: Report = say_nothing
) -> Iterator[Session]:
    """Hold the deploy lock for the block, and yield the session.

    A session of the server that is lost in the block becomes a ConnectionLostError.

    Other deployers are waited for up to `wait` seconds. Raises DeployRunningError,
    WorkRunningError and the errors of `connect`.
    """
    with _losses_named(), connect(url, purpose="deploy lock") as guard:
        require_suitable(guard)
        with (
            deploy_lock(guard, wait=wait, waiting=lambda holder: report(LockAwaited(holder))),
            connect(url, purpose="deploy") as connection,
            work_lock(connection, wait=wait, waiting=lambda holder: report(LockAwaited(holder))),
        ):
            # An address may name a role; what the engine does begins with the login itself.
            connection.execute("SET ROLE NONE")
            # The server notices within this time that its client died, and cancels what runs.
            connection.execute("SET client_connection_check_interval = '2s'")
            yield Session(project, url, guard, connection)


@contextmanager
def _losses_named() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if error.connection_invalidated or _is_lost(error.orig):
            raise ConnectionLostError from error
        raise
    except psycopg.OperationalError as error:
        if _is_lost(error):
            raise ConnectionLostError from error
        raise


def _is_lost(error: BaseException | None) -> bool:
    """Say whether a session has ended: the library's errors have no code, the server sends 57P01 to 03."""
    if not isinstance(error, psycopg.OperationalError):
        return False
    return error.sqlstate is None or error.sqlstate.startswith(("57P", "08"))
