"""What statements that write rows leave of them, as far as one row's new values follow from its old ones."""

import re
from dataclasses import replace
from typing import Any

from postgast import pg_query_pb2 as ast

from pgevolve.check import tree
from pgevolve.prechecks.relation import Relation, RowColumn
from pgevolve.prechecks.schema import Schema
from pgevolve.quoting import name as quoted

# Of the server's own volatile functions, those that migrations call for themselves. They write no rows.
_HARMLESS = frozenset({"setval", "nextval", "set_config", "pg_notify", "current_setting", "pg_sleep"})


def update(schema: Schema, node: Any) -> Schema:
    """Return the schema whose rows hold what an UPDATE sets; a batch counts as the whole backfill."""
    name = schema.name(node.relation)
    for member in schema.family(name) if node.relation.inh else (name,):
        relation = schema.get(member)
        if relation is not None:
            schema = schema.with_relation(member, _updated(schema, relation, node))
    return schema


def _updated(schema: Schema, relation: Relation, node: Any) -> Relation:
    called = (
        replace(relation, name=quoted(node.relation.alias.aliasname))
        if node.relation.HasField("alias")
        else relation
    )
    condition = batch_condition(schema, node)
    values: dict[str, tuple[str, RowColumn]] = {}
    for entry in node.target_list:
        target = entry.res_target
        column = relation.columns.get(target.name)
        if column is None:
            continue
        old = f"{called.alias}.{quoted(target.name)}"
        reason = why_not_computable(schema, node, target.val)
        if reason is not None:
            values[target.name] = (old, replace(column, unknown=reason))
            continue
        new = f"({schema.sql(target.val)})::{column.type}"
        value = new if condition is None else f"CASE WHEN {condition} THEN {new} ELSE {old} END"
        values[target.name] = (value, column)
    for name, column in relation.columns.items():
        if column.generated:
            reason = "it is computed from what a pending migration fills"
            values[name] = (f"{called.alias}.{quoted(name)}", replace(column, unknown=reason))
    return replace(called.layered(values), name=relation.name)


def why_not_computable(schema: Schema, node: Any, value: Any) -> str | None:
    """Return why what an UPDATE sets does not follow from the row alone."""
    if node.from_clause or node.HasField("with_clause"):
        return "a pending UPDATE fills it from other rows"
    if tree.kind_of(value) == "multi_assign_ref":
        return "a pending UPDATE fills it together with others"
    if "nextval" in {function for _, function in tree.called_functions(value)}:
        return "each row takes the next value of a sequence"
    return schema.uses_pending_function(value)


def batch_condition(schema: Schema, node: Any) -> str | None:
    """Return the condition of an UPDATE or DELETE without the bounds of its batch, None for every row."""
    if not node.HasField("where_clause"):
        return None
    where = node.where_clause
    parts = where.bool_expr.args if where.bool_expr.boolop == ast.AND_EXPR else [where]
    texts = [f"({schema.sql(part)})" for part in parts if "ctid" not in tree.column_names(part)]
    return " AND ".join(texts) or None


def delete(schema: Schema, node: Any) -> Schema:
    """Return the schema without the rows that a DELETE removes."""
    condition = batch_condition(schema, node)
    name = schema.name(node.relation)
    for member in schema.family(name) if node.relation.inh else (name,):
        relation = schema.get(member)
        if relation is None:
            continue
        if node.using_clause or node.HasField("with_clause"):
            changed = replace(relation, unknown="a pending DELETE removes rows by what others hold")
        else:
            alias = quoted(node.relation.alias.aliasname) if node.relation.HasField("alias") else None
            called = replace(relation, name=alias) if alias else relation
            kept = "false" if condition is None else f"({condition}) IS NOT TRUE"
            changed = replace(called.layered({}, kept), name=relation.name)
        schema = schema.with_relation(member, changed)
    return schema


def insert(schema: Schema, node: Any) -> Schema:
    """Return the schema in which a table has rows that the target does not have yet."""
    relation = schema.relation(node.relation)
    if relation is None:
        return schema
    return schema.with_relation(
        relation.name, replace(relation, gains="a pending migration puts rows into it")
    )


def merge(schema: Schema, node: Any) -> Schema:
    """Return the schema in which nothing is known of the rows of a MERGE."""
    return _unknown(schema, schema.name(node.relation), "a pending MERGE writes its rows")


def truncate(schema: Schema, node: Any) -> Schema:
    """Return the schema in which tables have no rows."""
    for entry in node.relations:
        for member in schema.family(schema.name(entry.range_var)):
            relation = schema.get(member)
            if relation is not None:
                schema = schema.with_relation(member, relation.layered({}, "false"))
    return schema


def block(schema: Schema, node: Any) -> Schema:
    """Return the schema in which nothing is known of the tables that a DO block names.

    One that builds its statements may write to any table.
    """
    body = " ".join(
        entry.def_elem.arg.string.sval for entry in node.args if entry.def_elem.defname == "as"
    ).lower()
    words = set(re.findall(r"\w+", body))
    reason = "a DO block of a pending migration may write its rows"
    if "execute" in words or "call" in words or "perform" in words:
        return _all_unknown(schema, reason)
    for relation in list(schema.touched()):
        if relation.alias.strip('"').lower() in words:
            schema = _unknown(schema, relation.name, reason)
    return schema


def call(schema: Schema, _node: Any) -> Schema:
    """Return the schema in which no rows are known: a procedure may write anywhere."""
    return _all_unknown(schema, "a procedure that a pending migration calls may write its rows")


def select(schema: Schema, node: Any) -> Schema:
    """Return the schema after a query; a function that may write leaves no rows known."""
    writing = {
        function
        for owner, function in tree.called_functions(node)
        if owner != "pg_catalog"
        and function not in _HARMLESS
        and function in schema.target.facts.volatile | schema.functions
    }
    if not writing:
        return schema
    return _all_unknown(schema, f"{min(writing)}(), which a pending migration calls, may write its rows")


def _unknown(schema: Schema, name: str, reason: str) -> Schema:
    for member in schema.family(name):
        relation = schema.get(member)
        if relation is not None:
            schema = schema.with_relation(member, replace(relation, unknown=reason))
    return schema


def _all_unknown(schema: Schema, reason: str) -> Schema:
    relations = {
        name: relation and replace(relation, unknown=reason) for name, relation in schema.relations.items()
    }
    return replace(schema, relations=relations, blocked=reason)
