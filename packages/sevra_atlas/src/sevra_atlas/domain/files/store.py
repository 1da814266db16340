"""Where stored files lie: a directory of this machine, or a bucket of any kind that obstore knows."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import obstore
from obstore.store import LocalStore

from sevra_atlas.domain.files.errors import FileStoreError
from sevra_atlas.domain.places import FAILURES, place_at, reason

if TYPE_CHECKING:
    from obstore.store import ObjectStore

_LISTED = 1_000


class StoredFile(NamedTuple):
    """A file that lies in the store."""

    key: str
    size_bytes: int
    changed_at: datetime


class FileStore:
    """A bucket, or a directory."""

    def __init__(self, store: "ObjectStore", destination: str) -> None:
        self._store = store
        self.destination = destination

    def remove(self, key: str) -> int:
        """Remove a file and return its size in bytes, 0 when it is not there. Raises FileStoreError."""
        with self._errors():
            try:
                size = obstore.head(self._store, key)["size"]
                obstore.delete(self._store, key)
            except FileNotFoundError:
                return 0
        return size

    def listed(self) -> Iterator[list[StoredFile]]:
        """Yield every file, a thousand at a time. Raises FileStoreError."""
        with self._errors():
            for batch in obstore.list(self._store, chunk_size=_LISTED):
                yield [StoredFile(each["path"], each["size"], each["last_modified"]) for each in batch]

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise
        except FAILURES as error:
            raise FileStoreError(self.destination, reason(error)) from error


def open_files(destination: str) -> FileStore:
    """Return the store at a path, or at a URL such as `s3://bucket/prefix`; a directory is made.

    Raises FileStoreError.
    """
    try:
        place = place_at(destination)
        if not isinstance(place, Path):
            return FileStore(place, destination)
        place.mkdir(parents=True, exist_ok=True)
        return FileStore(LocalStore(place), str(place))
    except (*FAILURES, ValueError) as error:
        raise FileStoreError(destination, reason(error)) from error
