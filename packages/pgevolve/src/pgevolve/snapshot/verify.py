"""Prove that a snapshot can be read to its end: hashes, the rows of every table, and what pg_restore reads.

`pg_restore --list` proves nothing: it reads the table of contents and returns 0 on a dump whose data is gone.
"""

import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyrage

from pgevolve.local import find_dump_programs
from pgevolve.snapshot.errors import (
    DataUndecodableError,
    DumpUndecodableError,
    RowCountError,
    ToolFailedError,
)
from pgevolve.snapshot.manifest import DUMP, Snapshot, TableContents
from pgevolve.snapshot.progress import Report, SnapshotProgress, unreported
from pgevolve.snapshot.reading import OpenSnapshot, opened
from pgevolve.snapshot.storage import Storage
from pgevolve.snapshot.tools import RunningTool

_CHUNK_BYTES = 1 << 20
_GZIP = 31  # zlib: a gzip stream, its checksum and length compared at the end
# What pg_dump writes after the last row of a table.
_END_OF_ROWS = b"\\.\n\n\n"
_LINES_AFTER_ROWS = _END_OF_ROWS.count(b"\n")


@dataclass(frozen=True, slots=True)
class VerifiedSnapshot:
    """A snapshot that was read to its end."""

    name: str
    files: int
    bytes: int
    tables: int
    rows: int
    seconds: float


def verify_snapshot(
    storage: Storage,
    snapshot: Snapshot,
    identities: Sequence[pyrage.x25519.Identity] = (),
    *,
    report: Report = unreported,
) -> VerifiedSnapshot:
    """Read every byte of a snapshot and decode it; nothing is restored.

    Raises the errors of `opened` and of `require_decodable`.
    """
    begun = time.monotonic()
    with opened(storage, snapshot, identities, report) as found:
        require_decodable(found, report)
    manifest = snapshot.manifest
    return VerifiedSnapshot(
        snapshot.name,
        len(manifest.files),
        manifest.size,
        len(manifest.tables),
        sum(table.rows for table in manifest.tables),
        time.monotonic() - begun,
    )


def require_decodable(snapshot: OpenSnapshot, report: Report = unreported) -> None:
    """Decode everything in a snapshot, and count the rows.

    Raises DataUndecodableError, RowCountError, DumpUndecodableError, DumpProgramsNotFoundError.
    """
    _require_rows(snapshot, report)
    _require_restorable(snapshot)


def _require_rows(snapshot: OpenSnapshot, report: Report) -> None:
    tables = {snapshot.folder / table.file: table for table in snapshot.manifest.tables}
    others = [path for path in sorted(snapshot.dump.glob("*.gz")) if path not in tables]
    total = len(tables) + len(others)
    for done, (path, table) in enumerate(tables.items(), 1):
        _require_count(snapshot, path, table)
        report(SnapshotProgress("decode", done, total))
    for done, path in enumerate(others, len(tables) + 1):
        for _ in _decompressed(snapshot, path):
            pass
        report(SnapshotProgress("decode", done, total))


def _require_count(snapshot: OpenSnapshot, path: Path, table: TableContents) -> None:
    lines, tail = 0, b""
    for piece in _decompressed(snapshot, path):
        # Line breaks in values are escaped in COPY's text format: every one that is there ends a row.
        lines += piece.count(b"\n")
        tail = (tail + piece)[-len(_END_OF_ROWS) :]
    if tail != _END_OF_ROWS:
        raise DataUndecodableError(snapshot.name, table.file)
    rows = lines - _LINES_AFTER_ROWS
    if rows != table.rows:
        raise RowCountError(snapshot.name, table.label, table.rows, rows)


def _decompressed(snapshot: OpenSnapshot, path: Path) -> Iterator[bytes]:
    """Yield the content of a data file. Raises DataUndecodableError when it is not whole."""
    compressed = path.name.endswith(".gz")
    stream = zlib.decompressobj(_GZIP)
    try:
        with path.open("rb") as file:
            while piece := file.read(_CHUNK_BYTES):
                yield stream.decompress(piece) if compressed else piece
    except (zlib.error, FileNotFoundError) as error:
        raise DataUndecodableError(snapshot.name, f"{DUMP}/{path.name}") from error
    if compressed and (not stream.eof or stream.unused_data):
        raise DataUndecodableError(snapshot.name, f"{DUMP}/{path.name}")


def _require_restorable(snapshot: OpenSnapshot) -> None:
    """Let pg_restore turn the dump into a script, which it throws away."""
    major = snapshot.manifest.dump_major
    programs = find_dump_programs(oldest=major, wanted=major)
    with RunningTool(
        programs, "pg_restore", ["--exit-on-error", "--file=/dev/null", str(snapshot.dump)]
    ) as restoring:
        try:
            restoring.finish()
        except ToolFailedError as error:
            raise DumpUndecodableError(snapshot.name, error.said) from error
