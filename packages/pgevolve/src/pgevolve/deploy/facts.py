"""What the catalogue says of the objects of a step that commits by itself: before it, and after a crash."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, LiteralString, TypeAlias

import postgast

from pgevolve.connect import Connection

Kind: TypeAlias = Literal["create", "drop", "reindex", "detach", "repeat", "database", "tablespace", "block"]
Facts: TypeAlias = Mapping[str, Any]

_INDEXES = """
SELECT format('%%I.%%I', n.nspname, c.relname), c.oid::bigint, i.indisvalid AND i.indisready
FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE """
_OF_TABLE = """i.indrelid = (
    SELECT coalesce(x.indrelid, t.oid) FROM pg_catalog.pg_class AS t
    LEFT JOIN pg_catalog.pg_index AS x ON x.indexrelid = t.oid WHERE t.oid = to_regclass(%s)
)"""
_NAMED = "i.indexrelid = ANY (SELECT to_regclass(name) FROM unnest(%s::text[]) AS name)"
_ALL = "n.nspname NOT IN ('pg_catalog', 'pg_toast', 'pgevolve') AND %s::text IS NULL"
_PARTITION = """
SELECT CASE WHEN i.inhdetachpending THEN 'detaching' ELSE 'attached' END
FROM pg_catalog.pg_inherits AS i
WHERE i.inhrelid = to_regclass(%s) AND i.inhparent = to_regclass(%s)
"""


@dataclass(frozen=True, slots=True)
class Target:
    """What a statement is about: the kind of its effect, and the objects as SQL names them.

    `name` is the index it makes, qualified as far as the statement does, and None when the server chooses.
    """

    kind: Kind
    table: str | None = None
    name: str | None = None
    names: tuple[str, ...] = ()
    partition: str | None = None
    drops: bool = False


def target_of(sql: str) -> Target:  # noqa: PLR0911 (one a kind)
    """Return what a statement that commits by itself is about."""
    node = postgast.parse(sql).stmts[0].stmt
    kind = node.WhichOneof("node") or ""
    statement = getattr(node, kind)
    match kind:
        case "index_stmt":
            schema = statement.relation.schemaname
            name = _dotted(schema, statement.idxname) if statement.idxname else None
            return Target("create", table=_relation(statement.relation), name=name)
        case "drop_stmt":
            return Target("drop", names=tuple(_names(statement)))
        case "reindex_stmt":
            table = _relation(statement.relation) if statement.HasField("relation") else None
            return Target("reindex", table=table)
        case "alter_table_stmt":
            command = getattr(statement.cmds[0].alter_table_cmd, "def").partition_cmd
            return Target("detach", table=_relation(statement.relation), partition=_relation(command.name))
        case "createdb_stmt" | "dropdb_stmt":
            return Target("database", name=statement.dbname, drops=kind == "dropdb_stmt")
        case "create_table_space_stmt" | "drop_table_space_stmt":
            return Target("tablespace", name=statement.tablespacename, drops=kind == "drop_table_space_stmt")
        case "vacuum_stmt" | "alter_system_stmt":
            return Target("repeat")
        case _:
            return Target("block")


def read_step_facts(connection: Connection, target: Target) -> Facts:  # noqa: PLR0911 (one a kind)
    """Read what the catalogue says of the target now; takes no lock on it."""
    match target.kind:
        case "create":
            return {"indexes": _indexes(connection, _OF_TABLE, target.table)}
        case "drop":
            return {"indexes": _indexes(connection, _NAMED, list(target.names))}
        case "reindex" if target.table is None:
            return {"indexes": _indexes(connection, _ALL, None)}
        case "reindex":
            return {"indexes": _indexes(connection, _OF_TABLE, target.table)}
        case "detach":
            row = connection.execute(_PARTITION, (target.partition, target.table)).fetchone()
            return {"partition": "detached" if row is None else row[0]}
        case "database":
            query = "SELECT 1 FROM pg_catalog.pg_database WHERE datname = %s"
            return {"there": connection.execute(query, (target.name,)).fetchone() is not None}
        case "tablespace":
            query = "SELECT 1 FROM pg_catalog.pg_tablespace WHERE spcname = %s"
            return {"there": connection.execute(query, (target.name,)).fetchone() is not None}
        case _:
            return {}


def _indexes(connection: Connection, condition: LiteralString, value: object) -> dict[str, list[Any]]:
    """Return oid and validity of indexes by qualified name."""
    return {name: [oid, valid] for name, oid, valid in connection.execute(_INDEXES + condition, (value,))}


def _relation(relation: Any) -> str:
    return _dotted(relation.schemaname, relation.relname)


def _dotted(schema: str, name: str) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    return quoted if not schema else '"' + schema.replace('"', '""') + '".' + quoted


def _names(statement: Any) -> list[str]:
    found = []
    for entry in statement.objects:
        parts = [part.string.sval for part in entry.list.items]
        found.append(_dotted(".".join(parts[:-1]), parts[-1]))
    return found
