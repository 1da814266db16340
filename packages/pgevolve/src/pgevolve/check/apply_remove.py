"""What DROP and RENAME statements change in the state."""

from collections.abc import Callable, MutableMapping
from typing import Any

from pgevolve.check import tree
from pgevolve.check.apply_alter import move_table, rename_index
from pgevolve.check.facts import Column, Name, Table
from pgevolve.check.state import SchemaState


def dropped_names(node: Any) -> list[tuple[str | None, ...]]:
    """Return the names that a DROP statement lists, each as its parts."""
    found: list[tuple[str | None, ...]] = []
    for item in node.objects:
        kind = tree.kind_of(item)
        if kind == "list":
            found.append(tree.strings(item.list.items))
        elif kind == "string":
            found.append((item.string.sval,))
        elif kind == "type_name":
            found.append(tree.strings(item.type_name.names))
        elif kind == "object_with_args":
            found.append(tree.strings(item.object_with_args.objname))
    return found


def _drop(state: SchemaState, node: Any) -> None:
    kind = tree.object_kind(node.remove_type)
    for parts in dropped_names(node):
        schema, plain = (parts[-2] if len(parts) > 1 else None), str(parts[-1])
        if kind in {"OBJECT_TABLE", "OBJECT_FOREIGN_TABLE"}:
            state.remove_table(_temporary_or(state, schema, plain))
        elif kind == "OBJECT_INDEX":
            state.remove_index(state.full_name(schema, plain, state.indexes))
        elif kind == "OBJECT_SCHEMA":
            _drop_schema(state, plain)
        elif kind == "OBJECT_TRIGGER" and len(parts) > 1:
            above = parts[-3] if len(parts) > 2 else None  # noqa: PLR2004 - schema, table and trigger
            _drop_trigger(state, above, str(parts[-2]), plain)
        else:
            for known in _kept(state, kind):
                known.pop(state.full_name(schema, plain, known), None)


def _temporary_or(state: SchemaState, schema: str | None, plain: str) -> Name:
    temporary = Name("pg_temp", plain)
    if schema is None and temporary in state.tables:
        return temporary
    return state.full_name(schema, plain, state.tables)


def _kept(state: SchemaState, kind: str) -> tuple[MutableMapping[Name, Any], ...]:
    kept: dict[str, tuple[MutableMapping[Name, Any], ...]] = {
        "OBJECT_VIEW": (state.views,),
        "OBJECT_MATVIEW": (state.views,),
        "OBJECT_SEQUENCE": (state.sequences,),
        "OBJECT_TYPE": (state.enums, state.domains, state.composites),
        "OBJECT_DOMAIN": (state.domains,),
        "OBJECT_FUNCTION": (state.functions,),
        "OBJECT_PROCEDURE": (state.functions,),
        "OBJECT_ROUTINE": (state.functions,),
    }
    return kept.get(kind, ())


def _drop_trigger(state: SchemaState, schema: str | None, table: str, trigger: str) -> None:
    for known in (state.tables, state.views):
        owner = known.get(state.full_name(schema, table, known))
        if owner is not None:
            owner.triggers.pop(trigger, None)


def _drop_schema(state: SchemaState, schema: str) -> None:
    state.schemas.pop(schema, None)
    for name in [name for name in state.tables if name.schema == schema]:
        state.remove_table(name)
    others: tuple[MutableMapping[Name, Any], ...] = (
        state.views,
        state.indexes,
        state.enums,
        state.domains,
        state.composites,
        state.functions,
        state.sequences,
    )
    for known in others:
        for name in [name for name in known if name.schema == schema]:
            del known[name]


def _rename(state: SchemaState, node: Any) -> None:
    kind = tree.object_kind(node.rename_type)
    if kind in {"OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_INDEX", "OBJECT_SEQUENCE"}:
        _rename_relation(state, state.relation_name(node.relation), node.newname)
    elif kind == "OBJECT_COLUMN":
        name = state.relation_name(node.relation)
        if name in state.views:
            _rename_view_column(state, name, node)
        else:
            _rename_column(state, state.assumed_table(name), node.subname, node.newname)
    elif kind == "OBJECT_TABCONSTRAINT":
        _rename_constraint(state, state.table(node.relation), node.subname, node.newname)
    elif kind in {"OBJECT_TYPE", "OBJECT_DOMAIN"}:
        schema, plain = tree.dotted(node.object.list.items)
        _rename_type(state, schema, plain, node.newname)
    elif kind == "OBJECT_SCHEMA":
        state.schemas[node.newname] = state.schemas.pop(node.subname, None)
        for name in [name for name in state.tables if name.schema == node.subname]:
            move_table(state, name, Name(node.newname, name.name))


def _rename_relation(state: SchemaState, name: Name, new: str) -> None:
    moved = Name(name.schema, new)
    if name in state.indexes:
        rename_index(state, name, new)
    elif name in state.views:
        state.views[moved] = state.views.pop(name)
        state.views[moved].name = moved
    elif name in state.sequences:
        state.sequences[moved] = state.sequences.pop(name)
        state.sequences[moved].name = moved
        state.sequences[moved].renamed = state.moment()
    else:
        state.assumed_table(name)
        move_table(state, name, moved)


def _rename_view_column(state: SchemaState, name: Name, node: Any) -> None:
    view = state.views[name]
    if view.columns is not None:
        view.columns = tuple(node.newname if column == node.subname else column for column in view.columns)


def _rename_column(state: SchemaState, table: Table, old: str, new: str) -> None:
    column = table.columns.pop(old, None) or Column(old)
    column.name = new
    table.columns[new] = column
    for constraint in table.constraints.values():
        constraint.columns = tuple(new if name == old else name for name in constraint.columns)
    for index in table.indexes.values():
        index.columns = tuple(new if name == old else name for name in index.columns)
    for _other, constraint in state.referencing(table.name):
        constraint.targets = tuple(new if name == old else name for name in constraint.targets)


def _rename_constraint(state: SchemaState, table: Table | None, old: str, new: str) -> None:
    constraint = table.constraints.get(old) if table is not None else None
    if table is None or constraint is None:
        return
    if constraint.index is not None:
        rename_index(state, constraint.index, new)
    else:
        constraint.name = new
        table.constraints[new] = table.constraints.pop(old)


def _rename_type(state: SchemaState, schema: str | None, plain: str, new: str) -> None:
    for known in (state.enums, state.domains):
        name = state.full_name(schema, plain, known)
        if name in known:
            moved = Name(name.schema, new)
            known[moved] = known.pop(name)  # type: ignore[assignment]
            known[moved].name = moved
            for table in state.tables.values():
                _retype(table, plain, new)


def _retype(table: Table, old: str, new: str) -> None:
    for column in table.columns.values():
        if column.type is not None and column.type.name == old:
            kept = column.type
            column.type = type(kept)(kept.schema, new, kept.modifiers, kept.dimensions)


EFFECTS: dict[str, Callable[[SchemaState, Any], None]] = {
    "drop_stmt": _drop,
    "rename_stmt": _rename,
}
