"""Aggregates with a state and a final function; more than that is refused by name."""

from collections.abc import Iterator

from pgevolve.catalog.model import AggregateObject
from pgevolve.plan import text
from pgevolve.plan.errors import UnplannableChangeError
from pgevolve.quoting import qualified


def create(item: AggregateObject) -> Iterator[str]:
    """Yield CREATE AGGREGATE. Raises UnplannableChangeError for one with more than plain parts."""
    if item.special is not None:
        raise UnplannableChangeError(
            f"create {item.ident}, which is {item.special}", "write the CREATE AGGREGATE by hand"
        )
    options = [f"{key.upper()} = {value}" for key, value in item.options]
    yield text.lines(f"CREATE AGGREGATE {qualified(item.schema, item.name)}({item.signature})", options)


def change(before: AggregateObject, after: AggregateObject) -> list[str] | None:
    """Return nothing to do where only owner or comment differ; what an aggregate computes cannot change."""
    old = (before.signature, before.options, before.special)
    return [] if old == (after.signature, after.options, after.special) else None
