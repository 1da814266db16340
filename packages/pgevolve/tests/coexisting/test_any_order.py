"""Old and new code write in any order, before, between and after the steps: no write is lost either way."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from machine import Coexistence
from scenarios import SCENARIOS

_QUICK, _SLOW, _LONG = 3, 8, 150


def _try(name: str, stages: Callable[..., Any], examples: int, steps: int) -> None:
    scenario = SCENARIOS[name]
    open_stage = stages(scenario)
    run_state_machine_as_test(
        lambda: Coexistence(scenario, open_stage),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            # Each step of an example is a few statements on a server: a failure is shown as it was found.
            phases=(Phase.generate,),
            report_multiple_bugs=False,
            print_blob=False,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_order_of_writes_steps_and_ways_back_loses_a_write(name: str, stages: Any) -> None:
    _try(name, stages, _QUICK, 20)


@pytest.mark.slow
@pytest.mark.parametrize("name", SCENARIOS)
def test_no_longer_order_loses_one_either(name: str, stages: Any) -> None:
    _try(name, stages, _SLOW, 30)


@pytest.mark.long
@pytest.mark.parametrize("name", SCENARIOS)
def test_nor_does_any_of_very_many(name: str, stages: Any) -> None:
    _try(name, stages, _LONG, 40)
