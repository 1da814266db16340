"""What each statement leaves of the schema and of the rows that are read through it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from pgevolve.check import tree
from pgevolve.prechecks import apply_rows, apply_table, apply_types
from pgevolve.prechecks.relation import Relation
from pgevolve.prechecks.schema import Schema
from pgevolve.quoting import qualified

_Change = Callable[[Schema, Any], Schema]


def apply(kind: str, node: Any, command: Any, schema: Schema) -> Schema:
    """Return the schema after a statement, or after one command of an ALTER TABLE."""
    if command is not None:
        return apply_table.apply_command(kind, node, command, schema)
    change = _CHANGES.get(kind)
    return schema if change is None else change(schema, node)


def _create_table(schema: Schema, node: Any) -> Schema:
    name = _new_name(schema, node.relation)
    if node.if_not_exists and schema.get(name) is not None:
        return schema
    relation = Relation(name, None, "p" if node.HasField("partspec") else "r")
    for parent in node.inh_relations:
        above = schema.relation(parent.range_var)
        if above is not None:
            relation = replace(relation, columns={**relation.columns, **above.columns})
    schema = schema.with_relation(name, relation)
    for element in node.table_elts:
        part = tree.inner(element)
        if tree.kind_of(element) == "column_def":
            schema = apply_table.add_column(schema, name, part)
        elif tree.kind_of(element) == "constraint":
            schema = apply_table.add_constraint(schema, name, part)
    return schema


def _create_table_as(schema: Schema, node: Any) -> Schema:
    name = _new_name(schema, node.into.rel)
    return schema.with_relation(name, Relation(name, None, gains="a query of a pending migration fills it"))


def _drop(schema: Schema, node: Any) -> Schema:
    kind = tree.object_kind(node.remove_type)
    for entry in node.objects:
        items = entry.list.items if tree.kind_of(entry) == "list" else [entry]
        if kind in {"OBJECT_TABLE", "OBJECT_MATVIEW"}:
            name = _named(schema, tree.strings(items))
            schema = schema.with_relation(name, None)
        elif kind == "OBJECT_INDEX":
            schema = apply_table.without_index(schema, tree.strings(items)[-1])
        elif kind == "OBJECT_SEQUENCE":
            name = _named(schema, tree.strings(items))
            schema = replace(schema, sequences={**schema.sequences, name: None})
        elif kind in {"OBJECT_TYPE", "OBJECT_DOMAIN"}:
            name, _ = schema.type_named(entry.type_name.names)
            schema = replace(schema, types={**schema.types, name: None})
    return schema


def _named(schema: Schema, parts: tuple[str, ...]) -> str:
    if len(parts) > 1:
        return qualified(parts[-2], parts[-1])
    candidates = [qualified(path, parts[-1]) for path in schema.path]
    return next((name for name in candidates if schema.get(name) is not None), candidates[0])


def _new_name(schema: Schema, node: Any) -> str:
    return qualified(node.schemaname or schema.path[0], node.relname)


def _index(schema: Schema, node: Any) -> Schema:
    name = schema.name(node.relation)
    relation = schema.get(name)
    if relation is None:
        return schema
    made = qualified(name_schema(name), node.idxname or "?")
    return schema.with_relation(name, replace(relation, indexes={**relation.indexes, made: node}))


def name_schema(name: str) -> str:
    """Return the schema of a qualified name, as an identifier without quotes."""
    first = name.partition(".")[0] if not name.startswith('"') else name[1:].partition('".')[0]
    return first.replace('""', '"')


def _rename(schema: Schema, node: Any) -> Schema:
    kind = tree.object_kind(node.rename_type)
    if kind in {"OBJECT_TYPE", "OBJECT_DOMAIN"}:
        return apply_types.rename(schema, node)
    if kind == "OBJECT_INDEX":
        return apply_table.renamed_index(schema, node.relation.relname, node.newname)
    relation = schema.relation(node.relation) if node.HasField("relation") else None
    if relation is None:
        return schema
    if kind in {"OBJECT_TABLE", "OBJECT_MATVIEW"}:
        return _moved(schema, relation, qualified(name_schema(relation.name), node.newname))
    return (
        _renamed_column(schema, relation, node)
        if kind == "OBJECT_COLUMN"
        else _renamed_constraint(schema, relation, node, kind)
    )


def _renamed_constraint(schema: Schema, relation: Relation, node: Any, kind: str) -> Schema:
    if kind != "OBJECT_TABCONSTRAINT":
        return schema
    known = relation.constraints.items()
    constraints = {node.newname if key == node.subname else key: value for key, value in known}
    return schema.with_relation(relation.name, replace(relation, constraints=constraints))


def _renamed_column(schema: Schema, relation: Relation, node: Any) -> Schema:
    for member in schema.family(relation.name) if node.relation.inh else (relation.name,):
        found = schema.get(member)
        if found is not None:
            schema = schema.with_relation(member, apply_table.renamed(found, node.subname, node.newname))
    return schema


def _set_schema(schema: Schema, node: Any) -> Schema:
    if not node.HasField("relation"):
        return schema
    relation = schema.relation(node.relation)
    if relation is None:
        return schema
    return _moved(schema, relation, qualified(node.newschema, node.relation.relname))


def _moved(schema: Schema, relation: Relation, name: str) -> Schema:
    gone = schema.with_relation(relation.name, None)
    return gone.with_relation(name, replace(relation, name=name))


def _function(schema: Schema, node: Any) -> Schema:
    return replace(schema, functions=schema.functions | {tree.strings(node.funcname)[-1]})


def _set_variable(schema: Schema, node: Any) -> Schema:
    if node.name != "search_path" or not node.args:
        return schema
    named = [str(tree.constant(argument)) for argument in node.args]
    path = tuple(entry for entry in named if entry not in {"$user", "pg_catalog", "pg_temp"})
    return replace(schema, path=path or ("public",))


def _create_sequence(schema: Schema, node: Any) -> Schema:
    return apply_types.sequence_changed(schema, node, made=True)


def _alter_sequence(schema: Schema, node: Any) -> Schema:
    return apply_types.sequence_changed(schema, node, made=False)


_CHANGES: Mapping[str, _Change] = MappingProxyType(
    {
        "create_stmt": _create_table,
        "create_table_as_stmt": _create_table_as,
        "drop_stmt": _drop,
        "index_stmt": _index,
        "rename_stmt": _rename,
        "alter_object_schema_stmt": _set_schema,
        "create_function_stmt": _function,
        "variable_set_stmt": _set_variable,
        "create_seq_stmt": _create_sequence,
        "alter_seq_stmt": _alter_sequence,
        "create_enum_stmt": apply_types.create_enum,
        "create_domain_stmt": apply_types.create_domain,
        "alter_enum_stmt": apply_types.alter_enum,
        "alter_domain_stmt": apply_types.alter_domain,
        "update_stmt": apply_rows.update,
        "delete_stmt": apply_rows.delete,
        "insert_stmt": apply_rows.insert,
        "merge_stmt": apply_rows.merge,
        "copy_stmt": apply_rows.insert,
        "truncate_stmt": apply_rows.truncate,
        "do_stmt": apply_rows.block,
        "call_stmt": apply_rows.call,
        "select_stmt": apply_rows.select,
    }
)
