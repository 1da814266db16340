"""How names and values are written in SQL that people read: quoted only where they must be."""

import re
from functools import lru_cache

import postgast

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")


@lru_cache(maxsize=4096)
def name(identifier: str) -> str:
    """Return an identifier as SQL takes it, quoted when it is a keyword or not plain lower case."""
    if _PLAIN.fullmatch(identifier) and not _is_keyword(identifier):
        return identifier
    return '"' + identifier.replace('"', '""') + '"'


def _is_keyword(identifier: str) -> bool:
    """Tell whether the word cannot stand for a column, a table, a type and a function alike."""
    token = postgast.scan(identifier).tokens[0]
    return int(token.keyword_kind) > 1  # 0: none, 1: unreserved


def qualified(schema: str, relation: str) -> str:
    """Return `schema.name` as SQL takes it."""
    return f"{name(schema)}.{name(relation)}"


def literal(value: str) -> str:
    """Return text as an SQL constant; right under any setting of standard_conforming_strings."""
    escaped = value.replace("'", "''")
    if "\\" in escaped:
        return "E'" + escaped.replace("\\", "\\\\") + "'"
    return f"'{escaped}'"
