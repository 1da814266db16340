"""Where exported months lie: a directory of this machine, or a bucket of any kind that obstore knows."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
from obstore.store import LocalStore

from sevra_atlas.domain.places import FAILURES, place_at, reason
from sevra_atlas.domain.retention.errors import SegmentMissingError, SegmentStoreError

if TYPE_CHECKING:
    from obstore.store import ObjectStore

_PIECE_BYTES = 1 << 18
PARTIAL = ".partial"


class SegmentStore:
    """A bucket; a file appears in it at once and whole."""

    def __init__(self, store: "ObjectStore", destination: str) -> None:
        self._store = store
        self.destination = destination

    @contextmanager
    def draft(self, key: str) -> Iterator[Path]:
        """Yield the path at which a file may grow; what is left there afterwards is removed.

        Raises SegmentStoreError, also for what is written there meanwhile.
        """
        with self._errors(key), tempfile.TemporaryDirectory(prefix="sevra-archive-") as folder:
            yield Path(folder) / key

    def put(self, draft: Path, key: str) -> None:
        """Give a draft its name, in the place of what had it. Raises SegmentStoreError."""
        with self._errors(key):
            obstore.put(self._store, key, draft)

    def read(self, key: str) -> Iterator[bytes]:
        """Yield a file in pieces. Raises SegmentMissingError, SegmentStoreError."""
        with self._errors(key):
            yield from obstore.get(self._store, key).stream(_PIECE_BYTES)

    def names(self) -> frozenset[str]:
        """Return the names of all files, drafts too. Raises SegmentStoreError."""
        with self._errors(""):
            return frozenset(entry["path"] for batch in obstore.list(self._store) for entry in batch)

    def remove(self, key: str) -> None:
        """Remove a file. Raises SegmentStoreError."""
        with self._errors(key):
            obstore.delete(self._store, key)

    @contextmanager
    def _errors(self, key: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            raise SegmentMissingError(self.destination, key) from error
        except FAILURES as error:
            raise SegmentStoreError(self.destination, reason(error)) from error


class LocalSegments(SegmentStore):
    """A directory of this machine, for its owner only."""

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()
        try:
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            super().__init__(LocalStore(self._root), str(self._root))
        except OSError as error:
            raise SegmentStoreError(str(root), error.strerror or str(error)) from error

    @contextmanager
    def draft(self, key: str) -> Iterator[Path]:
        """Yield a path beside the files, of the same name in every run: a killed one's draft is replaced."""
        path = self._root / f"{key}{PARTIAL}"
        try:
            with self._errors(key):
                yield path
        finally:
            path.unlink(missing_ok=True)

    def put(self, draft: Path, key: str) -> None:
        """Write the draft to the disk, rename it, and write the directory to the disk."""
        with self._errors(key):
            _synced(draft, os.O_RDONLY)
            draft.replace(self._root / key)
            _synced(self._root, os.O_RDONLY | os.O_DIRECTORY)


def _synced(path: Path, how: int) -> None:
    descriptor = os.open(path, how)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def open_segments(destination: str) -> SegmentStore:
    """Return the store at a path, or at a URL such as `s3://bucket/prefix`; a directory is made.

    Raises SegmentStoreError.
    """
    try:
        place = place_at(destination)
        return LocalSegments(place) if isinstance(place, Path) else SegmentStore(place, destination)
    except (*FAILURES, ValueError) as error:
        raise SegmentStoreError(destination, reason(error)) from error
