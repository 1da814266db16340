"""What CREATE statements and comments add to the state."""

from collections.abc import Callable
from typing import Any

from pgevolve.check import tree
from pgevolve.check.constraints import add_constraint, column_from, own_sequence
from pgevolve.check.facts import (
    Domain,
    EnumType,
    Function,
    Index,
    Name,
    SequenceFacts,
    Table,
    Trigger,
    View,
)
from pgevolve.check.state import SchemaState
from pgevolve.messages import messages

# CREATE_TABLE_LIKE_INDEXES of PostgreSQL's parsenodes.h.
_LIKE_INDEXES = 1 << 6


def _table(state: SchemaState, node: Any) -> None:
    name = _new_relation(state, node.relation)
    if name in state.tables and node.if_not_exists:
        return
    table = state.tables[name] = Table(
        name,
        created=state.moment(),
        complete=True,
        persistence=node.relation.relpersistence or "p",
        partitioned=node.HasField("partspec"),
    )
    if table.partitioned:
        parameters = (part.partition_elem.name for part in node.partspec.part_params)
        table.partition_key = tuple(parameter for parameter in parameters if parameter)
    for parent in node.inh_relations:
        _inherit(state, table, parent.range_var, partition=node.HasField("partbound"))
    if node.HasField("partbound") and node.partbound.is_default and table.partition_of is not None:
        state.assumed_table(table.partition_of).default_partition = name
    for element in node.table_elts:
        _table_element(state, table, element)


def _table_element(state: SchemaState, table: Table, element: Any) -> None:
    kind = tree.kind_of(element)
    if kind == "column_def":
        column = column_from(element.column_def)
        column.added = state.moment()
        table.columns[column.name] = column
        own_sequence(state, table, column)
        for constraint in element.column_def.constraints:
            add_constraint(state, table, constraint.constraint, (column.name,))
    elif kind == "constraint":
        add_constraint(state, table, element.constraint, ())
    elif kind == "table_like_clause":
        _copy_columns(state, table, state.table(element.table_like_clause.relation))
        # Its keys and indexes come along under names that are not worth guessing.
        table.complete &= not element.table_like_clause.options & _LIKE_INDEXES


def _inherit(state: SchemaState, table: Table, parent: Any, *, partition: bool) -> None:
    name = state.relation_name(parent)
    if partition:
        table.partition_of = name
        state.assumed_table(name).partitions.add(table.name)
        state.assumed_table(name).partitioned = True
    else:
        table.inherits += (name,)
    _copy_columns(state, table, state.tables.get(name))


def _copy_columns(state: SchemaState, table: Table, source: Table | None) -> None:
    if source is None or not source.complete:
        table.complete = False
    for column in source.columns.values() if source is not None else ():
        copied = type(column)(column.name, column.type, column.not_null, added=state.moment())
        table.columns.setdefault(column.name, copied)


def _table_as(state: SchemaState, node: Any) -> None:
    name = _new_relation(state, node.into.rel)
    if tree.object_kind(node.objtype) == "OBJECT_MATVIEW":
        populated = not node.into.skip_data
        state.views[name] = View(
            name, query_columns(node.query), materialized=True, populated=populated, created=state.moment()
        )
    else:
        filled = not node.into.skip_data
        state.tables[name] = Table(name, created=state.moment(), filled=filled)


def _view(state: SchemaState, node: Any) -> None:
    name = _new_relation(state, node.view)
    columns = tree.strings(node.aliases) or query_columns(node.query)
    known = state.views.get(name)
    created = state.moment() if known is None or not node.replace else known.created
    state.views[name] = View(name, columns, created=created, triggers=known.triggers if known else {})


def query_columns(query: Any) -> tuple[str, ...] | None:
    """Return the names of a query's columns, or None where a star or an expression hides one."""
    select = tree.inner(query)
    while select is not None and select.DESCRIPTOR.name == "SelectStmt" and select.HasField("larg"):
        select = select.larg
    if select is None or select.DESCRIPTOR.name != "SelectStmt":
        return None
    names = [_target_name(target.res_target) for target in select.target_list]
    return tuple(name for name in names if name) if all(names) and names else None


