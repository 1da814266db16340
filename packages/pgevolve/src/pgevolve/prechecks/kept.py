"""What a table has promised of its rows already, asked of rows that hold other values by then."""

from collections.abc import Iterator

from postgast import pg_query_pb2 as ast

from pgevolve.check import tree
from pgevolve.prechecks import check, exclude, foreign_key, unique
from pgevolve.prechecks.apply_table import columns_of
from pgevolve.prechecks.model import Question
from pgevolve.prechecks.relation import Relation
from pgevolve.prechecks.schema import Schema


def kept_promises(schema: Schema, relation: Relation, changed: set[str]) -> Iterator[Question]:
    """Ask again what constraints and unique indexes over changed columns ask, and foreign keys to them."""
    for name, constraint in relation.constraints.items():
        if constraint.skip_validation or not columns_of(constraint) & changed:
            continue
        if constraint.contype == ast.CONSTR_CHECK:
            yield from check.unmet(schema, relation, constraint, label=name)
        elif constraint.contype == ast.CONSTR_FOREIGN:
            yield from foreign_key.orphans(schema, relation, constraint)
        else:
            yield from unique.of_constraint(relation, constraint)
            yield from exclude.conflicts(schema, relation, constraint)
    for index in relation.indexes.values():
        if index.unique and columns_of(index) & changed:
            yield from unique.of_index(schema, relation, index)
    yield from _referring(schema, relation, changed)


def _referring(schema: Schema, relation: Relation, changed: set[str]) -> Iterator[Question]:
    for other in schema.touched():
        foreign = (node for node in other.constraints.values() if node.contype == ast.CONSTR_FOREIGN)
        for constraint in foreign:
            if constraint.skip_validation or other.base is None:
                continue
            theirs = set(tree.strings(constraint.pk_attrs)) or set(relation.keys)
            if schema.name(constraint.pktable) == relation.name and theirs & changed:
                yield from foreign_key.orphans(schema, other, constraint)
