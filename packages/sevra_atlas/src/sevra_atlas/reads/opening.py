"""The week of a salon: stored minutes of ISO weekdays, shown as days from Saturday.

The database keeps one multirange of minutes a weekday and splits a night at midnight. Here the two halves are
joined again and shown on the day on which the salon opens.
"""

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

MINUTES_A_DAY = 1440
DAYS_A_WEEK = 7

Minutes = tuple[int, int]
"""From and to in minutes of the day; `to` is at most 1440, or beyond it where the night goes on."""


class OpenDay(msgspec.Struct, frozen=True):
    """One day of the week; day 0 is Saturday. No interval means closed."""

    day: int
    intervals: tuple[Minutes, ...]


class SpecialDay(msgspec.Struct, frozen=True):
    """A date that differs from its weekday; no interval means closed."""

    on_date: date
    intervals: tuple[Minutes, ...]
    note: str | None


def day_from_saturday(iso_weekday: int) -> int:
    """Return 0 for Saturday to 6 for Friday, from 1 for Monday to 7 for Sunday (ISO 8601)."""
    return (iso_weekday + 1) % DAYS_A_WEEK


def week_of(stored: Mapping[int, Iterable[Minutes]]) -> tuple[OpenDay, ...]:
    """Return seven days from Saturday out of intervals by ISO weekday; empty when none is stored."""
    if not stored:
        return ()
    days = {day: sorted(stored.get(_iso_weekday(day), ())) for day in range(DAYS_A_WEEK)}
    for day in range(DAYS_A_WEEK):
        _join_night(days[day], days[(day + 1) % DAYS_A_WEEK])
    return tuple(OpenDay(day, tuple(days[day])) for day in range(DAYS_A_WEEK))


def clock(minutes: int) -> str:
    """Return `HH:MM`; midnight at the end of a day is 24:00, and a night beyond it begins again at 00:00."""
    if minutes > MINUTES_A_DAY:
        minutes -= MINUTES_A_DAY
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _iso_weekday(day: int) -> int:
    return (day + 5) % DAYS_A_WEEK + 1


def _join_night(today: list[Minutes], tomorrow: list[Minutes]) -> None:
    if not today or not tomorrow:
        return
    opens, closes = today[-1]
    next_opens, next_closes = tomorrow[0]
    # A salon that is open around the clock has no night to join: each of its days is whole.
    whole = opens == 0 or next_closes == MINUTES_A_DAY
    if closes == MINUTES_A_DAY and next_opens == 0 and not whole:
        today[-1] = (opens, MINUTES_A_DAY + next_closes)
        del tomorrow[0]
