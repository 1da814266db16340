"""When a failed job runs again: pure values."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from psycopg import DataError, ProgrammingError
from sqlalchemy.exc import DBAPIError

from sevra_atlas.domain.errors import DomainError

# Of these the next run would fail alike: a rule refuses, or a statement or a call is wrong.
_FINAL = (DomainError, ProgrammingError, DataError, TypeError, NameError, AttributeError, NotImplementedError)


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a job is run in all, and how long after a failure the next run begins.

    The pause after the first failure is `first`; each later one is twice the one before, up to `cap`, plus or
    minus the share `jitter`, so that what failed together does not come back together.
    """

    attempts: int = 5
    first: timedelta = timedelta(seconds=2)
    cap: timedelta = timedelta(seconds=300)
    jitter: float = 0.2

    def __post_init__(self) -> None:
        if self.attempts < 1 or self.first < timedelta(0) or self.cap < self.first:
            raise ValueError(f"no retry can be made of {self}")
        if not 0 <= self.jitter < 1:
            raise ValueError(f"the jitter is a share below 1, not {self.jitter}")

    def pause(self, failures: int, chance: random.Random) -> timedelta | None:
        """Return how long to wait after the n-th failure, or None when that was the last run."""
        if failures >= self.attempts:
            return None
        # A power of two beyond the cap would be too large for a timedelta.
        doublings = min(failures - 1, 62)
        seconds = min(self.first.total_seconds() * 2**doublings, self.cap.total_seconds())
        return timedelta(seconds=seconds * chance.uniform(1 - self.jitter, 1 + self.jitter))


DEFAULT = Retry()
NEXT_RUN = Retry(attempts=1)
"""Not run again: the next period brings the next run."""


def is_final(error: BaseException) -> bool:
    """Return whether running the same job again cannot help; what is unknown is tried again."""
    return any(isinstance(cause, _FINAL) for cause in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    yield error
    if isinstance(error, DBAPIError) and error.orig is not None:
        yield error.orig
