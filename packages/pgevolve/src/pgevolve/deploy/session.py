"""The connections of a deploy: one that holds the lock, one that works."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pgevolve.connect import Connection, connect, losses_as, require_suitable
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
    with losses_as(ConnectionLostError), connect(url, purpose="deploy lock") as guard:
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
