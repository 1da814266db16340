"""One form for SQL that the server prints, so that what means the same compares equal.

Servers of different versions print the same view, check or default differently, and a server may print again
in other words what it is given in its own. The text is parsed, brought into one form and written out.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any, TypeVar

import postgast

from pgevolve.catalog.attached import PolicyObject, RuleObject, StatisticsObject
from pgevolve.catalog.database import PublicationObject
from pgevolve.catalog.model import (
    ConstraintObject,
    FunctionObject,
    IndexObject,
    MaterializedViewObject,
    OtherObject,
    SchemaItem,
    TableObject,
    TriggerObject,
    ViewObject,
)
from pgevolve.catalog.types import DomainObject
from pgevolve.messages import messages

_Defined = TypeVar(
    "_Defined",
    IndexObject,
    TriggerObject,
    FunctionObject,
    MaterializedViewObject,
    RuleObject,
    StatisticsObject,
)


def comparable(item: SchemaItem) -> SchemaItem:
    """Return the object with its SQL in the one form and its columns in the order of their names.

    Where a column stands in a table is no fact of the schema: one that was added later stands last.
    """
    rewrite: Callable[[Any], SchemaItem] | None = _REWRITES.get(type(item))
    return item if rewrite is None else rewrite(item)


def _table(table: TableObject) -> TableObject:
    columns = (replace(column, default=_optional(column.default)) for column in table.columns)
    return replace(table, columns=tuple(sorted(columns, key=lambda column: column.name)))


def _constraint(constraint: ConstraintObject) -> ConstraintObject:
    # The columns a check names are listed in no fixed order; the definition holds them anyway.
    text = constraint.definition
    return replace(constraint, columns=(), definition=statement(f"ALTER TABLE t ADD CONSTRAINT c {text}"))


def _view(view: ViewObject) -> ViewObject:
    defaults = tuple((column, expression(default)) for column, default in view.column_defaults)
    return replace(view, definition=statement(view.definition), column_defaults=defaults)


def _domain(domain: DomainObject) -> DomainObject:
    checks = (
        replace(check, definition=statement(f"ALTER DOMAIN d ADD CONSTRAINT c {check.definition}"))
        for check in domain.checks
    )
    return replace(domain, default=_optional(domain.default), checks=tuple(checks))


def _policy(policy: PolicyObject) -> PolicyObject:
    return replace(policy, using=_optional(policy.using), check=_optional(policy.check))


def _publication(publication: PublicationObject) -> PublicationObject:
    tables = (
        replace(table, where=_optional(table.where), columns=tuple(sorted(table.columns)))
        for table in publication.tables
    )
    return replace(publication, tables=tuple(tables))


def _optional(sql: str | None) -> str | None:
    return None if sql is None else expression(sql)


def _defined(item: _Defined) -> _Defined:
    return replace(item, definition=statement(item.definition))


def _other(other: OtherObject) -> OtherObject:
    return replace(other, definition=" ".join(other.definition.split()))


_REWRITES: dict[type, Callable[[Any], SchemaItem]] = {
    TableObject: _table,
    ConstraintObject: _constraint,
    IndexObject: _defined,
    TriggerObject: _defined,
    FunctionObject: _defined,
    ViewObject: _view,
    MaterializedViewObject: _defined,
    RuleObject: _defined,
    StatisticsObject: _defined,
    DomainObject: _domain,
    PolicyObject: _policy,
    PublicationObject: _publication,
    OtherObject: _other,
}


def expression(sql: str) -> str:
    """Return an expression in its one form."""
    return statement(f"SELECT {sql}").removeprefix("SELECT ")


@lru_cache(maxsize=8192)
def statement(sql: str) -> str:
    """Return a statement in its one form, or as it is where the parser does not know it."""
    try:
        tree = postgast.parse(sql)
        for raw in tree.stmts:
            _resolve_single_sources(raw.stmt)
            _sort_columns_of_statistics(raw.stmt.create_stats_stmt)
            _cast_elements(raw)
        return str(postgast.deparse(tree))
    except postgast.PgQueryError:
        return " ".join(sql.split())


def _resolve_single_sources(node: Any) -> None:
    """Drop the qualifier that 15 writes before each column of a view over one relation, and 16 does not."""
    kind = node.WhichOneof("node")
    if kind == "create_function_stmt":
        for query in messages(node.create_function_stmt.sql_body, "SelectStmt"):
            _resolve_select(query)
    elif kind == "select_stmt":
        _resolve_select(node.select_stmt)


def _sort_columns_of_statistics(statement: Any) -> None:
    """Bring the columns of statistics into one order: the server lists them as the table has them."""
    elements = sorted(statement.exprs, key=lambda node: (not node.stats_elem.name, node.stats_elem.name))
    copies = [type(node).FromString(node.SerializeToString()) for node in elements]
    for place, element in enumerate(copies):
        statement.exprs[place].CopyFrom(element)


def _resolve_select(select: Any) -> None:
    if select.HasField("larg"):
        _resolve_select(select.larg)
        _resolve_select(select.rarg)
        return
    alias = _single_source(select)
    if alias is None:
        return
    for reference in messages(select, "ColumnRef"):
        fields = reference.fields
        if len(fields) == 2 and fields[0].string.sval == alias:  # noqa: PLR2004 - relation and column
            del fields[0]


def _single_source(select: Any) -> str | None:
    """Return the name of the only relation of a query, None when there are several or it has no name."""
    if len(select.from_clause) != 1:
        return None
    source = select.from_clause[0]
    kind = source.WhichOneof("node")
    if kind not in {"range_var", "range_subselect", "range_function"}:
        return None
    relation = getattr(source, kind)
    alias: str = relation.alias.aliasname
    return alias or (relation.relname if kind == "range_var" else None)


def _cast_elements(root: Any) -> None:
    """Turn `ARRAY[a, b]::text[]` into `ARRAY[a::text, b::text]`: a server prints either for the other."""
    for node in list(messages(root, "Node")):
        cast = node.type_cast if node.WhichOneof("node") == "type_cast" else None
        if cast is None or cast.arg.WhichOneof("node") != "a_array_expr" or not _is_array(cast.type_name):
            continue
        array = type(cast.arg)()
        array.CopyFrom(cast.arg)
        for element in array.a_array_expr.elements:
            if not _is_cast_to(element, cast.type_name):
                inner = type(cast)()
                inner.CopyFrom(cast)
                del inner.type_name.array_bounds[:]
                inner.arg.CopyFrom(element)
                element.type_cast.CopyFrom(inner)
        # An empty array has its type from nothing but the cast.
        if array.a_array_expr.elements:
            node.CopyFrom(array)


def _is_array(type_name: Any) -> bool:
    return len(type_name.array_bounds) == 1


def _is_cast_to(element: Any, type_name: Any) -> bool:
    if element.WhichOneof("node") != "type_cast" or element.type_cast.type_name.array_bounds:
        return False
    return _type_facts(element.type_cast.type_name) == _type_facts(type_name)


def _type_facts(type_name: Any) -> tuple[list[str], list[int]]:
    names = [part.string.sval for part in type_name.names]
    return names, [part.a_const.ival.ival for part in type_name.typmods]
