"""Clearing keeps to the lock discipline of a deploy, and to its lock; and `janitor` as it is typed."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from pgevolve.connect import connect
from pgevolve.janitor import clear_debris
from pgevolve.lock import DeployRunningError, deploy_lock

from .conftest import House

_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'goods'::regclass"


@pytest.fixture
def constrained(house: House) -> House:
    """Return a database with one constraint that is not validated."""
    made = house.give(
        "first",
        "CREATE TABLE public.goods (id bigint PRIMARY KEY, price int);"
        "ALTER TABLE public.goods ADD CONSTRAINT goods_price_check CHECK (price > 0) NOT VALID;",
    )
    house.put_in_place(made)
    house.record_as_applied(made)
    return house


def test_a_lock_that_does_not_come_is_asked_for_again(constrained: House) -> None:
    with ThreadPoolExecutor() as pool, psycopg.connect(constrained.url) as other:
        other.execute("LOCK TABLE goods IN SHARE UPDATE EXCLUSIVE MODE")
        clearing = pool.submit(clear_debris, constrained.project, constrained.url)
        while constrained.query(_WAITING) == [(0,)] and not clearing.done():
            pass
        while constrained.query(_WAITING) == [(1,)]:
            pass  # until its first, short wait is given up
        assert not clearing.done()
        other.rollback()

        assert [one.name for one in clearing.result().cleared] == ["goods_price_check on public.goods"]


def test_nothing_is_cleared_while_a_deploy_runs(constrained: House) -> None:
    with (
        connect(constrained.url, purpose="test") as other,
        deploy_lock(other, wait=0, waiting=lambda _: None),
        pytest.raises(DeployRunningError),
    ):
        clear_debris(constrained.project, constrained.url, wait=0)
    assert len(constrained.debris()) == 1


def test_where_nothing_is_left_nothing_is_written(house: House) -> None:
    assert clear_debris(house.project, house.url).cleared == ()
    assert house.query("SELECT to_regnamespace('pgevolve')") == [(None,)]


def _project(house: House) -> Path:
    root = house.project.migrations.parent
    (root / "models.py").write_text("from sqlalchemy import MetaData\nmetadata = MetaData()\n")
    settings = '[tool.pgevolve]\nmetadata = "models:metadata"\nmigrations = "migrations"\n'
    (root / "pyproject.toml").write_text(settings)
    return root


def _janitor(house: House, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).with_name("pgevolve")), "janitor", *arguments],
        cwd=_project(house),
        env=os.environ | {"DATABASE_URL": house.url},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_shows_clears_and_ends_with_its_findings(constrained: House) -> None:
    constrained.run("INSERT INTO goods VALUES (1, 1), (2, 1)")
    with pytest.raises(errors.UniqueViolation):
        constrained.run("CREATE UNIQUE INDEX CONCURRENTLY goods_price_key ON goods (price)")

    shown = _janitor(constrained)
    assert (shown.returncode, shown.stderr) == (1, "")
    assert shown.stdout.splitlines() == [
        "invalid index public.goods_price_key: its build failed",
        "  DROP INDEX CONCURRENTLY public.goods_price_key;",
        "unvalidated constraint goods_price_check on public.goods: no row is in its way",
        "  ALTER TABLE public.goods VALIDATE CONSTRAINT goods_price_check;",
        "`janitor --clear` runs these statements",
    ]

    cleared = _janitor(constrained, "--clear")
    assert (cleared.returncode, cleared.stderr) == (0, "")
    assert cleared.stdout.splitlines() == [
        "cleared: invalid index public.goods_price_key: its build failed",
        "cleared: unvalidated constraint goods_price_check on public.goods: no row is in its way",
    ]
    again = _janitor(constrained)
    assert (again.returncode, again.stdout) == (0, "nothing is left behind\n")


def test_what_stays_is_printed_and_is_a_finding(constrained: House) -> None:
    constrained.run(
        "ALTER TABLE goods DROP CONSTRAINT goods_price_check",
        "INSERT INTO goods VALUES (1, -1)",
        "ALTER TABLE goods ADD CONSTRAINT goods_price_check CHECK (price > 0) NOT VALID",
    )

    cleared = _janitor(constrained, "--clear")

    assert cleared.returncode == 1
    assert cleared.stdout.splitlines() == [
        "left: unvalidated constraint goods_price_check on public.goods: 1 rows violate it",
        "  mend the rows that `SELECT * FROM public.goods WHERE NOT ((price > 0))` lists",
    ]


def test_both_outcomes_are_available_as_json(constrained: House) -> None:
    shown = json.loads(_janitor(constrained, "--json").stdout)
    cleared = json.loads(_janitor(constrained, "--clear", "--json").stdout)

    assert shown["debris"] == [
        {
            "kind": "unvalidated constraint",
            "name": "goods_price_check on public.goods",
            "why": "no row is in its way",
            "statements": ["ALTER TABLE public.goods VALIDATE CONSTRAINT goods_price_check"],
            "advice": None,
        }
    ]
    assert cleared["left"] == []
    assert cleared["cleared"][0]["name"] == "goods_price_check on public.goods"
