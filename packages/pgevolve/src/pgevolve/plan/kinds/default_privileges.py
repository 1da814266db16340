"""Privileges on objects that a role will make."""

from collections.abc import Iterable, Iterator

from pgevolve.catalog.database import DefaultPrivilegesObject
from pgevolve.quoting import name


def create(item: DefaultPrivilegesObject) -> Iterator[str]:
    """Yield what leads from the server's own defaults to these."""
    yield from _revoke(item, item.revoked)
    yield from _grant(item, item.granted)


def change(before: DefaultPrivilegesObject, after: DefaultPrivilegesObject) -> list[str] | None:
    """Return what leads from one list to the other."""
    taken = (set(before.granted) - set(after.granted)) | (set(after.revoked) - set(before.revoked))
    given = (set(after.granted) - set(before.granted)) | (set(before.revoked) - set(after.revoked))
    # What is taken in one form (to pass it on or not) may be given in the other.
    return [*_revoke(after, sorted(taken)), *_grant(after, sorted(given))]


def drop(item: DefaultPrivilegesObject) -> Iterator[str]:
    """Yield what leads back to the server's own defaults."""
    yield from _revoke(item, item.granted)
    yield from _grant(item, item.revoked)


def _head(item: DefaultPrivilegesObject) -> str:
    role = f" FOR ROLE {name(item.role)}" if item.role is not None else ""
    schema = f" IN SCHEMA {name(item.schema)}" if item.schema else ""
    return f"ALTER DEFAULT PRIVILEGES{role}{schema}"


def _grant(item: DefaultPrivilegesObject, entries: Iterable[tuple[str, str, bool]]) -> Iterator[str]:
    for grantee, privilege, grantable in entries:
        option = " WITH GRANT OPTION" if grantable else ""
        yield f"{_head(item)} GRANT {privilege} ON {item.on} TO {_role(grantee)}{option}"


def _revoke(item: DefaultPrivilegesObject, entries: Iterable[tuple[str, str, bool]]) -> Iterator[str]:
    for grantee, privilege, _ in entries:
        yield f"{_head(item)} REVOKE {privilege} ON {item.on} FROM {_role(grantee)}"


def _role(role: str) -> str:
    return "PUBLIC" if role == "PUBLIC" else name(role)
