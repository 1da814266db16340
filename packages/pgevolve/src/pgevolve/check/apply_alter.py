"""What ALTER statements change in the state."""

from collections.abc import Callable
from typing import Any

from pgevolve.check import tree
from pgevolve.check.constraints import add_constraint, column_from, own_sequence
from pgevolve.check.facts import Column, Constraint, Index, Name, Table
from pgevolve.check.state import SchemaState


def command(state: SchemaState, alter: Any, node: Any) -> None:
    """Apply one command of ALTER TABLE, ALTER INDEX, ALTER VIEW, ALTER SEQUENCE."""
    effect = _COMMANDS.get(tree.command_kind(node))
    if effect is None:
        return
    name = state.relation_name(alter.relation)
    if name in state.views or name in state.indexes or name in state.sequences:
        return
    effect(state, state.assumed_table(name), node)


def _add_column(state: SchemaState, table: Table, node: Any) -> None:
    described = tree.definition(node)
    if node.missing_ok and described.colname in table.columns:
        return
    column = column_from(described)
    column.added = state.moment()
    table.columns[column.name] = column
    own_sequence(state, table, column)
    for part in described.constraints:
        add_constraint(state, table, part.constraint, (column.name,))


def _drop_column(state: SchemaState, table: Table, node: Any) -> None:
    table.columns.pop(node.name, None)
    for constraint in [c for c in table.constraints.values() if node.name in c.columns]:
        del table.constraints[constraint.name]
    for index in [index for index in table.indexes.values() if _reads(index, node.name)]:
        state.remove_index(index.name)
    for other, constraint in list(state.referencing(table.name)):
        if node.name in constraint.targets:
            other.constraints.pop(constraint.name, None)


def _reads(index: Index, column: str) -> bool:
    return column in index.columns or column in index.include


def _column(table: Table, name: str) -> Column:
    """Return a column; of a table that is not known whole, one that was there before."""
    return table.columns.setdefault(name, Column(name))


def _default(_state: SchemaState, table: Table, node: Any) -> None:
    given = getattr(node, "def")
    _column(table, node.name).default = given if given.WhichOneof("node") else None


def _set_not_null(_state: SchemaState, table: Table, node: Any) -> None:
    _column(table, node.name).not_null = True


def _drop_not_null(_state: SchemaState, table: Table, node: Any) -> None:
    _column(table, node.name).not_null = False
    for constraint in [c for c in table.constraints.values() if c.kind == "not null"]:
        if constraint.columns == (node.name,):
            del table.constraints[constraint.name]


def _type(_state: SchemaState, table: Table, node: Any) -> None:
    column = _column(table, node.name)
    described = tree.definition(node)
    column.type = tree.type_name(described.type_name)
    if described.HasField("coll_clause"):
        column.collation = ".".join(tree.strings(described.coll_clause.collname))


def _add_identity(state: SchemaState, table: Table, node: Any) -> None:
    column = _column(table, node.name)
    column.identity = tree.definition(node).generated_when
    own_sequence(state, table, column)


def _set_identity(_state: SchemaState, table: Table, node: Any) -> None:
    column = _column(table, node.name)
    for part in tree.definition(node).items:
        if part.def_elem.defname == "generated":
            column.identity = chr(part.def_elem.arg.integer.ival)


def _drop_identity(_state: SchemaState, table: Table, node: Any) -> None:
    _column(table, node.name).identity = None


def _drop_expression(_state: SchemaState, table: Table, node: Any) -> None:
    _column(table, node.name).generated = None


def _add_constraint(state: SchemaState, table: Table, node: Any) -> None:
    add_constraint(state, table, tree.definition(node), ())


def _validate(state: SchemaState, table: Table, node: Any) -> None:
    constraint = table.constraints.get(node.name)
    if constraint is None:
        return
    constraint.validated, constraint.validated_at = True, state.moment()
    if constraint.kind == "not null":
        for name in constraint.columns:
            _column(table, name).not_null = True


def _drop_constraint(state: SchemaState, table: Table, node: Any) -> None:
    constraint = table.constraints.pop(node.name, None)
    if constraint is None:
        return
    if constraint.index is not None:
        state.remove_index(constraint.index)
    if constraint.kind == "not null":
        for name in constraint.columns:
            _column(table, name).not_null = False
    if constraint.kind in {"primary", "unique"}:
        _drop_dependents(state, table, constraint)


def _drop_dependents(state: SchemaState, table: Table, dropped: Constraint) -> None:
    for other, constraint in list(state.referencing(table.name)):
        if constraint.targets == dropped.columns or not constraint.targets:
            other.constraints.pop(constraint.name, None)


