"""Exports a month to a disk that is full from one step on, in a mount namespace of its own; says what it saw.

python full_export.py URL FOLDER PERSON: the disk is a file system of 2 MB in memory below the folder. The
month that is open in the database is exported, and forgotten again, for each step; then PERSON is erased.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from obstore.store import MemoryStore

from sevra_atlas.domain.retention import erasing
from sevra_atlas.domain.retention.conservation import balances
from sevra_atlas.domain.retention.errors import SegmentStoreError
from sevra_atlas.domain.retention.exporting import export_month, open_months, sweep
from sevra_atlas.domain.retention.segment_store import LocalSegments, SegmentStore
from sevra_atlas.domain.retention.steps import ArchiveFault, Watch

_BLOCK = b"\0" * 4096
_STEPS = [step for step in ArchiveFault if step.name.startswith("EXPORT_")]
_SECRET = b"x" * 32


def main(url: str, folder: Path, person: int) -> None:
    """Run the scenario at every step and print what was seen as JSON."""
    small = folder / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(small)], check=True)
    tempfile.tempdir = str(small)
    store, happened = LocalSegments(small / "archive"), dict[str, object]()
    with psycopg.connect(url, autocommit=True) as connection:
        for step in _STEPS:
            happened[step.name] = _exported(connection, store, small, step)
            _forget(connection, store)
        bucket = SegmentStore(MemoryStore(), "memory")
        happened["bucket"] = _exported(connection, bucket, small, ArchiveFault.EXPORT_WRITE)
        happened["again"] = _exported(connection, store, small, None)
        # Somebody else was erased before: their line must not be lost.
        with store.draft(erasing.LIST) as draft:
            draft.write_bytes(b'{"hmac":"00","at":"x"}\n')
            store.put(draft, erasing.LIST)
        with _full(small):
            happened["erase"] = _erased(connection, store, person)
        happened["erase again"] = _erased(connection, store, person)
    sys.stdout.write(json.dumps(happened))


def _exported(
    connection: psycopg.Connection, store: SegmentStore, small: Path, full_from: ArchiveFault | None
) -> dict[str, object]:
    filler, error = small / "filler", None

    def fill(step: ArchiveFault) -> None:
        if step is full_from:
            _fill(filler)

    (month,) = open_months(connection)
    try:
        export_month(connection, store, month, Watch(at=fill))
    except SegmentStoreError as refusal:
        error = refusal.reason
    filler.unlink(missing_ok=True)
    names = sorted(store.names())
    return {
        "error": error,
        "files": len(names) if error is None else names,
        "open": len(open_months(connection)),
        "kept": all(each.is_kept for each in balances(connection, store)),
    }


def _forget(connection: psycopg.Connection, store: SegmentStore) -> None:
    connection.execute("DELETE FROM archive.segments")
    sweep(connection, store)


def _erased(connection: psycopg.Connection, store: LocalSegments, person: int) -> dict[str, object]:
    error = None
    try:
        erasing.erase(connection, store, _SECRET, person)
    except SegmentStoreError as refusal:
        error = refusal.reason
    row = connection.execute(
        "SELECT deleted_at IS NOT NULL FROM public.users WHERE id = %s", (person,)
    ).fetchone()
    listed = b"".join(bytes(piece) for piece in store.read(erasing.LIST)).count(b"\n")
    return {"error": error, "erased": row == (True,), "listed": listed}


@contextmanager
def _full(small: Path) -> Iterator[None]:
    _fill(small / "filler")
    try:
        yield
    finally:
        (small / "filler").unlink()


def _fill(filler: Path) -> None:
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(_BLOCK)
        except OSError:
            os.fsync(file.fileno())


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
