"""Retention keeps the newest good copy of every period that counts, and never removes the last good one."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgevolve.project import BackupOptions
from pgevolve.scratch import scratch_database, with_database
from pgevolve.snapshot import create_snapshot, drill, list_snapshots, open_storage, prune_snapshots
from pgevolve.snapshot.databases import fitting_name
from pgevolve.snapshot.errors import FileChangedError
from pgevolve.snapshot.manifest import MANIFEST, encoded, name_of
from pgevolve.snapshot.retention import Copy, plan_retention

pytestmark = pytest.mark.others_slow

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
_PERIODS: tuple[Callable[[datetime], Any], ...] = (
    lambda at: at.date(),
    lambda at: at.isocalendar()[:2],
    lambda at: (at.year, at.month),
)
_COUNTS = st.integers(0, 5)
_OPTIONS = st.builds(BackupOptions, keep_daily=_COUNTS, keep_weekly=_COUNTS, keep_monthly=_COUNTS)
_TIMES = st.lists(st.integers(0, 24 * 150), max_size=40, unique=True)


def _copies(hours: Sequence[int]) -> list[Copy]:
    return [Copy(NOW - timedelta(hours=hour), f"{hour:05}") for hour in hours]


def _expected(good: Sequence[Copy], options: BackupOptions) -> set[Copy]:
    """Return what must stay, as the sentence says it: period after period."""
    stay = {max(good)} if good else set()
    counts = (options.keep_daily, options.keep_weekly, options.keep_monthly)
    for period, count in zip(_PERIODS, counts, strict=True):
        newest = {}
        for copy in sorted(good):
            newest[period(copy.made_at)] = copy
        stay |= {newest[key] for key in sorted(newest)[len(newest) - min(count, len(newest)) :]}
    return stay


@given(_TIMES, _OPTIONS)
def test_of_good_copies_exactly_the_newest_of_each_period_stay(
    hours: list[int], options: BackupOptions
) -> None:
    copies = _copies(hours)

    plan = plan_retention(copies, options, lambda _copy: True)

    assert set(plan.keep) == _expected(copies, options)
    assert sorted([*plan.keep, *plan.remove]) == sorted(copies)


@given(_TIMES, _OPTIONS, st.data())
def test_with_bad_copies_the_newest_good_one_of_each_period_stays(
    hours: list[int], options: BackupOptions, data: st.DataObject
) -> None:
    copies = _copies(hours)
    good = data.draw(st.sets(st.sampled_from(copies))) if copies else set()
    asked: list[Copy] = []

    def is_good(copy: Copy) -> bool:
        asked.append(copy)
        return copy in good

    plan = plan_retention(copies, options, is_good)

    assert _expected(sorted(good), options) <= set(plan.keep)
    assert not good or max(good) in plan.keep
    assert len(asked) == len(set(asked))
    # What stays is enough for the same answer: nothing more may go without a new copy.
    again = plan_retention(plan.keep, options, lambda copy: copy in good)
    assert set(_expected(sorted(good), options)) <= set(again.keep)


@given(st.lists(st.sampled_from((0, 1, 1, 1, 2, 5, 40)), min_size=1, max_size=60), _OPTIONS, st.data())
def test_day_after_day_the_last_good_copy_and_enough_others_stay(
    pauses: list[int], options: BackupOptions, data: st.DataObject
) -> None:
    """Run prune after every copy, as a timer does, with a clock that stands still or leaps."""
    there: list[Copy] = []
    good: set[Copy] = set()
    clock = NOW
    for number, pause in enumerate(pauses):
        clock += timedelta(days=pause, minutes=1)
        made = Copy(clock, f"{number:03}")
        there.append(made)
        if data.draw(st.booleans()):
            good.add(made)

        there = list(plan_retention(there, options, good.__contains__).keep)

        left = good & set(there)
        assert not good or max(good) in left
        for period, count in zip(
            _PERIODS, (options.keep_daily, options.keep_weekly, options.keep_monthly), strict=True
        ):
            periods = sorted({period(copy.made_at) for copy in good})[-count:] if count else []
            assert set(periods[-1:]) <= {period(copy.made_at) for copy in left}


@given(_TIMES)
def test_goodness_is_asked_only_when_something_would_go(hours: list[int]) -> None:
    options = BackupOptions(keep_daily=200, keep_weekly=50, keep_monthly=50)
    copies = _copies(sorted({hour // 24 * 24 for hour in hours}))

    def is_good(_copy: Copy) -> bool:
        raise AssertionError

    assert plan_retention(copies, options, is_good).remove == ()


@pytest.fixture
def kept(taken: Any) -> Callable[..., list[str]]:
    """Return a function that makes copies of a snapshot, made so many days ago, and returns their names."""

    def copied(*days: float) -> list[str]:
        names = []
        for day in days:
            copy = taken.copied_to(taken.folder.with_name(f"copy-{secrets.token_hex(4)}"))
            manifest = replace(taken.snapshot.manifest, made_at=NOW - timedelta(days=day))
            content = encoded(manifest)
            (copy.place / MANIFEST).write_bytes(content)
            name = name_of(manifest.made_at, content)
            copy.place.rename(taken.folder / name)
            names.append(name)
        (taken.folder / taken.snapshot.name).rename(taken.folder.with_name("original"))
        return names

    return copied


def test_prune_removes_the_older_of_a_day_and_reads_the_one_that_stays(
    taken: Any, kept: Any, flip: Callable[[Path, int], None]
) -> None:
    older, newer = kept(0.2, 0.1)
    options = replace(taken.options, keep_daily=3, keep_weekly=0, keep_monthly=0)
    flip(taken.folder / newer / "dump/toc.dat", 99)

    first = prune_snapshots(taken.storage, options, now=NOW)
    flip(taken.folder / newer / "dump/toc.dat", 99)
    shown = prune_snapshots(taken.storage, options, now=NOW, dry_run=True)
    second = prune_snapshots(taken.storage, options, now=NOW)

    assert (first.removed, first.damaged, first.kept) == ((), (newer,), (older,))
    assert (shown.removed, shown.dry_run) == ((older,), True)
    assert (second.removed, second.damaged, second.kept) == ((older,), (), (newer,))
    assert taken.storage.names() == (newer,)


def test_the_last_good_one_stays_when_nothing_is_to_be_kept(
    taken: Any, kept: Any, flip: Callable[[Path, int], None]
) -> None:
    oldest, good, damaged = kept(40, 30, 1)
    flip(taken.folder / damaged / "roles.json", 1)
    options = replace(taken.options, keep_daily=0, keep_weekly=0, keep_monthly=0)

    done = prune_snapshots(taken.storage, options, now=NOW)

    assert (done.removed, done.kept, done.damaged) == ((oldest,), (good,), (damaged,))


def test_damaged_ones_go_only_when_that_is_asked_for(taken: Any, kept: Any) -> None:
    good, damaged = kept(2, 1)
    (taken.folder / damaged / "roles.json").unlink()

    left = prune_snapshots(taken.storage, taken.options, now=NOW)
    gone = prune_snapshots(taken.storage, taken.options, now=NOW, damaged=True)

    assert (left.damaged, left.kept) == ((damaged,), (good,))
    assert gone.damaged == (damaged,)
    assert taken.storage.names() == (good,)


def test_debris_goes_and_a_dry_run_only_names_it(taken: Any) -> None:
    (taken.folder / "20260101T000000Z-00.partial" / "dump").mkdir(parents=True)
    (taken.folder / "20260102T000000Z-0000000000000000").mkdir()

    shown = prune_snapshots(taken.storage, taken.options, now=NOW, dry_run=True)
    done = prune_snapshots(taken.storage, taken.options, now=NOW)

    assert len(shown.debris) == 2
    assert done.debris == shown.debris
    assert [path.name for path in taken.folder.iterdir()] == [taken.snapshot.name]
    assert list_snapshots(taken.storage, NOW).debris == ()


def test_a_drill_restores_compares_and_leaves_nothing(server: Any, tmp_path: Path) -> None:
    with scratch_database(server.url()) as url, psycopg.connect(url, autocommit=True) as session:
        session.execute("CREATE TABLE a AS SELECT generate_series(1, 10) AS id")
        made = create_snapshot(url, BackupOptions(str(tmp_path)))

        done = drill(url, open_storage(str(tmp_path)), made)

        assert (done.name, done.tables, done.rows) == (made.name, 1, 10)
        assert 0 < done.seconds < done.age + 60
        assert session.execute("SELECT count(*) FROM a").fetchone() == (10,)
        found = session.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE current_database() || '_%'"
        )
        assert found.fetchall() == []


def test_a_drill_of_a_damaged_snapshot_fails(
    server: Any, taken: Any, flip: Callable[[Path, int], None]
) -> None:
    flip(taken.place / "dump/toc.dat", 50)

    with pytest.raises(FileChangedError):
        drill(server.url(), taken.storage, taken.snapshot)


def test_what_a_killed_drill_left_is_dropped_by_the_next(server: Any, tmp_path: Path) -> None:
    with scratch_database(server.url()) as url, psycopg.connect(url, autocommit=True) as session:
        made = create_snapshot(url, BackupOptions(str(tmp_path)))
        left = fitting_name(session.info.dbname, f"_drill_{made.name.rpartition('-')[2]}")
        session.execute(f"CREATE DATABASE {left} TEMPLATE template0".encode())

        assert drill(url, open_storage(str(tmp_path)), made).rows == 0

        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(with_database(url, left))
