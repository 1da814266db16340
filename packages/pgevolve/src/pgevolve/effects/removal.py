"""The claims about DROP."""

from collections.abc import Iterator

from postgast import pg_query_pb2 as ast

from pgevolve.effects.facts import SchemaFacts
from pgevolve.effects.model import Effect
from pgevolve.quoting import qualified

_RELATIONS = frozenset({ast.OBJECT_TABLE, ast.OBJECT_VIEW, ast.OBJECT_MATVIEW, ast.OBJECT_FOREIGN_TABLE})
_ON_A_TABLE = frozenset({ast.OBJECT_TRIGGER, ast.OBJECT_RULE, ast.OBJECT_POLICY})


def drop_statement(effect: Effect, schema: SchemaFacts, statement: ast.DropStmt) -> None:
    """Add what a DROP does to relations, with what goes along under CASCADE."""
    cascade = statement.behavior == ast.DROP_CASCADE
    for node in statement.objects:
        if statement.remove_type in _RELATIONS:
            _relation(effect, schema, _name(schema, node), cascade=cascade)
        elif statement.remove_type == ast.OBJECT_INDEX:
            index = schema.indexes.get(_name(schema, node))
            if index is not None:
                concurrent = statement.concurrent
                effect.lock(index.table, "SHARE UPDATE EXCLUSIVE" if concurrent else "ACCESS EXCLUSIVE")
        elif statement.remove_type in _ON_A_TABLE:
            parts = _parts(node)[:-1]
            effect.lock(
                schema.family(schema.resolve_name("".join(parts[:-1]), parts[-1])), "ACCESS EXCLUSIVE"
            )
        elif statement.remove_type == ast.OBJECT_STATISTIC_EXT:
            tables = schema.dependents.get(f"statistics {_parts(node)[-1]}", frozenset())
            effect.lock(tables, "SHARE UPDATE EXCLUSIVE")
        elif cascade:
            for key in _keys(statement, node):
                effect.lock(schema.dependents.get(key, frozenset()), "ACCESS EXCLUSIVE")


def _relation(effect: Effect, schema: SchemaFacts, name: str, *, cascade: bool) -> None:
    relation = schema.relations.get(name)
    if relation is None:
        return
    effect.lock(schema.family(name), "ACCESS EXCLUSIVE")
    effect.lock((parent for parent in relation.parents if schema.kind(parent) == "p"), "ACCESS EXCLUSIVE")
    for constraint in relation.constraints.values():
        if constraint.references is not None:
            effect.lock(constraint.references, "ACCESS EXCLUSIVE")
    if not cascade:
        return
    effect.lock(schema.referring(name), "ACCESS EXCLUSIVE")
    for key, views in schema.dependents.items():
        if key == name or key.startswith(f"{name}."):
            for view in views:
                effect.lock(view, "ACCESS EXCLUSIVE")


def _keys(statement: ast.DropStmt, node: ast.Node) -> Iterator[str]:
    if statement.remove_type == ast.OBJECT_FUNCTION:
        parts = [part.string.sval for part in node.object_with_args.objname]
        yield f"{qualified(parts[0] if len(parts) > 1 else 'public', parts[-1])}()"
    elif statement.remove_type == ast.OBJECT_SCHEMA:
        yield f"schema {node.string.sval}"
    elif statement.remove_type in (ast.OBJECT_TYPE, ast.OBJECT_DOMAIN):
        yield ".".join(part.string.sval for part in node.type_name.names)


def _name(schema: SchemaFacts, node: ast.Node) -> str:
    parts = _parts(node)
    return schema.resolve_name(parts[-2] if len(parts) > 1 else "", parts[-1])


def _parts(node: ast.Node) -> list[str]:
    return [part.string.sval for part in node.list.items]
