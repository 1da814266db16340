"""Rehearse a recovery: restore the newest snapshot beside everything else, compare it, and drop it again."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pyrage

from pgevolve.scratch import drop_database
from pgevolve.snapshot import databases
from pgevolve.snapshot.manifest import Snapshot
from pgevolve.snapshot.progress import Report, unreported
from pgevolve.snapshot.restore import restore_snapshot
from pgevolve.snapshot.storage import Storage


@dataclass(frozen=True, slots=True)
class DrillReport:
    """How a recovery would have gone; times in seconds."""

    name: str
    age: float
    """From the snapshot to the drill: what would be lost."""
    seconds: float
    """From the first byte read to the last table compared: how long the platform would be away."""
    bytes: int
    tables: int
    rows: int


def drill(  # noqa: PLR0913 (what a restore takes)
    url: str,
    storage: Storage,
    snapshot: Snapshot,
    identities: Sequence[pyrage.x25519.Identity] = (),
    *,
    jobs: int = 2,
    report: Report = unreported,
) -> DrillReport:
    """Restore a snapshot on the server of `url`, compare it with its manifest, and drop it.

    What a killed drill left is dropped by the next one of the same snapshot. Raises the errors of
    `restore_snapshot`.
    """
    begun = time.monotonic()
    now = datetime.now(UTC)
    digits = snapshot.name.rpartition("-")[2]
    name = databases.fitting_name(snapshot.manifest.database.name, f"_drill_{digits}")
    drop_database(url, name)
    try:
        restored = restore_snapshot(url, storage, snapshot, identities, into=name, jobs=jobs, report=report)
        seconds = time.monotonic() - begun
    finally:
        drop_database(url, name)
    return DrillReport(
        snapshot.name,
        (now - snapshot.manifest.made_at).total_seconds(),
        seconds,
        snapshot.manifest.size,
        restored.tables,
        restored.rows,
    )
