"""What the engine works on: the models, the folder of their history, and who owns the schema."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # `check` of a thousand files takes less time than this import.
    from sqlalchemy import MetaData


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What the checker is told: the server's major version, and whether tables and columns need comments."""

    target_version: int = 18
    require_comments: bool = False


@dataclass(frozen=True, slots=True)
class GateOptions:
    """What a contract migration waits for.

    `quiet`: as long there must be no write in the old shape, and somebody must have counted. `minimum_age`:
    as long ago the migration before it must be applied. `application` and `release` name this program: its
    clients call themselves `application/release` (`application_name` of their connections), and none may be
    of a release from before the migrations that the contract finishes. A span of 0 and None ask for nothing.
    """

    quiet: timedelta = timedelta(minutes=10)
    minimum_age: timedelta = timedelta(0)
    application: str | None = None
    release: str | None = None


@dataclass(frozen=True, slots=True)
class BackupOptions:
    """Where snapshots are kept, who can read them, and how many stay.

    `destination` is a directory or a URL such as `s3://bucket/prefix`. `recipients` are public keys of age;
    with `require_encryption` nothing is dumped without one. The newest good snapshot stays of each of the
    last `keep_daily` days, `keep_weekly` weeks and `keep_monthly` months that have one. `compression` is
    what pg_dump takes for `--compress`; None leaves it to pg_dump. With `before_deploy` no migration runs
    without a snapshot to go back to.
    """

    destination: str = "backups"
    recipients: tuple[str, ...] = ()
    require_encryption: bool = False
    keep_daily: int = 7
    keep_weekly: int = 4
    keep_monthly: int = 12
    jobs: int = 2
    compression: int | None = None
    before_deploy: bool = False


@dataclass(frozen=True, slots=True)
class BackfillOptions:
    """How rows are filled: gently, and never at a standstill for ever.

    A batch shall take `target_seconds`: so long are its rows locked. It has between `min_blocks` and
    `max_blocks` blocks of the table, `first_blocks` at first. The fill waits while a standby or the reader of
    a slot is more than `max_lag_seconds` or `max_lag_megabytes` behind, while the server writes more than
    `max_wal_megabytes_per_second` (0: any), and for `checkpoint_pause_seconds` when a checkpoint came early.
    After `patience_seconds` at a standstill it goes on without what it waited for, and says so. It looks at
    the server every `look_seconds`, between two batches.
    """

    target_seconds: float = 0.25
    min_blocks: int = 1
    first_blocks: int = 32
    max_blocks: int = 8192
    max_lag_seconds: float = 10.0
    max_lag_megabytes: float = 256.0
    max_wal_megabytes_per_second: float = 64.0
    checkpoint_pause_seconds: float = 5.0
    patience_seconds: float = 600.0
    look_seconds: float = 1.0


@dataclass(frozen=True, slots=True)
class RehearsalOptions:
    """When pending migrations are rehearsed on a restored snapshot without being asked for it.

    `below` is the size in bytes of a database from which on they are not; 0 is never. It takes a project that
    has a snapshot before each deploy.
    """

    below: int = 1 << 30


@dataclass(frozen=True)
class Project:
    """One schema and its history.

    `owner` is the role that owns everything and as which migrations run; None means the login role itself.
    `ignore_schemas` belong to others and are left out of every comparison. `scratch_url` names a server on
    which throw-away databases may be made; None means an embedded one. With `ignore_partitions` the
    partitions of a partitioned table are data: others make and drop them, and no comparison sees them. Nor
    does one see `ignore_tables`, each as `schema.table`, and what hangs on them.
    Each function of `smoke` gets the address of the database at the end of a deploy, and says in a sentence
    each what does not work.
    """

    metadata: "MetaData"
    migrations: Path
    owner: str | None = None
    ignore_schemas: frozenset[str] = frozenset()
    ignore_partitions: bool = False
    ignore_tables: frozenset[str] = frozenset()
    scratch_url: str | None = None
    check: CheckOptions = CheckOptions()
    gate: GateOptions = GateOptions()
    smoke: tuple[Callable[[str], Iterable[str]], ...] = ()
    backup: BackupOptions = BackupOptions()
    backfill: BackfillOptions = BackfillOptions()
    rehearsal: RehearsalOptions = RehearsalOptions()