def _target_name(target: Any) -> str | None:
    if target.name:
        return str(target.name)
    kind = tree.kind_of(target.val)
    if kind == "column_ref" and tree.kind_of(target.val.column_ref.fields[-1]) == "string":
        return str(target.val.column_ref.fields[-1].string.sval)
    return tree.dotted(target.val.func_call.funcname)[1] if kind == "func_call" else None


def _index(state: SchemaState, node: Any) -> None:
    table = state.relation_name(node.relation)
    parts = [part.index_elem for part in node.index_params]
    name = Name(table.schema, node.idxname or _made_up_index_name(table, parts))
    known = state.indexes.get(name)
    if node.if_not_exists and known is not None:
        return
    index = Index(
        name,
        table,
        columns=tuple(part.name or None for part in parts),
        include=tuple(part.index_elem.name for part in node.index_including_params),
        unique=node.unique,
        nulls_not_distinct=node.nulls_not_distinct,
        method=node.access_method or "btree",
        predicate=tree.sql(node.where_clause) if node.HasField("where_clause") else None,
        key=tuple(_key_text(part) for part in parts),
        concurrently=node.concurrent,
        valid=None if node.concurrent and node.if_not_exists else True,
        made=state.moment(),
    )
    if table in state.views:
        state.views[table].unique_index |= node.unique and index.predicate is None
        state.indexes[name] = index
    else:
        state.add_index(index)


def _made_up_index_name(table: Name, parts: list[Any]) -> str:
    return "_".join((table.name, *(part.name or "expr" for part in parts), "idx"))


def _key_text(part: Any) -> str:
    key = part.name or tree.sql(part.expr)
    return " ".join((key, *tree.strings(part.collation), *tree.strings(part.opclass), str(part.ordering)))


def _enum(state: SchemaState, node: Any) -> None:
    name = state.creation_name(*tree.dotted(node.type_name))
    labels = dict.fromkeys(tree.strings(node.vals))
    state.enums[name] = EnumType(name, labels, state.moment(), complete=True)


def _alter_enum(state: SchemaState, node: Any) -> None:
    name = state.full_name(*tree.dotted(node.type_name), state.enums)
    enum = state.enums.setdefault(name, EnumType(name))
    if node.old_val:
        enum.labels[node.new_val] = enum.labels.pop(node.old_val, None)
    elif not (node.skip_if_new_val_exists and node.new_val in enum.labels):
        enum.labels[node.new_val] = state.moment()


def _domain(state: SchemaState, node: Any) -> None:
    name = state.creation_name(*tree.dotted(node.domainname))
    constrained = any(constraint_binds(part.constraint) for part in node.constraints)
    state.domains[name] = Domain(name, tree.type_name(node.type_name), constrained, created=state.moment())


def constraint_binds(constraint: Any) -> bool:
    """Say whether a constraint of a domain must be looked at for each row that gets the type."""
    return tree.constraint_kind(constraint) in {"CONSTR_CHECK", "CONSTR_NOTNULL", "CONSTR_DEFAULT"}


def _alter_domain(state: SchemaState, node: Any) -> None:
    domain = state.domains.get(state.full_name(*tree.dotted(node.type_name), state.domains))
    if domain is None:
        return
    if node.subtype in {"C", "O"}:
        domain.constrained = True
        if node.subtype == "C" and getattr(node, "def").constraint.skip_validation:
            domain.unvalidated.add(getattr(node, "def").constraint.conname)
    elif node.subtype == "V":
        domain.unvalidated.discard(node.name)


def _composite(state: SchemaState, node: Any) -> None:
    state.composites[_new_relation(state, node.typevar)] = state.moment()


