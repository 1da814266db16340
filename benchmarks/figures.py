"""What a benchmark returns, and how two ways of doing one thing are timed beside each other."""

import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the results: ours beside a peer or a limit, medians in one unit, from one run."""

    what: str
    ours: float
    peer: float
    peer_name: str
    unit: str = "ms"

    @property
    def ratio(self) -> float:
        """Ours as a multiple of the peer's; below 1 is better."""
        return self.ours / self.peer


async def medians(
    ours: Callable[[], Awaitable[object]], peer: Callable[[], Awaitable[object]], *, rounds: int, calls: int
) -> tuple[float, float]:
    """Return the median milliseconds of one call of each, alternating, so both meet the same noise.

    A round of each goes first and is not counted.
    """
    taken: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 1):
        for which, call in enumerate((ours, peer)):
            begun = time.perf_counter()
            for _ in range(calls):
                await call()
            if number:
                taken[which].append((time.perf_counter() - begun) * 1000 / calls)
    return statistics.median(taken[0]), statistics.median(taken[1])
