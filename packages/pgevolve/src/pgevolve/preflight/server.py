"""What the server is: its version, its role in replication, and what stands between."""

from collections.abc import Iterator

from pgevolve.connect import Connection
from pgevolve.preflight.concerned import Concerned
from pgevolve.preflight.model import Fact

_OLDEST, _NEWEST = 15, 18


def facts(connection: Connection, on: Concerned) -> Iterator[Fact]:
    """Yield what is wrong with the server itself."""
    major = connection.info.server_version // 10_000
    if major < _OLDEST:
        yield Fact(
            "version",
            "refuse",
            f"the server is PostgreSQL {major}, and {_OLDEST} is the oldest supported one",
            "upgrade the server",
        )
    elif major > _NEWEST:
        yield Fact(
            "version",
            "warn",
            f"the server is PostgreSQL {major}, which is newer than what this release was proved on",
            "look for a newer release of the engine",
        )
    for form in on.newer:
        yield Fact("newer form", "refuse", f"{form}, and the server is {major}", "write it in the older form")
    row = connection.execute("SELECT pg_catalog.pg_is_in_recovery(), pg_catalog.pg_backend_pid()").fetchone()
    assert row is not None
    in_recovery, process = row
    if in_recovery:
        yield Fact("standby", "refuse", "the server is a standby, which only reads", "deploy to the primary")
    if process != connection.info.backend_pid:
        yield Fact(
            "pooler",
            "refuse",
            "the connection goes through a pooler, and session locks do not hold there",
            "give the deployer the address of the server itself",
        )
