"""A name for a schema: equal on every server version for the same history, another for any single change."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict

from pgevolve.canonical import comparable
from pgevolve.catalog.model import Catalog

# Since 17 a GRANT ALL includes it; 15 and 16 do not know it.
_VERSION_BOUND = frozenset({"MAINTAIN"})


def digest(catalog: Catalog) -> str:
    """Return the SHA-256 of the catalogue's facts as 64 hexadecimal digits."""
    return hashlib.sha256("\n".join(facts(catalog)).encode()).hexdigest()


def facts(catalog: Catalog) -> list[str]:
    """Return the facts that the digest is made of, one a line, sorted: what `diff` on two servers shows."""
    return sorted(_facts(catalog))


def _facts(catalog: Catalog) -> Iterator[str]:
    for ident, item in catalog.objects.items():
        yield _line(str(ident), asdict(comparable(item)))
    for ident, rows in catalog.rows.items():
        for row in rows.rows:
            yield _line(str(ident), dict(zip(rows.columns, row, strict=True)))
    for grant in catalog.grants:
        if grant.privilege not in _VERSION_BOUND:
            yield _line(
                f"grant on {grant.on}", [grant.column, grant.grantee, grant.privilege, grant.grantable]
            )


def _line(subject: str, value: object) -> str:
    return f"{subject} {json.dumps(value, ensure_ascii=False, sort_keys=True)}"
