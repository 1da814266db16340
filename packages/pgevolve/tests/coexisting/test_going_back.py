"""A deploy stops at any moment before the contract, both releases write, and all of it is undone."""

from random import Random
from typing import Any

import pytest
from deployed import Deployed
from scenarios import SCENARIOS
from writers import Hand

from pgevolve.deploy.gate import waiting_contract
from pgevolve.status import read_status

_QUICK = ("rename of an indexed column with a default that is never NULL",)


def _stopped(deployed: Deployed, place: int, rng: Random) -> Hand:
    """Write before a deploy, stop it at an event, and write again."""
    hand = Hand(deployed.url, deployed.scenario, rng)
    hand.writes("old", 6)
    came = deployed.stops_at(place)
    hand.writes("old", 6)
    if not came:
        hand.writes("new", 6)
        hand.writes("old", 6)
        hand.looks("old", "new")
    return hand


def _sweep(deployments: Any, name: str) -> int:
    """Try every event of a deploy as the moment at which it ends; return how many there were."""
    open_deployed, place, is_over = deployments(SCENARIOS[name]), 0, False
    while not is_over:
        place += 1
        with open_deployed() as deployed:
            hand = _stopped(deployed, place, Random(place))
            is_over = waiting_contract(deployed.project, deployed.url) is not None and _is_expanded(deployed)
            if any(entry.kind == "unfinished" for entry in _new(deployed)) or is_over or _applied(deployed):
                deployed.goes_back()
            hand.fills_anew()
            hand.writes("old", 4)

            deployed.deploys()
            hand.looks("old", "new")
            hand.writes("new", 4)
            hand.writes("old", 4)
            hand.looks("old", "new")
    return place


def _new(deployed: Deployed) -> Any:
    return read_status(deployed.project, deployed.url).migrations[1:]


def _applied(deployed: Deployed) -> bool:
    return any(entry.kind == "applied" for entry in _new(deployed))


def _is_expanded(deployed: Deployed) -> bool:
    return all(entry.kind == "applied" for entry in _new(deployed)[:-1])


@pytest.mark.parametrize("name", _QUICK)
def test_going_back_at_any_moment_keeps_every_write(deployments: Any, name: str) -> None:
    assert _sweep(deployments, name) >= 8


_SLOW = ("retype of text to integer", "split of a column into two", "rename of a table")
# Whether rows of one statement may exchange their keys depends on which of them comes first.
_LONG = sorted(name for name in SCENARIOS.keys() - {*_QUICK, *_SLOW} if "unique" not in name)


@pytest.mark.slow
@pytest.mark.parametrize("name", _SLOW)
def test_going_back_from_other_kinds_of_change_keeps_every_write(deployments: Any, name: str) -> None:
    assert _sweep(deployments, name) >= 4


@pytest.mark.long
@pytest.mark.parametrize("name", _LONG)
def test_going_back_from_any_change_keeps_every_write(deployments: Any, name: str) -> None:
    assert _sweep(deployments, name) >= 4
