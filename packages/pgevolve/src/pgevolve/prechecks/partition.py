"""Rows that belong to another partition than the one they are in, or will be in."""

from collections.abc import Iterator, Sequence
from typing import Any

import postgast

from pgevolve.check import tree
from pgevolve.prechecks import foreign_key, unique
from pgevolve.prechecks.command import Command
from pgevolve.prechecks.model import Question
from pgevolve.prechecks.relation import Relation
from pgevolve.prechecks.schema import Schema
from pgevolve.prechecks.texts import columns, conjunction, rows_where

_KIND = "partition"


def questions(command: Command) -> Iterator[Question]:
    """Yield what ATTACH PARTITION asks of both sides, and a new partition of the default one."""
    if command.kind == "AT_AttachPartition":
        parent, part = command.relation_before(), command.definition
        child = command.before.relation(part.name)
        if parent is None or parent.base is None or child is None:
            return
        if child.base is not None:
            yield from _outside(command.before, parent, child, part.bound)
            yield from _promises(command.before, parent, child)
        yield from _in_default(command.before, parent, part.bound)
    elif command.kind == "create_stmt" and command.node.HasField("partbound"):
        parent = command.before.relation(command.node.inh_relations[0].range_var)
        if parent is not None and parent.base is not None:
            yield from _in_default(command.before, parent, command.node.partbound)


def _outside(schema: Schema, parent: Relation, child: Relation, bound: Any) -> Iterator[Question]:
    if bound.is_default:
        taken = [text for text in schema.target.partitions.get(str(parent.base), {}).values() if text]
        condition = " OR ".join(f"({text})" for text in taken)
        what, fix = "a partition for it is there, and this becomes the default", "move these rows there first"
    else:
        inside = _inside(schema, parent, child, bound)
        condition = f"({inside}) IS NOT TRUE" if inside else ""
        what, fix = "outside of the bound of the partition", "move these rows, or attach with another bound"
    if condition:
        yield Question(
            _KIND,
            child.name,
            what,
            rows_where(child, condition),
            fix,
            child.shown_key,
            child.unknown or parent.unknown,
        )


def _promises(schema: Schema, parent: Relation, child: Relation) -> Iterator[Question]:
    """Ask of the rows that come what the keys and foreign keys of the partitioned table will ask."""
    for constraint in parent.constraints.values():
        yield from unique.of_constraint(child, constraint)
        if tree.constraint_kind(constraint) == "CONSTR_FOREIGN" and not constraint.skip_validation:
            yield from foreign_key.orphans(schema, child, constraint)


def _in_default(schema: Schema, parent: Relation, bound: Any) -> Iterator[Question]:
    facts = schema.target.facts.relations[str(parent.base)]
    default = schema.get(facts.default_partition) if facts.default_partition else None
    if default is None or bound.is_default:
        return
    inside = _inside(schema, parent, default, bound)
    if inside is not None:
        yield Question(
            _KIND,
            default.name,
            "in the default partition, and the new one is for it",
            rows_where(default, inside),
            "move these rows out of the default partition first",
            default.shown_key,
            default.unknown or parent.unknown,
        )


def _inside(schema: Schema, parent: Relation, rows: Relation, bound: Any) -> str | None:
    """Return the condition of a bound over the rows of a table, None where the key is not known."""
    text = schema.target.partition_keys.get(str(parent.base))
    if text is None:
        return None
    parsed = postgast.parse(f"CREATE TABLE t (c integer) PARTITION BY {text}").stmts[0].stmt.create_stmt
    elements = [part.partition_elem for part in parsed.partspec.part_params]
    keys = [
        columns(rows, [element.name])[0] if element.name else f"({schema.sql(element.expr)})"
        for element in elements
    ]
    if bound.strategy == "h":
        return (
            f"satisfies_hash_partition('{parent.base}'::regclass, {bound.modulus}, {bound.remainder},"
            f" {', '.join(keys)})"
        )
    if bound.strategy == "l":
        return _listed(schema, keys[0], list(bound.listdatums))
    given = [f"{key} IS NOT NULL" for key in keys]
    lower = _compared(schema, keys, list(bound.lowerdatums), above=True)
    upper = _compared(schema, keys, list(bound.upperdatums), above=False)
    return conjunction([*given, lower, upper])


def _listed(schema: Schema, key: str, values: Sequence[Any]) -> str:
    texts = [schema.sql(value) for value in values if not tree.is_null(value)]
    parts = [f"{key} IN ({', '.join(texts)})"] if texts else []
    if any(tree.is_null(value) for value in values):
        parts.append(f"{key} IS NULL")
    return f"({' OR '.join(parts)})"


def _compared(schema: Schema, keys: Sequence[str], bounds: Sequence[Any], *, above: bool) -> str:
    """Return that a key is at or above a lower bound, or below an upper one, column after column."""
    word = _infinite(bounds[0])
    if word:
        return "true" if (word == "minvalue") == above else "false"
    value = schema.sql(bounds[0])
    strict = f"{keys[0]} {'>' if above else '<'} {value}"
    if len(keys) == 1:
        return f"{keys[0]} {'>=' if above else '<'} {value}"
    rest = _compared(schema, keys[1:], bounds[1:], above=above)
    return f"({strict} OR {keys[0]} = {value} AND {rest})"


def _infinite(bound: Any) -> str:
    if tree.kind_of(bound) != "column_ref":
        return ""
    return str(bound.column_ref.fields[-1].string.sval).lower()
