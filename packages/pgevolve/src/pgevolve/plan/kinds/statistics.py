"""Extended statistics."""

from collections.abc import Iterator
from dataclasses import replace

from pgevolve.canonical import comparable
from pgevolve.catalog.attached import StatisticsObject
from pgevolve.quoting import qualified


def create(item: StatisticsObject) -> Iterator[str]:
    """Yield CREATE STATISTICS and its target."""
    yield item.definition
    if item.target is not None:
        yield _target(item)


def change(before: StatisticsObject, after: StatisticsObject) -> list[str] | None:
    """Return the statement that changes the target; other columns or kinds make it anew."""
    plain = [comparable(replace(side, target=None, owner=None, comment=None)) for side in (before, after)]
    if plain[0] != plain[1]:
        return None
    return [] if before.target == after.target else [_target(after)]


def _target(item: StatisticsObject) -> str:
    target = -1 if item.target is None else item.target
    return f"ALTER STATISTICS {qualified(item.schema, item.name)} SET STATISTICS {target}"
