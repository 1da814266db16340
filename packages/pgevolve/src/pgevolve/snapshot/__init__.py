"""Snapshots: dumps with a manifest that says what they hold, kept in a directory or a bucket."""

from pgevolve.snapshot.create import create_snapshot
from pgevolve.snapshot.listing import ListedSnapshot, Listing, find_snapshot, list_snapshots
from pgevolve.snapshot.manifest import Manifest, Snapshot
from pgevolve.snapshot.progress import SnapshotProgress
from pgevolve.snapshot.storage import Storage, open_storage
from pgevolve.snapshot.verify import VerifiedSnapshot, verify_snapshot

__all__ = [
    "ListedSnapshot",
    "Listing",
    "Manifest",
    "Snapshot",
    "SnapshotProgress",
    "Storage",
    "VerifiedSnapshot",
    "create_snapshot",
    "find_snapshot",
    "list_snapshots",
    "open_storage",
    "verify_snapshot",
]
