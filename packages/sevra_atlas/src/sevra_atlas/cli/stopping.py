"""Signals that end a long command between two parts of its work."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from sevra_atlas.cli.errors import Interrupted, InterruptedCommandError

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def stop_asked() -> Iterator[Callable[[], bool]]:
    """Yield a question that is answered with yes after the first signal; a second one interrupts.

    Raises `InterruptedCommandError` after a second signal, when the running statement has been cancelled.
    """
    asked: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        del frame
        asked.append(number)
        if len(asked) > 1:
            raise Interrupted(number)

    # What the caller ignores stays ignored: that is how nohup and a shell's background jobs ask for it.
    heeded = [each for each in _SIGNALS if signal.getsignal(each) is not signal.SIG_IGN]
    before = {each: signal.signal(each, note) for each in heeded}
    try:
        yield lambda: bool(asked)
    except Interrupted as error:
        raise InterruptedCommandError(error.number) from error
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
