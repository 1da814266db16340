"""The one running instance of a data directory: who it is, where it serves, how it is asked to end.

The instance holds a lock on `up.lock` for as long as it lives, and writes into that file who it is. It takes
the lock and writes under a second lock, `up.guard`, under which everybody else reads. So when the first lock
is found held, the process id that is read is the holder's, never one that an earlier run left.
"""

import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from sevra_atlas.cli.errors import DataDirectoryError, InstanceDidNotEndError

_POLL_SECONDS = 0.05
_CONTENT_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Running:
    """What the holder says of itself; `serving` once the site answers."""

    pid: int
    url: str
    serving: bool


class Instance:
    """The lock of one data directory."""

    def __init__(self, data_dir: Path) -> None:
        self._lock_file = data_dir / "up.lock"
        self._guard_file = data_dir / "up.guard"
        self._descriptor: int | None = None

    @contextmanager
    def claimed(self, url: str, inherited: int | None = None) -> Iterator[Running | None]:
        """Hold the lock in the block and yield None, or yield what the present holder says.

        `inherited` is the descriptor of the lock that the parent process took and hands on. Raises
        `DataDirectoryError`.
        """
        with self._guarded():
            descriptor = self._opened() if inherited is None else inherited
            held = inherited is not None or _try_lock(descriptor)
            other = None if held else _content(descriptor)
            if held:
                _write(descriptor, Running(os.getpid(), url, serving=False))
        try:
            self._descriptor = descriptor if held else None
            yield other
        finally:
            self._descriptor = None
            os.close(descriptor)

    @property
    def descriptor(self) -> int:
        """The lock's descriptor, for a child process that goes on holding it. Only while claimed."""
        assert self._descriptor is not None, "the lock is not held"
        return self._descriptor

    def announce_serving(self, url: str) -> None:
        """Say that the site answers. Only while claimed."""
        with self._guarded():
            _write(self.descriptor, Running(os.getpid(), url, serving=True))

    def announced(self) -> Running:
        """Return what was said last, by this process or by a child that goes on holding the lock."""
        with self._guarded():
            return _content(self.descriptor)

    def holder(self) -> Running | None:
        """Return what the present holder says, or None when nobody holds the lock."""
        if not self._lock_file.exists():
            return None
        with self._guarded():
            descriptor = self._opened()
            try:
                return None if _try_lock(descriptor) else _content(descriptor)
            finally:
                os.close(descriptor)

    def end(self, running: Running, seconds: float) -> None:
        """Ask the holder to end and wait until it has. Raises `InstanceDidNotEndError`."""
        deadline = time.monotonic() + seconds
        try:
            os.kill(running.pid, signal.SIGTERM)
        except ProcessLookupError:
            return
        except PermissionError as error:
            raise DataDirectoryError(
                self._lock_file.parent, "another user's Sevra Atlas runs in it"
            ) from error
        while self.holder() is not None:
            if time.monotonic() > deadline:
                raise InstanceDidNotEndError(running.pid, seconds)
            time.sleep(_POLL_SECONDS)

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Hold the guard for the moment that reading or writing takes."""
        descriptor = self._open(self._guard_file)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _opened(self) -> int:
        return self._open(self._lock_file)

    @staticmethod
    def _open(path: Path) -> int:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            return os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise DataDirectoryError(path.parent, error.strerror or str(error)) from error


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write(descriptor: int, running: Running) -> None:
    os.pwrite(descriptor, json.dumps(asdict(running)).encode().ljust(_CONTENT_BYTES), 0)


def _content(descriptor: int) -> Running:
    return Running(**json.loads(os.pread(descriptor, _CONTENT_BYTES, 0)))
