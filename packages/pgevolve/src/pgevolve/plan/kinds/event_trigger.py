"""Event triggers."""

from collections.abc import Iterator
from dataclasses import replace

from pgevolve.catalog.database import EventTriggerObject
from pgevolve.quoting import literal, name


def create(item: EventTriggerObject) -> Iterator[str]:
    """Yield CREATE EVENT TRIGGER and its state."""
    tags = f"\n    WHEN TAG IN ({', '.join(literal(tag) for tag in item.tags)})" if item.tags else ""
    run = f"\n    EXECUTE FUNCTION {item.function}()"
    yield f"CREATE EVENT TRIGGER {name(item.name)} ON {item.event}{tags}{run}"
    if item.enabled != "O":
        yield _enable(item)


def change(before: EventTriggerObject, after: EventTriggerObject) -> list[str] | None:
    """Return the statement that changes its state; anything else makes it anew."""
    plain = [replace(side, enabled="O", owner=None, comment=None) for side in (before, after)]
    if plain[0] != plain[1]:
        return None
    return [] if before.enabled == after.enabled else [_enable(after)]


def _enable(item: EventTriggerObject) -> str:
    word = {"O": "ENABLE", "D": "DISABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS"}[item.enabled]
    return f"ALTER EVENT TRIGGER {name(item.name)} {word}"
