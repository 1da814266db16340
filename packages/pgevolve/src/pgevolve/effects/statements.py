"""The claims about statements of every kind."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import postgast
from postgast import pg_query_pb2 as ast

from pgevolve.effects.alter_table import alter_table
from pgevolve.effects.facts import SchemaFacts
from pgevolve.effects.model import Effect
from pgevolve.effects.partitions import create_partition
from pgevolve.effects.removal import drop_statement
from pgevolve.messages import messages
from pgevolve.trace.model import MODES, LockMode

_Claim = Callable[[Effect, SchemaFacts, Any], None]

# These touch no relation that an application uses.
_HARMLESS = frozenset(
    {
        "create_function_stmt",
        "alter_function_stmt",
        "create_enum_stmt",
        "alter_enum_stmt",
        "create_domain_stmt",
        "composite_type_stmt",
        "create_range_stmt",
        "create_seq_stmt",
        "alter_seq_stmt",
        "create_schema_stmt",
        "create_cast_stmt",
        "create_event_trig_stmt",
        "create_extension_stmt",
        "define_stmt",
        "variable_set_stmt",
        "grant_stmt",
        "grant_role_stmt",
        "create_role_stmt",
        "alter_role_stmt",
        "alter_default_privileges_stmt",
        "alter_stats_stmt",
        "discard_stmt",
        "check_point_stmt",
    }
)


def effect_of(statement: ast.Node, schema: SchemaFacts) -> Effect | None:
    """Return what a statement does to the relations that are there, or None for one that nothing is known of.

    The body of a DO block is read as far as it holds plain statements; a call says nothing of its body.
    """
    kind = statement.WhichOneof("node") or ""
    effect = Effect()
    if kind in _HARMLESS:
        return effect
    claim = _CLAIMS.get(kind)
    if claim is None:
        return None
    claim(effect, schema, getattr(statement, kind))
    return effect


def _create_index(effect: Effect, schema: SchemaFacts, statement: ast.IndexStmt) -> None:
    table = schema.resolve(statement.relation)
    only = not statement.relation.inh
    mode: LockMode = "SHARE UPDATE EXCLUSIVE" if statement.concurrent else "SHARE"
    effect.lock(schema.family(table, only=only), mode)
    there = statement.if_not_exists and schema.resolve_name("", statement.idxname) in schema.indexes
    if not there:
        effect.scan(schema.stored(table, only=only))


def _reindex(effect: Effect, schema: SchemaFacts, statement: ast.ReindexStmt) -> None:
    concurrent = any(option.def_elem.defname == "concurrently" for option in statement.params)
    if not statement.HasField("relation"):
        return
    name = schema.resolve(statement.relation)
    index = schema.indexes.get(name)
    table = index.table if index is not None else name
    effect.lock(schema.family(table), "SHARE UPDATE EXCLUSIVE" if concurrent else "SHARE")
    indexed = {entry.table for entry in schema.indexes.values()}
    effect.scan(member for member in schema.stored(table) if member in indexed)


def _create_table(effect: Effect, schema: SchemaFacts, statement: ast.CreateStmt) -> None:
    there = schema.resolve(statement.relation)
    if statement.if_not_exists and there in schema.relations:
        return
    for parent in statement.inh_relations:
        name = schema.resolve(parent.range_var)
        if statement.HasField("partbound"):
            create_partition(effect, schema, name)
        else:
            effect.lock(name, "SHARE UPDATE EXCLUSIVE")
    for constraint in messages(statement, "Constraint"):
        if constraint.contype == ast.CONSTR_FOREIGN:
            effect.lock(schema.family(schema.resolve(constraint.pktable)), "SHARE ROW EXCLUSIVE")


def _create_table_as(effect: Effect, _schema: SchemaFacts, _statement: ast.CreateTableAsStmt) -> None:
    effect.reads_by_plan = True


def _refresh(effect: Effect, schema: SchemaFacts, statement: ast.RefreshMatViewStmt) -> None:
    view = schema.resolve(statement.relation)
    effect.lock(view, "EXCLUSIVE" if statement.concurrent else "ACCESS EXCLUSIVE")
    effect.reads_by_plan = True
    if not statement.concurrent:
        effect.rewrite([view])


def _view(effect: Effect, schema: SchemaFacts, statement: ast.ViewStmt) -> None:
    view = schema.resolve(statement.view)
    if view in schema.relations:
        effect.lock(view, "ACCESS EXCLUSIVE")


def _trigger(effect: Effect, schema: SchemaFacts, statement: ast.CreateTrigStmt) -> None:
    effect.lock(schema.family(schema.resolve(statement.relation)), "SHARE ROW EXCLUSIVE")


def _rule(effect: Effect, schema: SchemaFacts, statement: ast.RuleStmt) -> None:
    effect.lock(schema.resolve(statement.relation), "ACCESS EXCLUSIVE")


def _policy(
    effect: Effect, schema: SchemaFacts, statement: ast.CreatePolicyStmt | ast.AlterPolicyStmt
) -> None:
    effect.lock(schema.resolve(statement.table), "ACCESS EXCLUSIVE")


def _statistics(effect: Effect, schema: SchemaFacts, statement: ast.CreateStatsStmt) -> None:
    for relation in statement.relations:
        effect.lock(schema.resolve(relation.range_var), "SHARE UPDATE EXCLUSIVE")


def _publication(effect: Effect, schema: SchemaFacts, statement: ast.CreatePublicationStmt) -> None:
    for entry in messages(statement, "PublicationTable"):
        effect.lock(schema.family(schema.resolve(entry.relation)), "SHARE UPDATE EXCLUSIVE")


def _rename(effect: Effect, schema: SchemaFacts, statement: ast.RenameStmt) -> None:
    if statement.rename_type == ast.OBJECT_INDEX or not statement.HasField("relation"):
        return
    name = schema.resolve(statement.relation)
    if name in schema.indexes:
        return
    columns = statement.rename_type in (ast.OBJECT_COLUMN, ast.OBJECT_TABCONSTRAINT)
    effect.lock(schema.family(name) if columns and statement.relation.inh else name, "ACCESS EXCLUSIVE")


def _schema_of(effect: Effect, schema: SchemaFacts, statement: ast.AlterObjectSchemaStmt) -> None:
    if statement.HasField("relation") and statement.object_type in (ast.OBJECT_TABLE, ast.OBJECT_VIEW):
        effect.lock(schema.resolve(statement.relation), "ACCESS EXCLUSIVE")


def _comment(effect: Effect, schema: SchemaFacts, statement: ast.CommentStmt) -> None:
    parts = [part.string.sval for part in statement.object.list.items]
    if statement.objtype == ast.OBJECT_COLUMN:
        parts = parts[:-1]
    elif statement.objtype not in (ast.OBJECT_TABLE, ast.OBJECT_VIEW, ast.OBJECT_MATVIEW):
        return
    effect.lock(schema.resolve_name("".join(parts[:-1]), parts[-1]), "SHARE UPDATE EXCLUSIVE")


def _truncate(effect: Effect, schema: SchemaFacts, statement: ast.TruncateStmt) -> None:
    wanted = [schema.resolve(relation.range_var) for relation in statement.relations]
    seen: set[str] = set()
    while wanted:
        table = wanted.pop()
        if table in seen:
            continue
        seen.add(table)
        effect.lock(schema.family(table), "ACCESS EXCLUSIVE")
        effect.rewrites.update(schema.stored(table))
        # An empty index is built again, which counts as reading the empty table.
        effect.may_scan.update(schema.stored(table))
        if statement.behavior == ast.DROP_CASCADE:
            wanted.extend(schema.referring(table))


def _lock(effect: Effect, schema: SchemaFacts, statement: ast.LockStmt) -> None:
    for relation in statement.relations:
        effect.lock(schema.family(schema.resolve(relation.range_var)), MODES[statement.mode - 1])


def _vacuum(effect: Effect, schema: SchemaFacts, statement: ast.VacuumStmt) -> None:
    full = any(option.def_elem.defname == "full" for option in statement.options)
    for relation in statement.rels:
        table = schema.resolve(relation.vacuum_relation.relation)
        effect.lock(schema.family(table), "ACCESS EXCLUSIVE" if full else "SHARE UPDATE EXCLUSIVE")
        if full:
            effect.rewrite(schema.stored(table))


def _cluster(effect: Effect, schema: SchemaFacts, statement: ast.ClusterStmt) -> None:
    table = schema.resolve(statement.relation)
    effect.lock(table, "ACCESS EXCLUSIVE")
    effect.rewrites.add(table)
    # In the order of the index, or read whole and sorted.
    effect.scans.add(table)


def _domain(effect: Effect, schema: SchemaFacts, statement: ast.AlterDomainStmt) -> None:
    """Add what a stricter domain does: every table with a column of it is locked and read."""
    stricter = statement.subtype in {"O", "V"}
    if statement.subtype == "C":
        stricter = not getattr(statement, "def").constraint.skip_validation
    if not stricter:
        return
    name = ".".join(part.string.sval for part in statement.type_name)
    tables = schema.dependents.get(name, frozenset())
    effect.lock(tables, "SHARE")
    effect.scan(table for table in tables if schema.kind(table) == "r")


def _modify(effect: Effect, schema: SchemaFacts, statement: Any) -> None:
    effect.lock(schema.resolve(statement.relation), "ROW EXCLUSIVE")
    effect.reads_by_plan = True


def _insert(effect: Effect, schema: SchemaFacts, statement: ast.InsertStmt) -> None:
    """Add what an INSERT does; each row looks up those it refers to, unless it refers to none."""
    _modify(effect, schema, statement)
    relation = schema.relations.get(schema.resolve(statement.relation))
    constraints = relation.constraints.values() if relation is not None else ()
    effect.lock((c.references for c in constraints if c.references is not None), "ROW SHARE")


def _select(effect: Effect, schema: SchemaFacts, statement: ast.SelectStmt) -> None:
    effect.reads_by_plan = True
    if statement.locking_clause:
        for relation in messages(statement, "RangeVar"):
            effect.lock(schema.resolve(relation), "ROW SHARE")


def _block(effect: Effect, schema: SchemaFacts, statement: ast.DoStmt) -> None:
    for inner in _plain_statements(statement):
        found = effect_of(inner, schema)
        if found is None:
            continue
        for relation, mode in found.locks.items():
            effect.lock(relation, mode)
        effect.rewrites |= found.rewrites
        effect.scans |= found.scans
        effect.may_scan |= found.may_scan
        effect.reads_by_plan |= found.reads_by_plan


def _plain_statements(statement: ast.DoStmt) -> Iterator[ast.Node]:
    """Yield the statements that stand as SQL in a plpgsql block; what EXECUTE builds is not seen."""
    body = next(
        (node.def_elem.arg.string.sval for node in statement.args if node.def_elem.defname == "as"), ""
    )
    tree = postgast.parse_plpgsql(f"CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS {_quoted(body)}")
    for query in _queries(tree):
        yield from (raw.stmt for raw in postgast.parse(query).stmts)


def _quoted(body: str) -> str:
    tag = "$pgevolve$"
    return f"{tag}{body}{tag}"


def _queries(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for part in node:
            yield from _queries(part)
    elif isinstance(node, dict):
        execute = node.get("PLpgSQL_stmt_execsql")
        if execute is not None:
            yield execute["sqlstmt"]["PLpgSQL_expr"]["query"]
        for part in node.values():
            yield from _queries(part)


_CLAIMS: Mapping[str, _Claim] = MappingProxyType(
    {
        "alter_table_stmt": alter_table,
        "alter_domain_stmt": _domain,
        "index_stmt": _create_index,
        "reindex_stmt": _reindex,
        "create_stmt": _create_table,
        "create_table_as_stmt": _create_table_as,
        "refresh_mat_view_stmt": _refresh,
        "view_stmt": _view,
        "create_trig_stmt": _trigger,
        "rule_stmt": _rule,
        "create_policy_stmt": _policy,
        "alter_policy_stmt": _policy,
        "create_stats_stmt": _statistics,
        "create_publication_stmt": _publication,
        "rename_stmt": _rename,
        "alter_object_schema_stmt": _schema_of,
        "comment_stmt": _comment,
        "drop_stmt": drop_statement,
        "truncate_stmt": _truncate,
        "lock_stmt": _lock,
        "vacuum_stmt": _vacuum,
        "cluster_stmt": _cluster,
        "insert_stmt": _insert,
        "update_stmt": _modify,
        "delete_stmt": _modify,
        "merge_stmt": _modify,
        "select_stmt": _select,
        "do_stmt": _block,
    }
)
