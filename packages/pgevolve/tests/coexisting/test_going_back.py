"""A deploy stops at any moment before the contract, both releases write, and all of it is undone."""

from random import Random
from typing import Any

import pytest
from deployed import Deployed
from scenarios import SCENARIOS
from writers import Hand

from pgevolve.status import read_status

_QUICK = ("rename of an indexed column with a default that is never NULL",)


def _sweep(deployments: Any, name: str, each: int = 1) -> int:
    """Try the events of a deploy, or one of so many, as the moment at which it ends; return their number."""
    open_deployed, place, came = deployments(SCENARIOS[name]), 1 - each, True
    while came:
        place += each
        with open_deployed() as deployed:
            hand = Hand(deployed.url, deployed.scenario, Random(place))
            hand.writes("old", 6)
            came = deployed.stops_at(place)
            _write_and_go_back(deployed, hand)

            deployed.deploys()
            hand.looks("old", "new")
            hand.writes("new", 4)
            hand.writes("old", 4)
            hand.looks("old", "new")
    return place


def _write_and_go_back(deployed: Deployed, hand: Hand) -> None:
    """Let those write who can at this moment, undo what there is, and look whether it is all there."""
    hand.writes("old", 6)
    kinds = [entry.kind for entry in read_status(deployed.project, deployed.url).migrations[1:]]
    if all(kind == "applied" for kind in kinds[:-1]):
        hand.writes("new", 6)
        hand.writes("old", 6)
        hand.looks("old", "new")
    if {"applied", "unfinished"} & set(kinds):
        deployed.goes_back()
    hand.looks("old")
    hand.fills_anew()
    hand.writes("old", 4)


@pytest.mark.parametrize("name", _QUICK)
def test_going_back_keeps_every_write(deployments: Any, name: str) -> None:
    assert _sweep(deployments, name, each=4) >= 8


@pytest.mark.slow
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
