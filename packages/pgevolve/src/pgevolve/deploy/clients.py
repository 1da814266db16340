"""Clients of the application that are connected, each with the release that it says it is of."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pgevolve.connect import Connection
from pgevolve.history import Migration
from pgevolve.ledger import releases
from pgevolve.project import GateOptions

_NUMBER = re.compile(r"\d+")
_CLIENTS = """
SELECT pid, application_name FROM pg_catalog.pg_stat_activity
WHERE datname = current_database() AND starts_with(application_name, %s) ORDER BY pid
"""


@dataclass(frozen=True, slots=True)
class Client:
    """A session of the application."""

    pid: int
    release: str


def clients_before(connection: Connection, names: Sequence[str], options: GateOptions) -> Iterator[str]:
    """Say which clients are of a release from before the migrations of these names."""
    needed = next((found for name, found in reversed(releases(connection)) if name in names and found), None)
    if needed is None:
        return
    for client in _clients(connection, options):
        if _order(client.release) < _order(needed):
            yield (
                f"a client of release {client.release} is connected (pid {client.pid}), and it takes {needed}"
            )


def clients_since(connection: Connection, undone: Sequence[Migration], options: GateOptions) -> Iterator[str]:
    """Say which clients are of the release that brought what is undone, or of a later one.

    Their code was written for the shape that goes. A contract only takes away what they do not use; its way
    back disturbs nobody.
    """
    names = {migration.name for migration in undone if migration.phase == "expand"}
    brought = next((found for name, found in releases(connection) if name in names and found), None)
    if brought is None:
        return
    for client in _clients(connection, options):
        if _order(client.release) >= _order(brought):
            yield (
                f"a client of release {client.release} is connected (pid {client.pid}),"
                f" which uses what came with {brought}"
            )


def _clients(connection: Connection, options: GateOptions) -> tuple[Client, ...]:
    if options.application is None:
        return ()
    prefix = f"{options.application}/"
    found = connection.execute(_CLIENTS, (prefix,)).fetchall()
    return tuple(Client(pid, application.removeprefix(prefix)) for pid, application in found)


def _order(release: str) -> tuple[int, ...]:
    """Return the numbers of a release, to be compared; what is no number tells nothing."""
    public = re.split(r"[+ ]", release, maxsplit=1)[0]
    return tuple(int(number) for number in _NUMBER.findall(public))
