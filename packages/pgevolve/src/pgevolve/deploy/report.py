"""What a deploy says: events while it works, and a report at its end."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from pgevolve.prechecks import RowsReport
from pgevolve.preflight import PreflightReport
from pgevolve.progress import DeployEvent
from pgevolve.step import Step

Report: TypeAlias = Callable[[DeployEvent], None]


@dataclass(frozen=True, slots=True)
class StepReport:
    """How a step went; `statement` is its first line."""

    number: int
    statement: str
    seconds: float
    attempts: int


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """How a migration went, or in a dry run, what it would do (no times)."""

    name: str
    seconds: float
    steps: tuple[StepReport, ...]


@dataclass(frozen=True, slots=True)
class DeployReport:
    """What a deploy did, or with `dry_run` would do. `migrations` is empty when there was nothing to do."""

    migrations: tuple[MigrationReport, ...]
    seconds: float
    dry_run: bool = False
    digest: str | None = None
    first: bool = False
    """Whether the ledger was empty before: this deploy made the schema."""
    rows: RowsReport | None = None
    """What the rows said that the pending steps ask something of."""
    preflight: PreflightReport | None = None
    """What the server was like before the first step."""


def say_nothing(_event: DeployEvent) -> None:
    """Report to nobody."""


def first_line(step: Step) -> str:
    """Return the first line of a step that is no comment."""
    lines = [line.strip() for line in step.sql.splitlines()]
    return next((line for line in lines if line and not line.startswith("--")), lines[0])
