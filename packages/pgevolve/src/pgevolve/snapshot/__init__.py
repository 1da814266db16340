"""Snapshots: dumps with a manifest that says what they hold, kept in a directory or a bucket."""

from pgevolve.snapshot.before_deploy import SnapshotPolicy, SnapshotRecord, take_for_deploy
from pgevolve.snapshot.beside import SideDatabase, side_database, side_database_name
from pgevolve.snapshot.create import create_snapshot
from pgevolve.snapshot.drill import DrillReport, drill
from pgevolve.snapshot.listing import ListedSnapshot, Listing, find_snapshot, list_snapshots
from pgevolve.snapshot.manifest import Manifest, Snapshot
from pgevolve.snapshot.progress import SnapshotProgress
from pgevolve.snapshot.prune import PruneReport, prune_snapshots
from pgevolve.snapshot.restore import RestoredSnapshot, restore_snapshot
from pgevolve.snapshot.storage import Storage, open_storage
from pgevolve.snapshot.verify import VerifiedSnapshot, verify_snapshot

__all__ = [
    "DrillReport",
    "ListedSnapshot",
    "Listing",
    "Manifest",
    "PruneReport",
    "RestoredSnapshot",
    "SideDatabase",
    "Snapshot",
    "SnapshotPolicy",
    "SnapshotProgress",
    "SnapshotRecord",
    "Storage",
    "VerifiedSnapshot",
    "create_snapshot",
    "drill",
    "find_snapshot",
    "list_snapshots",
    "open_storage",
    "prune_snapshots",
    "restore_snapshot",
    "side_database",
    "side_database_name",
    "take_for_deploy",
    "verify_snapshot",
]
