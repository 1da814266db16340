"""Statements that reach beyond the database in which they run: a copy of it is no place to try them."""

from collections.abc import Sequence
from typing import Any

import postgast
from postgast import pg_query_pb2 as ast

from pgevolve.check import bodies, tree
from pgevolve.history import Migration
from pgevolve.sqltext import parse_steps

_SHARED = frozenset(
    {
        "alter_database_refresh_coll_stmt",
        "alter_database_set_stmt",
        "alter_database_stmt",
        "alter_role_set_stmt",
        "alter_role_stmt",
        "alter_subscription_stmt",
        "alter_system_stmt",
        "alter_table_space_options_stmt",
        "create_role_stmt",
        "create_subscription_stmt",
        "create_table_space_stmt",
        "createdb_stmt",
        "drop_owned_stmt",
        "drop_role_stmt",
        "drop_subscription_stmt",
        "drop_table_space_stmt",
        "dropdb_stmt",
        "grant_role_stmt",
        "reassign_owned_stmt",
    }
)
_SHARED_OBJECTS = frozenset(
    {"OBJECT_DATABASE", "OBJECT_PARAMETER_ACL", "OBJECT_ROLE", "OBJECT_SUBSCRIPTION", "OBJECT_TABLESPACE"}
)
_OBJECT_FIELDS = {
    "alter_owner_stmt": "object_type",
    "comment_stmt": "objtype",
    "grant_stmt": "objtype",
    "rename_stmt": "rename_type",
    "sec_label_stmt": "objtype",
}


def inside(pending: Sequence[Migration]) -> tuple[Migration, ...]:
    """Return the migrations before the first one that reaches beyond its database."""
    found = []
    for migration in pending:
        if _reaches_beyond(migration):
            break
        found.append(migration)
    return tuple(found)


def _reaches_beyond(migration: Migration) -> bool:
    """Say whether roles, other databases, the server or its files are changed, as far as the text tells."""
    steps = (*migration.up, *parse_steps(migration.backfill_sql or "", "backfill.sql"))
    return any(_is_shared(step.sql) for step in steps)


def _is_shared(text: str) -> bool:
    return any(_node_is_shared(raw.stmt, text) for raw in postgast.parse(text).stmts)


def _node_is_shared(node: Any, text: str) -> bool:
    kind = tree.kind_of(node)
    inner = tree.inner(node)
    if kind == "do_stmt":
        return _body_is_shared(inner, text)
    if kind == "copy_stmt":
        return bool(inner.is_program or (inner.filename and not inner.is_from))
    if kind in _OBJECT_FIELDS:
        named = ast.ObjectType.Name(getattr(inner, _OBJECT_FIELDS[kind]))
        return named in _SHARED_OBJECTS
    return kind in _SHARED


def _body_is_shared(node: Any, text: str) -> bool:
    """Say it of a DO block; of one that cannot be read the worst is thought."""
    if bodies.body_text(node)[0] != "plpgsql":
        return True
    try:
        return any(_is_shared(part.sql) for part in bodies.read_plpgsql(text))
    except (bodies.BodyError, postgast.PgQueryError):
        return True
