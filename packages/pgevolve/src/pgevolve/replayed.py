"""A throw-away database with a part of the history in it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

from pgevolve.build import create_missing_roles, declared_roles, equip_owner
from pgevolve.connect import connect, make_predictable, require_suitable, sqlalchemy_connection
from pgevolve.history import Migration
from pgevolve.kept.templates import Templates
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
        make_roles(project, url, (*migrations, *later))
        replay_into(project, url, migrations)
        yield url


def kept_history(templates: Templates, project: Project, migrations: Sequence[Migration]) -> str:
    """Return the name of the kept database in which the migrations have run. Raises ReplayError.

    Nobody may connect to it: copies are made of it, for each of which `make_roles` is called again, because
    rights on a database are not copied.
    """

    def make(url: str) -> None:
        make_roles(project, url, migrations)
        replay_into(project, url, migrations)

    names = [f"{migration.name} {migration.checksum}" for migration in migrations]
    return templates.get("history", [f"owner {project.owner}", *names], make)


def make_roles(project: Project, url: str, migrations: Sequence[Migration]) -> None:
    """Make the roles that the models and the migrations name; let the owner make objects in a database."""
    with sqlalchemy_connection(url, purpose="replay") as connection:
        create_missing_roles(connection, declared_roles(project.metadata, project.owner))
        for migration in migrations:
            create_missing_roles(connection, roles_named(migration.up_sql))
        if project.owner is not None:
            equip_owner(connection, project.owner)
        connection.commit()


def replay_into(project: Project, url: str, migrations: Sequence[Migration]) -> None:
    """Run the migrations in an empty database, and leave no connection to it. Raises ReplayError."""
    with connect(url, purpose="replay") as session:
        require_suitable(session)
        make_predictable(session)
        replay(session, migrations, project.owner)


def database_of(url: str) -> str:
    """Return the name of the database in a URI."""
    return unquote(urlsplit(url).path.removeprefix("/"))
