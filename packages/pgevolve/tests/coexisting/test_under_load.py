"""Both releases write at full load while a change is really deployed, from its first step to its contract."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from applications import Session, Shape
from deployed import Deployed
from reference import Insert, Reference, Rows, Side
from scenarios import SCENARIOS, Scenario
from writers import Load, drawn_values

from pgevolve.deploy import deploy
from pgevolve.lock_policy import LockPolicy
from pgevolve.progress import DeployEvent, MigrationApplied, MigrationStarted

_KEYS = range(1, 41)
_QUICK = ("rename of an indexed column with a default that is never NULL",)
# The clients never stop: a step must be able to wait for its turn.
_PATIENT = LockPolicy(attempts=40)


def _filled(deployed: Deployed) -> Rows:
    """Write the first rows, and return them."""
    scenario, rng = deployed.scenario, Random(1)
    rows: Rows = {}
    session = Session(deployed.url, "old", 1)
    for key in _KEYS:
        write = Insert(((key, drawn_values(rng, scenario, "old")),))
        assert session.run(scenario.before, write)
        rows = Reference(scenario.groups).after(rows, "old", write)
    session.connection.close()
    return rows


def _read(deployed: Deployed, side: Side, shape: Shape) -> dict[int, Any]:
    session = Session(deployed.url, side, 1)
    try:
        return session.rows(shape)
    finally:
        session.connection.close()


def _side(rows: Rows, side: Side) -> dict[int, Any]:
    return {key: (row.price, row.side(side)) for key, row in rows.items()}


def _deploy(deployed: Deployed, load: Load, hours: float = 0) -> Any:
    """Deploy, and go on at each migration only after every release has written again."""

    def report(event: DeployEvent) -> None:
        if isinstance(event, MigrationStarted | MigrationApplied):
            load.await_writes(20)

    now = None if not hours else lambda: datetime.now(UTC) + timedelta(hours=hours)
    return deploy(deployed.project, deployed.url, report=report, locks=_PATIENT, now=now)


def _keeps_its_names(scenario: Scenario) -> bool:
    """Tell whether the new release writes in one shape before and after the contract."""
    return scenario.beside == scenario.after


def _release(deployed: Deployed) -> None:
    """Take a change from one release to the next, with both of them at work wherever both may be."""
    scenario, before = deployed.scenario, _filled(deployed)
    load = Load(deployed.url, scenario, _KEYS)
    load.start("old", "old", scenario.before, 2)
    try:
        load.await_writes(20)
        assert _deploy(deployed, load).waiting is not None
        load.start("new", "new", scenario.beside, 2)
        load.await_writes(50)

        waiting = _deploy(deployed, load, hours=1).waiting
        assert any("a client of release 1.0.0 is connected" in text for text in waiting.conditions)
        load.await_writes(20)
        load.stop("old")
        if not _keeps_its_names(scenario):
            load.stop("new")
        middle = load.rows(before) if not load.is_at_work else None

        assert _deploy(deployed, load, hours=2).waiting is None
        if middle is not None:
            assert _read(deployed, "new", scenario.after) == _side(middle, "new")
            load.start("new", "new", scenario.after, 2)
        load.await_writes(20)
    finally:
        load.stop_all()
    assert not load.failures, load.failures
    assert load.gone == set()
    assert _read(deployed, "new", scenario.after) == _side(load.rows(before), "new")


@pytest.mark.parametrize("name", _QUICK)
def test_no_write_is_lost_from_the_first_step_to_the_contract(deployments: Any, name: str) -> None:
    with deployments(SCENARIOS[name])() as deployed:
        _release(deployed)


# Forty rows with a key of their own each are no matter of chance.
_OTHERS = sorted(name for name in SCENARIOS.keys() - set(_QUICK) if "unique" not in name)


@pytest.mark.slow
@pytest.mark.parametrize("name", _OTHERS)
def test_nor_in_any_other_change(deployments: Any, name: str) -> None:
    with deployments(SCENARIOS[name])() as deployed:
        _release(deployed)


@pytest.mark.parametrize("name", _QUICK[:1])
def test_none_is_lost_on_the_way_back_either(deployments: Any, name: str) -> None:
    with deployments(SCENARIOS[name])() as deployed:
        scenario, before = deployed.scenario, _filled(deployed)
        load = Load(deployed.url, scenario, _KEYS)
        load.start("old", "old", scenario.before, 2)
        try:
            _deploy(deployed, load)
            load.start("new", "new", scenario.beside, 2)
            load.await_writes(50)
            deployed.goes_back()
            load.await_writes_of("old", count=50)
        finally:
            load.stop_all()
        assert load.failures == []
        assert load.gone == {"new"}
        assert _read(deployed, "old", scenario.before) == _side(load.rows(before), "old")
