"""The history against the ledger: what is applied, what is pending, what is wrong."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pgevolve.connect import connect
from pgevolve.errors import FailedMigrationError, PgevolveError, UsageError
from pgevolve.history import (
    EditedMigrationError,
    History,
    HistoryError,
    Migration,
    MissingMigrationError,
    inspect_history,
)
from pgevolve.ledger import LedgerMigration, ledger_migrations
from pgevolve.project import Project

StatusKind: TypeAlias = Literal[
    "applied",
    "pending",
    "rolled back",
    "rolling back",
    "unfinished",
    "failed",
    "edited",
    "missing",
    "unknown",
    "overtaken",
]


class EarlierFailureError(FailedMigrationError):
    """A migration failed before, and nobody has said yet what became of it."""

    def __init__(self, name: str, step: int | None, sqlstate: str | None, message: str | None) -> None:
        super().__init__(name, step, sqlstate, message)
        self.name, self.step, self.sqlstate, self.message = name, step, sqlstate, message
        self.hint = (
            "mend the cause and run `resume` to go on, or undo what is left of it"
            f" and run `resolve --rolled-back {name}` to give it up"
        )

    def __str__(self) -> str:
        state = f" (SQLSTATE {self.sqlstate})" if self.sqlstate else ""
        return f"migration {self.name!r} failed at step {self.step}: {self.message}{state}"


class RollbackUnfinishedError(FailedMigrationError):
    """A rollback failed or was interrupted; `message` is None in the second case."""

    def __init__(self, name: str, step: int | None, message: str | None) -> None:
        super().__init__(name, step, message)
        self.name, self.step, self.message = name, step, message
        self.hint = f"run `rollback {name}` to go on"

    def __str__(self) -> str:
        if self.message is None:
            return f"the rollback of migration {self.name!r} was interrupted"
        return f"the rollback of migration {self.name!r} failed at step {self.step}: {self.message}"


class UnknownMigrationError(UsageError):
    """The ledger has a migration that the history does not have."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name
        self.hint = f"deploy the release that has {name}, or a later one"

    def __str__(self) -> str:
        return f"migration {self.name!r} is applied here, and the history does not have it"


class OvertakenMigrationError(UsageError):
    """A later migration is applied, and this one is not."""

    def __init__(self, name: str, later: str) -> None:
        super().__init__(name, later)
        self.name, self.later = name, later
        self.hint = f"delete {name} with its entry in history.toml and make it again with `new`"

    def __str__(self) -> str:
        return f"migration {self.name!r} is not applied, and {self.later!r}, which follows it, is"


@dataclass(frozen=True, slots=True)
class MigrationStatus:
    """One migration; `problem` says what a deploy would refuse because of it."""

    name: str
    kind: StatusKind
    problem: PgevolveError | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """Every migration of the history and the ledger, in order, and problems of the folder as a whole."""

    migrations: tuple[MigrationStatus, ...]
    folder_problems: tuple[HistoryError, ...] = ()

    @property
    def pending(self) -> tuple[str, ...]:
        """The names that a deploy would apply, in order."""
        kinds = {"pending", "rolled back", "unfinished"}
        return tuple(entry.name for entry in self.migrations if entry.kind in kinds)

    @property
    def problems(self) -> tuple[PgevolveError, ...]:
        """Everything that stops a deploy; a failed migration first, since it is the most urgent."""
        own = [entry.problem for entry in self.migrations if entry.problem is not None]
        failed = [problem for problem in own if isinstance(problem, FailedMigrationError)]
        return (*failed, *(problem for problem in own if problem not in failed), *self.folder_problems)


def read_status(project: Project, url: str) -> Status:
    """Return the status of a database; it is only read.

    Raises DatabaseUnreachableError, and HistoryFileError for an unreadable `history.toml`.
    """
    history = inspect_history(project.migrations)
    with connect(url, purpose="status") as connection:
        return compare(history, ledger_migrations(connection))


def compare(history: History, ledger: Sequence[LedgerMigration]) -> Status:
    """Return the status of a history against the rows of a ledger."""
    migrations = {migration.name: migration for migration in history}
    rows = {row.name: row for row in ledger}
    names = dict.fromkeys([*history.names, *(row.name for row in ledger if row.state != "rolled_back")])
    of_folder = []
    of_one: dict[str, HistoryError] = {}
    for problem in history.problems:
        name = getattr(problem, "name", None)
        if name in names:
            of_one.setdefault(str(name), problem)
        else:
            of_folder.append(problem)
    found = [_status(name, migrations.get(name), rows.get(name), of_one.get(name)) for name in names]
    return Status(tuple(_overtaken(found)), tuple(of_folder))


def _status(
    name: str, migration: Migration | None, row: LedgerMigration | None, problem: HistoryError | None
) -> MigrationStatus:
    if isinstance(problem, EditedMigrationError):
        return MigrationStatus(name, "edited", problem)
    if migration is None:
        if problem is None and row is not None:
            return MigrationStatus(name, "unknown", UnknownMigrationError(name))
        return MigrationStatus(name, "missing", problem or MissingMigrationError(name))
    if row is None or row.state == "rolled_back":
        return MigrationStatus(name, "pending" if row is None else "rolled back", problem)
    return _begun(row, migration, problem)


def _begun(row: LedgerMigration, migration: Migration, problem: HistoryError | None) -> MigrationStatus:
    name = row.name
    if row.state == "failed":
        failure = EarlierFailureError(name, row.failed_step, row.sqlstate, row.message)
        return MigrationStatus(name, "failed", failure)
    if row.state == "rolling_back":
        unfinished = RollbackUnfinishedError(name, row.failed_step, row.message)
        return MigrationStatus(name, "rolling back", unfinished)
    if row.checksum != migration.checksum:
        return MigrationStatus(name, "edited", EditedMigrationError(name, row.checksum, migration.checksum))
    return MigrationStatus(name, "applied" if row.state == "applied" else "unfinished", problem)


def _overtaken(entries: Sequence[MigrationStatus]) -> Iterator[MigrationStatus]:
    """Mark what is not applied although something behind it in the history is."""
    applied = [number for number, entry in enumerate(entries) if entry.kind == "applied"]
    for number, entry in enumerate(entries):
        if entry.kind in {"pending", "rolled back"} and applied and number < applied[-1]:
            problem = OvertakenMigrationError(entry.name, entries[applied[-1]].name)
            yield MigrationStatus(entry.name, "overtaken", problem)
        else:
            yield entry
