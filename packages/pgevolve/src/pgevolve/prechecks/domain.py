"""Domains that ask more of the values that columns hold already."""

from collections.abc import Iterator
from typing import Any

from pgevolve.check import tree
from pgevolve.prechecks.command import Command
from pgevolve.prechecks.model import Acceptance, Question
from pgevolve.prechecks.relation import Relation
from pgevolve.prechecks.schema import Schema, constraint_from
from pgevolve.prechecks.texts import columns, row_test
from pgevolve.quoting import name as quoted

_KIND = "domain"


def questions(command: Command) -> Iterator[Question]:
    """Yield what a new or validated check or NOT NULL of a domain asks of every column of that type."""
    if command.kind != "alter_domain_stmt":
        return
    node, schema = command.node, command.before
    name, facts = schema.type_named(node.type_name)
    if facts is None or name in schema.types:
        return
    condition, accept = _asked(schema, name, node)
    if condition is None:
        return
    for relation, column in _columns_of(schema, name):
        value = columns(relation, [column])[0]
        expression = f"(SELECT {condition} FROM (SELECT {value} AS value) AS domain)"
        yield Question(
            _KIND,
            relation.name,
            f"{quoted(column)} does not meet {name}: {condition}",
            row_test(relation, expression, [column], accept=accept),
            f"change {quoted(column)} of these rows, or the domain",
            relation.shown_key,
            relation.why_unknown([column]) or schema.uses_pending_function(node),
        )


def _asked(schema: Schema, name: str, node: Any) -> tuple[str | None, Acceptance]:
    if node.subtype == "O":
        return "value IS NOT NULL", "not false"
    if node.subtype == "C":
        constraint = tree.definition(node)
        if constraint.skip_validation or tree.constraint_kind(constraint) != "CONSTR_CHECK":
            return None, "any"
        return schema.sql(constraint.raw_expr), "not false"
    if node.subtype == "V":
        constraint = schema.checks.get(name, {}).get(node.name)
        text = schema.target.constraints.get(name, {}).get(node.name)
        if constraint is None and text is not None:
            constraint = constraint_from(text)
        return (schema.sql(constraint.raw_expr), "not false") if constraint is not None else (None, "any")
    return None, "any"


def _columns_of(schema: Schema, name: str) -> Iterator[tuple[Relation, str]]:
    """Yield the columns of a domain, of partitions and heirs those that their parent does not have.

    A domain inside of another type cannot be made stricter at all, which the server says without rows.
    """
    bare = name.removeprefix("public.")
    for relation in schema.touched():
        if relation.base is None:
            continue
        above = schema.target.facts.relations[relation.base].parents
        inherited = {column for parent in above for column in schema.target.facts.relations[parent].columns}
        for key, column in relation.columns.items():
            if column.type in {name, bare} and key not in inherited:
                yield relation, key
