"""Make the roles that a restored database names and that this server lacks."""

from psycopg import sql

from pgevolve.connect import Connection
from pgevolve.snapshot.databases import keep_setting
from pgevolve.snapshot.surroundings import RoleFacts


def create_missing(connection: Connection, roles: tuple[RoleFacts, ...]) -> tuple[str, ...]:
    """Create the roles that are not there, in one transaction, and return their names.

    They have no password, and none is a superuser. Roles that are there stay as they are, but become members
    of the new ones where they were.
    """
    have = {name for (name,) in connection.execute("SELECT rolname FROM pg_catalog.pg_roles").fetchall()}
    missing = [role for role in roles if role.name not in have]
    created = {role.name for role in missing}
    with connection.transaction():
        for role in missing:
            connection.execute(
                sql.SQL("CREATE ROLE {} WITH {}").format(sql.Identifier(role.name), _traits(role))
            )
        for role in roles:
            for group in role.member_of:
                known = group in have or group in created
                if known and (role.name in created or group in created):
                    connection.execute(
                        sql.SQL("GRANT {} TO {}").format(sql.Identifier(group), sql.Identifier(role.name))
                    )
        for role in missing:
            for setting in role.settings:
                keep_setting(connection, sql.SQL("ROLE {}").format(sql.Identifier(role.name)), setting)
    return tuple(sorted(created))


def _traits(role: RoleFacts) -> sql.Composed:
    traits = [
        sql.SQL("INHERIT" if role.inherits else "NOINHERIT"),
        sql.SQL("CREATEROLE" if role.creates_roles else "NOCREATEROLE"),
        sql.SQL("CREATEDB" if role.creates_databases else "NOCREATEDB"),
        sql.SQL("LOGIN" if role.logs_in else "NOLOGIN"),
        sql.SQL("CONNECTION LIMIT {}").format(sql.Literal(role.connection_limit)),
    ]
    return sql.SQL(" ").join(traits)
