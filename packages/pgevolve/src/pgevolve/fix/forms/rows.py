"""Rows changed in batches: statements for `backfill.sql`, which may run again at any time."""

from typing import Any

from pgevolve.check import tree
from pgevolve.check.rule import Seen
from pgevolve.check.volatility import Volatility, volatility
from pgevolve.fix.model import Left, Outcome, Rewritten, Site
from pgevolve.fix.words import part, without_end, words
from pgevolve.messages import messages
from pgevolve.quoting import name

_SAID = "moved to the backfill, which runs in batches, each in a transaction of its own"
_NOT_EQUAL_TO_ITSELF = frozenset({"json", "xml", "point", "polygon", "box", "circle", "line", "lseg", "path"})
# What does not change within a transaction, and does from batch to batch.
_OF_THE_MOMENT = frozenset({"now", "transaction_timestamp", "statement_timestamp", "current_setting", "age"})
_IS_NULL = 1


def change(site: Site) -> Outcome:
    """Move an UPDATE or DELETE of many rows to the backfill, if a second run changes nothing more."""
    kind, node = site.seen.statement.kind, site.seen.node
    if kind not in {"update_stmt", "delete_stmt"}:
        return Left(f"{site.complaint.fix}: written as an UPDATE of one table")
    others = node.from_clause if kind == "update_stmt" else node.using_clause
    if len(others) or node.HasField("returning_clause") or node.HasField("with_clause"):
        return Left(f"{site.complaint.fix}: batches go over one table, and this reads others or answers rows")
    if site.seen.subject().name.name.startswith("pg_"):
        return Left(f"{site.complaint.fix}, if it must be: it changes the catalogue")
    pending = "" if kind == "delete_stmt" else _pending(site.seen, node)
    if isinstance(pending, Left):
        return pending
    fill = batched(site.sql, pending)
    return Rewritten((), _SAID, (fill,), node.relation.relname)


def batched(sql: str, pending: str) -> str:
    """Return the statement for one batch; `pending` passes over rows that are done."""
    head, condition = _divided(without_end(sql))
    lines = [head, "WHERE ctid >= $1 AND ctid < $2"]
    lines += [f"    AND ({text})" for text in (condition, pending) if text]
    return "\n".join(lines) + ";"


def _divided(sql: str) -> tuple[str, str]:
    """Return a statement up to its WHERE, and the condition."""
    for word in words(sql):
        if word.text == "WHERE" and not word.depth:
            return part(sql, 0, word.start).rstrip(), part(sql, word.end).strip()
    return sql, ""


def _pending(seen: Seen, node: Any) -> str | Left:
    """Return the condition that holds for rows that do not have their values yet."""
    targets = [entry.res_target for entry in node.target_list]
    assigned = {target.name for target in targets}
    conditions = []
    for target in targets:
        kind = tree.kind_of(target.val)
        if len(target.indirection) or kind in {"multi_assign_ref", "set_to_default"}:
            return Left(f"a batch cannot tell whether {target.name} has its value: assign it by itself")
        read = {relation.relname for relation in messages(target.val, "RangeVar")}
        if tree.column_names(target.val) & assigned or node.relation.relname in read:
            return Left(f"a second run would change {target.name} again: write batches by key by hand")
        if _moves(seen, target.val):
            # Done once it is no longer NULL, if that is what the statement asks for.
            return "" if _asks_for_null(node.where_clause, assigned) else Left(_other_each_time(target.name))
        wanted = _wanted(seen, target)
        if isinstance(wanted, Left):
            return wanted
        conditions.append(f"{name(target.name)} IS DISTINCT FROM {wanted}")
    return " OR ".join(conditions)


def _other_each_time(column: str) -> str:
    return f"{column} gets another value each time: add `AND {name(column)} IS NULL` to the condition"


def _moves(seen: Seen, value: Any) -> bool:
    found, _ = volatility(seen.state, value)
    called = {function for _, function in tree.called_functions(value)}
    moment = any(True for _ in messages(value, "SQLValueFunction"))
    return found is not Volatility.CALM or bool(called & _OF_THE_MOMENT) or moment


def _asks_for_null(where: Any, columns: set[str]) -> bool:
    kind = tree.kind_of(where)
    if kind == "bool_expr" and where.bool_expr.boolop == 1:
        return any(_asks_for_null(entry, columns) for entry in where.bool_expr.args)
    if kind != "null_test" or where.null_test.nulltesttype != _IS_NULL:
        return False
    return bool(tree.column_names(where.null_test.arg) & columns)


def _wanted(seen: Seen, target: Any) -> str | Left:
    """Return the value as the column will hold it: rounded and cut by its type."""
    table = seen.subject().table
    type_name = table.column_type(target.name) if table is not None else None
    sql = tree.sql(target.val)
    if type_name is None:
        value = tree.constant(target.val)
        is_exact = tree.is_null(target.val) or (value is not None and not _is_fraction(target.val))
        if is_exact:
            return sql
        return Left(
            f"the history does not say the type of {target.name}, without which a batch cannot tell whether"
            " it has its value"
        )
    if type_name.name in _NOT_EQUAL_TO_ITSELF:
        return Left(f"values of type {type_name} cannot be compared: write batches by key by hand")
    if type_name.schema is not None:
        return f"({sql})"
    modifiers = f"({', '.join(map(str, type_name.modifiers))})" if type_name.modifiers else ""
    return f"({sql})::{name(type_name.name)}{modifiers}{'[]' * type_name.dimensions}"


def _is_fraction(node: Any) -> bool:
    return any(constant.WhichOneof("val") == "fval" for constant in messages(node, "A_Const"))
