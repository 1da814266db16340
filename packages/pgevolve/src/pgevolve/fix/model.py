"""What a fix is made of, as values."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from pgevolve.check.rule import Complaint, Seen
from pgevolve.fix.words import Alteration

Place: TypeAlias = Literal["here", "filled"]
"""Where a statement goes: it stays, or it waits until the rows are filled."""


@dataclass(frozen=True, slots=True)
class Part:
    """One statement of a safe form; `alone` makes it a step that shares no transaction."""

    sql: str
    alone: bool = False
    place: Place = "here"


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A safe form of a statement or command.

    `said` completes a sentence that begins with what was rewritten. `fills` are statements for
    `backfill.sql`, over rows of `filled`. `other` is the offset of another statement to be run alone.
    """

    parts: tuple[Part, ...]
    said: str
    fills: tuple[str, ...] = ()
    filled: str | None = None
    other: int | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """Why a statement stays as it is although a safe form is known for others of its kind."""

    reason: str


@dataclass(frozen=True, slots=True)
class Site:
    """A statement with a finding: what the rule saw and said, and the text.

    `alteration` and `command` are there for a command of an ALTER TABLE.
    """

    rule: str
    seen: Seen
    complaint: Complaint
    sql: str
    alteration: Alteration | None = None
    command: str = ""

    @property
    def head(self) -> str:
        """The beginning of a statement that alters the same table."""
        assert self.alteration is not None
        return self.alteration.head

    @property
    def relation(self) -> str:
        """The table as the statement writes it."""
        assert self.alteration is not None
        return self.alteration.relation

    def altering(self, command: str, *, alone: bool = False, place: Place = "here") -> Part:
        """Return a statement with one command for the same table."""
        return Part(f"{self.head} {command}", alone, place)


Outcome: TypeAlias = Rewritten | Left


@dataclass(frozen=True, slots=True)
class Done:
    """What was rewritten: the line on which it stood, the rule that asked for it, and into what."""

    line: int
    rule: str
    said: str
