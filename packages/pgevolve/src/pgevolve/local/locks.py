"""Advisory file locks: freed by the kernel when their last holder ends, however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pgevolve.local.account import Account


def open_lock(path: Path, account: "Account | None") -> int:
    """Return a descriptor of the lock file, which is made when missing and given to `account`."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    if account is not None:
        os.fchown(descriptor, account.uid, account.gid)
    return descriptor


def try_lock(descriptor: int) -> bool:
    """Take the lock alone without waiting; False when somebody else holds it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def share_lock(descriptor: int) -> None:
    """Hold the lock together with others; waits for a holder that has it alone."""
    fcntl.flock(descriptor, fcntl.LOCK_SH)


def release(descriptor: int) -> None:
    """Give the lock back and close its file.

    The unlock is explicit: a forked child may still hold a copy of the descriptor.
    """
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.close(descriptor)


@contextmanager
def locked(path: Path, account: "Account | None") -> Iterator[None]:
    """Hold the lock alone for the block; waits for the holder before."""
    descriptor = open_lock(path, account)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        release(descriptor)
