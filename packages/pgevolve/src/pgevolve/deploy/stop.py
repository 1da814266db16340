"""SIGINT and SIGTERM while a deploy works: the running statement is cancelled, and nothing else begins."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_SLICE_SECONDS = 0.05


class Stop:
    """Remembers that the process was asked to end; `signal` is None until then."""

    def __init__(self) -> None:
        self.signal: signal.Signals | None = None

    def sleep(self, seconds: float) -> None:
        """Sleep, but not beyond a signal: Python goes on sleeping after one."""
        until = time.monotonic() + seconds
        while self.signal is None and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _SLICE_SECONDS))

    def _asked(self, number: int, _frame: FrameType | None) -> None:
        self.signal = signal.Signals(number)


@contextmanager
def stop_on_signal() -> Iterator[Stop]:
    """Yield what remembers a signal during the block. Only the main thread of a process gets signals."""
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = {number: signal.signal(number, stop._asked) for number in _SIGNALS}  # noqa: SLF001 (its other half)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
