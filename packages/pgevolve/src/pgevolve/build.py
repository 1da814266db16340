"""Models and declared objects -> a database in their shape.

`build()` is the whole of it: the roles, what the owner needs, and then `metadata.create_all()`, which creates
the declared objects as well (see `objects.declare`). Everything happens in the caller's transaction.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import postgast
from postgast import pg_query_pb2 as ast
from sqlalchemy import (
    Column,
    Connection,
    Enum,
    Insert,
    MetaData,
    Table,
    TextClause,
    bindparam,
    text,
)
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.sql.ddl import CheckFirst, sort_tables_and_constraints

from pgevolve.objects import (
    DeclaredObject,
    Function,
    Grant,
    ReferenceRows,
    Role,
    Schema,
    Trigger,
    View,
    declare,
    declared,
)
from pgevolve.quoting import literal, name, qualified
from pgevolve.refusals import (
    DeclaredObjectError,
    ReferenceRowsTwiceError,
    UnknownReferenceColumnError,
    UnknownReferenceTableError,
    refusals_of_models,
)

__all__ = [
    "DeclaredObjectError",
    "UnknownReferenceTableError",
    "build",
    "create_missing_roles",
    "declared_roles",
    "equip_owner",
    "grant_statement",
    "insert_reference_rows",
    "reference_rows",
    "reference_table",
]

_LATER = frozenset({"42704", "42P01", "42883", "42703"})  # undefined object, table, function, column


def build(connection: Connection, metadata: MetaData, owner: str | None = None) -> None:
    """Create all that the models and the declared objects describe, in the caller's transaction.

    Everything belongs to `owner`, or to the current user without one. The role and the search path of the
    transaction are as before afterwards. The database must not hold any of the objects yet. Missing roles are
    made (without login), which needs CREATEROLE; the owner is given CREATE on the database and on schema
    public when it lacks them, which needs the database's owner or a superuser.
    Raises DeclaredObjectError when the server refuses a declared object, ModelsRefusedError when it refuses
    anything else, and what `reference_rows` raises.
    """
    reference_rows(metadata)
    with refusals_of_models():
        _build(connection, metadata, owner)


def _build(connection: Connection, metadata: MetaData, owner: str | None) -> None:
    create_missing_roles(connection, declared_roles(metadata, owner))
    if owner is not None:
        equip_owner(connection, owner)
    declare(metadata)  # nothing more, but create_all then makes the schemas of tables too
    with _acting_as(connection, owner):
        metadata.create_all(connection, checkfirst=CheckFirst.TYPES)


def declared_roles(metadata: MetaData, owner: str | None = None) -> tuple[str, ...]:
    """Return the names of every role that the declared objects and the owner need, each once."""
    names = [] if owner is None else [owner]
    for entry in declared(metadata):
        if isinstance(entry, Role):
            names.append(entry.name)
        elif isinstance(entry, Grant):
            names.extend(role for role in entry.to if role.upper() != "PUBLIC")
    return tuple(dict.fromkeys(names))


def create_missing_roles(connection: Connection, roles: Iterable[str]) -> None:
    """Create the roles that the cluster lacks, without login.

    Roles belong to the whole cluster: one that another session creates at the same moment is as good as ours.
    """
    there = set(connection.scalars(text("SELECT rolname FROM pg_catalog.pg_roles")))
    for role in roles:
        if role in there:
            continue
        try:
            with connection.begin_nested():
                _run(connection, f"CREATE ROLE {name(role)} NOLOGIN")
        except (IntegrityError, ProgrammingError) as error:
            # 42710: committed a moment ago; 23505: committed while ours waited for it.
            if _sqlstate(error) not in {"42710", "23505"}:
                raise


def equip_owner(connection: Connection, owner: str) -> None:
    """Let the current user act as the owner, and the owner create schemas and objects, where either may not.

    In the caller's transaction; needs a superuser or the database's owner.
    """
    server_version = connection.scalar(text("SELECT current_setting('server_version_num')::int")) or 0
    privilege = "SET" if server_version >= 160000 else "MEMBER"  # noqa: PLR2004 - 16 split membership in two
    facts = connection.execute(
        text(
            "SELECT current_database() AS database, pg_has_role(current_user, :owner, :privilege) AS may_set,"
            " has_database_privilege(:owner, current_database(), 'CREATE') AS may_create_schemas,"
            " has_schema_privilege(:owner, 'public', 'CREATE') AS may_create_tables"
        ),
        {"owner": owner, "privilege": privilege},
    ).one()
    if not facts.may_set:
        _run(connection, f"GRANT {name(owner)} TO CURRENT_USER")
    if not facts.may_create_schemas:
        _run(connection, f"GRANT CREATE ON DATABASE {name(facts.database)} TO {name(owner)}")
    if not facts.may_create_tables:
        _run(connection, f"GRANT USAGE, CREATE ON SCHEMA public TO {name(owner)}")


@contextmanager
def _acting_as(connection: Connection, owner: str | None) -> Iterator[None]:
    """Act as the owner, with unqualified names in schema public; an error leaves the rest to the rollback."""
    before = connection.execute(
        text("SELECT current_setting('role') AS role, current_setting('search_path') AS path")
    ).one()
    _set_local(connection, role=before.role if owner is None else owner, path="public")
    yield
    _set_local(connection, role=before.role, path=before.path)


def _set_local(connection: Connection, *, role: str, path: str) -> None:
    connection.execute(
        text("SELECT set_config('role', :role, true), set_config('search_path', :path, true)"),
        {"role": role, "path": path},
    )


def create_before_tables(connection: Connection, metadata: MetaData) -> None:
    """Create what tables may need: roles, schemas, enums, and every function that needs no table.

    Called by `metadata.create_all()`, in its transaction.
    """
    objects = declared(metadata)
    create_missing_roles(connection, declared_roles(metadata))
    there = set(connection.scalars(text("SELECT nspname FROM pg_catalog.pg_namespace")))
    for schema in _schemas(metadata, objects):
        if schema not in there:
            _run(connection, f"CREATE SCHEMA {name(schema)}")
    for enum in metadata.get_schema_objects(Enum):
        # create_all comes to them after this; it looks first, and finds them there.
        enum.create(connection, checkfirst=True)
    _Functions(connection, metadata).create([entry for entry in objects if isinstance(entry, Function)])


def create_after_tables(connection: Connection, metadata: MetaData) -> None:
    """Create what stands on tables: the other functions, views, triggers, grants, comments, reference rows.

    Called by `metadata.create_all()`, in its transaction.
    """
    objects = declared(metadata)
    waiting = metadata.info.pop(_Functions.waiting_key, [])
    views = [entry for entry in objects if isinstance(entry, View)]
    left = _Functions(connection, metadata).create([*waiting, *views], keep=False)
    for entry, error in left:
        raise DeclaredObjectError(entry.sql, str(error.orig).splitlines()[0]) from error
    for trigger in objects:
        if isinstance(trigger, Trigger):
            _create(connection, trigger)
    for grant in objects:
        if isinstance(grant, Grant):
            _run(connection, grant_statement(grant))
    insert_reference_rows(connection, metadata)


def grant_statement(grant: Grant) -> str:
    """Return the GRANT statement of one declared grant."""
    columns = f" ({', '.join(name(column) for column in grant.columns)})" if grant.columns else ""
    privileges = ", ".join(f"{privilege}{columns}" for privilege in grant.privileges)
    roles = ", ".join("PUBLIC" if role.upper() == "PUBLIC" else name(role) for role in grant.to)
    kind = "ROUTINE" if grant.kind == "FUNCTION" else grant.kind
    return f"GRANT {privileges} ON {kind} {grant.on} TO {roles}"


def insert_reference_rows(connection: Connection, metadata: MetaData) -> None:
    """Insert the declared rows, parents before children."""
    rows = reference_rows(metadata)
    for table, _ in sort_tables_and_constraints(rows):  # type: ignore[no-untyped-call] # it has no types
        if table is not None:
            for row in rows[table].rows:
                connection.execute(_insert(table, row))


def reference_rows(metadata: MetaData) -> dict[Table, ReferenceRows]:
    """Return the declared rows of each table.

    Raises UnknownReferenceTableError, UnknownReferenceColumnError, ReferenceRowsTwiceError.
    """
    rows: dict[Table, ReferenceRows] = {}
    for entry in declared(metadata):
        if not isinstance(entry, ReferenceRows):
            continue
        table = reference_table(metadata, entry)
        if table in rows:
            raise ReferenceRowsTwiceError(entry.table)
        for column in (*entry.key, *(column for row in entry.rows for column in row)):
            if column not in table.columns:
                raise UnknownReferenceColumnError(entry.table, column)
        rows[table] = entry
    return rows


def _insert(table: Table, row: Mapping[str, Any]) -> Insert | TextClause:
    """Return the INSERT of a row; for the value of an identity column SQLAlchemy lacks the words."""
    if not any(column.identity is not None and column.identity.always for column in _given(table, row)):
        return table.insert().values(dict(row))
    columns = ", ".join(name(key) for key in row)
    values = ", ".join(f":value_{place}" for place in range(len(row)))
    binds = [
        bindparam(f"value_{place}", row[column.name], column.type)
        for place, column in enumerate(_given(table, row))
    ]
    target = qualified(table.schema or "public", table.name)
    statement = f"INSERT INTO {target} ({columns}) OVERRIDING SYSTEM VALUE VALUES ({values})"  # noqa: S608 - names are quoted
    return text(statement).bindparams(*binds)


def _given(table: Table, row: Mapping[str, Any]) -> list[Column[Any]]:
    return [table.columns[key] for key in row]


def reference_table(metadata: MetaData, rows: ReferenceRows) -> Table:
    """Return the table of declared rows; `public.` before its name is optional."""
    table = metadata.tables.get(rows.table)
    if table is None:
        table = metadata.tables.get(rows.table.removeprefix("public."))
    if table is None:
        raise UnknownReferenceTableError(rows.table)
    return table


def _schemas(metadata: MetaData, objects: Sequence[DeclaredObject]) -> tuple[str, ...]:
    """Return the schemas to create: the declared ones, and those that tables are put into."""
    names = [entry.name for entry in objects if isinstance(entry, Schema)]
    names += [table.schema for table in metadata.tables.values() if table.schema is not None]
    return tuple(dict.fromkeys(names))


class _Functions:
    """Creates functions and views in whatever order they can be created.

    A function may name a table's row type, a view may call a function: instead of guessing the order, what
    the server cannot resolve yet is tried again after the others.
    """

    waiting_key = "pgevolve.waiting"

    def __init__(self, connection: Connection, metadata: MetaData) -> None:
        self.connection, self.metadata = connection, metadata
        self.known = self._routines()

    def create(
        self, entries: Sequence[Function | View], *, keep: bool = True
    ) -> list[tuple[Function | View, ProgrammingError]]:
        """Create what can be created; keep the rest for after the tables, or return it."""
        _run(self.connection, "SET LOCAL check_function_bodies = off")
        left: list[tuple[Function | View, ProgrammingError]] = []
        while entries:
            left = list(self._failing(entries))
            if len(left) == len(entries):
                break
            entries = [entry for entry, _ in left]
        _run(self.connection, "SET LOCAL check_function_bodies = on")
        if keep:
            self.metadata.info[self.waiting_key] = [entry for entry, _ in left]
        return left

    def _failing(
        self, entries: Sequence[Function | View]
    ) -> Iterator[tuple[Function | View, ProgrammingError]]:
        for entry in entries:
            try:
                with self.connection.begin_nested():
                    _create(self.connection, entry)
                    self._finish(entry)
            except DeclaredObjectError as error:
                cause = error.__cause__
                if not isinstance(cause, ProgrammingError) or _sqlstate(cause) not in _LATER:
                    raise
                yield entry, cause

    def _finish(self, entry: Function | View) -> None:
        """Close a new function to PUBLIC, and comment."""
        if isinstance(entry, View):
            if entry.comment is not None:
                comment = literal(entry.comment)
                _run(self.connection, f"COMMENT ON VIEW {_view_name(entry)} IS {comment}")
            return
        routines = self._routines()
        for oid in routines.keys() - self.known.keys():
            if not entry.public:
                _run(self.connection, f"REVOKE ALL ON ROUTINE {routines[oid]} FROM PUBLIC")
            if entry.comment is not None:
                _run(self.connection, f"COMMENT ON ROUTINE {routines[oid]} IS {literal(entry.comment)}")
        self.known = routines

    def _routines(self) -> dict[int, str]:
        # The first 16384 object ids belong to PostgreSQL itself.
        found = self.connection.execute(
            text("SELECT oid, oid::regprocedure::text AS identity FROM pg_catalog.pg_proc WHERE oid >= 16384")
        )
        return {row.oid: row.identity for row in found}


def _view_name(view: View) -> str:
    statement: Any = postgast.parse(view.sql).stmts[0].stmt
    relation: ast.RangeVar = statement.view_stmt.view
    return qualified(relation.schemaname or "public", relation.relname)


def _create(connection: Connection, entry: Function | Trigger | View) -> None:
    try:
        _run(connection, entry.sql)
    except ProgrammingError as error:
        raise DeclaredObjectError(entry.sql, str(error.orig).splitlines()[0]) from error


def _run(connection: Connection, sql: str) -> None:
    """Run a statement as it stands: no parameters, so a percent sign is a percent sign."""
    connection.exec_driver_sql(sql, execution_options={"no_parameters": True})


def _sqlstate(error: IntegrityError | ProgrammingError) -> str | None:
    state: str | None = getattr(error.orig, "sqlstate", None)
    return state
