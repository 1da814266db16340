"""Extensions."""

from collections.abc import Iterator

from pgevolve.catalog.database import ExtensionObject
from pgevolve.quoting import name


def create(item: ExtensionObject) -> Iterator[str]:
    """Yield CREATE EXTENSION; the server's own version is taken."""
    yield f"CREATE EXTENSION {name(item.name)} SCHEMA {name(item.schema)}"


def change(before: ExtensionObject, after: ExtensionObject) -> list[str] | None:
    """Return the statement that moves its objects to another schema."""
    moved = f"ALTER EXTENSION {name(after.name)} SET SCHEMA {name(after.schema)}"
    return [] if before.schema == after.schema else [moved]
