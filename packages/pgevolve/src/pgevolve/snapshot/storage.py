"""Where snapshots are kept: a local directory, or a bucket of any kind that obstore knows.

A snapshot is a folder `NAME/` with a manifest. It is there when its manifest is: in a directory the whole
folder gets its name at once, in a bucket the manifest is put last. Both are read in the same way.
"""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

from pgevolve.snapshot.errors import NoSpaceError, StorageError
from pgevolve.snapshot.manifest import MANIFEST
from pgevolve.snapshot.progress import Report, SnapshotProgress
from pgevolve.snapshot.workspace import (
    PARTIAL,
    Workspace,
    abandoned_in,
    sync_directory,
    sync_tree,
    workspace_in,
)

if TYPE_CHECKING:
    from obstore.store import ObjectStore

_CHUNK_BYTES = 1 << 20
# Longer than any upload takes: a folder without a manifest that is younger may still be one's that works.
_UPLOAD_LIMIT = timedelta(hours=24)


class Storage:
    """The snapshots in one store of obstore, such as a bucket with a prefix."""

    def __init__(self, store: "ObjectStore", destination: str) -> None:
        self._store = store
        self.destination = destination

    def names(self) -> tuple[str, ...]:
        """Return the folders that may be snapshots, oldest first."""
        with self._errors():
            found = obstore.list_with_delimiter(self._store)["common_prefixes"]
        return tuple(sorted(name for name in found if not name.endswith(PARTIAL)))

    def files(self, name: str) -> dict[str, int]:
        """Return the size of every file of a snapshot by its path below the snapshot's folder."""
        with self._errors():
            return {
                entry["path"].removeprefix(f"{name}/"): entry["size"]
                for batch in obstore.list(self._store, name)
                for entry in batch
            }

    def read(self, name: str, path: str) -> Iterator[bytes]:
        """Yield a file of a snapshot in pieces. Raises FileNotFoundError."""
        with self._errors():
            yield from obstore.get(self._store, f"{name}/{path}").stream(_CHUNK_BYTES)

    def directory(self, name: str) -> Path | None:
        """Return the folder of a snapshot where it is one of this machine."""
        del name
        return None

    @contextmanager
    def workspace(self) -> Iterator[Workspace]:
        """Make a directory in which a snapshot may grow. Raises StorageError."""
        with self._errors(), workspace_in(self._workspaces()) as workspace:
            yield workspace

    def publish(self, workspace: Workspace, name: str, report: Report) -> None:
        """Make a snapshot of what is in the workspace, its manifest last."""
        paths = [path for path in sorted(workspace.path.rglob("*")) if path.is_file()]
        manifest = workspace.path / MANIFEST
        total, done = sum(path.stat().st_size for path in paths), 0
        with self._errors():
            for path in [*(path for path in paths if path != manifest), manifest]:
                obstore.put(self._store, f"{name}/{path.relative_to(workspace.path).as_posix()}", path)
                done += path.stat().st_size
                report(SnapshotProgress("store", done, total))

    def remove(self, name: str) -> None:
        """Remove a snapshot; one whose removal is interrupted has no manifest any more."""
        with self._errors():
            for path in sorted(self.files(name), key=lambda path: path != MANIFEST):
                obstore.delete(self._store, f"{name}/{path}")

    def debris(self, now: datetime) -> tuple[str, ...]:
        """Return what interrupted work left: folders without a manifest, and workspaces that nobody uses."""
        left = [str(path) for path in abandoned_in(self._workspaces())]
        with self._errors():
            for name in self.names():
                entries = [entry for batch in obstore.list(self._store, name) for entry in batch]
                finished = any(entry["path"] == f"{name}/{MANIFEST}" for entry in entries)
                newest = max((entry["last_modified"] for entry in entries), default=now)
                if not finished and now - newest > _UPLOAD_LIMIT:
                    left.append(name)
        return tuple(left)

    def remove_debris(self, left: str) -> None:
        """Remove something that `debris` named."""
        if left.endswith(PARTIAL):
            shutil.rmtree(left)
        else:
            self.remove(left)

    def _workspaces(self) -> Path:
        return Path(tempfile.gettempdir(), f"pgevolve-snapshots-{os.geteuid()}")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except BaseError as error:
            raise StorageError(self.destination, str(error).partition("\n")[0]) from error
        except FileNotFoundError:
            raise
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise NoSpaceError(self.destination) from error
            raise StorageError(self.destination, error.strerror or str(error)) from error


class LocalStorage(Storage):
    """The snapshots in a directory of this machine."""

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()
        try:
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            super().__init__(LocalStore(self._root), str(self._root))
        except OSError as error:
            raise StorageError(str(root), error.strerror or str(error)) from error

    def files(self, name: str) -> dict[str, int]:
        """Return the size of every file by its path, those with strange names too."""
        folder = self._root / name
        found = (Path(where, file) for where, _, files in os.walk(folder) for file in files)
        return {path.relative_to(folder).as_posix(): path.lstat().st_size for path in found}

    def directory(self, name: str) -> Path | None:
        """Return the folder of a snapshot."""
        return self._root / name

    def publish(self, workspace: Workspace, name: str, report: Report) -> None:
        """Write everything to the disk and give the folder its name, in one step."""
        del report
        with self._errors():
            sync_tree(workspace.path)
            workspace.path.rename(self._root / name)
            sync_directory(self._root)

    def remove(self, name: str) -> None:
        """Take the folder its name, in one step, and remove it."""
        with self._errors():
            left = self._root / f"{name}{PARTIAL}"
            (self._root / name).rename(left)
            sync_directory(self._root)
            shutil.rmtree(left)

    def debris(self, now: datetime) -> tuple[str, ...]:
        """Return the workspaces that nobody uses, and folders without a manifest, which nobody can use."""
        del now
        bare = (name for name in self.names() if not (self._root / name / MANIFEST).exists())
        return (*map(str, abandoned_in(self._root)), *bare)

    def _workspaces(self) -> Path:
        return self._root


def open_storage(destination: str) -> Storage:
    """Return the storage at a path, or at a URL such as `s3://bucket/prefix`; a directory is made.

    Buckets take their region, endpoint and credentials from the environment (`AWS_*`). Raises StorageError.
    """
    scheme, separator, _ = destination.partition("://")
    if not separator or scheme == "file":
        return LocalStorage(Path(destination.removeprefix("file://")))
    try:
        return Storage(from_url(destination), destination)
    except (BaseError, ValueError) as error:
        raise StorageError(destination, str(error).partition("\n")[0]) from error
