"""The contract is refused while somebody of the old release may be there, or a row would lose something."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import psycopg
import pytest
from applications import Session
from deployed import Deployed
from scenarios import SCENARIOS
from writers import Hand

from pgevolve.deploy import deploy
from pgevolve.deploy.report import DeployReport

_RENAME = "rename of a column"
_APART = {
    _RENAME: "UPDATE goods SET label = 'other'",
    "retype of integer to bigint": "UPDATE goods SET x = 7, x_as_bigint = NULL",
    "split of a column into two": "UPDATE goods SET full_name = 'Ann Lee', first = NULL, last = NULL",
}


def _in(deployed: Deployed, hours: float) -> DeployReport:
    return deploy(deployed.project, deployed.url, now=lambda: datetime.now(UTC) + timedelta(hours=hours))


def _conditions(report: DeployReport) -> str:
    return "" if report.waiting is None else "; ".join(report.waiting.conditions)


def _write(deployed: Deployed, *statements: str) -> None:
    with psycopg.connect(deployed.url) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def test_each_condition_alone_keeps_it_closed(deployments: Any) -> None:
    with deployments(SCENARIOS[_RENAME])() as deployed:
        hand = Hand(deployed.url, deployed.scenario, Random(3))
        deployed.deploys()

        assert "the counting of writes in the old shape began" in _conditions(_in(deployed, 0.01))
        hand.writes("new", 5)
        assert "the counting of writes in the old shape began" in _conditions(_in(deployed, 0.01))
        _write(deployed, "UPDATE goods SET title = title", "INSERT INTO goods (id, title) VALUES (90, 'x')")
        assert "2 writes in the old shape were seen" in _conditions(_in(deployed, 0.01))
        session = Session(deployed.url, "old", 1)
        assert "a client of release 1.0.0 is connected" in _conditions(_in(deployed, 1))
        session.connection.close()
        assert _conditions(_in(deployed, 1)) == ""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] * (name != _RENAME)) for name in _APART]
)
def test_rows_that_a_worker_without_triggers_wrote_keep_it_closed(deployments: Any, name: str) -> None:
    with deployments(SCENARIOS[name])() as deployed:
        deployed.deploys()
        column = deployed.scenario.before.columns[0]
        _write(deployed, f"INSERT INTO goods (id, {column}) VALUES (1, '1')", f"SELECT {column} FROM goods")
        _write(deployed, "SET session_replication_role = replica", _APART[name])

        said = _conditions(_in(deployed, 1))

        assert said.startswith("1 rows of public.goods do not hold in the new columns what the old ones say")
        query = said.partition("`")[2].rstrip("`")
        with psycopg.connect(deployed.url) as connection:
            assert len(connection.execute(query.encode()).fetchall()) == 1
        # One side is right, and somebody says which.
        _write(deployed, f"UPDATE goods SET {column} = NULL", f"UPDATE goods SET {column} = '2'")
        assert _conditions(_in(deployed, 1)) == ""


def test_a_view_under_an_old_name_stands_for_a_while(deployments: Any) -> None:
    with deployments(SCENARIOS["rename of a table"])() as deployed:
        hand = Hand(deployed.url, deployed.scenario, Random(3))

        said = _conditions(deployed.deploys())

        assert said.startswith("public.goods stands for its new name since")
        hand.writes("old", 5)
        hand.writes("new", 5)
        assert _conditions(_in(deployed, 1)) == ""
        hand.looks("new")
