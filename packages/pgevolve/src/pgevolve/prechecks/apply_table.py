"""What the commands of an ALTER TABLE leave."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from postgast import pg_query_pb2 as ast

from pgevolve.check import tree
from pgevolve.check.constraints import KINDS, made_up_name
from pgevolve.check.facts import Name
from pgevolve.messages import messages
from pgevolve.prechecks.relation import Relation, RowColumn
from pgevolve.prechecks.schema import Schema
from pgevolve.quoting import name as quoted

_Change = Callable[[Schema, str, Any], Schema]
_TYPES_OF_SEQUENCES = frozenset({"int2", "int4", "int8"})


def apply_command(kind: str, node: Any, command: Any, schema: Schema) -> Schema:
    """Return the schema after one command; of a column, all tables below change with it."""
    name = schema.name(node.relation)
    if schema.get(name) is None:
        return schema
    change = _OF_COLUMNS.get(kind)
    if change is not None:
        for member in schema.family(name) if node.relation.inh else (name,):
            if schema.get(member) is not None:
                schema = change(schema, member, command)
        return schema
    change = _OF_TABLES.get(kind)
    return schema if change is None else change(schema, name, command)


def add_column(schema: Schema, name: str, column: Any) -> Schema:
    """Return the schema with a new column, and the constraints that stand at it."""
    relation = _get(schema, name)
    if column.colname in relation.columns:
        return schema
    value, made = _first_value(schema, column)
    schema = schema.with_relation(name, relation.layered({column.colname: (value, made)}))
    for part in column.constraints:
        schema = add_constraint(schema, name, part.constraint, (column.colname,))
    return schema


def _first_value(schema: Schema, column: Any) -> tuple[str, RowColumn]:
    """Return what a new column holds in the rows that are there."""
    parts = {tree.constraint_kind(part.constraint): part.constraint for part in column.constraints}
    readable = schema.type_sql(column.type_name)
    not_null = "CONSTR_NOTNULL" in parts or "CONSTR_PRIMARY" in parts
    generated = parts.get("CONSTR_GENERATED")
    made = RowColumn(readable, not_null, (generated.generated_kind or "s") if generated is not None else "")
    if "CONSTR_IDENTITY" in parts or tree.type_name(column.type_name).serial:
        return f"(row_number() OVER ())::{readable}", replace(made, not_null=True)
    default = parts.get("CONSTR_DEFAULT")
    expression = generated.raw_expr if generated is not None else default and default.raw_expr
    if expression is None or not expression.WhichOneof("node"):
        _, facts = schema.type_named(column.type_name.names)
        value = facts.default if facts is not None and facts.default else "NULL"
        return f"{value}::{readable}", made
    reason = schema.uses_pending_function(expression)
    called = {function for _, function in tree.called_functions(expression)}
    if called & {"nextval"}:
        reason = "each row takes the next value of a sequence"
    if reason is not None:
        return f"NULL::{readable}", replace(made, unknown=reason)
    return f"({schema.sql(expression)})::{readable}", made


def add_constraint(schema: Schema, name: str, constraint: Any, columns: Iterable[str] = ()) -> Schema:
    """Return the schema with a constraint of a table; `columns` is the one that it stands at."""
    relation = _get(schema, name)
    kind = KINDS.get(tree.constraint_kind(constraint))
    if kind is None:
        return schema
    keys = tree.strings(constraint.fk_attrs) or tree.strings(constraint.keys) or tuple(columns)
    if kind == "check":
        keys = tuple(sorted(tree.column_names(constraint.raw_expr)))
    constraint = _at_column(constraint, kind, keys)
    label = constraint.conname or constraint.indexname or made_up_name(Name("", relation.alias), kind, keys)
    if constraint.indexname:
        relation = _of_index(relation, constraint.indexname)
    constraints = {**relation.constraints, label: constraint}
    changed = replace(relation, constraints=constraints)
    if kind == "primary" or (kind == "not null" and not constraint.skip_validation):
        changed = _with_not_null(changed, keys)
    return schema.with_relation(name, changed)


def _at_column(constraint: Any, kind: str, keys: tuple[str, ...]) -> Any:
    """Return a constraint that stands at a column as one of the table, which names it."""
    attribute = {"foreign": "fk_attrs", "check": None, "exclude": None}.get(kind, "keys")
    if attribute is None or getattr(constraint, attribute) or not keys or constraint.indexname:
        return constraint
    copy = type(constraint)()
    copy.CopyFrom(constraint)
    for key in keys:
        getattr(copy, attribute).add().string.sval = key
    return copy


def _of_index(relation: Relation, index: str) -> Relation:
    """Return the table without an index that becomes a constraint's own."""
    indexes = {key: node for key, node in relation.indexes.items() if node.idxname != index}
    return replace(relation, indexes=indexes)


