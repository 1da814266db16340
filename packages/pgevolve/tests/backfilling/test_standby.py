"""A real standby that lags, delays on purpose, stops, comes back, or is gone while rows are filled."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from filling import FILL, ROWS, SALONS, Shop, shop_on
from standby import SLOT, Pair, pair

from pgevolve.backfill.look import Looker
from pgevolve.connect import connect
from pgevolve.deploy import DeployReport, deploy
from pgevolve.ledger import events
from pgevolve.local import LocalPostgres
from pgevolve.progress import BackfillNoticed, BackfillProgress, BackfillWaits, DeployEvent
from pgevolve.project import BackupOptions
from pgevolve.scratch import scratch_database

_LAG = 0.25  # megabytes, which a few batches write
_PAUSE, _RESUME = "SELECT pg_wal_replay_pause()", "SELECT pg_wal_replay_resume()"


@pytest.fixture(scope="module")
def two(server: LocalPostgres) -> Iterator[Pair]:
    """Return a primary and its standby of each version."""
    with pair(server.binaries) as made:
        yield made


@pytest.fixture
def standby(two: Pair) -> Iterator[Pair]:
    """Return both with the standby in step, as it is again afterwards."""
    two.catch_up()
    yield two
    two.standby.start()
    two.set_on_standby("recovery_min_apply_delay", "0")
    two.ask(_RESUME, of_standby=True)
    two.catch_up()


@pytest.fixture
def url(standby: Pair) -> Iterator[str]:
    with scratch_database(standby.primary.url()) as made:
        yield made


@pytest.fixture
def filling(standby: Pair, url: str, tmp_path: Path) -> Iterator[Shop]:
    """Return a project on the primary, with a pending migration that fills 600 rows."""
    with shop_on(standby.primary, tmp_path) as shop:
        shop.add("salons", *SALONS, ROWS.format(600))
        deploy(shop.project, url)
        shop.add("names", "SELECT 1", backfill=FILL)
        standby.catch_up()
        yield shop


def _deploy(
    shop: Shop,
    url: str,
    at: type[BackfillWaits | BackfillProgress],
    act: Callable[[], object],
    **options: float,
) -> tuple[DeployReport, list[DeployEvent]]:
    """Deploy, and do something once, at the first event of a kind."""
    told: list[DeployEvent] = []

    def tell(event: DeployEvent) -> None:
        told.append(event)
        if isinstance(event, at) and sum(isinstance(one, at) for one in told) == 1:
            act()

    return deploy(shop.with_options(**options), url, report=tell), told


def _waits(told: list[DeployEvent]) -> list[str]:
    return [event.why for event in told if isinstance(event, BackfillWaits)]


def _filled(two: Pair, url: str) -> None:
    """Each row was written once, and the standby has the same."""
    database = urlsplit(url).path.lstrip("/")
    query = "SELECT count(*), count(name), min(written), max(written) FROM salons"
    assert two.ask(query, database=database) == [(600, 600, 1, 1)]
    two.catch_up()
    assert two.ask(query, database=database, of_standby=True) == [(600, 600, 1, 1)]


def test_a_standby_that_keeps_up_holds_nothing_up(standby: Pair, url: str, filling: Shop) -> None:
    report, told = _deploy(filling, url, BackfillProgress, lambda: None)

    assert _waits(told) == []
    assert report.migrations[0].fills[0].notices == ()
    _filled(standby, url)


def test_it_waits_until_a_standby_that_lags_has_caught_up(standby: Pair, url: str, filling: Shop) -> None:
    standby.ask(_PAUSE, of_standby=True)

    report, told = _deploy(
        filling, url, BackfillWaits, lambda: standby.ask(_RESUME, of_standby=True), max_lag_megabytes=_LAG
    )

    waits = _waits(told)
    assert waits[0].startswith(f"the standby '{SLOT}' is ")
    (filled,) = report.migrations[0].fills
    assert filled.notices == ()
    assert filled.waited >= 0.9
    _filled(standby, url)


def test_lag_is_time_too(standby: Pair, url: str, filling: Shop) -> None:
    standby.ask(_PAUSE, of_standby=True)

    _, told = _deploy(
        filling, url, BackfillWaits, lambda: standby.ask(_RESUME, of_standby=True), max_lag_seconds=0.05
    )

    assert re.fullmatch(rf"the standby '{SLOT}' is \d+ s behind", _waits(told)[0])
    _filled(standby, url)


def test_a_standby_that_delays_on_purpose_is_passed_over_and_named(
    standby: Pair, url: str, filling: Shop
) -> None:
    standby.set_on_standby("recovery_min_apply_delay", "1h")

    report, told = _deploy(
        filling, url, BackfillProgress, lambda: None, max_lag_megabytes=_LAG, patience_seconds=2
    )

    (notice,) = report.migrations[0].fills[0].notices
    assert notice.startswith(f"the standby '{SLOT}' is ")
    assert notice.endswith(" behind, and was waited for in vain for 2 s")
    assert [event.notice for event in told if isinstance(event, BackfillNoticed)] == [notice]
    with connect(url, purpose="test") as connection:
        assert [event.detail["notice"] for event in events(connection, "backfill.noticed")] == [notice]
    standby.set_on_standby("recovery_min_apply_delay", "0")
    _filled(standby, url)


def test_a_standby_that_goes_is_named_and_its_slot_is_waited_for_no_longer_than_the_patience(
    standby: Pair, url: str, filling: Shop
) -> None:
    report, told = _deploy(
        filling,
        url,
        BackfillProgress,
        lambda: standby.standby.stop(force=True),
        max_lag_megabytes=_LAG,
        patience_seconds=2,
    )

    gone, passed_over = report.migrations[0].fills[0].notices
    assert gone == f"the standby '{SLOT}' is gone, and the fill goes on without it"
    assert passed_over.startswith(f"the slot '{SLOT}' is gone and ")
    assert passed_over.endswith(" MB behind, and was waited for in vain for 2 s")
    assert _waits(told)
    standby.standby.start()
    _filled(standby, url)


_AGAIN = " MB behind: this deploy has waited for it in vain, and does not again"


def test_a_dead_slot_is_waited_for_once_in_a_deploy(standby: Pair, url: str, filling: Shop) -> None:
    filling.add("others", "UPDATE public.salons SET name = NULL WHERE id > 300", backfill=FILL)
    standby.standby.stop(force=True)

    report, told = _deploy(
        filling, url, BackfillProgress, lambda: None, max_lag_megabytes=_LAG, patience_seconds=2
    )

    first, second = (migration.fills[0] for migration in report.migrations)
    assert first.notices[-1].endswith(" MB behind, and was waited for in vain for 2 s")
    (notice,) = second.notices
    assert notice.startswith(f"the slot '{SLOT}' is gone and ")
    assert notice.endswith(_AGAIN)
    assert (len(_waits(told)), second.waited) == (1, 0.0)
    assert standby.ask("SELECT count(name) FROM salons", database=urlsplit(url).path[1:]) == [(600,)]


def test_what_the_rehearsal_waited_for_is_not_waited_for_again(
    standby: Pair, url: str, filling: Shop, tmp_path: Path
) -> None:
    backup = BackupOptions(str(tmp_path / "kept"), before_deploy=True)
    filling.project = replace(filling.project, backup=backup)
    standby.standby.stop(force=True)

    report, told = _deploy(
        filling, url, BackfillProgress, lambda: None, max_lag_megabytes=_LAG, patience_seconds=2
    )

    assert report.rehearsal is not None
    (rehearsed,) = report.rehearsal.migrations[0].fills
    assert rehearsed.notices[-1].endswith(" MB behind, and was waited for in vain for 2 s")
    (filled,) = report.migrations[0].fills
    assert (filled.notices[-1].endswith(_AGAIN), filled.waited, len(_waits(told))) == (True, 0.0, 1)


def test_a_standby_that_comes_back_is_waited_for(standby: Pair, url: str, filling: Shop) -> None:
    standby.standby.stop(force=True)

    report, told = _deploy(
        filling, url, BackfillWaits, standby.standby.start, max_lag_megabytes=_LAG, patience_seconds=60
    )

    assert _waits(told)[0].startswith(f"the slot '{SLOT}' is gone and ")
    assert report.migrations[0].fills[0].notices == ()
    _filled(standby, url)


def test_a_login_without_rights_is_told_that_there_is_a_standby(standby: Pair, url: str) -> None:
    standby.ask("DROP ROLE IF EXISTS nobody_special")
    standby.ask("CREATE ROLE nobody_special LOGIN")
    as_nobody = url.replace("postgres@", "nobody_special@")

    with psycopg.connect(as_nobody, autocommit=True) as connection:
        (seen,) = [entry for entry in Looker(connection).look().followers if entry.kind == "standby"]

    assert (seen.name, seen.bytes_behind, seen.seconds_behind) == (SLOT, None, None)
    standby.ask("DROP ROLE nobody_special")


def test_a_look_counts_wal_and_checkpoints_since_the_last_one(standby: Pair, url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        looker = Looker(connection)
        first = looker.look()
        connection.execute("CREATE TABLE filler AS SELECT repeat('x', 1000) FROM generate_series(1, 1000)")
        connection.execute("CHECKPOINT")
        second = looker.look()
        checkpoints = second.early_checkpoints
        while not checkpoints:
            checkpoints = looker.look().early_checkpoints

    assert (first.seconds, first.wal_bytes, first.early_checkpoints) == (0, 0, 0)
    assert second.seconds > 0
    assert second.wal_bytes > 10_000
    assert checkpoints == 1
