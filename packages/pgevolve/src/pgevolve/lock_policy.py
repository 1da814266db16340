"""How long a step waits for its locks, and how often it asks again."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

_GROWTH, _MOST = 1.15, 4.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 2.5


@dataclass(frozen=True, slots=True)
class LockPolicy:
    """Seconds and attempts for the locks of one transaction.

    Whoever waits for a strong lock makes everyone behind wait too: `lock_timeout` is the first wait, each
    further one is a little longer, up to four times. Between them others pass. The attempts of the default
    last about a minute. Sessions in the way are ended only where `terminate_blockers_after` says so.
    """

    lock_timeout: float = 0.5
    attempts: int = 20
    terminate_blockers_after: float | None = None

    def timeouts(self) -> Iterator[float]:
        """Yield the wait of each attempt, in seconds."""
        for attempt in range(self.attempts):
            yield self.lock_timeout * min(_GROWTH**attempt, _MOST)

    @staticmethod
    def pause(attempt: int) -> float:
        """Return the seconds until the next attempt, with jitter: many deployers shall not beat in time."""
        longest = min(_FIRST_PAUSE * attempt, _LONGEST_PAUSE)
        return longest * random.uniform(0.5, 1.5)  # noqa: S311 (no secret)
