"""Pauses between runs grow, are capped and jittered; some errors are not tried again."""

import random
from datetime import timedelta

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sevra_atlas.domain.errors import NotFoundError
from sevra_atlas.workers.backoff import DEFAULT, Retry, is_final

RETRIES = st.builds(
    lambda attempts, first, more, jitter: Retry(
        attempts, timedelta(seconds=first), timedelta(seconds=first + more), jitter
    ),
    st.integers(1, 200),
    st.floats(0, 60),
    st.floats(0, 3600),
    st.floats(0, 0.99),
)


@given(RETRIES, st.integers(1, 300), st.integers())
def test_a_pause_lies_around_its_doubled_and_capped_value(retry: Retry, failures: int, seed: int) -> None:
    pause = retry.pause(failures, random.Random(seed))

    if failures >= retry.attempts:
        assert pause is None
        return
    assert pause is not None
    plain = min(retry.first.total_seconds() * 2 ** min(failures - 1, 62), retry.cap.total_seconds())
    microsecond = 1e-6
    assert plain * (1 - retry.jitter) - microsecond <= pause.total_seconds()
    assert pause.total_seconds() <= plain * (1 + retry.jitter) + microsecond
    assert pause <= retry.cap * (1 + retry.jitter) + timedelta(microseconds=1)


@given(RETRIES, st.integers(1, 300))
def test_without_jitter_a_later_pause_is_never_shorter(retry: Retry, failures: int) -> None:
    steady = Retry(retry.attempts, retry.first, retry.cap, 0)
    first, second = (steady.pause(count, random.Random(0)) for count in (failures, failures + 1))

    assert second is None or (first is not None and second >= first)


def test_the_default_is_five_runs_from_two_seconds_doubled() -> None:
    steady = Retry(DEFAULT.attempts, DEFAULT.first, DEFAULT.cap, 0)

    pauses = [steady.pause(failures, random.Random(0)) for failures in range(1, 6)]

    assert pauses == [*(timedelta(seconds=seconds) for seconds in (2, 4, 8, 16)), None]


@pytest.mark.parametrize(
    "wrong",
    [
        {"attempts": 0},
        {"first": timedelta(seconds=-1)},
        {"cap": timedelta(seconds=1)},
        {"jitter": 1},
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match=r"retry|jitter"):
        Retry(**wrong)


@pytest.mark.parametrize(
    ("error", "final"),
    [
        (NotFoundError("salon", 1), True),
        (psycopg.errors.UndefinedColumn(), True),
        (psycopg.errors.InvalidTextRepresentation(), True),
        (TypeError(), True),
        (psycopg.errors.DeadlockDetected(), False),
        (psycopg.errors.UniqueViolation(), False),
        (psycopg.OperationalError(), False),
        (ConnectionResetError(), False),
        (RuntimeError(), False),
    ],
)
def test_what_the_next_run_would_fail_alike_is_not_tried_again(error: Exception, final) -> None:
    assert is_final(error) is final
