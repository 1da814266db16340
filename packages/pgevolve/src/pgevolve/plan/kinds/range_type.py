"""Range types."""

from collections.abc import Iterator

from pgevolve.catalog.types import RangeObject
from pgevolve.plan import text
from pgevolve.quoting import qualified


def create(item: RangeObject) -> Iterator[str]:
    """Yield CREATE TYPE."""
    options = [f"SUBTYPE = {item.subtype}", *(f"{key.upper()} = {value}" for key, value in item.options)]
    yield text.lines(f"CREATE TYPE {qualified(item.schema, item.name)} AS RANGE", options)


def change(before: RangeObject, after: RangeObject) -> list[str] | None:
    """Return nothing to do where only owner or comment differ; nothing else of a range type can change."""
    return [] if (before.subtype, before.options) == (after.subtype, after.options) else None
