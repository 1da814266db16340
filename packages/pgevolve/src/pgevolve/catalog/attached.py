"""What hangs on one table or view: policies, rules, extended statistics."""

from dataclasses import dataclass

from pgevolve.catalog.ident import Ident


@dataclass(frozen=True, slots=True)
class PolicyObject:
    """A policy of row security; `command` is ALL, SELECT, INSERT, UPDATE or DELETE."""

    schema: str
    table: str
    name: str
    command: str
    permissive: bool
    roles: tuple[str, ...]
    using: str | None = None
    check: str | None = None
    comment: str | None = None

    @property
    def ident(self) -> Ident:
        """What tells it from all others."""
        return Ident("policy", self.schema, self.name, self.table)


@dataclass(frozen=True, slots=True)
class RuleObject:
    """A rule other than the one that makes a view; `enabled` as of a trigger."""

    schema: str
    table: str
    name: str
    definition: str
    enabled: str = "O"
    comment: str | None = None

    @property
    def ident(self) -> Ident:
        """What tells it from all others."""
        return Ident("rule", self.schema, self.name, self.table)


@dataclass(frozen=True, slots=True)
class StatisticsObject:
    """Extended statistics; `target` is None where it is the server's default."""

    schema: str
    name: str
    definition: str
    target: int | None = None
    owner: str | None = None
    comment: str | None = None

    @property
    def ident(self) -> Ident:
        """What tells it from all others."""
        return Ident("statistics", self.schema, self.name)
