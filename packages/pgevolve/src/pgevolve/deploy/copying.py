"""Whether a login may make the copy in which a rehearsal runs, and what an administrator must run if not."""

from dataclasses import dataclass

from psycopg.rows import class_row

from pgevolve.connect import Connection, DatabaseUnreachableError, connect
from pgevolve.quoting import name

# To give a database or a table to its owner takes membership, and since 16 the right to become it; to fill
# and to change the table afterwards takes the owner's privileges.
_RIGHTS = """
WITH needed (kind) AS (
  SELECT CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN 'SET' ELSE 'MEMBER' END)
SELECT r.rolname AS login, d.datname AS database, r.rolsuper AS is_superuser, r.rolcreatedb AS creates,
       pg_catalog.pg_has_role(session_user, d.datdba, kind) AS gives_database,
       coalesce((SELECT pg_catalog.pg_has_role(session_user, o.oid, kind)
                        AND pg_catalog.pg_has_role(session_user, o.oid, 'USAGE')
                   FROM pg_catalog.pg_roles AS o WHERE o.rolname = %s), true) AS acts_as_owner
  FROM needed, pg_catalog.pg_roles AS r, pg_catalog.pg_database AS d
 WHERE r.rolname = session_user AND d.datname = current_database()
"""


@dataclass(frozen=True, slots=True)
class _Rights:
    login: str
    database: str
    is_superuser: bool
    creates: bool
    gives_database: bool
    acts_as_owner: bool


def why_no_copy(connection: Connection, owner: str | None, copies_url: str | None) -> str | None:
    """Return why the login may not make a copy of the database, with the statements that mend it, or None.

    `copies_url` is that of the login that makes copies where it is not the one of `connection`; it is
    connected to. Only reads.
    """
    if copies_url is None:
        return _reason(_rights(connection, None), owner)
    try:
        with connect(copies_url, purpose="rehearsal") as copying:
            return _reason(_rights(copying, owner), owner)
    except DatabaseUnreachableError as error:
        return f"the login that makes copies does not get in: {error.reason}"


def _rights(connection: Connection, owner: str | None) -> _Rights:
    with connection.cursor(row_factory=class_row(_Rights)) as cursor:
        found = cursor.execute(_RIGHTS.encode(), (owner,)).fetchone()
    assert found is not None
    return found


def _reason(found: _Rights, owner: str | None) -> str | None:
    if found.is_superuser:
        return None
    statements = []
    if not found.creates:
        statements.append(f"ALTER ROLE {name(found.login)} CREATEDB")
    if not found.acts_as_owner:
        statements.append(f"GRANT {name(owner or found.login)} TO {name(found.login)}")
    if not found.gives_database:
        statements.append(f"ALTER DATABASE {name(found.database)} OWNER TO {name(owner or found.login)}")
    if not statements:
        return None
    needed = "; ".join(statements)
    return f"login {found.login!r} may not make a copy of the database; an administrator must run {needed}"
