"""Weeks and special days of salons."""

from collections.abc import Iterator

from sevra_atlas.demo.chance import Chance, Weighted
from sevra_atlas.demo.moments import HOLIDAYS
from sevra_atlas.demo.rows import OpeningException, OpeningHours

_MONDAY, _THURSDAY, _FRIDAY, _SATURDAY, _SUNDAY = 1, 4, 5, 6, 7
_SATURDAY_TO_WEDNESDAY = (_SATURDAY, _SUNDAY, 1, 2, 3)
_SATURDAY_TO_THURSDAY = (*_SATURDAY_TO_WEDNESDAY, _THURSDAY)


def _open(*hours: tuple[float, float]) -> str:
    """Return hours of the day as a multirange of minutes."""
    return "{" + ",".join(f"[{int(start * 60)},{int(end * 60)})" for start, end in hours) + "}"


def _week(days: tuple[int, ...], hours: str, **others: str) -> dict[int, str]:
    week = dict.fromkeys(days, hours)
    named = {"thursday": _THURSDAY, "friday": _FRIDAY}
    return week | {named[name]: open_minutes for name, open_minutes in others.items()}


# Friday is closed in most weeks; a night shift stands on two days.
_WEEKS: tuple[tuple[float, dict[int, str]], ...] = (
    (24, _week(_SATURDAY_TO_THURSDAY, _open((10, 20)))),
    (14, _week(_SATURDAY_TO_THURSDAY, _open((9.5, 19)))),
    (16, _week(_SATURDAY_TO_WEDNESDAY, _open((9, 13), (16, 21)), thursday=_open((9, 21)))),
    (12, _week(_SATURDAY_TO_WEDNESDAY, _open((10, 19)), thursday=_open((10, 21)))),
    (8, _week(_SATURDAY_TO_THURSDAY, _open((10, 14), (16.5, 21.5)))),
    (7, _week(_SATURDAY_TO_WEDNESDAY, _open((8.5, 18)))),
    (7, _week(_SATURDAY_TO_THURSDAY, _open((11, 22)), friday=_open((14, 22)))),
    (4, _week((*_SATURDAY_TO_THURSDAY, _FRIDAY), _open((10, 23)))),
    (4, _week((_SUNDAY, 1, 2, 3, _THURSDAY), _open((10, 19)), friday=_open((10, 15)))),
    (2, _week(_SATURDAY_TO_WEDNESDAY, _open((11, 23)), thursday=_open((11, 24)), friday=_open((0, 1)))),
)
_CHOICE = Weighted([week for _, week in _WEEKS], [weight for weight, _ in _WEEKS])


def week_of(chance: Chance, salon: int) -> Iterator[OpeningHours]:
    """Yield the open days of one salon."""
    week = _CHOICE.draw(chance)
    for weekday in sorted(week):
        yield OpeningHours(salon, weekday, week[weekday])


def exceptions_of(chance: Chance, salon: int) -> Iterator[OpeningException]:
    """Yield a few special days of one salon."""
    for on_date, note, open_minutes in sorted(chance.sample(HOLIDAYS, chance.between(1, 4))):
        yield OpeningException(salon, on_date, open_minutes, note)
