"""Whether pending migrations need a snapshot before they run: a pure decision over their text.

Additions leave every row as it is and can be undone without a dump. Everything else needs one: a contract, a
type that changes, rows that are filled or written, and every statement that is not known to be an addition.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import postgast
from postgast import pg_query_pb2 as ast

from pgevolve.history import Migration

_ADDITIONS = frozenset(
    {
        "alter_default_privileges_stmt",
        "alter_object_depends_stmt",
        "comment_stmt",
        "composite_type_stmt",
        "create_cast_stmt",
        "create_domain_stmt",
        "create_enum_stmt",
        "create_event_trig_stmt",
        "create_extension_stmt",
        "create_function_stmt",
        "create_policy_stmt",
        "create_publication_stmt",
        "create_range_stmt",
        "create_role_stmt",
        "create_schema_stmt",
        "create_seq_stmt",
        "create_stats_stmt",
        "create_stmt",
        "create_trig_stmt",
        "define_stmt",
        "grant_role_stmt",
        "grant_stmt",
        "index_stmt",
        "rule_stmt",
        "variable_set_stmt",
        "view_stmt",
    }
)
_ADDING_COMMANDS = frozenset(
    {
        "AT_AddColumn",
        "AT_AddConstraint",
        "AT_AddIndexConstraint",
        "AT_AttachPartition",
        "AT_ColumnDefault",
        "AT_EnableRowSecurity",
        "AT_EnableTrig",
        "AT_ForceRowSecurity",
        "AT_ReplicaIdentity",
        "AT_SetNotNull",
        "AT_SetOptions",
        "AT_SetRelOptions",
        "AT_SetStatistics",
        "AT_ValidateConstraint",
    }
)


@dataclass(frozen=True, slots=True)
class Need:
    """Why a snapshot is needed; with `fresh` it must be made now, otherwise a verified recent one will do."""

    reason: str
    fresh: bool


def need_of(pending: Sequence[Migration]) -> Need:
    """Return what pending migrations, of which there is one at least, need. Raises a SqlTextError."""
    for migration in pending:
        reason = next(_reasons(migration), None)
        if reason is not None:
            return Need(f"{migration.name} {reason}", fresh=True)
    return Need("only additions", fresh=False)


def _reasons(migration: Migration) -> Iterator[str]:
    if migration.phase == "contract":
        yield "is a contract"
    if migration.backfill_sql is not None:
        yield "fills rows"
    for number, statement in enumerate(migration.statements, 1):
        for raw in postgast.parse(statement.step.sql).stmts:
            if not _is_addition(raw.stmt):
                yield f"has a statement that is no addition: step {number}"


def _is_addition(node: Any) -> bool:
    kind = node.WhichOneof("node")
    if kind == "alter_table_stmt":
        commands = (command.alter_table_cmd.subtype for command in node.alter_table_stmt.cmds)
        return all(ast.AlterTableType.Name(command) in _ADDING_COMMANDS for command in commands)
    if kind == "alter_enum_stmt":
        return not node.alter_enum_stmt.old_val
    return kind in _ADDITIONS
