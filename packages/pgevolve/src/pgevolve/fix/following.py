"""Which later statements must wait for the rows to be filled, or for the contract."""

from collections.abc import Iterable
from typing import Any

from pgevolve.check import tree
from pgevolve.messages import messages

_WAIT_FOR_NO_ROWS = frozenset({"comment_stmt", "grant_stmt", "create_stmt", "variable_set_stmt"})
_COMMANDS_WITHOUT_ROWS = frozenset({"AT_AddColumn", "AT_ColumnDefault"})


def touched(node: Any) -> set[str]:
    """Return the names of the relations that a statement names, without their schemas."""
    found = {relation.relname for relation in messages(node, "RangeVar")}
    if node.DESCRIPTOR.name in {"DropStmt", "CommentStmt", "AlterObjectSchemaStmt"}:
        found |= {text.sval for text in messages(node, "String")}
    return found


def needs_filled_rows(kind: str, node: Any, filled: Iterable[str]) -> bool:
    """Say whether a statement may read, check or change rows of tables that are filled later."""
    if not touched(node) & set(filled):
        return kind in {"do_stmt", "call_stmt"} or _calls_something(kind, node)
    if kind == "index_stmt":
        return bool(node.unique)
    if kind == "alter_table_stmt":
        kinds = {tree.command_kind(command.alter_table_cmd) for command in node.cmds}
        return not kinds <= _COMMANDS_WITHOUT_ROWS
    return kind not in _WAIT_FOR_NO_ROWS


def _calls_something(kind: str, node: Any) -> bool:
    return kind == "select_stmt" and any(True for _ in messages(node, "FuncCall"))
