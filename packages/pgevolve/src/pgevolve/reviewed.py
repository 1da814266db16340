"""Whether REVIEW.md speaks of the up.sql that lies beside it."""

import hashlib
import re

REVIEW = "REVIEW.md"
_MARK = re.compile(r"^<!-- up\.sql sha256 ([0-9a-f]{64}) -->$", re.MULTILINE)


def mark(up_sql: str) -> str:
    """Return the line in the heading of a page that says of which up.sql it speaks."""
    return f"<!-- up.sql sha256 {_checksum(up_sql)} -->"


def is_stale(page: str, up_sql: str) -> bool:
    """Tell whether a page was written of another up.sql; one that does not say of which is not."""
    found = _MARK.search(page)
    return found is not None and found[1] != _checksum(up_sql)


def _checksum(up_sql: str) -> str:
    return hashlib.sha256(up_sql.encode()).hexdigest()
