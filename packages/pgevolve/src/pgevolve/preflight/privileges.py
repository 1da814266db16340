"""Whether the login may do what the deploy will do."""

from collections.abc import Iterator

from pgevolve.connect import Connection
from pgevolve.preflight.concerned import Concerned
from pgevolve.preflight.model import Fact
from pgevolve.quoting import name

_LOGIN = """
SELECT session_user::text, current_database()::text, r.rolsuper, r.rolcreaterole,
       r.rolsuper OR pg_catalog.pg_has_role(session_user, d.datdba, 'USAGE')
  FROM pg_catalog.pg_roles r, pg_catalog.pg_database d
 WHERE r.rolname = session_user AND d.datname = pg_catalog.current_database()
"""
_OWNER = """
SELECT pg_catalog.pg_has_role(session_user, oid, %(privilege)s)
       OR pg_catalog.pg_has_role(session_user, oid, 'MEMBER WITH ADMIN OPTION'),
       pg_catalog.has_database_privilege(oid, pg_catalog.current_database(), 'CREATE')
  FROM pg_catalog.pg_roles WHERE rolname = %(owner)s
"""
_FOREIGN = """
SELECT c.oid::regclass::text, pg_catalog.pg_get_userbyid(c.relowner)
  FROM pg_catalog.pg_class c
 WHERE c.oid = ANY (%(tables)s::regclass[]) AND NOT pg_catalog.pg_has_role(%(role)s, c.relowner, 'USAGE')
 ORDER BY 1
"""
_SPLIT_MEMBERSHIP = 160000


def facts(connection: Connection, on: Concerned, owner: str | None) -> Iterator[Fact]:
    """Yield the rights that are missing and that the deploy cannot give itself."""
    row = connection.execute(_LOGIN).fetchone()
    assert row is not None
    login, database, superuser, may_create_roles, owns_database = row
    privilege = "SET" if connection.info.server_version >= _SPLIT_MEMBERSHIP else "MEMBER"
    found = (
        connection.execute(_OWNER, {"owner": owner, "privilege": privilege}).fetchone()
        if owner is not None
        else None
    )
    if owner is not None and found is None:
        if not (superuser or may_create_roles):
            yield Fact(
                "owner missing",
                "refuse",
                f"the role {owner!r} is not there, and {login!r} may not make it",
                f"let an administrator run: CREATE ROLE {name(owner)}; GRANT {name(owner)} TO {name(login)}",
            )
        return
    if found is not None:
        yield from _of_owner(str(owner), login, database, found, superuser=superuser, owns=owns_database)
    acting = owner or login
    tables = sorted(on.locked)
    for table, belongs_to in connection.execute(_FOREIGN, {"tables": tables, "role": acting}):
        yield Fact(
            "foreign table",
            "refuse",
            f"{table} belongs to {belongs_to!r}, and {acting!r} may not change it",
            f"let an administrator run: ALTER TABLE {table} OWNER TO {name(acting)}",
        )


def _of_owner(  # noqa: PLR0913 (what is known of the two roles)
    owner: str, login: str, database: str, found: tuple[bool, bool], *, superuser: bool, owns: bool
) -> Iterator[Fact]:
    may_become, may_create = found
    if not (may_become or superuser):
        yield Fact(
            "not the owner",
            "refuse",
            f"{login!r} may not become {owner!r}",
            f"let an administrator run: GRANT {name(owner)} TO {name(login)}",
        )
    if not (may_create or owns):
        yield Fact(
            "no CREATE",
            "refuse",
            f"{owner!r} may not create schemas in {database!r}, and {login!r} may not grant it",
            f"let an administrator run: GRANT CREATE ON DATABASE {name(database)} TO {name(owner)}",
        )
