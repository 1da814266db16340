"""The rules there are: those of this package, and those that a project adds by entry point."""

import pkgutil
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from importlib.resources import files

from pgevolve.check import rules
from pgevolve.check.rule import Rule
from pgevolve.check.source import FILE_RULES
from pgevolve.errors import UsageError

ENTRY_POINT_GROUP = "pgevolve.rules"


class UnknownRuleError(UsageError):
    """A rule that nobody has."""

    hint = "run `explain` without a rule for the list"

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule

    def __str__(self) -> str:
        return f"there is no rule {self.rule!r}"


class RuleTwiceError(UsageError):
    """Two rules have one id."""

    hint = "give the project's rule an id of its own"

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule

    def __str__(self) -> str:
        return f"two rules have the id {self.rule!r}"


@cache
def own_rules() -> tuple[Rule, ...]:
    """Return the rules of this package by id."""
    names = [module.name for module in pkgutil.iter_modules(rules.__path__)]
    found = [import_module(f"{rules.__name__}.{name}").check for name in names]
    return tuple(sorted(found, key=lambda rule: rule.id))


def all_rules() -> tuple[Rule, ...]:
    """Return the package's rules and those of installed projects. Raises RuleTwiceError.

    An entry point of the group `pgevolve.rules` names an iterable of rules.
    """
    found = list(own_rules())
    for entry in sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda entry: entry.name):
        added: Iterable[Rule] = entry.load()
        found += added
    seen: set[str] = set(FILE_RULES)
    for rule in found:
        if rule.id in seen:
            raise RuleTwiceError(rule.id)
        seen.add(rule.id)
    return tuple(found)


def page(identity: str) -> str:
    """Return the page of a rule; of a project's rule its docstring. Raises UnknownRuleError."""
    wanted = identity.upper()
    path = files("pgevolve.check").joinpath("pages", f"{wanted}.md")
    if path.is_file():
        return path.read_text(encoding="utf-8")
    for rule in all_rules():
        if rule.id == wanted:
            return f"# {rule.id} {rule.name}\n\n{(rule.check.__doc__ or '').strip()}\n"
    raise UnknownRuleError(identity)
