"""When a periodic job is due, in the time of Tehran."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sevra_atlas.workers.catalogue import JOBS
from sevra_atlas.workers.schedules import PLACE, Calendar, Every

MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
SCHEDULES = [job.schedule for job in JOBS if job.schedule is not None]


def tehran(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=PLACE)


@pytest.mark.parametrize(
    ("schedule", "now", "latest"),
    [
        (Calendar("20 0 * * *"), tehran(2026, 11, 26, 0, 20), tehran(2026, 11, 26, 0, 20)),
        (Calendar("20 0 * * *"), tehran(2026, 11, 26, 0, 19, 59), tehran(2026, 11, 25, 0, 20)),
        (Calendar("0 4 * * fri"), tehran(2026, 11, 26, 12, 0), tehran(2026, 11, 20, 4, 0)),
        (Calendar("20 2 2 * *"), tehran(2026, 11, 1, 0, 0), tehran(2026, 10, 2, 2, 20)),
        (Every(60), tehran(2026, 11, 26, 4, 5, 59), tehran(2026, 11, 26, 4, 5)),
        (Every(30), tehran(2026, 11, 26, 4, 5, 30), tehran(2026, 11, 26, 4, 5, 30)),
    ],
)
def test_the_latest_moment_is_read_in_the_time_of_tehran(schedule, now, latest) -> None:
    assert schedule.latest(now) == latest
    # Whatever zone the clock is read in.
    assert schedule.latest(now.astimezone(UTC)) == latest


@given(st.sampled_from(SCHEDULES), MOMENTS, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_a_period_begins_before_it_is_over_and_later_ones_later(schedule, now, passed) -> None:
    latest = schedule.latest(now)

    assert latest <= now
    assert schedule.latest(latest) == latest
    assert schedule.latest(now + passed) >= latest


@pytest.mark.parametrize("line", ["", "every day", "61 0 * * *", "0 4 * *"])
def test_what_is_no_crontab_line_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="no crontab line"):
        Calendar(line)
