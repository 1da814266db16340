"""The copy of a rehearsal that a killed deployer left beside the database."""

from collections.abc import Iterator

from pgevolve.connect import Connection
from pgevolve.janitor.debris import Debris
from pgevolve.quoting import name as quoted
from pgevolve.step import Step


def left_copies(connection: Connection, url: str) -> Iterator[Debris]:
    """Yield the copy beside the database of `connection`, unless a rehearsal uses it now; only reads.

    `url` is of a login that makes copies.
    """
    # Here, because few databases have one, and this loads stores and ciphers.
    from pgevolve.snapshot import databases, side_database_name

    database = connection.info.dbname
    copy = side_database_name(database, "rehearsal")
    if not databases.exists(connection, copy):
        return
    with databases.unused(url, database, copy) as unused:
        if unused is not None and databases.exists(unused, copy):
            drop = Step(f"DROP DATABASE {quoted(copy)} WITH (FORCE)", transactional=False)
            yield Debris("database", copy, "a deploy was killed while it rehearsed in it", (drop,))


def drop_copy(connection: Connection, url: str, copy: str) -> bool:
    """Drop a copy, with the sessions in it; False when a rehearsal uses it."""
    from pgevolve.snapshot import databases

    with databases.unused(url, connection.info.dbname, copy) as unused:
        if unused is None:
            return False
        databases.drop(unused, copy)
    return True
