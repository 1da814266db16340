"""One transaction that stops many tables."""

from collections.abc import Iterator

from pgevolve.check import tree
from pgevolve.check.apply_remove import dropped_names
from pgevolve.check.facts import Name
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE124", "many-exclusive-locks", "error", "alter_table_stmt", "rename_stmt", "drop_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Count the tables in use that one transaction locks against everybody; the one too many is reported."""
    if not seen.statement.shares:
        return
    held = seen.state.locked.setdefault(seen.state.transaction, {})
    before = len(held)
    for name in _locked(seen):
        held.setdefault(name, seen.statement)
    if before <= _MOST < len(held):
        yield Complaint(
            f"this transaction takes ACCESS EXCLUSIVE on {len(held)} tables ({', '.join(map(str, held))}) and"
            " holds all of them until it ends: whoever uses one waits, and deadlocks are likely",
            f"change at most {_MOST} tables in one migration",
        )


_MOST = 4


def _locked(seen: Seen) -> Iterator[Name]:
    kind = seen.statement.kind
    if kind == "drop_stmt":
        if tree.object_kind(seen.node.remove_type) == "OBJECT_TABLE" and not seen.contract:
            for parts in dropped_names(seen.node):
                schema = parts[-2] if len(parts) > 1 else None
                name = seen.state.full_name(schema, str(parts[-1]), seen.state.tables)
                if not seen.state.is_new_table(seen.state.tables.get(name)) and name.schema != "pg_temp":
                    yield name
    elif kind == "rename_stmt":
        kinds = {"OBJECT_TABLE", "OBJECT_COLUMN"}
        if tree.object_kind(seen.node.rename_type) in kinds and not seen.subject().new:
            yield seen.subject().name
    else:
        subject = seen.altered()
        commands = {tree.command_kind(node.alter_table_cmd) for node in seen.node.cmds}
        if subject is not None and commands - _LIGHTER:
            for node in seen.node.cmds:
                if _is_exclusive(node.alter_table_cmd):
                    yield subject.name
                    return


_LIGHTER = {
    "AT_ValidateConstraint",
    "AT_SetStatistics",
    "AT_SetRelOptions",
    "AT_ResetRelOptions",
    "AT_SetOptions",
    "AT_AttachPartition",
    "AT_EnableTrig",
    "AT_DisableTrig",
    "AT_EnableTrigAll",
    "AT_DisableTrigAll",
    "AT_ClusterOn",
}


def _is_exclusive(command: object) -> bool:
    kind = tree.command_kind(command)
    if kind == "AT_AddConstraint":
        return tree.constraint_kind(tree.definition(command)) != "CONSTR_FOREIGN"
    return kind not in _LIGHTER
