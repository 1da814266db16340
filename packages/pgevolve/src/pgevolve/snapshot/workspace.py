"""The directory in which a snapshot grows, and how one is told from what a killed process left.

Whoever works in it holds a lock on the directory, which its child processes inherit: the lock is free exactly
when nobody is left who could write there.
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

PARTIAL = ".partial"


@dataclass(frozen=True, slots=True)
class Workspace:
    """A private directory; `lock` is the descriptor that child processes inherit."""

    path: Path
    lock: int


@contextmanager
def workspace_in(root: Path) -> Iterator[Workspace]:
    """Make a directory below `root` that only this user may read, and remove it afterwards.

    A process that is killed leaves it; `abandoned_in` finds it then.
    """
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = root / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}{PARTIAL}"
    with _locked(root):
        path.mkdir(mode=0o700)
        lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield Workspace(path, lock)
    finally:
        os.close(lock)
        # Not there any more when it has become a snapshot.
        shutil.rmtree(path, ignore_errors=True)


def abandoned_in(root: Path) -> tuple[Path, ...]:
    """Return the directories that were left by processes that have ended, oldest first."""
    if not root.is_dir():
        return ()
    with _locked(root):
        left = [path for path in root.iterdir() if path.name.endswith(PARTIAL) and path.is_dir()]
        return tuple(sorted(path for path in left if not _is_in_use(path)))


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    """Keep others from looking between a directory's making and its lock."""
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _is_in_use(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return True  # it became a snapshot, or its owner removed it
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)


def sync_tree(path: Path) -> None:
    """Write a directory and all below it to the disk, the names too."""
    for directory, _, names in os.walk(path):
        for name in names:
            _sync(Path(directory, name))
        _sync(Path(directory))


def sync_directory(path: Path) -> None:
    """Write the names in a directory to the disk."""
    _sync(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
