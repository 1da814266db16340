"""What a deploy says while it works, as values: a command line draws them, a program may count them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from pgevolve.blockers import Blocker

if TYPE_CHECKING:
    from pgevolve.lock import LockHolder


@dataclass(frozen=True, slots=True)
class LockAwaited:
    """Another deployer is at work; this one waits for it."""

    holder: "LockHolder"


@dataclass(frozen=True, slots=True)
class DeployStarted:
    """The lock is held and the preflight is passed; `steps` counts those of all pending migrations."""

    migrations: tuple[str, ...]
    steps: int


@dataclass(frozen=True, slots=True)
class PreflightDone:
    """The server was looked at; `warnings` are what a deploy may suffer from."""

    warnings: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class RowsChecked:
    """The rows let the pending steps pass, as far as they were asked; `unchecked` says what was not."""

    asked: int
    unchecked: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class MigrationStarted:
    """A migration begins, or goes on after an interruption with its steps from `first`."""

    name: str
    first: int
    steps: int


@dataclass(frozen=True, slots=True)
class StepDone:
    """A step ran; its transaction may still be undone when a later step of it fails."""

    migration: str
    number: int
    steps: int
    seconds: float
    attempts: int


@dataclass(frozen=True, slots=True)
class StepsRetried:
    """A lock did not come in time: the transaction was undone and begins again at step `number`."""

    migration: str
    number: int
    attempt: int
    sqlstate: str
    blockers: tuple[Blocker, ...] = ()


@dataclass(frozen=True, slots=True)
class StepBlocked:
    """A step waits for these sessions; told from another thread than the other events."""

    migration: str
    number: int
    blockers: tuple[Blocker, ...]


@dataclass(frozen=True, slots=True)
class BlockerTerminated:
    """A session that stood in the way was ended, as asked; told from another thread than the other events."""

    migration: str
    number: int
    blocker: Blocker


@dataclass(frozen=True, slots=True)
class StepSettled:
    """What became of an interrupted step was looked up; `cleared` are the statements that mended it."""

    migration: str
    number: int
    verdict: Literal["done", "run again"]
    cleared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BackfillStarted:
    """A statement of a backfill begins, or goes on in the pass `turn` at a share (0 to 1) of it."""

    migration: str
    table: str
    rows_estimated: int
    turn: int
    share: float


@dataclass(frozen=True, slots=True)
class BackfillProgress:
    """A batch is committed. `share` is that of the pass, `rows` are those of all passes and deploys.

    Rows a second and seconds that the pass will take still are those of this deploy, without what it stood
    still; None as long as nothing is known.
    """

    migration: str
    table: str
    rows: int
    rows_estimated: int
    turn: int
    share: float
    blocks: int
    rate: float
    remaining: float | None


@dataclass(frozen=True, slots=True)
class BackfillWaits:
    """A backfill stands still until this is over, or its patience is."""

    migration: str
    table: str
    why: str


@dataclass(frozen=True, slots=True)
class BackfillNoticed:
    """Something that an operator should know of: a standby that is gone or was waited for in vain."""

    migration: str
    table: str
    notice: str


@dataclass(frozen=True, slots=True)
class BackfillRefused:
    """The rows of a batch were locked by others: it was undone and begins again, smaller."""

    migration: str
    table: str
    attempt: int


@dataclass(frozen=True, slots=True)
class BackfillDone:
    """Every row of a statement is filled; rows and passes are those of all deploys, seconds of this one."""

    migration: str
    table: str
    rows: int
    passes: int
    seconds: float


@dataclass(frozen=True, slots=True)
class GateClosed:
    """A contract migration waits, and with it all that follow."""

    migration: str
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClientsDisregarded:
    """A rollback goes on although `clients` use what it undoes."""

    migration: str
    clients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MigrationRolledBack:
    """Nothing of a migration is left, and this is recorded."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class SnapshotReady:
    """There is a snapshot to go back to: `taken` now or `found`; or it was `declined`, and has no name."""

    kind: str
    name: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class RehearsalStarted:
    """The snapshot is restored into this database, where the pending migrations run before they do here."""

    database: str


@dataclass(frozen=True, slots=True)
class RehearsalPassed:
    """They ran there: `seconds` in all, of which the restore took `restored`."""

    migrations: int
    seconds: float
    restored: float


@dataclass(frozen=True, slots=True)
class RehearsalLeftOut:
    """The project has its deploys rehearsed, and this one is not."""

    reason: str


@dataclass(frozen=True, slots=True)
class MigrationApplied:
    """A migration is in place and recorded."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Verified:
    """The database has the schema that the history says."""

    digest: str
    seconds: float


DeployEvent: TypeAlias = (
    LockAwaited
    | PreflightDone
    | RowsChecked
    | SnapshotReady
    | RehearsalStarted
    | RehearsalPassed
    | RehearsalLeftOut
    | DeployStarted
    | MigrationStarted
    | StepDone
    | StepsRetried
    | StepBlocked
    | BlockerTerminated
    | StepSettled
    | BackfillStarted
    | BackfillProgress
    | BackfillWaits
    | BackfillNoticed
    | BackfillRefused
    | BackfillDone
    | MigrationApplied
    | GateClosed
    | ClientsDisregarded
    | MigrationRolledBack
    | Verified
)
