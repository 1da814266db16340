"""A privilege that running code may need."""

from collections.abc import Iterator
from typing import Any

from pgevolve.check import tree
from pgevolve.check.rule import Complaint, Seen, rule


@rule("PE212", "revoked", "error", "grant_stmt", "grant_role_stmt")
def check(seen: Seen) -> Iterator[Complaint]:
    """Look at REVOKE from others than PUBLIC on what was there before."""
    if seen.node.is_grant or seen.contract:
        return
    roles = seen.node.grantees if seen.statement.kind == "grant_stmt" else seen.node.grantee_roles
    names = [node.role_spec.rolename or "PUBLIC" for node in roles]
    objects = seen.node.objects if seen.statement.kind == "grant_stmt" else []
    ranges = [node.range_var for node in objects if tree.kind_of(node) == "range_var"]
    if ranges and all(seen.subject(node).new or _is_new_view(seen, node) for node in ranges):
        return
    if set(names) - {"PUBLIC"}:
        yield Complaint(
            f"REVOKE from {', '.join(names)}: running code of that role is refused from the commit on",
            "release code that does without it, then revoke in a contract migration",
        )


def _is_new_view(seen: Seen, node: Any) -> bool:
    view = seen.state.views.get(seen.state.relation_name(node))
    return view is not None and seen.state.is_new(view.created)
