"""Apply a statement to the state of the schema: what the schema is after it, as far as the text tells."""

from collections.abc import Callable
from typing import Any

from pgevolve.check import apply_alter, apply_create, apply_remove
from pgevolve.check.state import SchemaState
from pgevolve.check.tree import constant

_Effect = Callable[[SchemaState, Any], None]


def apply(state: SchemaState, kind: str, node: Any) -> None:
    """Change the state by one statement; `kind` is the field of its Node, such as `create_stmt`.

    The commands of an ALTER TABLE are applied one by one with `apply_command`. A statement of no known effect
    changes nothing.
    """
    effect = _EFFECTS.get(kind)
    if effect is not None:
        effect(state, node)


def apply_command(state: SchemaState, alter: Any, command: Any) -> None:
    """Change the state by one command of an ALTER TABLE, INDEX, VIEW or SEQUENCE."""
    apply_alter.command(state, alter, command)


def _alter_table(state: SchemaState, node: Any) -> None:
    for command in node.cmds:
        apply_alter.command(state, node, command.alter_table_cmd)


def _set(state: SchemaState, node: Any) -> None:
    if node.name == "search_path":
        values = [constant(argument) for argument in node.args]
        paths = (part for value in values if isinstance(value, str) for part in _schemas(value))
        state.set_search_path(tuple(paths) or ("public",), local=node.is_local)


def _schemas(value: str) -> list[str]:
    return [part.strip().strip('"') for part in value.split(",") if part.strip()]


def _insert(state: SchemaState, node: Any) -> None:
    table = state.table(node.relation)
    if table is not None:
        table.filled = True


def _copy(state: SchemaState, node: Any) -> None:
    if node.is_from:
        _insert(state, node)


_EFFECTS: dict[str, _Effect] = {
    "alter_table_stmt": _alter_table,
    "variable_set_stmt": _set,
    "insert_stmt": _insert,
    "merge_stmt": _insert,
    "copy_stmt": _copy,
    **apply_create.EFFECTS,
    **apply_alter.EFFECTS,
    **apply_remove.EFFECTS,
}
