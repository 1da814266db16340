"""A transaction that the server gave up for another one is begun again, a bounded number of times."""

from collections.abc import Callable

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from sevra_atlas.transactions import (
    ATTEMPTS,
    LONGEST_PAUSE_SECONDS,
    SHORTEST_PAUSE_SECONDS,
    passes,
    repeated,
)

PASSING = [
    psycopg.errors.SerializationFailure(),
    psycopg.errors.DeadlockDetected(),
    psycopg.errors.LockNotAvailable(),
    OperationalError("SELECT 1", {}, psycopg.errors.DeadlockDetected()),
]
OTHERS = [
    psycopg.errors.UniqueViolation(),
    psycopg.errors.QueryCanceled(),
    psycopg.OperationalError(),
    OperationalError("SELECT 1", {}, psycopg.errors.AdminShutdown()),
    ValueError(),
]


def failing(errors: list[Exception]) -> tuple[Callable[[], str], list[int]]:
    """Return an act that fails with these errors one after the other, then succeeds; and its calls."""
    calls: list[int] = []

    def act() -> str:
        calls.append(1)
        if len(calls) <= len(errors):
            raise errors[len(calls) - 1]
        return "done"

    return act, calls


@given(st.lists(st.sampled_from(PASSING), max_size=5))
def test_what_passes_is_tried_again_with_pauses_of_bounded_length(errors: list[Exception]) -> None:
    act, calls = failing(errors)
    pauses: list[float] = []

    if len(errors) < ATTEMPTS:
        assert repeated(act, pause=pauses.append) == "done"
    else:
        with pytest.raises(type(errors[ATTEMPTS - 1])):
            repeated(act, pause=pauses.append)

    assert len(calls) == min(len(errors) + 1, ATTEMPTS)
    assert len(pauses) == len(calls) - 1
    assert all(SHORTEST_PAUSE_SECONDS <= pause <= LONGEST_PAUSE_SECONDS for pause in pauses)


@pytest.mark.parametrize("error", OTHERS, ids=lambda error: type(error).__name__)
def test_what_does_not_pass_is_raised_at_once(error: Exception) -> None:
    act, calls = failing([error])

    with pytest.raises(type(error)):
        repeated(act, pause=lambda _: pytest.fail("it waited"))

    assert not passes(error)
    assert len(calls) == 1
