"""A throw-away database with a part of the history in it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

from pgevolve.build import create_missing_roles, declared_roles, equip_owner
from pgevolve.connect import connect, make_predictable, require_suitable, sqlalchemy_connection
from pgevolve.history import Migration
from pgevolve.project import Project
from pgevolve.roles import roles_named
from pgevolve.run import replay
from pgevolve.scratch import scratch_database


@contextmanager
def replayed_database(
    project: Project, server: str, migrations: Sequence[Migration], later: Sequence[Migration] = ()
) -> Iterator[str]:
    """Yield the URL of a database in which the migrations have run, to which nobody is connected.

    The roles that `later` ones name are made too. `server` is a URI of a superuser. Raises ReplayError.
    """
    with scratch_database(server) as url:
        with sqlalchemy_connection(url, purpose="replay") as connection:
            create_missing_roles(connection, declared_roles(project.metadata, project.owner))
            for migration in (*migrations, *later):
                create_missing_roles(connection, roles_named(migration.up_sql))
            if project.owner is not None:
                equip_owner(connection, project.owner)
            connection.commit()
        with connect(url, purpose="replay") as session:
            require_suitable(session)
            make_predictable(session)
            replay(session, migrations, project.owner)
        yield url


def database_of(url: str) -> str:
    """Return the name of the database in a URI."""
    return unquote(urlsplit(url).path.removeprefix("/"))
