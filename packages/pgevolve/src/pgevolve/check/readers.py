"""What several rules ask of a statement."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pgevolve.check import tree
from pgevolve.check.constraints import KINDS, constraint_from
from pgevolve.check.facts import Constraint
from pgevolve.check.rule import Seen, Subject
from pgevolve.check.state import SchemaState
from pgevolve.messages import messages


@dataclass(slots=True)
class AddedConstraint:
    """A constraint that an ALTER TABLE adds to a table others use.

    `column` is the node of the new column that it stands at, None for one over columns that were there.
    """

    subject: Subject
    constraint: Constraint
    node: Any
    column: Any = None

    @property
    def columns(self) -> str:
        """The columns, for a message."""
        return ", ".join(name or "an expression" for name in self.constraint.columns)

    @property
    def at(self) -> int:
        """Where it stands."""
        return int(self.node.location)


def added_constraints(seen: Seen, kind: str) -> Iterator[AddedConstraint]:
    """Yield the constraints of one kind that an ALTER TABLE command adds to a table others use."""
    subject = seen.altered()
    if subject is None:
        return
    described = tree.definition(seen.command)
    if seen.statement.kind == "AT_AddConstraint":
        pairs: list[tuple[Any, Any, tuple[str, ...]]] = [(described, None, ())]
    else:
        pairs = [(part.constraint, described, (described.colname,)) for part in described.constraints]
    for node, column, columns in pairs:
        if KINDS.get(tree.constraint_kind(node)) != kind:
            continue
        constraint = constraint_from(seen.state, subject.name, node, columns)
        if constraint is not None:
            yield AddedConstraint(subject, constraint, node, column)


def has_default(column: Any) -> bool:
    """Say whether a new column gives the rows that are there a value other than NULL."""
    for part in column.constraints:
        kind = tree.constraint_kind(part.constraint)
        if kind == "CONSTR_DEFAULT" and not tree.is_null(part.constraint.raw_expr):
            return True
        if kind in {"CONSTR_IDENTITY", "CONSTR_GENERATED"}:
            return True
    return tree.type_name(column.type_name).serial


def default_of(column: Any) -> Any:
    """Return the expression of a new column's default, None without one."""
    for part in column.constraints:
        if tree.constraint_kind(part.constraint) == "CONSTR_DEFAULT":
            return part.constraint.raw_expr
    return None


def is_bounded(subject: Subject, where: Any, statement: Any) -> bool:
    """Say whether a condition can meet only a bounded number of rows.

    It does when it fixes a key to constants, or takes rows from a query with LIMIT. Of a table that is not
    known, `id` is taken to be the key.
    """
    if any(select.HasField("limit_count") for select in messages(statement, "SelectStmt")):
        return True
    fixed = _fixed_columns(where) | _batch(where)
    keys = subject.table.unique_sets() if subject.table is not None else []
    if not (subject.table is not None and subject.table.complete):
        keys = [*keys, ("id",)]
    return "ctid" in fixed or any(key and set(key) <= fixed for key in keys)


def _batch(where: Any) -> set[str]:
    """Return ctid if a condition names a range of it, as the batches of a backfill do."""
    if tree.kind_of(where) != "bool_expr" or where.bool_expr.boolop != 1:
        return set()
    signs = {
        tree.strings(part.a_expr.name)
        for part in where.bool_expr.args
        if tree.kind_of(part) == "a_expr"
        and tree.kind_of(part.a_expr.lexpr) == "column_ref"
        and tree.column_names(part.a_expr.lexpr) == {"ctid"}
    }
    return {"ctid"} if signs & {(">=",), (">",)} and signs & {("<",), ("<=",)} else set()


def _fixed_columns(where: Any) -> set[str]:
    """Return the columns that a condition sets equal to constants, or between two of them."""
    kind = tree.kind_of(where)
    if kind == "bool_expr" and where.bool_expr.boolop == 1:
        return set().union(*(_fixed_columns(part) for part in where.bool_expr.args))
    if kind != "a_expr":
        return set()
    expression = where.a_expr
    left = expression.lexpr
    if tree.strings(expression.name) not in {("=",), ("BETWEEN",)} or tree.kind_of(left) != "column_ref":
        return set()
    return tree.column_names(left) if _constant(expression.rexpr) else set()


def _constant(node: Any) -> bool:
    kind = tree.kind_of(node)
    if kind == "list":
        return all(_constant(item) for item in node.list.items)
    if kind == "a_array_expr":
        return all(_constant(item) for item in node.a_array_expr.elements)
    if kind == "type_cast":
        return _constant(node.type_cast.arg)
    return tree.is_constant(node)


def mentions_label(state: SchemaState, root: Any) -> Iterator[tuple[str, str, int]]:
    """Yield enum, label and location of each constant that spells a label added in this transaction."""
    fresh = {
        label: enum
        for enum in state.enums.values()
        for label, added in enum.labels.items()
        if state.in_this_transaction(added) and not state.in_this_transaction(enum.created)
    }
    if fresh:
        for constant in messages(root, "A_Const"):
            label = constant.sval.sval
            if label in fresh:
                yield str(fresh[label].name), label, constant.location


def new_columns(seen: Seen) -> list[tuple[Any, tree.TypeName]]:
    """Return the columns that a statement makes or retypes, with their types."""
    if seen.statement.new_columns is None:
        seen.statement.new_columns = _new_columns(seen)
    return seen.statement.new_columns


def _new_columns(seen: Seen) -> list[tuple[Any, tree.TypeName]]:
    if seen.statement.kind == "create_stmt":
        nodes = [part.column_def for part in seen.node.table_elts if tree.kind_of(part) == "column_def"]
    else:
        nodes = [] if seen.command is None else [tree.definition(seen.command)]
    return [(node, tree.type_name(node.type_name)) for node in nodes]


def reads_table(query: Any) -> bool:
    """Say whether a query reads any table."""
    return any(True for _ in messages(query, "RangeVar"))
