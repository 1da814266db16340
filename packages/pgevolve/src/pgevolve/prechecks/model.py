"""What is asked of the rows, and what came out."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Acceptance: TypeAlias = Literal["any", "not false", "not null"]


@dataclass(frozen=True, slots=True)
class Place:
    """The statement because of which something is asked; `file` is up.sql or backfill.sql."""

    migration: str
    line: int
    file: str = "up.sql"

    def __str__(self) -> str:
        return f"{self.migration}/{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Listing:
    """A query whose rows are the violating ones, their keys first; `count` counts them more cheaply."""

    query: str
    count: str | None = None


@dataclass(frozen=True, slots=True)
class RowTest:
    """An expression that must give an acceptable value in every row, without an error.

    `source` stands behind FROM and calls its rows `alias`; `inputs` are those of its columns that the
    expression reads, name and type as SQL. With `type` the value is assigned to that type as a column of it
    would take it. Only rows that meet `condition` count.
    """

    source: str
    alias: str
    keys: tuple[str, ...]
    inputs: tuple[tuple[str, str], ...]
    expression: str
    accept: Acceptance = "any"
    type: str | None = None
    condition: str | None = None


Test: TypeAlias = Listing | RowTest


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that a statement will ask of the rows that are there.

    `what` says what is wrong with the rows that are looked for. `unknown` says why it cannot be asked before
    the deploy.
    """

    kind: str
    table: str
    what: str
    test: Test | None
    fix: str
    key: tuple[str, ...] = ()
    unknown: str | None = None


@dataclass(frozen=True, slots=True)
class Violation:
    """Rows that the statement at `place` will be refused for.

    `count` is exact unless `at_least`: then time ran out while they were counted. `keys` are up to ten of
    them, each the text of the columns `key`. `query` lists them all, to be run with psql. `message` is what
    the server says of the first one, where an expression fails.
    """

    kind: str
    place: Place
    table: str
    what: str
    count: int
    keys: tuple[str, ...]
    key: tuple[str, ...]
    query: str
    fix: str
    at_least: bool = False
    message: str | None = None

    def __str__(self) -> str:
        number = f"at least {self.count}" if self.at_least else str(self.count)
        noun = "row" if self.count == 1 else "rows"
        said = f" ({self.message})" if self.message else ""
        return f"{self.place} {number} {noun} of {self.table}: {self.what}{said}"


@dataclass(frozen=True, slots=True)
class Unchecked:
    """Something that a statement will ask and that was not asked now, with the reason."""

    kind: str
    place: Place
    table: str
    what: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place} not checked, {self.table}: {self.what}; {self.reason}"


@dataclass(frozen=True, slots=True)
class RowsReport:
    """What came out: nothing is clean that stands in `unchecked`. `asked` counts the questions answered."""

    violations: tuple[Violation, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()
    asked: int = 0
    seconds: float = 0.0
