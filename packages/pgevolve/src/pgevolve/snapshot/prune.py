"""Remove the snapshots that retention no longer needs, and what interrupted work left."""

from dataclasses import dataclass
from datetime import datetime

from pgevolve.project import BackupOptions
from pgevolve.snapshot.errors import DamagedSnapshotError
from pgevolve.snapshot.listing import list_snapshots
from pgevolve.snapshot.manifest import Snapshot
from pgevolve.snapshot.progress import Report, unreported
from pgevolve.snapshot.reading import require_unchanged
from pgevolve.snapshot.retention import Copy, plan_retention
from pgevolve.snapshot.storage import Storage


@dataclass(frozen=True, slots=True)
class PruneReport:
    """What was removed, or with `dry_run` would be; names, oldest first."""

    removed: tuple[str, ...]
    kept: tuple[str, ...]
    damaged: tuple[str, ...]
    """Those that cannot be restored; they are removed only when that is asked for."""
    debris: tuple[str, ...]
    dry_run: bool = False


def prune_snapshots(  # noqa: PLR0913 (what may be removed, and how it is told)
    storage: Storage,
    options: BackupOptions,
    *,
    now: datetime,
    damaged: bool = False,
    dry_run: bool = False,
    report: Report = unreported,
) -> PruneReport:
    """Remove what the options do not keep, and debris; with `damaged` also what cannot be restored.

    The bytes of every snapshot that is to stand for a removed one are read first and compared with its
    manifest. The newest good snapshot stays, whatever the options say. An interrupted run leaves snapshots
    or debris, nothing between. Raises StorageError.
    """
    listing = list_snapshots(storage, now)
    whole = {
        entry.name: Snapshot(entry.name, entry.manifest)
        for entry in listing.snapshots
        if entry.problem is None and entry.manifest is not None
    }
    bad = {entry.name for entry in listing.snapshots if entry.problem is not None}

    def is_good(copy: Copy) -> bool:
        try:
            require_unchanged(storage, whole[copy.name], report)
        except DamagedSnapshotError:
            bad.add(copy.name)
            return False
        return True

    copies = [Copy(snapshot.manifest.made_at, name) for name, snapshot in whole.items()]
    plan = plan_retention(copies, options, is_good)
    removed = tuple(copy.name for copy in plan.remove)
    if not dry_run:
        for name in [*removed, *(sorted(bad) if damaged else ())]:
            storage.remove(name)
        for left in listing.debris:
            storage.remove_debris(left)
    kept = tuple(copy.name for copy in plan.keep if copy.name not in bad)
    return PruneReport(removed, kept, tuple(sorted(bad - set(removed))), listing.debris, dry_run)
