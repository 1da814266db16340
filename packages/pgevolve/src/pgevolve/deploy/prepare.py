"""What must be there before the first step: roles, rights of the owner, the ledger."""

from collections.abc import Iterable

import psycopg
import sqlalchemy
from sqlalchemy.exc import DBAPIError

from pgevolve.build import create_missing_roles, declared_roles, equip_owner
from pgevolve.connect import sqlalchemy_connection
from pgevolve.deploy.session import Session
from pgevolve.failures import PreparationError
from pgevolve.history import Migration
from pgevolve.ledger import prepare_ledger
from pgevolve.quoting import name
from pgevolve.roles import roles_named
from pgevolve.run import one_line


def prepare(session: Session, pending: Iterable[Migration]) -> None:
    """Make the roles, what the owner needs, and the ledger, each committed. Raises PreparationError.

    A role that only an old migration names is needed on the way, although no model declares it any more.
    """
    project = session.project
    try:
        with sqlalchemy_connection(session.url, purpose="deploy") as connection:
            connection.execute(sqlalchemy.text("SET LOCAL ROLE NONE"))
            create_missing_roles(connection, declared_roles(project.metadata, project.owner))
            for migration in pending:
                create_missing_roles(connection, roles_named(migration.up_sql))
            if project.owner is not None:
                equip_owner(connection, project.owner)
            connection.commit()
        prepare_ledger(session.connection, project.owner)
    except DBAPIError as error:
        raise PreparationError(str(error.orig).splitlines()[0], error.statement or "") from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise PreparationError(one_line(error), _needed_grant(session)) from error


def _needed_grant(session: Session) -> str:
    info = session.connection.info
    return f"GRANT CREATE ON DATABASE {name(info.dbname)} TO {name(session.project.owner or info.user)}"
