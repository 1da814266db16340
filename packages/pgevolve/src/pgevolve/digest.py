"""A name for a schema: equal on every server version for the same history, another for any single change."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from typing import Any

from pgevolve.canonical import comparable
from pgevolve.catalog.database import DefaultPrivilegesObject
from pgevolve.catalog.model import Catalog, SchemaItem

# Since 17 a GRANT ALL includes it; 15 and 16 do not know it.
_VERSION_BOUND = frozenset({"MAINTAIN"})
# Facts that were not read when the first digests were written. Where an object has none of them it is named
# as it was then, so that those digests stay true.
_READ_LATER = frozenset(
    {
        "clustered of ConstraintObject",
        "column_defaults of ViewObject",
        "compression of Column",
        "force_row_security of TableObject",
        "of_type of TableObject",
        "options of Column",
        "options of ConstraintObject",
        "replica_identity of TableObject",
        "row_security of TableObject",
        "statistics of Column",
        "tablespace of IndexObject",
        "tablespace of TableObject",
    }
)


def digest(catalog: Catalog) -> str:
    """Return the SHA-256 of the catalogue's facts as 64 hexadecimal digits."""
    return hashlib.sha256("\n".join(facts(catalog)).encode()).hexdigest()


def facts(catalog: Catalog) -> list[str]:
    """Return the facts that the digest is made of, one a line, sorted: what `diff` on two servers shows."""
    return sorted(_facts(catalog))


def _facts(catalog: Catalog) -> Iterator[str]:
    for ident, item in catalog.objects.items():
        yield _line(str(ident), _named(_version_free(comparable(item))))
    for ident, rows in catalog.rows.items():
        for row in rows.rows:
            yield _line(str(ident), dict(zip(rows.columns, row, strict=True)))
    for grant in catalog.grants:
        if grant.privilege not in _VERSION_BOUND:
            yield _line(
                f"grant on {grant.on}", [grant.column, grant.grantee, grant.privilege, grant.grantable]
            )


def _version_free(item: SchemaItem) -> SchemaItem:
    if not isinstance(item, DefaultPrivilegesObject):
        return item
    granted, revoked = (
        tuple(entry for entry in side if entry[1] not in _VERSION_BOUND)
        for side in (item.granted, item.revoked)
    )
    return replace(item, granted=granted, revoked=revoked)


def _named(value: Any) -> Any:
    """Return a value as JSON takes it, without what is no fact of its own."""
    if isinstance(value, tuple):
        return [_named(entry) for entry in value]
    if not is_dataclass(value):
        return value
    return {
        field.name: _named(getattr(value, field.name))
        for field in fields(value)
        if field.compare and not _is_left_out(value, field)
    }


def _is_left_out(value: object, field: "Field[Any]") -> bool:
    return (
        f"{field.name} of {type(value).__name__}" in _READ_LATER
        and field.default is not MISSING
        and getattr(value, field.name) == field.default
    )


def _line(subject: str, value: object) -> str:
    return f"{subject} {json.dumps(value, ensure_ascii=False, sort_keys=True)}"
