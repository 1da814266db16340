"""Constraints as statements write them, made into facts of a table."""

from typing import Any

from pgevolve.check import tree
from pgevolve.check.facts import Column, Constraint, ConstraintKind, Index, Name, SequenceFacts, Table
from pgevolve.check.state import SchemaState

KINDS: dict[str, ConstraintKind] = {
    "CONSTR_PRIMARY": "primary",
    "CONSTR_UNIQUE": "unique",
    "CONSTR_FOREIGN": "foreign",
    "CONSTR_CHECK": "check",
    "CONSTR_NOTNULL": "not null",
    "CONSTR_EXCLUSION": "exclude",
}
_SUFFIXES = {
    "primary": "pkey",
    "unique": "key",
    "foreign": "fkey",
    "check": "check",
    "not null": "not_null",
    "exclude": "excl",
}


def column_from(node: Any) -> Column:
    """Return a column of CREATE TABLE or ADD COLUMN, without its constraints."""
    column = Column(node.colname, tree.type_name(node.type_name))
    if node.HasField("coll_clause"):
        column.collation = ".".join(tree.strings(node.coll_clause.collname))
    for part in node.constraints:
        constraint = part.constraint
        kind = tree.constraint_kind(constraint)
        if kind == "CONSTR_DEFAULT":
            column.default = constraint.raw_expr
        elif kind == "CONSTR_IDENTITY":
            column.identity = constraint.generated_when
        elif kind == "CONSTR_GENERATED":
            column.generated = constraint.generated_kind or "s"
        elif kind == "CONSTR_NOTNULL":
            column.not_null = True
    if column.identity or (column.type is not None and column.type.serial):
        column.not_null = True
    if column.not_null is None:
        column.not_null = False
    return column


def constraint_from(
    state: SchemaState, table: Name, node: Any, columns: tuple[str, ...]
) -> Constraint | None:
    """Return a Constraint node as facts; None for a default, an identity and the like.

    `columns` are those of the column that it stands at, empty for one of the table. A constraint without a
    name gets the one that the server would choose first.
    """
    kind = KINDS.get(tree.constraint_kind(node))
    if kind is None:
        return None
    own = tree.strings(node.fk_attrs) or tree.strings(node.keys) or columns
    if kind == "check":
        own = tuple(sorted(tree.column_names(node.raw_expr))) or columns
    if kind == "exclude":
        own = tuple(part.list.items[0].index_elem.name for part in node.exclusions)
    made = Constraint(
        node.conname or made_up_name(table, kind, own),
        kind,
        own,
        validated=not node.skip_validation,
        enforced=node.is_enforced or kind in {"primary", "unique", "exclude"},
        made=state.moment(),
    )
    if kind == "check":
        made.expression = node.raw_expr
    elif kind == "foreign":
        made.references = state.relation_name(node.pktable)
        made.targets = tree.strings(node.pk_attrs)
        made.on_delete, made.on_update = node.fk_del_action or "a", node.fk_upd_action or "a"
    elif node.indexname:
        made.name = node.conname or node.indexname
        made.index = Name(table.schema, node.indexname)
    return made


def made_up_name(table: Name, kind: str, columns: tuple[str, ...]) -> str:
    """Return the name that the server gives to a constraint without one, if it is free."""
    shown = () if kind == "primary" else columns
    if kind == "check" and len(columns) > 1:
        shown = ()
    return "_".join((table.name, *(column for column in shown if column), _SUFFIXES[kind]))


def add_constraint(state: SchemaState, table: Table, node: Any, columns: tuple[str, ...]) -> None:
    """Note a constraint of a table with the index it makes and the NOT NULL it brings."""
    constraint = constraint_from(state, table.name, node, columns)
    if constraint is None:
        return
    used = table.indexes.get(constraint.index) if constraint.index else None
    if used is not None and used.columns:
        constraint.columns = tuple(str(column) for column in used.columns)
    table.constraints[constraint.name] = constraint
    if constraint.kind in {"primary", "unique", "exclude"}:
        _own_index(state, table, constraint, used)
    if constraint.kind == "primary" or (constraint.kind == "not null" and constraint.validated):
        for name in constraint.columns:
            if name in table.columns or not table.complete:
                table.columns.setdefault(name, Column(name)).not_null = True


def _own_index(state: SchemaState, table: Table, constraint: Constraint, used: Index | None) -> None:
    if constraint.index is not None:
        state.remove_index(constraint.index)
    constraint.index = Name(table.name.schema, constraint.name)
    method = "gist" if constraint.kind == "exclude" else "btree"
    state.add_index(
        Index(
            constraint.index,
            table.name,
            columns=constraint.columns,
            include=used.include if used is not None else (),
            unique=constraint.kind != "exclude",
            method=method,
            key=used.key if used is not None else tuple(f"{column} 0" for column in constraint.columns),
            constraint=constraint.name,
            made=used.made if used is not None else constraint.made,
        )
    )


def own_sequence(state: SchemaState, table: Table, column: Column) -> None:
    """Note the sequence behind an identity or serial column."""
    if column.identity or (column.type is not None and column.type.serial):
        name = Name(table.name.schema, f"{table.name.name}_{column.name}_seq")
        state.sequences[name] = SequenceFacts(name, table.name, state.moment())


def proves_not_null(table: Table, column: str) -> Constraint | None:
    """Return a check or NOT NULL constraint that says a column is never null, validated or not."""
    found = None
    for constraint in table.constraints.values():
        if not constraint.enforced:
            continue
        says_so = (constraint.kind == "not null" and constraint.columns == (column,)) or (
            constraint.kind == "check" and requires_not_null(constraint.expression, column)
        )
        if says_so and (found is None or constraint.validated):
            found = constraint
    return found


def requires_not_null(expression: Any, column: str) -> bool:
    """Say whether an expression is `column IS NOT NULL`, alone or joined to others by AND."""
    kind = tree.kind_of(expression)
    if kind == "bool_expr" and expression.bool_expr.boolop == 1:
        return any(requires_not_null(part, column) for part in expression.bool_expr.args)
    if kind != "null_test":
        return False
    test = expression.null_test
    is_column = tree.kind_of(test.arg) == "column_ref" and tree.column_names(test.arg) == {column}
    return is_column and test.nulltesttype == 2  # noqa: PLR2004 - IS_NOT_NULL
