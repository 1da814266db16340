"""Databases as a whole: made as a manifest says, closed, renamed; on a connection to another one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import LiteralString

from psycopg import sql
from psycopg.errors import LockNotAvailable
from psycopg.rows import scalar_row

from pgevolve.connect import Connection, connect
from pgevolve.scratch import with_database
from pgevolve.snapshot.errors import RestoreRunningError
from pgevolve.snapshot.manifest import DatabaseFacts

_NAME_BYTES = 63
# Of the right to restore a database, by its name; whoever waits and whoever only asks must name the same.
_KEY: LiteralString = "hashtextextended('pgevolve restore ' || %s, 0)"
_LOCK_WAIT = "10s"  # longer than a server takes to notice that the process of a session was killed


def fitting_name(database: str, suffix: str) -> str:
    """Return a name with the suffix that PostgreSQL does not cut."""
    room = _NAME_BYTES - len(suffix.encode())
    return database.encode()[:room].decode("utf-8", errors="ignore") + suffix


@contextmanager
def maintenance(url: str, database: str, *, locks: tuple[str, ...]) -> Iterator[Connection]:
    """Hold the only right to restore what `locks` name, and yield a connection to another database.

    Raises RestoreRunningError.
    """
    with _neighbour(url, database) as connection:
        connection.execute("SELECT pg_catalog.set_config('lock_timeout', %s, false)", (_LOCK_WAIT,))
        try:
            for name in locks:
                connection.execute(f"SELECT pg_catalog.pg_advisory_lock({_KEY})", (name,))
        except LockNotAvailable as error:
            raise RestoreRunningError(database) from error
        connection.execute("SET lock_timeout = 0")
        yield connection


@contextmanager
def unused(url: str, database: str, name: str) -> Iterator[Connection | None]:
    """Yield a connection to another database than `database`, which holds the only right to restore `name`.

    None while somebody else holds it: nobody is waited for.
    """
    with _neighbour(url, database) as connection:
        held = connection.execute(f"SELECT pg_catalog.pg_try_advisory_lock({_KEY})", (name,)).fetchone()
        yield connection if held and held[0] else None


@contextmanager
def _neighbour(url: str, database: str) -> Iterator[Connection]:
    """Open a connection to a database that is never restored while the one of this name is."""
    neighbour = "postgres" if database != "postgres" else "template1"
    with connect(with_database(url, neighbour), purpose="restore") as connection:
        connection.execute("SET ROLE NONE")
        yield connection


def exists(connection: Connection, database: str) -> bool:
    """Say whether there is a database of this name."""
    return _value(connection, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = %s)", database) is True


def accepts(connection: Connection, database: str) -> bool:
    """Say whether there is a database of this name that can be connected to."""
    query = "SELECT EXISTS (SELECT FROM pg_database WHERE datname = %s AND datallowconn)"
    return _value(connection, query, database) is True


def comment_of(connection: Connection, database: str) -> object:
    """Return the comment of a database, None without one."""
    query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    return _value(connection, query, database)


def prepared_transaction(connection: Connection, database: str) -> object:
    """Return the identifier of a prepared transaction that keeps hold of a database, or None."""
    return _value(connection, "SELECT min(gid) FROM pg_prepared_xacts WHERE database = %s", database)


def _value(connection: Connection, query: LiteralString, database: str) -> object:
    with connection.cursor(row_factory=scalar_row) as cursor:
        cursor.execute(query, (database,))
        return cursor.fetchone()


def create(connection: Connection, database: str, facts: DatabaseFacts) -> None:
    """Create an empty database with the owner, encoding and locale of the facts."""
    options: list[sql.Composable] = [
        sql.SQL("OWNER {}").format(sql.Identifier(facts.owner)),
        sql.SQL("ENCODING {}").format(facts.encoding),
        sql.SQL("LC_COLLATE {}").format(facts.collate),
        sql.SQL("LC_CTYPE {}").format(facts.ctype),
    ]
    if facts.provider == "i":
        options.append(sql.SQL("LOCALE_PROVIDER icu ICU_LOCALE {}").format(facts.locale or ""))
        if facts.icu_rules is not None:
            options.append(sql.SQL("ICU_RULES {}").format(facts.icu_rules))
    elif facts.provider == "b":
        options.append(sql.SQL("LOCALE_PROVIDER builtin BUILTIN_LOCALE {}").format(facts.locale or ""))
    else:
        options.append(sql.SQL("LOCALE_PROVIDER libc"))
    connection.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE template0 {}").format(
            sql.Identifier(database), sql.SQL(" ").join(options)
        )
    )


def drop(connection: Connection, database: str) -> None:
    """Drop a database if it is there, and end the sessions in it."""
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


def grant(connection: Connection, database: str, facts: DatabaseFacts) -> None:
    """Give a database the privileges of the facts and no other; in one transaction."""
    name = sql.Identifier(database)
    with connection.transaction():
        if facts.grants is not None:
            for grantee in (sql.SQL("PUBLIC"), sql.Identifier(facts.owner)):
                connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM {}").format(name, grantee))
            for grant in facts.grants:
                connection.execute(
                    sql.SQL("GRANT {} ON DATABASE {} TO {}{}").format(
                        sql.SQL(_privilege(grant.privilege)),
                        name,
                        sql.SQL("PUBLIC") if grant.grantee is None else sql.Identifier(grant.grantee),
                        sql.SQL(" WITH GRANT OPTION" if grant.grantable else ""),
                    )
                )


def equip(connection: Connection, database: str, facts: DatabaseFacts) -> None:
    """Give a database the defaults and the limit of the facts; in one transaction."""
    name = sql.Identifier(database)
    with connection.transaction():
        for entry in facts.settings:
            whose = sql.SQL("DATABASE {}").format(name)
            if entry.role is not None:
                whose = sql.SQL("ROLE {} IN DATABASE {}").format(sql.Identifier(entry.role), name)
            keep_setting(connection, whose, entry.setting)
        connection.execute(
            sql.SQL("ALTER DATABASE {} CONNECTION LIMIT {}").format(name, sql.Literal(facts.connection_limit))
        )


def _privilege(name: str) -> LiteralString:
    """Return a privilege of databases as the literal that it must be."""
    known: dict[str, LiteralString] = {"CREATE": "CREATE", "CONNECT": "CONNECT", "TEMPORARY": "TEMPORARY"}
    return known[name]


def keep_setting(connection: Connection, whose: sql.Composable, setting: str) -> None:
    """Make `name=value`, as the catalogue has it, a default of a role or database.

    In the caller's transaction, by way of the session's own value: a list such as a search path would be one
    quoted word otherwise.
    """
    name, _, value = setting.partition("=")
    connection.execute("SELECT pg_catalog.set_config(%s, %s, true)", (name, value))
    # A name may have a prefix, and each part is quoted of its own.
    path = sql.SQL(".").join(sql.Identifier(part) for part in name.split("."))
    connection.execute(sql.SQL("ALTER {} SET {} FROM CURRENT").format(whose, path))


def set_comment(connection: Connection, database: str, comment: str | None) -> None:
    """Set or remove the comment of a database."""
    connection.execute(
        sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(database), sql.Literal(comment))
    )


def rename(connection: Connection, database: str, name: str) -> None:
    """Rename a database in which nobody is."""
    connection.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(database), sql.Identifier(name))
    )


def let_in(connection: Connection, database: str, *, allowed: bool) -> None:
    """Allow connections to a database, or refuse them to everybody."""
    connection.execute(
        sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS {}").format(
            sql.Identifier(database), sql.Literal(allowed)
        )
    )


def end_sessions(connection: Connection, database: str) -> None:
    """End every session in a database, and wait up to five seconds for each."""
    connection.execute(
        "SELECT pg_catalog.pg_terminate_backend(pid, 5000) FROM pg_catalog.pg_stat_activity"
        " WHERE datname = %s AND pid <> pg_catalog.pg_backend_pid()",
        (database,),
    )
