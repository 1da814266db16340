"""The claims about ALTER TABLE, one function a kind of command.

Lock levels: AlterTableGetLockLevel() and the documentation of ALTER TABLE; several commands in one statement
take the strongest lock that one of them needs.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from postgast import pg_query_pb2 as ast

from pgevolve.effects.altering import Altering
from pgevolve.effects.constraints import add_constraint, drop_constraint, incoming, validate_constraint
from pgevolve.effects.expressions import is_volatile, proves_not_null
from pgevolve.effects.facts import RelationFacts, SchemaFacts
from pgevolve.effects.model import Effect
from pgevolve.effects.partitions import attach, detach
from pgevolve.effects.types import type_change, type_named
from pgevolve.trace.model import LockMode

_Command = Callable[[Altering], None]
_STRONGEST: LockMode = "ACCESS EXCLUSIVE"

_SERIAL = frozenset({"serial", "serial2", "serial4", "serial8", "smallserial", "bigserial"})
_WEAK = frozenset(
    {
        "AT_SetStatistics",
        "AT_SetOptions",
        "AT_ResetOptions",
        "AT_ClusterOn",
        "AT_DropCluster",
    }
)
_TRIGGERS = frozenset(
    {
        "AT_EnableTrig",
        "AT_EnableAlwaysTrig",
        "AT_EnableReplicaTrig",
        "AT_DisableTrig",
        "AT_EnableTrigAll",
        "AT_DisableTrigAll",
        "AT_EnableTrigUser",
        "AT_DisableTrigUser",
    }
)
# What only the table itself has, whatever lies below it.
_OWN = frozenset(
    {
        "AT_ChangeOwner",
        "AT_AddOf",
        "AT_DropOf",
        "AT_ReplicaIdentity",
        "AT_EnableRowSecurity",
        "AT_DisableRowSecurity",
        "AT_ForceRowSecurity",
        "AT_NoForceRowSecurity",
        "AT_EnableRule",
        "AT_EnableAlwaysRule",
        "AT_EnableReplicaRule",
        "AT_DisableRule",
        "AT_SetAccessMethod",
        "AT_SetTableSpace",
        "AT_AddInherit",
        "AT_DropInherit",
    }
)


def alter_table(effect: Effect, schema: SchemaFacts, statement: ast.AlterTableStmt) -> None:
    """Add what an ALTER TABLE, VIEW or MATERIALIZED VIEW does; an index has no readers and writers."""
    name = schema.resolve(statement.relation)
    if statement.objtype in (ast.OBJECT_INDEX, ast.OBJECT_TYPE) or name in schema.indexes:
        return
    relation = schema.relations.get(name, RelationFacts(name))
    only = not statement.relation.inh
    for node in statement.cmds:
        on = Altering(effect, schema, relation, node.alter_table_cmd, only)
        _COMMANDS.get(on.kind, _other)(on)


def _other(on: Altering) -> None:
    kind, mode = on.kind, _STRONGEST
    if kind in _WEAK:
        mode = "SHARE UPDATE EXCLUSIVE"
    elif kind in _TRIGGERS:
        mode = "SHARE ROW EXCLUSIVE"
    on.effect.lock(on.schema.family(on.relation.name, only=on.only or kind in _OWN), mode)


def _add_column(on: Altering) -> None:
    definition = on.definition.column_def
    on.lock_family("ACCESS EXCLUSIVE")
    if on.command.missing_ok and definition.colname in on.relation.columns:
        return
    stored = on.stored()
    constraints = {
        ast.ConstrType.Name(node.constraint.contype): node.constraint for node in definition.constraints
    }
    type_ = type_named(definition.type_name)
    default = constraints.get("CONSTR_DEFAULT")
    generated = constraints.get("CONSTR_GENERATED")
    if (
        type_.name in _SERIAL
        or "CONSTR_IDENTITY" in constraints
        or (generated is not None and generated.generated_kind != "v")
        or on.schema.domains.get(type_.name, ("", False))[1]
        or (default is not None and is_volatile(default.raw_expr, on.schema))
    ):
        on.effect.rewrite(stored)
    if constraints.keys() & {"CONSTR_CHECK", "CONSTR_UNIQUE", "CONSTR_PRIMARY"}:
        on.effect.scan(stored)
    if "CONSTR_FOREIGN" in constraints:
        target = on.schema.resolve(constraints["CONSTR_FOREIGN"].pktable)
        on.effect.lock(on.schema.family(target), "SHARE ROW EXCLUSIVE")
        # A column of NULLs refers to nothing, and nothing is looked up.
        if default is not None:
            on.effect.scan(stored)
            on.effect.may_scan.update(on.schema.stored(target))


def _drop_column(on: Altering) -> None:
    on.lock_family("ACCESS EXCLUSIVE")
    for constraint in on.relation.constraints.values():
        if constraint.references is not None and on.command.name in constraint.columns:
            on.effect.lock(constraint.references, "ACCESS EXCLUSIVE")
    if on.command.behavior == ast.DROP_CASCADE:
        views = on.schema.dependents.get(f"{on.relation.name}.{on.command.name}", ())
        on.effect.lock(views, "ACCESS EXCLUSIVE")


def _set_not_null(on: Altering) -> None:
    on.lock_family("ACCESS EXCLUSIVE")
    for member in on.stored():
        facts = on.schema.relations.get(member)
        column = facts.columns.get(on.command.name) if facts is not None else None
        proved = facts is not None and any(
            constraint.validated and proves_not_null(constraint.expression, on.command.name)
            for constraint in facts.constraints.values()
        )
        if not proved and (column is None or not column.not_null):
            on.effect.scan([member])


def _set_expression(on: Altering) -> None:
    on.lock_family("ACCESS EXCLUSIVE")
    column = on.relation.columns.get(on.command.name)
    if column is None or column.generated == "s":
        on.effect.rewrite(on.stored())


def _change_type(on: Altering) -> None:
    on.lock_family("ACCESS EXCLUSIVE")
    stored = on.stored()
    for constraint in on.relation.constraints.values():
        # The key is dropped and made again, for which both sides are locked.
        if constraint.references is not None and on.command.name in constraint.columns:
            on.effect.lock(constraint.references, "ACCESS EXCLUSIVE")
            on.effect.may_scan.update((*stored, *on.schema.stored(constraint.references)))
    on.effect.lock(incoming(on.schema, on.relation, on.command.name), "ACCESS EXCLUSIVE")
    column = on.relation.columns.get(on.command.name)
    if column is None:
        on.effect.rewrite(stored)
        return
    change = type_change(column, on.definition.column_def, on.command.name, on.schema)
    if change.rewrites:
        on.effect.rewrite(stored)
    elif (change.reindexes and _is_indexed(on.schema, on.relation, on.command.name)) or any(
        constraint.kind == "c" and on.command.name in constraint.columns
        for constraint in on.relation.constraints.values()
    ):
        on.effect.scan(stored)


def _is_indexed(schema: SchemaFacts, relation: RelationFacts, column: str) -> bool:
    return any(index.table == relation.name and column in index.columns for index in schema.indexes.values())


def _set_persistence(on: Altering) -> None:
    on.effect.lock(on.relation.name, "ACCESS EXCLUSIVE")
    on.effect.rewrite(on.schema.stored(on.relation.name, only=True))


def _set_place(on: Altering) -> None:
    on.effect.lock(on.relation.name, "ACCESS EXCLUSIVE")
    if on.command.name not in ("pg_default", "heap"):
        on.effect.rewrite(on.schema.stored(on.relation.name, only=True))


def _set_options(on: Altering) -> None:
    options = {node.def_elem.defname for node in on.definition.list.items}
    strong = on.relation.kind == "v" or options & {"user_catalog_table"}
    mode: LockMode = "ACCESS EXCLUSIVE" if strong else "SHARE UPDATE EXCLUSIVE"
    on.effect.lock(on.relation.name, mode)


def _inherit(on: Altering) -> None:
    on.effect.lock(on.relation.name, "ACCESS EXCLUSIVE")
    on.effect.lock(on.schema.resolve(on.definition.range_var), "SHARE UPDATE EXCLUSIVE")


_COMMANDS: Mapping[str, _Command] = MappingProxyType(
    {
        "AT_AddColumn": _add_column,
        "AT_DropColumn": _drop_column,
        "AT_SetNotNull": _set_not_null,
        "AT_SetExpression": _set_expression,
        "AT_AlterColumnType": _change_type,
        "AT_AddConstraint": add_constraint,
        "AT_DropConstraint": drop_constraint,
        "AT_ValidateConstraint": validate_constraint,
        "AT_SetLogged": _set_persistence,
        "AT_SetUnLogged": _set_persistence,
        "AT_SetTableSpace": _set_place,
        "AT_SetRelOptions": _set_options,
        "AT_ResetRelOptions": _set_options,
        "AT_AddInherit": _inherit,
        "AT_AttachPartition": attach,
        "AT_DetachPartition": detach,
    }
)
