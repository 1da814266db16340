"""The folder in which the web processes of one `sevra serve` count; those of killed ones are removed."""

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_ISDIR

_PREFIX = "sevra-metrics-"
_NAME = re.compile(rf"{_PREFIX}(?P<process>[1-9][0-9]*)-\w+\Z")


@contextmanager
def metrics_folder() -> Iterator[Path]:
    """Yield a new folder, named after this process and locked by it; it goes with the block.

    First those go whose processes of the same user were killed and could not remove them.
    """
    remove_left_behind(Path(tempfile.gettempdir()))
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-") as name, _locked(Path(name)):
        yield Path(name)


def remove_left_behind(place: Path) -> None:
    """Remove folders of this user whose process is gone and whose lock nobody holds.

    A process number may be of another container that shares the place, or be given out anew: the lock says
    that somebody is there, the number that somebody is about to take it. What cannot be removed stays.
    """
    for folder in place.glob(f"{_PREFIX}*"):
        named = _NAME.fullmatch(folder.name)
        with suppress(OSError):
            found = folder.lstat()
            is_own = S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
            if named is None or not is_own or _is_alive(int(named["process"])):
                continue
            with _locked(folder):
                shutil.rmtree(folder)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, which ends with the process at the latest. Raises OSError when it is held."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
