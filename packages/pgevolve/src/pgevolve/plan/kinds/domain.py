"""Domains."""

from collections.abc import Iterator

from pgevolve.canonical import comparable
from pgevolve.catalog.types import DomainCheck, DomainObject
from pgevolve.plan import text
from pgevolve.quoting import name, qualified


def create(item: DomainObject) -> Iterator[str]:
    """Yield CREATE DOMAIN and the comments of its constraints."""
    parts = [f"CREATE DOMAIN {qualified(item.schema, item.name)} AS {item.type}"]
    if item.collation:
        parts.append(f"COLLATE {item.collation}")
    if item.default is not None:
        parts.append(f"DEFAULT {item.default}")
    if item.not_null:
        parts.append("NOT NULL")
    valid = [check for check in item.checks if check.validated]
    parts += [f"\n    CONSTRAINT {name(check.name)} {check.definition}" for check in valid]
    yield " ".join(parts)
    for check in item.checks:
        if not check.validated:
            yield f"{_alter(item)} ADD CONSTRAINT {name(check.name)} {check.definition} NOT VALID"
        yield from _comment(item, None, check)


def change(before: DomainObject, after: DomainObject) -> list[str] | None:
    """Return the statements that change a domain; its new constraints hold for new values only."""
    if (before.type, before.collation) != (after.type, after.collation):
        return None
    return list(_change(before, after))


def _change(before: DomainObject, after: DomainObject) -> Iterator[str]:
    alter = _alter(after)
    old, new = comparable(before), comparable(after)
    assert isinstance(old, DomainObject)
    assert isinstance(new, DomainObject)
    if old.default != new.default:
        yield f"{alter} DROP DEFAULT" if after.default is None else f"{alter} SET DEFAULT {after.default}"
    if old.not_null != new.not_null:
        yield f"{alter} {'SET' if after.not_null else 'DROP'} NOT NULL"
    there = {check.name: check for check in old.checks}
    wanted = {check.name: check.definition for check in new.checks}
    for check in old.checks:
        if wanted.get(check.name) != check.definition:
            yield f"{alter} DROP CONSTRAINT {name(check.name)}"
    for check in after.checks:
        known = there.get(check.name)
        if known is None or known.definition != wanted[check.name]:
            known = None
            yield f"{alter} ADD CONSTRAINT {name(check.name)} {check.definition} NOT VALID"
        yield from _comment(after, known, check)


def validations(before: DomainObject | None, after: DomainObject) -> Iterator[str]:
    """Yield what proves the constraints that `change` made not valid."""
    if before is None:
        return
    old, new = comparable(before), comparable(after)
    assert isinstance(old, DomainObject)
    assert isinstance(new, DomainObject)
    proved = {(check.name, check.definition) for check in old.checks if check.validated}
    for check in new.checks:
        if check.validated and (check.name, check.definition) not in proved:
            yield f"{_alter(after)} VALIDATE CONSTRAINT {name(check.name)}"


def _alter(item: DomainObject) -> str:
    return f"ALTER DOMAIN {qualified(item.schema, item.name)}"


def _comment(item: DomainObject, before: DomainCheck | None, check: DomainCheck) -> Iterator[str]:
    if check.comment != (before.comment if before else None):
        on = f"CONSTRAINT {name(check.name)} ON DOMAIN {qualified(item.schema, item.name)}"
        yield text.comment(on, check.comment)
