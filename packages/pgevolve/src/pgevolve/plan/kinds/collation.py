"""Collations."""

from collections.abc import Iterator

from pgevolve.catalog.types import CollationObject
from pgevolve.quoting import qualified


def create(item: CollationObject) -> Iterator[str]:
    """Yield CREATE COLLATION."""
    options = ", ".join(f"{key.upper()} = {value}" for key, value in item.options)
    yield f"CREATE COLLATION {qualified(item.schema, item.name)} ({options})"


def change(before: CollationObject, after: CollationObject) -> list[str] | None:
    """Return nothing to do where only owner or comment differ; nothing else of a collation can change."""
    return [] if before.options == after.options else None
