from hypothesis import given
from hypothesis import strategies as st

from sevra_atlas.reads.opening import MINUTES_A_DAY, clock, day_from_saturday, week_of

_WEEKS = st.dictionaries(
    st.integers(1, 7),
    st.lists(st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda i: i[0] < i[1]), max_size=1),
    min_size=1,
)


def test_the_week_begins_on_saturday() -> None:
    assert [day_from_saturday(iso) for iso in range(1, 8)] == [2, 3, 4, 5, 6, 0, 1]
    assert week_of({6: [(540, 600)]})[0].intervals == ((540, 600),)


def test_a_night_from_friday_into_saturday_stands_on_friday() -> None:
    week = week_of({5: [(1200, 1440)], 6: [(0, 90), (600, 700)]})

    assert week[6].intervals == ((1200, 1530),)
    assert week[0].intervals == ((600, 700),)
    assert clock(1530) == "01:30"


def test_days_around_the_clock_stay_whole() -> None:
    week = week_of({day: [(0, 1440)] for day in range(1, 8)})

    assert {day.intervals for day in week} == {((0, 1440),)}
    assert clock(1440) == "24:00"


def test_a_salon_without_stated_hours_has_no_week() -> None:
    assert week_of({}) == ()


@given(stored=_WEEKS)
def test_joining_nights_keeps_every_minute_on_its_day(stored: dict) -> None:
    minutes = {
        (day_from_saturday(day), minute)
        for day, intervals in stored.items()
        for opens, closes in intervals
        for minute in range(opens, closes)
    }

    shown = {
        ((day.day + minute // MINUTES_A_DAY) % 7, minute % MINUTES_A_DAY)
        for day in week_of(stored)
        for opens, closes in day.intervals
        for minute in range(opens, closes)
    }

    assert shown == minutes
