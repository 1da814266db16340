"""What one process saw between two flushes: redirects that were used, paths that nobody answers.

Nothing here waits for anything. A process that dies loses what it saw since its last flush, and nothing else.
"""

from collections import Counter
from dataclasses import dataclass, field
from threading import Lock

from sevra_atlas.domain.slugs import LONGEST_PATH_BYTES

MOST_KEYS = 10_000
"""Different paths that a process keeps of each kind between two flushes; further ones are not counted."""

_LONGEST_REFERRER = 500


@dataclass(slots=True)
class Misses:
    """How often a path was asked for in vain, and from where the last time."""

    count: int = 0
    referrer: str | None = None


@dataclass(slots=True)
class Seen:
    """Counts by path. `dropped` are uses and misses of paths for which there was no room."""

    uses: Counter[str] = field(default_factory=Counter)
    misses: dict[str, Misses] = field(default_factory=dict)
    dropped: int = 0

    def __bool__(self) -> bool:
        return bool(self.uses or self.misses or self.dropped)


class Tally:
    """The counts of a process; any thread may count, one of them takes."""

    def __init__(self, most_keys: int = MOST_KEYS) -> None:
        self._most_keys = most_keys
        self._lock = Lock()
        self._seen = Seen()

    def __bool__(self) -> bool:
        with self._lock:
            return bool(self._seen)

    def used(self, source: str) -> None:
        """Count a redirect: by the path of a rule or alias, or by the prefix of a rule."""
        with self._lock:
            if source in self._seen.uses or len(self._seen.uses) < self._most_keys:
                self._seen.uses[source] += 1
            else:
                self._seen.dropped += 1

    def missed(self, key: str, referrer: str | None = None) -> None:
        """Count a canonical path that nobody answers."""
        if len(key.encode()) > LONGEST_PATH_BYTES:
            return
        with self._lock:
            misses = self._seen.misses.get(key)
            if misses is None:
                if len(self._seen.misses) >= self._most_keys:
                    self._seen.dropped += 1
                    return
                misses = self._seen.misses[key] = Misses()
            misses.count += 1
            misses.referrer = referrer[:_LONGEST_REFERRER] if referrer else misses.referrer

    def take(self) -> Seen:
        """Return what was counted since the last time, and begin anew."""
        with self._lock:
            seen, self._seen = self._seen, Seen()
        return seen