def _function(state: SchemaState, node: Any) -> None:
    schema, plain = tree.dotted(node.funcname)
    name = state.creation_name(schema, plain)
    language = tree.option(node.options, "language")
    volatility = tree.option(node.options, "volatility")
    body = tree.option(node.options, "as")
    known = state.functions.get(name)
    state.functions[name] = Function(
        name,
        language=language.string.sval if language is not None else "sql",
        volatility=volatility.string.sval if volatility is not None else "volatile",
        body="".join(tree.strings(body.list.items)) if body is not None else "",
        created=known.created if known is not None and node.replace else state.moment(),
        procedure=node.is_procedure,
    )


def _sequence(state: SchemaState, node: Any) -> None:
    name = _new_relation(state, node.sequence)
    state.sequences.setdefault(name, SequenceFacts(name, created=state.moment()))


def _schema(state: SchemaState, node: Any) -> None:
    state.schemas.setdefault(node.schemaname or node.authrole.rolename, state.moment())


def _trigger(state: SchemaState, node: Any) -> None:
    name = state.relation_name(node.relation)
    function = ".".join(tree.strings(node.funcname))
    trigger = Trigger(node.trigname, function, tree.strings(node.args), node.row)
    owner = state.views.get(name) or state.assumed_table(name)
    owner.triggers[node.trigname] = trigger


def _policy(state: SchemaState, node: Any) -> None:
    state.assumed_table(state.relation_name(node.table)).policies.add(node.policy_name)


def _comment(state: SchemaState, node: Any) -> None:
    kind = tree.object_kind(node.objtype)
    parts = tree.strings(node.object.list.items)
    if kind == "OBJECT_TABLE" and parts:
        name = state.full_name(parts[-2] if len(parts) > 1 else None, parts[-1], state.tables)
        state.assumed_table(name).comment = bool(node.comment)
    elif kind == "OBJECT_COLUMN" and len(parts) > 1:
        name = state.full_name(parts[-3] if len(parts) > 2 else None, parts[-2], state.tables)  # noqa: PLR2004 - schema, table and column
        column = state.tables[name].columns.get(parts[-1]) if name in state.tables else None
        if column is not None:
            column.comment = bool(node.comment)


def _select(state: SchemaState, node: Any) -> None:
    """Follow `SELECT set_config('search_path', ...)`, which dumps write, and SELECT INTO."""
    if node.HasField("into_clause"):
        name = _new_relation(state, node.into_clause.rel)
        state.tables[name] = Table(name, created=state.moment(), filled=True)
        return
    for call in messages(node, "FuncCall"):
        if tree.dotted(call.funcname)[1] == "set_config" and len(call.args) == 3:  # noqa: PLR2004 - its signature
            setting, value, local = (tree.constant(argument) for argument in call.args)
            if setting == "search_path" and isinstance(value, str):
                state.set_search_path([part.strip() for part in value.split(",")], local=local is True)


def _new_relation(state: SchemaState, relation: Any) -> Name:
    if relation.relpersistence == "t":
        return Name("pg_temp", relation.relname)
    return state.creation_name(relation.schemaname or None, relation.relname)


def _foreign_table(state: SchemaState, node: Any) -> None:
    _table(state, node.base_stmt)
    state.assumed_table(state.relation_name(node.base_stmt.relation)).foreign = True


EFFECTS: dict[str, Callable[[SchemaState, Any], None]] = {
    "create_stmt": _table,
    "create_foreign_table_stmt": _foreign_table,
    "create_table_as_stmt": _table_as,
    "view_stmt": _view,
    "index_stmt": _index,
    "create_enum_stmt": _enum,
    "alter_enum_stmt": _alter_enum,
    "create_domain_stmt": _domain,
    "alter_domain_stmt": _alter_domain,
    "composite_type_stmt": _composite,
    "create_function_stmt": _function,
    "create_seq_stmt": _sequence,
    "create_schema_stmt": _schema,
    "create_trig_stmt": _trigger,
    "create_policy_stmt": _policy,
    "comment_stmt": _comment,
    "select_stmt": _select,
}
