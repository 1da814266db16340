"""What a look at the server says."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["refuse", "warn"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a deploy would suffer from. `message` is a sentence, `fix` an imperative.

    `kind` is a short name of the condition for programs. Nothing is deployed while one says `refuse`.
    """

    kind: str
    severity: Severity
    message: str
    fix: str

    def __str__(self) -> str:
        return f"{self.message}; {self.fix}"


@dataclass(frozen=True, slots=True)
class Space:
    """Bytes that index builds, rewrites and backfills will need at most, and those that are free.

    `free` is None where the data directory is not on this machine or may not be looked at. `rehearsal` is
    what a copy of the database takes in which all of it runs before; it is gone when it runs here.
    """

    needed: int
    free: int | None
    rehearsal: int = 0


@dataclass(frozen=True, slots=True)
class PreflightReport:
    """The facts, refusals first; the tables that pending steps lock, as the target calls them; the space."""

    facts: tuple[Fact, ...] = ()
    tables: tuple[str, ...] = ()
    space: Space = Space(0, None)
    seconds: float = 0.0

    @property
    def refusals(self) -> tuple[Fact, ...]:
        """The facts because of which nothing is deployed."""
        return tuple(fact for fact in self.facts if fact.severity == "refuse")

    @property
    def warnings(self) -> tuple[Fact, ...]:
        """The facts that make a deploy slow or leave work to do."""
        return tuple(fact for fact in self.facts if fact.severity == "warn")
