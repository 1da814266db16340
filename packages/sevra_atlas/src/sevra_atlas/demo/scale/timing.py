"""What a long load says of itself while it runs, and what each part took."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sevra_atlas.demo.load import Progress


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a load: its rows (0 where rows are not its measure) and its seconds."""

    name: str
    rows: int
    seconds: float

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds if self.seconds else 0.0


@dataclass(slots=True)
class Timings:
    """The parts of a load in their order; tells `progress` of rows and of their rate."""

    progress: Progress
    parts: list[Part] = field(default_factory=list)

    @contextmanager
    def part(self, name: str, total: int = 0) -> Iterator[Callable[[int], None]]:
        """Measure the block; it calls what it gets with the number of rows done so far."""
        begun = time.monotonic()
        rows = 0

        def done(count: int) -> None:
            nonlocal rows
            rows = count
            rate = int(count / max(time.monotonic() - begun, 1e-6))
            self.progress(f"{name}, {rate:,} rows/s", count, max(total, count))

        self.progress(name, 0, max(total, 1))
        yield done
        self.parts.append(Part(name, rows, time.monotonic() - begun))
        self.progress(name, max(total, rows, 1), max(total, rows, 1))
