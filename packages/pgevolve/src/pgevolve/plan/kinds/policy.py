"""Policies of row security."""

from collections.abc import Iterator

from pgevolve.canonical import comparable
from pgevolve.catalog.attached import PolicyObject
from pgevolve.quoting import name, qualified


def create(item: PolicyObject) -> Iterator[str]:
    """Yield CREATE POLICY."""
    parts = [f"CREATE POLICY {name(item.name)} ON {qualified(item.schema, item.table)}"]
    if not item.permissive:
        parts.append("    AS RESTRICTIVE")
    if item.command != "ALL":
        parts.append(f"    FOR {item.command}")
    if item.roles != ("PUBLIC",):
        parts.append(f"    TO {_roles(item)}")
    yield "\n".join([*parts, *_conditions(item)])


def change(before: PolicyObject, after: PolicyObject) -> list[str] | None:
    """Return ALTER POLICY; what it cannot say makes the policy anew: the command, a condition that goes."""
    fixed = (before.command, before.permissive) == (after.command, after.permissive)
    lost = any(
        old is not None and new is None
        for old, new in ((before.using, after.using), (before.check, after.check))
    )
    if not fixed or lost:
        return None
    old, new = comparable(before), comparable(after)
    assert isinstance(old, PolicyObject)
    assert isinstance(new, PolicyObject)
    if (old.roles, old.using, old.check) == (new.roles, new.using, new.check):
        return []
    head = f"ALTER POLICY {name(after.name)} ON {qualified(after.schema, after.table)}"
    return ["\n".join([head, f"    TO {_roles(after)}", *_conditions(after)])]


def _roles(item: PolicyObject) -> str:
    return ", ".join("PUBLIC" if role == "PUBLIC" else name(role) for role in item.roles)


def _conditions(item: PolicyObject) -> Iterator[str]:
    if item.using is not None:
        yield f"    USING ({item.using})"
    if item.check is not None:
        yield f"    WITH CHECK ({item.check})"