def _with_not_null(relation: Relation, keys: Iterable[str], *, value: bool = True) -> Relation:
    columns = {
        key: replace(column, not_null=value) if key in keys else column
        for key, column in relation.columns.items()
    }
    return replace(relation, columns=columns)


def renamed(relation: Relation, old: str, new: str) -> Relation:
    """Return a table with a renamed column, also in what its constraints and indexes say."""
    constraints = {key: _renamed_in(node, old, new) for key, node in relation.constraints.items()}
    indexes = {key: _renamed_in(node, old, new) for key, node in relation.indexes.items()}
    return replace(relation.renamed_column(old, new), constraints=constraints, indexes=indexes)


def _renamed_in(node: Any, old: str, new: str) -> Any:
    copy = type(node)()
    copy.CopyFrom(node)
    for reference in messages(copy, "ColumnRef"):
        if reference.fields and reference.fields[-1].string.sval == old:
            reference.fields[-1].string.sval = new
    for element in messages(copy, "IndexElem"):
        if element.name == old:
            element.name = new
    for attribute in ("keys", "fk_attrs"):
        for part in getattr(copy, attribute, ()):
            if part.string.sval == old:
                part.string.sval = new
    return copy


def without_index(schema: Schema, index: str) -> Schema:
    """Return the schema without an index, by its bare name."""
    return renamed_index(schema, index, None)


def renamed_index(schema: Schema, index: str, new: str | None) -> Schema:
    """Return the schema with an index under another name, or without it."""
    for relation in schema.touched():
        if not any(node.idxname == index for node in relation.indexes.values()):
            continue
        indexes = {}
        for key, node in relation.indexes.items():
            if node.idxname != index:
                indexes[key] = node
            elif new is not None:
                copy = type(node)()
                copy.CopyFrom(node)
                copy.idxname = new
                indexes[key] = copy
        return schema.with_relation(relation.name, replace(relation, indexes=indexes))
    return schema


def _get(schema: Schema, name: str) -> Relation:
    relation = schema.get(name)
    assert relation is not None
    return relation


def _add_column(schema: Schema, name: str, command: Any) -> Schema:
    return add_column(schema, name, tree.definition(command))


def _drop_column(schema: Schema, name: str, command: Any) -> Schema:
    relation = _get(schema, name).without_column(command.name)
    constraints = {
        key: node for key, node in relation.constraints.items() if command.name not in columns_of(node)
    }
    indexes = {
        key: node
        for key, node in relation.indexes.items()
        if command.name not in columns_of(node) | {part.index_elem.name for part in node.index_params}
    }
    return schema.with_relation(name, replace(relation, constraints=constraints, indexes=indexes))


def columns_of(node: Any) -> set[str]:
    """Return the columns that a constraint or an index reads."""
    names = tree.column_names(node)
    for attribute in ("keys", "fk_attrs"):
        names |= set(tree.strings(getattr(node, attribute, ())))
    return names | {element.name for element in messages(node, "IndexElem") if element.name}


