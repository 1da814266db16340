"""The claims about partitions that come and go."""

from collections.abc import Iterator

import postgast
from postgast import pg_query_pb2 as ast

from pgevolve.effects.altering import Altering
from pgevolve.effects.facts import SchemaFacts
from pgevolve.effects.model import Effect


def attach(on: Altering) -> None:
    """Add what ATTACH PARTITION does: rows are read unless a check proves that they belong there."""
    partition = on.definition.partition_cmd
    if on.relation.kind == "I" or on.schema.resolve(partition.name) in on.schema.indexes:
        return
    child = on.schema.resolve(partition.name)
    on.effect.lock(on.relation.name, "SHARE UPDATE EXCLUSIVE")
    on.effect.lock(on.schema.family(child), "ACCESS EXCLUSIVE")
    facts = on.schema.relations.get(child)
    checks = (
        [c.expression for c in facts.constraints.values() if c.kind == "c" and c.validated] if facts else []
    )
    if not _proves_bound(checks, partition.bound):
        on.effect.scan(on.schema.stored(child))
    if on.relation.default_partition is not None:
        on.effect.lock(on.schema.family(on.relation.default_partition), "ACCESS EXCLUSIVE")
        on.effect.scan(on.schema.stored(on.relation.default_partition))


def detach(on: Altering) -> None:
    """Add what DETACH PARTITION does."""
    partition = on.definition.partition_cmd
    on.effect.lock(on.relation.name, "SHARE UPDATE EXCLUSIVE" if partition.concurrent else "ACCESS EXCLUSIVE")
    on.effect.lock(on.schema.resolve(partition.name), "ACCESS EXCLUSIVE")
    if on.relation.default_partition is not None:
        on.effect.lock(on.relation.default_partition, "ACCESS EXCLUSIVE")


def create_partition(effect: Effect, schema: SchemaFacts, parent: str) -> None:
    """Add what CREATE TABLE ... PARTITION OF does to the parent and its default partition."""
    effect.lock(parent, "ACCESS EXCLUSIVE")
    relation = schema.relations.get(parent)
    if relation is not None and relation.default_partition is not None:
        effect.lock(schema.family(relation.default_partition), "ACCESS EXCLUSIVE")
        effect.scan(schema.stored(relation.default_partition))


def _proves_bound(checks: list[str], bound: ast.Node | ast.PartitionBoundSpec) -> bool:
    """Tell whether a check holds both ends of a range, as texts: `x >= low` and `x < high`.

    The server proves more; a proof that is not seen here is claimed as a scan only for other strategies.
    """
    spec = bound if isinstance(bound, ast.PartitionBoundSpec) else bound.partition_bound_spec
    if spec.is_default or spec.strategy != "r":
        return False
    ends = {(">=", _constant(node)) for node in spec.lowerdatums}
    ends |= {("<", _constant(node)) for node in spec.upperdatums}
    return any(ends <= set(_comparisons(check)) for check in checks)


def _comparisons(check: str) -> Iterator[tuple[str, str]]:
    tree = postgast.parse(f"SELECT {check}")
    yield from _compared(tree.stmts[0].stmt.select_stmt.target_list[0].res_target.val)


def _compared(node: ast.Node) -> Iterator[tuple[str, str]]:
    kind = node.WhichOneof("node")
    if kind == "bool_expr" and node.bool_expr.boolop == ast.AND_EXPR:
        for part in node.bool_expr.args:
            yield from _compared(part)
    elif kind == "a_expr":
        yield node.a_expr.name[-1].string.sval, _constant(node.a_expr.rexpr)


def _constant(node: ast.Node) -> str:
    """Return a constant as text, without the cast that the server puts on it."""
    while node.WhichOneof("node") == "type_cast":
        node = node.type_cast.arg
    constant = node.a_const
    if constant.HasField("sval"):
        return str(constant.sval.sval)
    return str(constant.ival.ival) if constant.HasField("ival") else str(constant)
