"""What a deploy says: events while it works, and a report at its end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pgevolve.backfill.recorded import FillReport
from pgevolve.prechecks import RowsReport
from pgevolve.preflight import PreflightReport
from pgevolve.progress import DeployEvent
from pgevolve.step import Step

Report: TypeAlias = Callable[[DeployEvent], None]


@dataclass(frozen=True, slots=True)
class StepReport:
    """How a step went; `statement` is its first line, times are in seconds.

    Its statement took `seconds`, of which it `waited` for locks. `locked` has the strongest lock on each
    table that was there before, held for `locked_seconds` until the commit; empty outside a transaction.
    A dry run says what the step would lock, rewrite and read from end to end, and how many rows there are.
    """

    number: int
    statement: str
    seconds: float
    attempts: int
    waited: float = 0.0
    locked: Mapping[str, str] = field(default_factory=dict)
    locked_seconds: float = 0.0
    rewrites: tuple[str, ...] = ()
    scans: tuple[str, ...] = ()
    rows: Mapping[str, int] = field(default_factory=dict)

    @property
    def ran(self) -> float:
        """Seconds that it worked."""
        return max(0.0, self.seconds - self.waited)


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """How a migration went, or in a dry run, what it would do (no times)."""

    name: str
    seconds: float
    steps: tuple[StepReport, ...]
    fills: tuple[FillReport, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """A contract migration whose gate is closed, and what it waits for."""

    migration: str
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RehearsalPlan:
    """Whether the pending migrations are rehearsed before they run; `reason` is why they are not.

    `expected` says that it was asked for, or that the project has it so; with `required` the deploy ends when
    it cannot be. `size` is that of the database, in bytes; a copy of it takes about as much.
    """

    reason: str | None
    expected: bool = True
    required: bool = False
    size: int = 0


@dataclass(frozen=True, slots=True)
class RowsChanged:
    """How many rows a table had and has; `after` is None when it is not there any more."""

    table: str
    before: int
    after: int | None


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """How the pending migrations went on the snapshot; times are in seconds.

    `restored` of the `seconds` went into the restore. `rows` are those of the `tables` counted whose number
    changed. `left_out` are migrations with statements that reach beyond their database.
    """

    migrations: tuple[MigrationReport, ...]
    seconds: float
    restored: float
    tables: int
    rows: tuple[RowsChanged, ...] = ()
    left_out: tuple[str, ...] = ()

    def seconds_of(self, migration: str, step: int) -> float | None:
        """Return what a step took, None when it did not run."""
        for entry in self.migrations:
            if entry.name == migration:
                return next((found.seconds for found in entry.steps if found.number == step), None)
        return None


@dataclass(frozen=True, slots=True)
class DeployReport:
    """What a deploy did, or with `dry_run` would do. `migrations` is empty when there was nothing to do."""

    migrations: tuple[MigrationReport, ...]
    seconds: float
    dry_run: bool = False
    digest: str | None = None
    first: bool = False
    """Whether the ledger was empty before: this deploy made the schema."""
    waiting: Waiting | None = None
    """The contract migration before which the deploy stopped, if one waits."""
    rows: RowsReport | None = None
    """What the rows said that the pending steps ask something of."""
    preflight: PreflightReport | None = None
    """What the server was like before the first step."""
    rehearsing: RehearsalPlan | None = None
    """Whether there is a rehearsal, or in a dry run, would be."""
    rehearsal: Rehearsal | None = None
    """How it went."""


def ledger_form(report: DeployReport) -> Mapping[str, Any]:
    """Return what the ledger keeps of a report: times of migrations; steps have rows of their own."""
    return {
        "migrations": {entry.name: entry.seconds for entry in report.migrations},
        "seconds": report.seconds,
    }


def say_nothing(_event: DeployEvent) -> None:
    """Report to nobody."""


def first_line(step: Step) -> str:
    """Return the first line of a step that is no comment."""
    lines = [line.strip() for line in step.sql.splitlines()]
    return next((line for line in lines if line and not line.startswith("--")), lines[0])
