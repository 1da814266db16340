"""Rules."""

from collections.abc import Iterator
from dataclasses import replace

from pgevolve.canonical import comparable
from pgevolve.catalog.attached import RuleObject
from pgevolve.quoting import name, qualified


def create(item: RuleObject) -> Iterator[str]:
    """Yield CREATE RULE and its state."""
    yield item.definition.strip().removesuffix(";")
    if item.enabled != "O":
        yield _enable(item)


def change(before: RuleObject, after: RuleObject) -> list[str] | None:
    """Return the statements that put another rule in its place, and that change its state."""
    plain = [comparable(replace(side, enabled="O", comment=None)) for side in (before, after)]
    statements = []
    if plain[0] != plain[1]:
        definition = after.definition.strip().removesuffix(";")
        statements.append(definition.replace("CREATE RULE", "CREATE OR REPLACE RULE", 1))
    if before.enabled != after.enabled:
        statements.append(_enable(after))
    return statements


def _enable(item: RuleObject) -> str:
    word = {"O": "ENABLE", "D": "DISABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS"}[item.enabled]
    return f"ALTER TABLE {qualified(item.schema, item.table)} {word} RULE {name(item.name)}"
