"""When a periodic job is due: pure values. Calendars are read in the time of Tehran."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias, cast
from zoneinfo import ZoneInfo

from croniter import croniter

PLACE = ZoneInfo("Asia/Tehran")


@dataclass(frozen=True, slots=True)
class Every:
    """A period of so many seconds; the periods begin at the same moments on every machine."""

    seconds: int

    def latest(self, now: datetime) -> datetime:
        """Return when the period of `now` began."""
        passed = int(now.timestamp())
        return datetime.fromtimestamp(passed - passed % self.seconds, UTC)

    def __str__(self) -> str:
        return f"every {self.seconds} s"


@dataclass(frozen=True, slots=True)
class Calendar:
    """The moments of a crontab line: minute, hour, day of the month, month, day of the week."""

    line: str

    def __post_init__(self) -> None:
        if not croniter.is_valid(self.line):
            raise ValueError(f"{self.line!r} is no crontab line")

    def latest(self, now: datetime) -> datetime:
        """Return the last of the moments that is not after `now`."""
        # The library looks strictly before the moment that it is given.
        asked = now.astimezone(PLACE) + timedelta(microseconds=1)
        return cast("datetime", croniter(self.line, asked).get_prev(datetime)).astimezone(UTC)

    def __str__(self) -> str:
        return self.line


Schedule: TypeAlias = Every | Calendar
