"""Composite types."""

from collections.abc import Iterator

from pgevolve.catalog.types import Attribute, CompositeObject
from pgevolve.plan import text
from pgevolve.quoting import name, qualified


def create(item: CompositeObject) -> Iterator[str]:
    """Yield CREATE TYPE and the comments of its attributes."""
    opening = f"CREATE TYPE {qualified(item.schema, item.name)} AS"
    if item.attributes:
        yield text.lines(opening, [_attribute(attribute) for attribute in item.attributes])
    else:
        yield f"{opening} ()"
    for attribute in item.attributes:
        yield from _comment(item, None, attribute)


def change(before: CompositeObject, after: CompositeObject) -> list[str] | None:
    """Return the statements that change its attributes; a type changes only where no table holds it."""
    return list(_change(before, after))


def _change(before: CompositeObject, after: CompositeObject) -> Iterator[str]:
    alter = f"ALTER TYPE {qualified(after.schema, after.name)}"
    old = {attribute.name: attribute for attribute in before.attributes}
    new = {attribute.name for attribute in after.attributes}
    for attribute in before.attributes:
        if attribute.name not in new:
            yield f"{alter} DROP ATTRIBUTE {name(attribute.name)}"
    for attribute in after.attributes:
        there = old.get(attribute.name)
        if there is None:
            yield f"{alter} ADD ATTRIBUTE {_attribute(attribute)}"
        elif (there.type, there.collation) != (attribute.type, attribute.collation):
            collation = f" COLLATE {attribute.collation}" if attribute.collation else ""
            yield f"{alter} ALTER ATTRIBUTE {name(attribute.name)} TYPE {attribute.type}{collation}"
        yield from _comment(after, there, attribute)


def _attribute(attribute: Attribute) -> str:
    collation = f" COLLATE {attribute.collation}" if attribute.collation else ""
    return f"{name(attribute.name)} {attribute.type}{collation}"


def _comment(item: CompositeObject, before: Attribute | None, attribute: Attribute) -> Iterator[str]:
    if attribute.comment != (before.comment if before else None):
        yield text.comment(text.column_on(item.ident, attribute.name), attribute.comment)