def _change_type(schema: Schema, name: str, command: Any) -> Schema:
    relation = _get(schema, name)
    old = relation.columns.get(command.name)
    if old is None:
        return schema
    value, made = new_value(schema, relation, command.name, tree.definition(command))
    return schema.with_relation(
        name, relation.layered({command.name: (value, replace(made, not_null=old.not_null))})
    )


def new_value(schema: Schema, relation: Relation, column: str, definition: Any) -> tuple[str, RowColumn]:
    """Return what ALTER COLUMN TYPE makes of a column's value, as SQL over the rows before it."""
    readable = schema.type_sql(definition.type_name)
    made = RowColumn(readable, generated=relation.columns[column].generated)
    value = f"{relation.alias}.{quoted(column)}"
    if definition.HasField("raw_default"):
        reason = schema.uses_pending_function(definition.raw_default)
        if reason is not None:
            return f"NULL::{readable}", replace(made, unknown=reason)
        value = f"({schema.sql(definition.raw_default)})"
    collation = ""
    if definition.HasField("coll_clause"):
        collation = " COLLATE " + ".".join(
            quoted(part) for part in tree.strings(definition.coll_clause.collname)
        )
    return f"{value}::{readable}{collation}", made


def _set_not_null(schema: Schema, name: str, command: Any) -> Schema:
    return schema.with_relation(name, _with_not_null(_get(schema, name), (command.name,)))


def _drop_not_null(schema: Schema, name: str, command: Any) -> Schema:
    return schema.with_relation(name, _with_not_null(_get(schema, name), (command.name,), value=False))


def _add_constraint(schema: Schema, name: str, command: Any) -> Schema:
    return add_constraint(schema, name, tree.definition(command))


def _drop_constraint(schema: Schema, name: str, command: Any) -> Schema:
    relation = _get(schema, name)
    constraints = {key: node for key, node in relation.constraints.items() if key != command.name}
    return schema.with_relation(name, replace(relation, constraints=constraints))


def _validate_constraint(schema: Schema, name: str, command: Any) -> Schema:
    relation = _get(schema, name)
    constraint = relation.constraints.get(command.name)
    if constraint is None:
        return schema
    copy = type(constraint)()
    copy.CopyFrom(constraint)
    copy.skip_validation = False
    changed = replace(relation, constraints={**relation.constraints, command.name: copy})
    if copy.contype == ast.CONSTR_NOTNULL:
        changed = _with_not_null(changed, tree.strings(copy.keys))
    return schema.with_relation(name, changed)


def _set_expression(schema: Schema, name: str, command: Any) -> Schema:
    relation = _get(schema, name)
    column = relation.columns.get(command.name)
    if column is None:
        return schema
    value = f"({schema.sql(getattr(command, 'def'))})::{column.type}"
    return schema.with_relation(name, relation.layered({command.name: (value, column)}))


def _attach(schema: Schema, name: str, _command: Any) -> Schema:
    reason = "a pending migration gives it another partition or heir"
    return schema.with_relation(name, replace(_get(schema, name), gains=reason))


def _detach(schema: Schema, name: str, _command: Any) -> Schema:
    reason = "a pending migration takes a partition or heir from it"
    return schema.with_relation(name, replace(_get(schema, name), unknown=reason))


_OF_COLUMNS: Mapping[str, _Change] = MappingProxyType(
    {
        "AT_AddColumn": _add_column,
        "AT_DropColumn": _drop_column,
        "AT_AlterColumnType": _change_type,
        "AT_SetNotNull": _set_not_null,
        "AT_DropNotNull": _drop_not_null,
        "AT_SetExpression": _set_expression,
    }
)
_OF_TABLES: Mapping[str, _Change] = MappingProxyType(
    {
        "AT_AddConstraint": _add_constraint,
        "AT_DropConstraint": _drop_constraint,
        "AT_ValidateConstraint": _validate_constraint,
        "AT_AttachPartition": _attach,
        "AT_AddInherit": _attach,
        "AT_DetachPartition": _detach,
        "AT_DropInherit": _detach,
    }
)