def _attach(state: SchemaState, table: Table, node: Any) -> None:
    partition = state.assumed_table(state.relation_name(tree.definition(node).name))
    partition.partition_of, table.partitioned = table.name, True
    table.partitions.add(partition.name)
    if tree.definition(node).bound.is_default:
        table.default_partition = partition.name


def _detach(state: SchemaState, table: Table, node: Any) -> None:
    name = state.relation_name(tree.definition(node).name)
    table.partitions.discard(name)
    if name in state.tables:
        state.tables[name].partition_of = None
    if table.default_partition == name:
        table.default_partition = None


def _logged(_state: SchemaState, table: Table, _node: Any) -> None:
    table.persistence = "p"


def _unlogged(_state: SchemaState, table: Table, _node: Any) -> None:
    table.persistence = "u"


def _row_security(_state: SchemaState, table: Table, _node: Any) -> None:
    table.row_security = True


_COMMANDS: dict[str, Callable[[SchemaState, Table, Any], None]] = {
    "AT_AddColumn": _add_column,
    "AT_DropColumn": _drop_column,
    "AT_ColumnDefault": _default,
    "AT_SetNotNull": _set_not_null,
    "AT_DropNotNull": _drop_not_null,
    "AT_AlterColumnType": _type,
    "AT_AddIdentity": _add_identity,
    "AT_SetIdentity": _set_identity,
    "AT_DropIdentity": _drop_identity,
    "AT_DropExpression": _drop_expression,
    "AT_AddConstraint": _add_constraint,
    "AT_ValidateConstraint": _validate,
    "AT_DropConstraint": _drop_constraint,
    "AT_AttachPartition": _attach,
    "AT_DetachPartition": _detach,
    "AT_SetLogged": _logged,
    "AT_SetUnLogged": _unlogged,
    "AT_EnableRowSecurity": _row_security,
}


def _sequence(state: SchemaState, node: Any) -> None:
    owner = tree.option(node.options, "owned_by")
    name = state.relation_name(node.sequence)
    parts = () if owner is None else tree.strings(owner.list.items)
    if name in state.sequences and len(parts) > 1:
        schema = parts[-3] if len(parts) > 2 else None  # noqa: PLR2004 - schema, table and column
        state.sequences[name].owner = state.full_name(schema, parts[-2], state.tables)


def _set_schema(state: SchemaState, node: Any) -> None:
    if not node.HasField("relation"):
        return
    name = state.relation_name(node.relation)
    moved = Name(node.newschema, name.name)
    move_table(state, name, moved)
    if name in state.views:
        state.views[moved] = state.views.pop(name)
        state.views[moved].name = moved


def move_table(state: SchemaState, name: Name, moved: Name) -> None:
    """Give a table another name or schema; indexes, partitions and foreign keys follow."""
    table = state.tables.pop(name, None)
    if table is None:
        return
    table.name = moved
    state.tables[moved] = table
    for index in list(table.indexes.values()):
        index.table = moved
        if name.schema != moved.schema:
            _move_index(state, table, index, Name(moved.schema, index.name.name))
    for other in state.tables.values():
        if other.partition_of == name:
            other.partition_of = moved
        if name in other.partitions:
            other.partitions = other.partitions - {name} | {moved}
        for constraint in other.constraints.values():
            if constraint.references == name:
                constraint.references = moved


def _move_index(state: SchemaState, table: Table, index: Index, moved: Name) -> None:
    state.indexes.pop(index.name, None)
    table.indexes.pop(index.name, None)
    index.name = moved
    state.indexes[moved] = table.indexes[moved] = index


def rename_index(state: SchemaState, name: Name, new: str) -> None:
    """Give an index another name; a constraint that it enforces has the same."""
    index = state.indexes.get(name)
    if index is None:
        return
    table = state.tables.get(index.table)
    if table is None:
        state.indexes[Name(name.schema, new)] = state.indexes.pop(name)
        index.name = Name(name.schema, new)
        return
    _move_index(state, table, index, Name(name.schema, new))
    constraint = table.constraints.pop(index.constraint, None) if index.constraint else None
    if constraint is not None:
        constraint.name, constraint.index, index.constraint = new, index.name, new
        table.constraints[new] = constraint


EFFECTS: dict[str, Callable[[SchemaState, Any], None]] = {
    "alter_seq_stmt": _sequence,
    "alter_object_schema_stmt": _set_schema,
}
