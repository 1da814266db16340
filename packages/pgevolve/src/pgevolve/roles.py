"""Roles: those that SQL names, because a history needs them after the models forgot them, and the owner."""

from functools import lru_cache

import postgast
from psycopg import sql

from pgevolve.connect import Connection
from pgevolve.messages import messages


@lru_cache(maxsize=4096)
def roles_named(statements: str) -> tuple[str, ...]:
    """Return the roles that GRANT, REVOKE, OWNER TO and the like name, each once, without PUBLIC."""
    named = (role.rolename for role in messages(postgast.parse(statements), "RoleSpec"))
    return tuple(dict.fromkeys(role for role in named if role))


def act_as(connection: Connection, owner: str | None) -> None:
    """Become the owner until the transaction ends; nothing for None."""
    if owner is not None:
        connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(owner)))
