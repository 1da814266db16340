"""SIGINT and SIGTERM while a deploy works: what runs is cancelled, and nothing else begins."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_SLICE_SECONDS = 0.05


class Interruption(KeyboardInterrupt):
    """The process was asked to end, in a block that is left at once then; `signal` is the signal's name.

    A KeyboardInterrupt, because the driver cancels what the server runs when one comes.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.signal = name


class Stop:
    """Remembers that the process was asked to end; `signal` is None until then."""

    def __init__(self) -> None:
        self.signal: signal.Signals | None = None
        self._raises = False

    def sleep(self, seconds: float) -> None:
        """Sleep, but not beyond a signal: Python goes on sleeping after one."""
        until = time.monotonic() + seconds
        while self.signal is None and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _SLICE_SECONDS))

    @contextmanager
    def leaves_block(self) -> Iterator[None]:
        """Raise Interruption in the block when a signal comes, or has come; once, so that it can tidy up."""
        before, self._raises = self._raises, True
        try:
            if self.signal is not None:
                raise Interruption(self.signal.name)
            yield
        finally:
            self._raises = before and self.signal is None

    def _asked(self, number: int, _frame: FrameType | None) -> None:
        self.signal = signal.Signals(number)
        if self._raises:
            self._raises = False
            raise Interruption(self.signal.name)


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
