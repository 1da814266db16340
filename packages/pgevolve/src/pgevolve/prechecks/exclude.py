"""Rows of which no two may overlap, or whatever else the operators of an exclusion constraint say."""

from collections.abc import Iterator, Sequence
from typing import Any

from postgast import pg_query_pb2 as ast

from pgevolve.check import tree
from pgevolve.prechecks.command import Command
from pgevolve.prechecks.model import Listing, Question
from pgevolve.prechecks.relation import Relation
from pgevolve.prechecks.schema import Schema
from pgevolve.prechecks.texts import columns, conjunction, rows_where, select_keys
from pgevolve.quoting import name as quoted

_KIND = "exclude"


def questions(command: Command) -> Iterator[Question]:
    """Yield what an exclusion constraint, or a key WITHOUT OVERLAPS, asks."""
    if command.kind != "AT_AddConstraint":
        return
    relation = command.relation()
    if relation is not None and relation.base is not None:
        yield from conflicts(command.after, relation, command.definition)


def conflicts(schema: Schema, relation: Relation, constraint: Any) -> Iterator[Question]:
    """Ask for rows that exclude another one."""
    if constraint.contype == ast.CONSTR_EXCLUSION:
        parts = [_part(schema, relation, entry) for entry in constraint.exclusions]
        names = tree.column_names(constraint) | {
            entry.list.items[0].index_elem.name for entry in constraint.exclusions
        }
        where = schema.sql(constraint.where_clause) if constraint.HasField("where_clause") else None
        shown = ", ".join(f"{expression} WITH {operator}" for expression, operator in parts)
        yield _pairs(relation, parts, f"EXCLUDE ({shown})", names, where)
    elif constraint.without_overlaps:
        keys = tree.strings(constraint.keys)
        parts = [(column, "=") for column in columns(relation, keys[:-1])]
        parts.append((columns(relation, keys[-1:])[0], "&&"))
        shown = f"({', '.join(map(quoted, keys))} WITHOUT OVERLAPS)"
        yield _pairs(relation, parts, shown, keys, None)
        yield Question(
            _KIND,
            relation.name,
            f"an empty {quoted(keys[-1])} under {shown}",
            rows_where(relation, f"isempty({columns(relation, keys[-1:])[0]})"),
            "give these rows a period, or delete them",
            relation.shown_key,
            relation.why_unknown(keys),
        )


def _part(schema: Schema, relation: Relation, entry: Any) -> tuple[str, str]:
    element, operator = entry.list.items[0].index_elem, tree.strings(entry.list.items[1].list.items)
    expression = columns(relation, [element.name])[0] if element.name else f"({schema.sql(element.expr)})"
    written = operator[-1] if len(operator) == 1 else f"OPERATOR({quoted(operator[0])}.{operator[-1]})"
    return expression, written


def _pairs(
    relation: Relation,
    parts: Sequence[tuple[str, str]],
    what: str,
    names: Sequence[str] | set[str],
    where: str | None,
) -> Question:
    listed = ", ".join(f'{expression} AS "~{number}"' for number, (expression, _) in enumerate(parts))
    row = ", ".join(f'{part} AS "~row {number}"' for number, part in enumerate(relation.identity))
    condition = f"({where})" if where else "true"
    rows = f"SELECT {select_keys(relation)}, {row}, {listed} FROM {relation.source()} WHERE {condition}"
    agree = conjunction(
        f'a."~{number}" {operator} b."~{number}"' for number, (_, operator) in enumerate(parts)
    )
    identity = [f'"~row {number}"' for number in range(len(relation.identity))]
    same = conjunction(f"a.{part} = b.{part}" for part in identity)
    keys = ", ".join(f"a.{quoted(key)}" for key in relation.shown_key)
    return Question(
        _KIND,
        relation.name,
        f"conflicts under {what}",
        Listing(
            f"WITH rows AS MATERIALIZED ({rows}) SELECT {keys} FROM rows AS a"
            f" WHERE EXISTS (SELECT FROM rows AS b WHERE {agree} AND NOT ({same}))"
        ),
        "change or delete rows until no two of them conflict",
        relation.shown_key,
        relation.why_unknown(names),
    )
