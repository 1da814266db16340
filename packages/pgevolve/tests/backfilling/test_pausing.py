"""A backfill pauses: asked from another session, or by a signal; and goes on behind its last batch."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from filling import FILL, ROWS, SALONS, SMALL
from typer.testing import CliRunner

from pgevolve.backfill.control import lift_pauses, pause_backfills, read_backfills
from pgevolve.backfill.errors import NoBackfillError
from pgevolve.cli import make_app
from pgevolve.connect import connect
from pgevolve.deploy import deploy, resume, rollback
from pgevolve.failures import BackfillPausedError
from pgevolve.history import Migration
from pgevolve.ledger import events
from pgevolve.lock import deploy_lock
from pgevolve.progress import BackfillProgress, BackfillStarted, BackfillWaits, DeployEvent
from pgevolve.resolve import resolve

Query = Callable[..., list[tuple[object, ...]]]
_ONCE = "SELECT count(*), min(written), max(written), count(name) FROM salons"


@pytest.fixture
def filling(shop: Any, empty_database: str) -> Migration:
    """Return a pending migration that fills 300 rows in many batches."""
    shop.add("salons", *SALONS, ROWS.format(300))
    deploy(shop.project, empty_database)
    with psycopg.connect(empty_database) as connection:
        connection.execute("ANALYZE salons")
    migration: Migration = shop.add("names", "SELECT 1", backfill=FILL)
    return migration


def _paused_at(shop: Any, url: str, kind: type[DeployEvent], **options: float) -> BackfillPausedError:  # type: ignore[valid-type]
    """Deploy, and ask for a pause from another session at the first event of a kind."""

    told: list[DeployEvent] = []

    def tell(event: DeployEvent) -> None:
        if isinstance(event, kind) and not told:
            told.append(event)
            pause_backfills(shop.project, url, None, "the sale begins")

    with pytest.raises(BackfillPausedError) as caught:
        deploy(shop.with_options(**options), url, report=tell)
    return caught.value


def test_a_deploy_ends_behind_the_batch_during_which_somebody_asked(
    shop: Any, empty_database: str, query: Query, filling: Migration
) -> None:
    error = _paused_at(shop, empty_database, BackfillProgress)

    assert str(error) == (
        f"the backfill of migration '{filling.name}' is paused in public.salons: the sale begins"
    )
    ((state, held, why, done),) = query("SELECT state, held, why, rows_done FROM pgevolve.backfills")
    assert (state, held, why) == ("paused", True, "the sale begins")
    assert query("SELECT count(name) FROM salons") == [(done,)]
    assert 0 < int(str(done)) < 300
    assert query("SELECT state, backfill FROM pgevolve.migrations ORDER BY position DESC LIMIT 1") == [
        ("applying", "running")
    ]


def test_no_deploy_goes_on_until_the_pause_is_lifted(
    shop: Any, empty_database: str, query: Query, filling: Migration
) -> None:
    _paused_at(shop, empty_database, BackfillProgress)
    before = query(_ONCE)

    with pytest.raises(BackfillPausedError):
        deploy(shop.project, empty_database)
    assert query(_ONCE) == before
    assert lift_pauses(shop.project, empty_database, None) == (filling.name,)
    told: list[DeployEvent] = []
    deploy(shop.project, empty_database, report=told.append)

    (started,) = [event for event in told if isinstance(event, BackfillStarted)]
    assert started.share > 0
    assert query(_ONCE) == [(300, 1, 1, 300)]
    with connect(empty_database, purpose="test") as connection:
        kinds = [event.kind for event in events(connection) if event.kind.startswith("backfill.")]
    assert kinds == ["backfill.held", "backfill.paused", "backfill.released"]


def test_resume_lifts_the_pause_itself(
    shop: Any, empty_database: str, query: Query, filling: Migration
) -> None:
    _paused_at(shop, empty_database, BackfillProgress)

    resume(shop.project, empty_database)

    assert query(_ONCE) == [(300, 1, 1, 300)]
    assert query("SELECT state, held, why FROM pgevolve.backfills") == [("done", False, None)]


def test_a_backfill_that_waits_for_others_can_be_paused(
    shop: Any, empty_database: str, query: Query, filling: Migration
) -> None:
    _paused_at(shop, empty_database, BackfillWaits, max_wal_megabytes_per_second=0.001)

    assert query("SELECT state, why FROM pgevolve.backfills") == [("paused", "the sale begins")]


def test_a_pause_during_the_last_batch_of_a_statement_holds_the_next_one(
    shop: Any, empty_database: str, query: Query
) -> None:
    first = "UPDATE public.salons SET padding = 'y' WHERE ctid >= $1 AND ctid < $2 AND padding = 'x';\n"
    shop.add("salons", *SALONS, ROWS.format(30), backfill=first + FILL)

    def tell(event: DeployEvent) -> None:
        if isinstance(event, BackfillProgress) and event.turn == 2 and event.share == 1:
            pause_backfills(shop.project, empty_database, None, "later")

    with pytest.raises(BackfillPausedError):
        deploy(shop.project, empty_database, report=tell)

    assert query("SELECT statement, state, held FROM pgevolve.backfills ORDER BY 1") == [
        (1, "done", False),
        (2, "paused", True),
    ]
    assert query("SELECT count(name) FROM salons") == [(0,)]


def test_nothing_is_paused_or_resumed_where_nothing_is_filled(shop: Any, empty_database: str) -> None:
    with pytest.raises(NoBackfillError) as caught:
        pause_backfills(shop.project, empty_database, None, "why")
    assert str(caught.value) == "there is no backfill to pause"
    shop.add("salons", *SALONS, backfill=FILL)
    deploy(shop.project, empty_database)

    with pytest.raises(NoBackfillError, match="no backfill of migration 'x' to resume"):
        lift_pauses(shop.project, empty_database, "x")
    with pytest.raises(NoBackfillError):
        pause_backfills(shop.project, empty_database, None, "why")


def test_the_gate_of_a_contract_is_closed_while_a_backfill_is_paused(
    shop: Any, empty_database: str, filling: Migration
) -> None:
    shop.add("no_name", "ALTER TABLE public.salons DROP padding", phase="contract")
    _paused_at(shop, empty_database, BackfillProgress)
    resolve(shop.project, empty_database, filling.name, "applied", force=True, reason="a test")

    waiting = deploy(shop.project, empty_database).waiting

    assert waiting is not None
    assert waiting.conditions == (f"the backfill of {filling.name} is unfinished",)


def test_a_paused_migration_can_be_given_up(shop: Any, empty_database: str, query: Query) -> None:
    shop.add("salons", *SALONS, ROWS.format(300))
    deploy(shop.project, empty_database)
    add, drop = (f"ALTER TABLE public.salons {change} key text" for change in ("ADD", "DROP"))
    fill = FILL.replace("name", "key")
    name = shop.add("key", add, backfill=fill, down=[drop.removesuffix(" text")]).name
    _paused_at(shop, empty_database, BackfillProgress)

    rollback(shop.project, empty_database, name)

    assert query("SELECT * FROM pgevolve.backfills") == []
    assert query("SELECT state, backfill FROM pgevolve.migrations WHERE name = %s", name) == [
        ("rolled_back", "none")
    ]
    deploy(shop.project, empty_database)
    assert query("SELECT count(key) FROM salons") == [(300,)]


def _signalled(shop: Any, url: str, until: str, **options: float) -> subprocess.CompletedProcess[str]:
    """Deploy in a process of its own, and send it SIGTERM when a query finds something."""
    found = json.dumps(asdict(replace(SMALL, **options)))  # type: ignore[arg-type]
    process = subprocess.Popen(
        [
            sys.executable,
            str(Path(__file__).with_name("deployer.py")),
            str(shop.project.migrations),
            url,
            found,
        ],
        stderr=subprocess.PIPE,
        text=True,
    )
    with psycopg.connect(url, autocommit=True) as asking:
        while not asking.execute(until.encode()).fetchone():
            assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate()
    return subprocess.CompletedProcess([], process.returncode, None, said)


def test_a_signal_cancels_the_batch_and_leaves_the_cursor(
    shop: Any, empty_database: str, query: Query, filling: Migration
) -> None:
    with psycopg.connect(empty_database) as holder:
        holder.execute("SELECT FROM salons WHERE id = 150 FOR UPDATE")
        done = _signalled(shop, empty_database, "SELECT 1 FROM pg_locks WHERE NOT granted")

    assert done.returncode == 3, done.stderr
    assert done.stderr.startswith("error: SIGTERM: migration")
    ((state, held, why, rows),) = query("SELECT state, held, why, rows_done FROM pgevolve.backfills")
    assert (state, held, why) == ("paused", False, "SIGTERM")
    assert query("SELECT count(name) FROM salons") == [(rows,)]
    assert [entry.kind for entry in read_backfills(empty_database)] == ["interrupted"]
    deploy(shop.project, empty_database)
    assert query(_ONCE) == [(300, 1, 1, 300)]


def test_a_signal_ends_a_backfill_that_waits(
    shop: Any, empty_database: str, query: Query, filling: Migration
) -> None:
    waits = "SELECT 1 FROM pgevolve.backfills WHERE why LIKE 'the server writes%'"

    done = _signalled(shop, empty_database, waits, max_wal_megabytes_per_second=0.001)

    assert done.returncode == 3, done.stderr
    deploy(shop.project, empty_database)
    assert query(_ONCE) == [(300, 1, 1, 300)]


def test_commands_follow_pause_and_resume(
    shop: Any, empty_database: str, query: Query, filling: Migration
) -> None:
    app = make_app(lambda: shop.project, lambda: empty_database)

    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, arguments)
        return done.exit_code, done.output

    assert run("backfill", "status") == (0, "no backfill has run here\n")
    assert run("backfill", "pause")[0] == 2

    def tell(event: DeployEvent) -> None:
        # The pause finds the next batch on its way: that one is the last.
        if isinstance(event, BackfillProgress) and event.rows == 24:
            assert run("backfill", "status")[1].startswith(f"running     {filling.name} public.salons: ")
            assert run("backfill", "pause", "--reason", "too slow") == (
                0,
                f"paused the backfill of {filling.name}\n",
            )

    with pytest.raises(BackfillPausedError):
        deploy(shop.project, empty_database, report=tell)
    status, said = run("backfill", "status")
    assert status == 3
    assert said.startswith(f"paused      {filling.name} public.salons: 16% of pass 1, 48 of about 300 rows")
    assert said.endswith(", too slow\n")
    assert f"backfill {said}" in run("status")[1]
    (entry,) = json.loads(run("backfill", "status", "--json")[1])["backfills"]
    assert (entry["kind"], entry["held"], entry["rows"]) == ("paused", True, 48)
    status, said = run("deploy")
    assert status == 3
    assert f"hint: run `backfill resume {filling.name}` and deploy again: it goes on from there" in said
    assert run("backfill", "resume")[0] == 0
    assert run("backfill", "resume")[0] == 2
    status, said = run("deploy")
    assert status == 0, said
    assert "going on with the backfill of public.salons at 16% of pass 1\n" in said
    assert run("backfill", "status") == (0, f"done        {filling.name} public.salons: 300 rows\n")


def test_a_backfill_whose_deployer_died_is_shown_as_interrupted(
    shop: Any, empty_database: str, query: Query, filling: Migration
) -> None:
    _paused_at(shop, empty_database, BackfillProgress)
    query("UPDATE pgevolve.backfills SET state = 'running', held = false, why = NULL")
    assert [entry.kind for entry in read_backfills(empty_database)] == ["interrupted"]

    with (
        connect(empty_database, purpose="test") as connection,
        deploy_lock(connection, wait=0, waiting=lambda _: None),
    ):
        assert [entry.kind for entry in read_backfills(empty_database)] == ["running"]
        query("UPDATE pgevolve.backfills SET why = 'a standby'")
        assert [entry.kind for entry in read_backfills(empty_database)] == ["waiting"]
