"""The claims about constraints of a table that is there."""

from postgast import pg_query_pb2 as ast

from pgevolve.effects.altering import Altering
from pgevolve.effects.facts import RelationFacts, SchemaFacts
from pgevolve.effects.model import Effect

_FIRST_WITH_STRONG_KEYS_OF_PARTITIONS = 18


def add_constraint(on: Altering) -> None:
    """Add what ADD CONSTRAINT does."""
    constraint = on.definition.constraint
    kind = ast.ConstrType.Name(constraint.contype)
    family, stored = on.schema.family(on.relation.name, only=on.only), on.stored()
    if kind == "CONSTR_FOREIGN":
        _foreign_key(on.effect, on.schema, on.relation, constraint)
        return
    on.effect.lock(on.relation.name, "ACCESS EXCLUSIVE")
    if kind in ("CONSTR_CHECK", "CONSTR_NOTNULL"):
        heirs = not constraint.is_no_inherit
        on.effect.lock(family if heirs else (), "ACCESS EXCLUSIVE")
        # The parser says of checks and foreign keys only whether they are enforced.
        enforced = constraint.is_enforced or kind == "CONSTR_NOTNULL"
        if not constraint.skip_validation and enforced:
            on.effect.scan(stored if heirs else on.schema.stored(on.relation.name, only=True))
        return
    _key(on.effect, on.schema, on.relation, constraint)


def _key(effect: Effect, schema: SchemaFacts, relation: RelationFacts, constraint: ast.Constraint) -> None:
    stored = schema.stored(relation.name)
    primary = constraint.contype == ast.CONSTR_PRIMARY
    if constraint.indexname:
        index = schema.indexes.get(schema.resolve_name("", constraint.indexname))
        columns = index.columns if index is not None else ()
        nullable = any(
            column not in relation.columns or not relation.columns[column].not_null for column in columns
        )
        if primary and (nullable or index is None):
            effect.scan(stored)
        return
    strong = primary or schema.version >= _FIRST_WITH_STRONG_KEYS_OF_PARTITIONS
    effect.lock(schema.family(relation.name)[1:], "ACCESS EXCLUSIVE" if strong else "SHARE")
    effect.scan(stored)


def _foreign_key(
    effect: Effect, schema: SchemaFacts, relation: RelationFacts, constraint: ast.Constraint
) -> None:
    target = schema.resolve(constraint.pktable)
    effect.lock((*schema.family(relation.name), *schema.family(target)), "SHARE ROW EXCLUSIVE")
    if not constraint.skip_validation and constraint.is_enforced:
        effect.scan(schema.stored(relation.name))
        effect.may_scan.update(schema.stored(target))


def drop_constraint(on: Altering) -> None:
    """Add what DROP CONSTRAINT does: both sides of a foreign key are locked."""
    on.lock_family("ACCESS EXCLUSIVE")
    constraint = on.relation.constraints.get(on.command.name)
    if constraint is None:
        return
    if constraint.references is not None:
        on.effect.lock(on.schema.family(constraint.references), "ACCESS EXCLUSIVE")
    if constraint.kind in ("p", "u") and on.command.behavior == ast.DROP_CASCADE:
        on.effect.lock(on.schema.referring(on.relation.name), "ACCESS EXCLUSIVE")


def validate_constraint(on: Altering) -> None:
    """Add what VALIDATE CONSTRAINT does: nothing more when it is validated."""
    constraint = on.relation.constraints.get(on.command.name)
    on.effect.lock(on.relation.name, "SHARE UPDATE EXCLUSIVE")
    if constraint is not None and constraint.validated:
        return
    if constraint is not None and constraint.references is not None:
        on.effect.lock(constraint.references, "ROW SHARE")
        on.effect.may_scan.update(on.schema.stored(constraint.references))
    else:
        on.lock_family("SHARE UPDATE EXCLUSIVE")
    on.effect.scan(on.stored())


def incoming(schema: SchemaFacts, relation: RelationFacts, column: str) -> set[str]:
    """Return the tables whose foreign keys stand on a key that this column is part of."""
    keys = (constraint for constraint in relation.constraints.values() if constraint.kind in ("p", "u"))
    return schema.referring(relation.name) if any(column in key.columns for key in keys) else set()
