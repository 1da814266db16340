"""Which snapshots are there, and which of them are whole at a glance: manifest, files, sizes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from pgevolve.snapshot.errors import (
    AmbiguousSnapshotError,
    DamagedSnapshotError,
    FileMissingError,
    FileSizeError,
    FileUnexpectedError,
    ManifestMissingError,
    SnapshotNotFoundError,
)
from pgevolve.snapshot.manifest import MANIFEST, Manifest, Snapshot, decoded
from pgevolve.snapshot.storage import Storage

LATEST = "latest"


@dataclass(frozen=True, slots=True)
class ListedSnapshot:
    """A folder at the destination: a snapshot when `problem` is None, otherwise what is wrong with it."""

    name: str
    manifest: Manifest | None
    problem: DamagedSnapshotError | None


@dataclass(frozen=True, slots=True)
class Listing:
    """What is at a destination, oldest first, and what interrupted work left there."""

    snapshots: tuple[ListedSnapshot, ...]
    debris: tuple[str, ...]


def list_snapshots(storage: Storage, now: datetime) -> Listing:
    """Look at every snapshot without reading its files. Raises StorageError."""
    debris = storage.debris(now)
    return Listing(tuple(_listed(storage, name) for name in storage.names() if name not in debris), debris)


def find_snapshot(storage: Storage, wanted: str) -> Snapshot:
    """Return the snapshot whose name begins so, or the newest whole one for `latest`.

    Raises SnapshotNotFoundError, AmbiguousSnapshotError, the errors of `read_manifest`, StorageError.
    """
    names = storage.names()
    if wanted == LATEST:
        return _latest(storage, names)
    fitting = tuple(name for name in names if name.startswith(wanted))
    if wanted in fitting:
        fitting = (wanted,)
    if not wanted or not fitting:
        raise SnapshotNotFoundError(wanted, storage.destination)
    if len(fitting) > 1:
        raise AmbiguousSnapshotError(wanted, fitting)
    return Snapshot(fitting[0], read_manifest(storage, fitting[0]))


def _latest(storage: Storage, names: tuple[str, ...]) -> Snapshot:
    # Names tell seconds; of two that were made in one, the manifest knows which was later.
    for _, same_second in groupby(reversed(names), key=lambda name: name.partition("-")[0]):
        listed = [_listed(storage, name) for name in same_second]
        whole = [
            Snapshot(entry.name, entry.manifest)
            for entry in listed
            if entry.manifest is not None and entry.problem is None
        ]
        if whole:
            return max(whole, key=lambda snapshot: snapshot.manifest.made_at)
    raise SnapshotNotFoundError(LATEST, storage.destination)


def read_manifest(storage: Storage, name: str) -> Manifest:
    """Return the manifest. Raises ManifestMissingError, ManifestEditedError, ManifestFormatError."""
    try:
        content = b"".join(storage.read(name, MANIFEST))
    except FileNotFoundError as error:
        raise ManifestMissingError(name) from error
    return decoded(name, content)


def require_files(snapshot: Snapshot, sizes: Mapping[str, int]) -> None:
    """Compare the files that are there with the manifest.

    Raises FileMissingError, FileUnexpectedError, FileSizeError.
    """
    expected = {file.path: file.size for file in snapshot.manifest.files}
    for path, size in expected.items():
        if path not in sizes:
            raise FileMissingError(snapshot.name, path)
        if sizes[path] != size:
            raise FileSizeError(snapshot.name, path, size, sizes[path])
    for path in sorted(sizes.keys() - expected.keys() - {MANIFEST}):
        raise FileUnexpectedError(snapshot.name, path)


def _listed(storage: Storage, name: str) -> ListedSnapshot:
    manifest = None
    try:
        manifest = read_manifest(storage, name)
        require_files(Snapshot(name, manifest), storage.files(name))
    except DamagedSnapshotError as error:
        return ListedSnapshot(name, manifest, error)
    return ListedSnapshot(name, manifest, None)
