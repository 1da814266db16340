"""A form that the target server does not know."""

from collections.abc import Iterator
from typing import Any

from pgevolve.check import tree
from pgevolve.check.rule import Complaint, Seen, rule
from pgevolve.messages import messages


@rule(
    "PE414",
    "newer-than-target",
    "error",
    "create_stmt",
    "AT_AddColumn",
    "AT_AddConstraint",
    "AT_SetExpression",
    "AT_AlterConstraint",
    "merge_stmt",
    "insert_stmt",
    "update_stmt",
    "delete_stmt",
)
def check(seen: Seen) -> Iterator[Complaint]:
    """Look for syntax that came with a newer major version than the target's."""
    if seen.target >= _NEWEST:
        return
    root = seen.command if seen.command is not None else seen.node
    for name, since in newer_forms(seen.statement.kind, root):
        if since > seen.target:
            yield Complaint(
                f"{name} came with PostgreSQL {since}, and the target is {seen.target}",
                "write it in the older form, or raise the target version",
            )


_NEWEST = 18


def newer_forms(kind: str, root: Any) -> Iterator[tuple[str, int]]:
    """Yield the forms in a statement, or in a command of an ALTER TABLE, that not every server knows."""
    if kind == "AT_SetExpression":
        yield "SET EXPRESSION", 17
    if kind == "merge_stmt" and root.HasField("returning_clause"):
        yield "MERGE ... RETURNING", 17
    for constraint in messages(root, "Constraint"):
        made = tree.constraint_kind(constraint)
        if made == "CONSTR_GENERATED" and constraint.generated_kind == "v":
            yield "a VIRTUAL generated column", 18
        if made in {"CONSTR_CHECK", "CONSTR_FOREIGN"} and not constraint.is_enforced:
            yield "NOT ENFORCED", 18
        if constraint.without_overlaps or constraint.fk_with_period:
            yield "WITHOUT OVERLAPS or PERIOD", 18
        if made == "CONSTR_NOTNULL" and kind == "AT_AddConstraint":
            yield "NOT NULL as a named table constraint", 18
    for returning in messages(root, "ReturningClause"):
        if returning.options:
            yield "RETURNING WITH (OLD AS ..., NEW AS ...)", 18
