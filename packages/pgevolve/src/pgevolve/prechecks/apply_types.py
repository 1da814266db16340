"""What statements about types and sequences leave."""

from dataclasses import replace
from typing import Any

from pgevolve.check import tree
from pgevolve.prechecks.schema import Schema
from pgevolve.prechecks.target import SequenceFacts, TypeFacts
from pgevolve.quoting import qualified

_BOUNDS = {"int2": 2**15 - 1, "int4": 2**31 - 1, "int8": 2**63 - 1}


def create_enum(schema: Schema, node: Any) -> Schema:
    """Return the schema with an enum."""
    return _with_type(schema, _made(schema, node.type_name), TypeFacts("e", labels=tree.strings(node.vals)))


def create_domain(schema: Schema, node: Any) -> Schema:
    """Return the schema with a domain and its checks."""
    name = _made(schema, node.domainname)
    parts = [entry.constraint for entry in node.constraints]
    kinds = {tree.constraint_kind(part): part for part in parts}
    default = kinds.get("CONSTR_DEFAULT")
    facts = TypeFacts(
        "d",
        schema.type_sql(node.type_name),
        "CONSTR_NOTNULL" in kinds,
        schema.sql(default.raw_expr) if default is not None else None,
    )
    checks = {
        part.conname or f"{name} {number}": part
        for number, part in enumerate(parts)
        if tree.constraint_kind(part) == "CONSTR_CHECK"
    }
    return replace(_with_type(schema, name, facts), checks={**schema.checks, name: checks})


def alter_enum(schema: Schema, node: Any) -> Schema:
    """Return the schema with an enum that has other labels: a query now can only know them as texts."""
    name, facts = schema.type_named(node.type_name)
    if facts is None:
        return schema
    labels = [node.new_val if label == node.old_val and node.old_val else label for label in facts.labels]
    if not node.old_val:
        labels.append(node.new_val)
    return _with_type(schema, name, replace(facts, labels=tuple(labels)))


def alter_domain(schema: Schema, node: Any) -> Schema:
    """Return the schema with the constraints that a domain has now, where a later statement asks them."""
    name, facts = schema.type_named(node.type_name)
    if facts is None or node.subtype not in {"C", "X"}:
        return schema
    known = dict(schema.checks.get(name, {}))
    if node.subtype == "C":
        constraint = tree.definition(node)
        known[constraint.conname or f"{name} {len(known)}"] = constraint
    else:
        known.pop(node.name, None)
    return replace(schema, checks={**schema.checks, name: known})


def rename(schema: Schema, node: Any) -> Schema:
    """Return the schema with a type under another name."""
    name, facts = schema.type_named(node.object.list.items)
    if facts is None:
        return schema
    owner = tree.dotted(node.object.list.items)[0] or schema.path[0]
    moved = _with_type(schema, qualified(owner, node.newname), facts)
    return _with_type(moved, name, None)


def sequence_changed(schema: Schema, node: Any, *, made: bool) -> Schema:
    """Return the schema with a sequence that is new, or stands elsewhere."""
    schema_name = node.sequence.schemaname or schema.path[0]
    name = qualified(schema_name, node.sequence.relname)
    known = schema.sequences.get(name, schema.target.sequences.get(name))
    facts = SequenceFacts() if made or known is None else known
    return replace(schema, sequences={**schema.sequences, name: _with_options(facts, node.options)})


def _with_options(facts: SequenceFacts, options: Any) -> SequenceFacts:
    increment = number_of(tree.option(options, "increment"))
    if increment is not None:
        facts = replace(facts, increment=increment)
    kind = tree.option(options, "as")
    if kind is not None:
        facts = replace(facts, maximum=_BOUNDS.get(tree.type_name(kind.type_name).name, facts.maximum))
    maximum = number_of(tree.option(options, "maxvalue"))
    if maximum is not None:
        facts = replace(facts, maximum=maximum)
    start = number_of(tree.option(options, "restart")) or number_of(tree.option(options, "start"))
    if start is not None:
        facts = replace(facts, start=start, last=start - facts.increment)
    return facts


def number_of(node: Any) -> int | None:
    """Return the number of an option's argument, large ones included."""
    if node is None or not tree.kind_of(node):
        return None
    kind = tree.kind_of(node)
    if kind == "integer":
        return int(node.integer.ival)
    if kind == "float":
        return int(node.float.fval)
    value = tree.constant(node)
    return value if isinstance(value, int) else None


def _made(schema: Schema, parts: Any) -> str:
    owner, name = tree.dotted(parts)
    return qualified(owner or schema.path[0], name)


def _with_type(schema: Schema, name: str, facts: TypeFacts | None) -> Schema:
    return replace(schema, types={**schema.types, name: facts})
