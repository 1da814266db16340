"""The messages of PostgreSQL's parse tree, wherever they stand in it."""

from collections.abc import Iterator
from typing import Any


def messages(root: Any, kind: str) -> Iterator[Any]:
    """Yield every message of one kind below a node, parents before children."""
    if root.DESCRIPTOR.name == kind:
        yield root
    for field, value in root.ListFields():
        if field.message_type is None:
            continue
        for child in value if field.is_repeated else (value,):
            yield from messages(child, kind)
