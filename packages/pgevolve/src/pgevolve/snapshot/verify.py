"""Prove that a snapshot can be read to its end: hashes, the rows of every table, and what pg_restore reads.

`pg_restore --list` proves nothing: it reads the table of contents and returns 0 on a dump whose data is gone.
"""

import tempfile
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyrage

from pgevolve.local import Binaries, find_dump_programs
from pgevolve.snapshot.errors import (
    DataUndecodableError,
    DumpUndecodableError,
    RowCountError,
    ToolFailedError,
)
from pgevolve.snapshot.manifest import DUMP, Snapshot, TableContents
from pgevolve.snapshot.parallel import done_with_each
from pgevolve.snapshot.progress import Report, SnapshotProgress, unreported
from pgevolve.snapshot.reading import OpenSnapshot, opened
from pgevolve.snapshot.storage import Storage
from pgevolve.snapshot.tools import RunningTool

_CHUNK_BYTES = 1 << 20
_GZIP = 31  # zlib: a gzip stream, its checksum and length compared at the end
# What pg_dump writes after the last row of a table.
_END_OF_ROWS = b"\\.\n\n\n"
_TABLE_DATA = b" TABLE DATA "
_CONTENTS = "toc.dat"
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
    others = [path for path in snapshot.dump.glob("*.gz") if path not in tables]
    # The largest first, so that no thread is left alone with it.
    paths = sorted((*tables, *others), key=_size, reverse=True)

    def decode(path: Path) -> None:
        table = tables.get(path)
        if table is not None:
            _require_count(snapshot, path, table)
        else:
            for _ in _decompressed(snapshot, path):
                pass

    for done, _ in enumerate(done_with_each(decode, paths), 1):
        report(SnapshotProgress("decode", done, len(paths)))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


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
                while compressed and piece:
                    # Bounded: a megabyte of zeros would become a thousand.
                    yield stream.decompress(piece, _CHUNK_BYTES)
                    piece = stream.unconsumed_tail
                if not compressed:
                    yield piece
    except (zlib.error, FileNotFoundError) as error:
        raise DataUndecodableError(snapshot.name, f"{DUMP}/{path.name}") from error
    if compressed and (not stream.eof or stream.unused_data):
        raise DataUndecodableError(snapshot.name, f"{DUMP}/{path.name}")


def _require_restorable(snapshot: OpenSnapshot) -> None:
    """Let pg_restore make a script of the dump and throw it away, without the rows that are read already."""
    major = snapshot.manifest.dump_major
    programs = find_dump_programs(oldest=major, wanted=major)
    with tempfile.NamedTemporaryFile(prefix="pgevolve-") as wanted:
        with _restoring(snapshot, programs, ["--list"]) as listing:
            entries = listing.stdout.read().splitlines(keepends=True)
            listing.finish()
        wanted.writelines(entry for entry in entries if _TABLE_DATA not in entry)
        wanted.flush()
        arguments = ["--exit-on-error", f"--use-list={wanted.name}", "--file=/dev/null"]
        with _restoring(snapshot, programs, arguments) as restoring:
            restoring.finish()
    contents = (snapshot.dump / _CONTENTS).read_bytes()
    for table in snapshot.manifest.tables:
        # By these names pg_restore finds the rows.
        if Path(table.file).name.removesuffix(".gz").encode() not in contents:
            raise DumpUndecodableError(snapshot.name, (f"{table.file} is not in its table of contents",))


@contextmanager
def _restoring(snapshot: OpenSnapshot, programs: Binaries, arguments: Sequence[str]) -> Iterator[RunningTool]:
    try:
        with RunningTool(programs, "pg_restore", [*arguments, str(snapshot.dump)]) as tool:
            yield tool
    except ToolFailedError as error:
        raise DumpUndecodableError(snapshot.name, error.said) from error
