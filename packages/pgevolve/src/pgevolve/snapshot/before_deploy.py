"""The snapshot of a deploy: taken before anything changes, or found, or declined with a reason."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pgevolve.catalog.tables import has_tables
from pgevolve.connect import connect
from pgevolve.history import Migration
from pgevolve.ledger.snapshots import SnapshotKind, record_snapshot
from pgevolve.project import BackupOptions, Project
from pgevolve.roles import act_as
from pgevolve.snapshot.create import create_snapshot
from pgevolve.snapshot.errors import DamagedSnapshotError, ReasonMissingError
from pgevolve.snapshot.listing import list_snapshots
from pgevolve.snapshot.manifest import Snapshot
from pgevolve.snapshot.need import Need, need_of
from pgevolve.snapshot.progress import Report, unreported
from pgevolve.snapshot.reading import OpenSnapshot, require_unchanged
from pgevolve.snapshot.storage import open_storage
from pgevolve.snapshot.verify import verify_snapshot

_RECENT = timedelta(hours=24)
# Between the clocks of the server and of the machine that deploys.
_TOLERATED = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class SnapshotPolicy:
    """What the caller of a deploy says: `declined` is why it wants to do without, `now` is the clock.

    `beside` gets a snapshot of this moment while it is plain text, whatever the project asks for. What it
    raises stops the deploy and leaves no snapshot.
    """

    declined: str | None = None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    beside: Callable[[OpenSnapshot], None] | None = None


@dataclass(frozen=True, slots=True)
class SnapshotRecord:
    """What was done, as the ledger has it; `name` is None when it was declined."""

    kind: SnapshotKind
    name: str | None
    reason: str


def take_for_deploy(
    project: Project,
    url: str,
    pending: Sequence[Migration],
    policy: SnapshotPolicy,
    *,
    report: Report = unreported,
) -> SnapshotRecord | None:
    """Make sure that there is a snapshot to go back to before pending migrations run, and record it.

    Contracts, changes of type, backfills and statements that write rows need one of this moment; pure
    additions are content with one of the last 24 hours that is whole. Returns None when the project asks for
    none before a deploy, or when there is no table yet. The deploy lock is held, the ledger is there, and
    none of the migrations is begun. Raises ReasonMissingError and what `create_snapshot` raises: then nothing
    has changed, and nothing may.
    """
    options = project.backup
    if not pending or not (options.before_deploy or policy.beside is not None):
        return None
    with connect(url, purpose="snapshot") as connection:
        connection.execute("SET ROLE NONE")
        if not has_tables(connection):
            return None
        record, destination = _record(url, options, pending, policy, report, connection.info.dbname)
        with connection.transaction():
            act_as(connection, project.owner)
            record_snapshot(
                connection,
                record.kind,
                name=record.name,
                destination=destination,
                reason=record.reason,
                migrations=[migration.name for migration in pending],
            )
    return record


def _record(  # noqa: PLR0913, PLR0917 (what it decides by)
    url: str,
    options: BackupOptions,
    pending: Sequence[Migration],
    policy: SnapshotPolicy,
    report: Report,
    database: str,
) -> tuple[SnapshotRecord, str | None]:
    if policy.declined is not None:
        if not policy.declined.strip():
            raise ReasonMissingError
        return SnapshotRecord("declined", None, policy.declined), None
    need = need_of(pending)
    if policy.beside is not None and not need.fresh:
        need = Need("the migrations are rehearsed", fresh=True)
    found = None if need.fresh else _recent(options, database, policy.now(), report)
    if found is not None:
        return SnapshotRecord("found", found.name, need.reason), options.destination
    made = create_snapshot(url, options, report=report, while_plain=policy.beside)
    return SnapshotRecord("taken", made.name, need.reason), options.destination


def _recent(options: BackupOptions, database: str, now: datetime, report: Report) -> Snapshot | None:
    """Return the newest snapshot of the database that is whole and recent, after reading all of it."""
    storage = open_storage(options.destination)
    for entry in reversed(list_snapshots(storage, now).snapshots):
        manifest = entry.manifest
        if manifest is None or entry.problem is not None or manifest.database.name != database:
            continue
        age = now - manifest.made_at
        if age > _RECENT:
            return None
        if age < -_TOLERATED:
            # Made before a clock went back: nobody knows how long ago.
            continue
        snapshot = Snapshot(entry.name, manifest)
        try:
            if manifest.recipients:
                # The key to decode it is not here, and should not be. It was decoded before it was encrypted.
                require_unchanged(storage, snapshot, report)
            else:
                verify_snapshot(storage, snapshot, report=report)
        except DamagedSnapshotError:
            continue
        return snapshot
    return None
