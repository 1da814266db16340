"""Which snapshots may go: daily, weekly and monthly retention as a pure plan.

The newest good copy stays of each of the last days, weeks and months that have a good one, by UTC. Periods
without a copy do not count: after a pause of a month, what was made before it stays.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from pgevolve.project import BackupOptions

_Period = Callable[[datetime], Any]


@dataclass(frozen=True, slots=True, order=True)
class Copy:
    """A snapshot by its time and name."""

    made_at: datetime
    name: str


@dataclass(frozen=True, slots=True)
class RetentionPlan:
    """What goes and what stays, each oldest first."""

    remove: tuple[Copy, ...]
    keep: tuple[Copy, ...]


def plan_retention(
    copies: Sequence[Copy], options: BackupOptions, is_good: Callable[[Copy], bool]
) -> RetentionPlan:
    """Return which copies may go: those for which good newer ones stand in every period that counts.

    `is_good` may be slow: it is asked only of copies that are to take the place of one that would go, and
    of each once. The newest good copy always stays.
    """
    newest_first = sorted(copies, reverse=True)
    rules: tuple[tuple[_Period, int], ...] = (
        (_day, options.keep_daily),
        (_week, options.keep_weekly),
        (_month, options.keep_monthly),
        (_always, 1),
    )
    asked = lru_cache(maxsize=None)(is_good)

    def may_go(copy: Copy, good: Callable[[Copy], bool]) -> bool:
        return not any(_keeps(copy, newest_first, period, count, good) for period, count in rules)

    # Were all good, more would go than may: whoever stays then needs no look at the others.
    remove = tuple(copy for copy in sorted(copies) if may_go(copy, _all_good) and may_go(copy, asked))
    gone = frozenset(remove)
    return RetentionPlan(remove, tuple(copy for copy in sorted(copies) if copy not in gone))


def _keeps(
    copy: Copy, newest_first: Sequence[Copy], period: _Period, count: int, is_good: Callable[[Copy], bool]
) -> bool:
    """Say whether one kind of period keeps a copy, if the copy is good."""
    own = period(copy.made_at)
    taken: set[Any] = set()
    for other in newest_first:
        if own in taken or len(taken) >= count:
            return False
        if other == copy:
            return True
        if period(other.made_at) not in taken and is_good(other):
            taken.add(period(other.made_at))
    return False


def _all_good(_copy: Copy) -> bool:
    return True


def _day(at: datetime) -> Any:
    return at.astimezone(UTC).date()


def _week(at: datetime) -> Any:
    return at.astimezone(UTC).isocalendar()[:2]


def _month(at: datetime) -> Any:
    return at.astimezone(UTC).strftime("%Y-%m")


def _always(_at: datetime) -> Any:
    """Return one period for all: its newest good copy is the last good one."""
    return None
