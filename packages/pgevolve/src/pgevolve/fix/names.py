"""Names for what a statement leaves nameless: those that the server would have given."""

from collections.abc import Container
from typing import Any

from pgevolve.check import tree
from pgevolve.check.constraints import made_up_name
from pgevolve.check.facts import Constraint, Name, Table
from pgevolve.check.state import SchemaState
from pgevolve.plan.names import with_ending

_MOST_BYTES = 63


_EXPRESSION = "expr"


def of_constraint(table: Name, known: Table | None, constraint: Constraint, node: Any) -> str:
    """Return the name of a new constraint."""
    if node.conname:
        return str(node.conname)
    taken = known.constraints if known is not None else {}
    columns = constraint.columns
    if constraint.kind == "unique":
        columns += tree.strings(node.including)
    return _free(made_up_name(table, constraint.kind, columns), taken)


def of_index(state: SchemaState, table: Name, node: Any) -> str:
    """Return the name of a new index; `node` is its IndexStmt."""
    parts: list[str] = []
    for element in (*node.index_params, *node.index_including_params):
        wanted = element.index_elem.name or _of_expression(element.index_elem.expr)
        numbered, number = wanted, 0
        while numbered in parts:
            number += 1
            numbered = f"{wanted}{number}"
        parts.append(numbered)
    taken = {index.name for index in state.indexes if index.schema == table.schema}
    return _free("_".join((table.name, *parts, "idx")), taken)


def _of_expression(node: Any) -> str:
    """Return what the server calls an expression: its function, its column or its type."""
    kind = tree.kind_of(node)
    if kind == "func_call":
        return tree.dotted(node.func_call.funcname)[1]
    if kind == "column_ref":
        return tree.strings(node.column_ref.fields)[-1]
    if kind == "coalesce_expr":
        return "coalesce"
    if kind == "type_cast":
        inner = _of_expression(node.type_cast.arg)
        return tree.dotted(node.type_cast.type_name.names)[1] if inner == _EXPRESSION else inner
    return _EXPRESSION


def _free(wanted: str, taken: Container[str]) -> str:
    base, _, ending = wanted.rpartition("_")
    number = 0
    while True:
        candidate = f"_{ending}{number or ''}"
        name = base + candidate
        if len(name.encode()) > _MOST_BYTES:
            name = with_ending(base, candidate)
        if name not in taken:
            return name
        number += 1
