"""The controller: sizes follow the time of a batch, waits what others suffer, and nothing lasts for ever."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgevolve.backfill.look import _Mark, seconds_behind
from pgevolve.backfill.pace import Batch, Follower, GoOn, Look, Observation, Pace, Wait, decide
from pgevolve.project import BackfillOptions

_OPTIONS = BackfillOptions()
_MB = 1 << 20
_QUIET = Look(1.0)

_followers = st.builds(
    Follower,
    st.sampled_from(["standby", "slot"]),
    st.sampled_from(["a", "b", "c"]),
    st.none() | st.integers(0, 1 << 40),
    st.none() | st.floats(0, 1e5),
    st.booleans(),
)
_looks = st.builds(
    Look,
    st.floats(0, 100),
    st.integers(0, 1 << 40),
    st.integers(0, 3),
    st.lists(_followers, max_size=3, unique_by=lambda follower: follower.key).map(tuple),
)
_batches = st.builds(Batch, st.integers(1, 10_000), st.floats(0, 1000), st.integers(0, 5), st.booleans())
_observations = st.lists(st.builds(Observation, st.none() | _batches, st.none() | _looks), max_size=60)
_options = st.builds(
    lambda least, first, most, patience: BackfillOptions(
        min_blocks=least,
        first_blocks=least + first,
        max_blocks=least + first + most,
        patience_seconds=patience,
    ),
    st.integers(1, 50),
    st.integers(0, 50),
    st.integers(0, 500),
    st.floats(0, 30),
)


def _behind(size: int | None = 0, seconds: float | None = 0.0, kind: str = "standby") -> Look:
    return Look(1.0, followers=(Follower(kind, "east", size, seconds),))  # type: ignore[arg-type]


@given(_options, _observations)
def test_sizes_stay_within_their_bounds(options: BackfillOptions, seen: list[Observation]) -> None:
    pace = Pace(options.first_blocks)
    for observation in seen:
        judged = decide(options, pace, observation)
        pace = judged.pace
        assert options.min_blocks <= pace.size <= options.max_blocks
        if isinstance(judged.decision, GoOn):
            assert options.min_blocks <= judged.decision.blocks <= pace.size


@given(_options, _observations)
def test_it_never_stands_still_longer_than_its_patience_and_one_wait(
    options: BackfillOptions, seen: list[Observation]
) -> None:
    pace, stood, longest = Pace(options.first_blocks), 0.0, 0.0
    for observation in seen:
        judged = decide(options, pace, observation)
        pace = judged.pace
        if isinstance(judged.decision, Wait):
            assert judged.decision.seconds > 0
            assert judged.decision.why
            assert stood < options.patience_seconds
            stood, longest = stood + judged.decision.seconds, max(longest, judged.decision.seconds)
        else:
            stood = 0.0
        assert stood <= options.patience_seconds + longest


@given(st.floats(1e-5, 0.2), st.integers(1, 8192))
def test_the_size_settles_where_a_batch_takes_the_time_that_is_aimed_at(cost: float, first: int) -> None:
    pace = Pace(first)
    for _ in range(40):
        pace = decide(_OPTIONS, pace, Observation(Batch(pace.size, cost * pace.size), _QUIET)).pace

    best = _OPTIONS.target_seconds / cost
    wanted = min(max(best, _OPTIONS.min_blocks), _OPTIONS.max_blocks)
    assert wanted / 2 - 1 <= pace.size <= wanted * 2


@given(st.integers(2, 8192), st.floats(0, 1000))
def test_a_refused_batch_makes_the_next_one_smaller(size: int, seconds: float) -> None:
    judged = decide(_OPTIONS, Pace(size), Observation(Batch(size, seconds, refused=True)))

    assert judged.decision == GoOn(judged.pace.size)
    assert judged.pace.size < size


@given(st.integers(2, 8192), st.floats(0, 1000), st.integers(1, 5))
def test_a_batch_for_which_others_waited_makes_the_next_one_smaller(
    size: int, seconds: float, waiting: int
) -> None:
    assert decide(_OPTIONS, Pace(size), Observation(Batch(size, seconds, waiting))).pace.size < size


def test_the_rest_of_a_pass_tells_nothing_about_a_whole_batch() -> None:
    judged = decide(_OPTIONS, Pace(512), Observation(Batch(3, 0.001), _QUIET))

    assert judged.decision == GoOn(512)


@pytest.mark.parametrize(
    ("look", "why"),
    [
        (_behind(257 * _MB), "the standby 'east' is 257 MB behind"),
        (_behind(0, 12.4), "the standby 'east' is 12 s behind"),
        (_behind(300 * _MB, 60), "the standby 'east' is 300 MB and 60 s behind"),
        (_behind(300 * _MB, None, "slot"), "the slot 'east' is 300 MB behind"),
        (Look(2.0, wal_bytes=200 * _MB), "the server writes 100 MB of WAL a second"),
        (Look(1.0, early_checkpoints=1), "a checkpoint came early"),
    ],
)
def test_it_waits_and_says_why(look: Look, why: str) -> None:
    decision = decide(_OPTIONS, Pace(8), Observation(None, look)).decision

    assert isinstance(decision, Wait)
    assert decision.why == why


def test_the_pause_for_wal_brings_the_rate_down_to_the_bound() -> None:
    decision = decide(_OPTIONS, Pace(8), Observation(None, Look(1.0, wal_bytes=96 * _MB))).decision

    assert isinstance(decision, Wait)
    assert decision.seconds == pytest.approx(0.5)


@pytest.mark.parametrize(
    "look", [_behind(256 * _MB, 10.0), _behind(None, None), Look(0.0, wal_bytes=_MB), Look(1.0, 64 * _MB)]
)
def test_it_goes_on_within_the_bounds(look: Look) -> None:
    assert decide(_OPTIONS, Pace(8), Observation(None, look)).decision == GoOn(8)


def test_a_bound_of_nothing_asks_for_nothing() -> None:
    options = replace(_OPTIONS, max_wal_megabytes_per_second=0, checkpoint_pause_seconds=0)

    look = Look(1.0, wal_bytes=1 << 40, early_checkpoints=3)
    assert decide(options, Pace(8), Observation(None, look)).decision == GoOn(8)


def test_a_standby_that_stays_behind_is_named_and_passed_over_until_it_has_caught_up() -> None:
    options = replace(_OPTIONS, patience_seconds=3)
    stuck, pace, waits = Observation(None, _behind(300 * _MB)), Pace(8), 0
    while isinstance((judged := decide(options, pace, stuck)).decision, Wait):
        pace, waits = judged.pace, waits + 1
    assert waits == 3
    assert judged.notices == ("the standby 'east' is 300 MB behind, and was waited for in vain for 3 s",)

    again = decide(options, judged.pace, stuck)
    assert (again.decision, again.notices) == (GoOn(8), ())
    caught_up = decide(options, again.pace, Observation(None, _behind(0))).pace
    assert isinstance(decide(options, caught_up, stuck).decision, Wait)


def test_one_that_an_earlier_fill_waited_for_is_named_and_not_waited_for_until_it_has_caught_up() -> None:
    stuck, look = Observation(None, _behind(300 * _MB, None, "slot")), _behind(300 * _MB, None, "slot")

    first = decide(_OPTIONS, Pace(8, in_vain=frozenset({look.followers[0].key})), stuck)

    assert first.decision == GoOn(8)
    assert first.notices == (
        "the slot 'east' is 300 MB behind: this deploy has waited for it in vain, and does not again",
    )
    assert first.pace.still_in_vain == {look.followers[0].key}
    again = decide(_OPTIONS, first.pace, stuck)
    assert (again.decision, again.notices) == (GoOn(8), ())
    well = decide(_OPTIONS, again.pace, Observation(None, _behind(0, None, "slot"))).pace
    assert well.still_in_vain == frozenset()
    assert isinstance(decide(_OPTIONS, well, stuck).decision, Wait)


def test_what_the_server_suffers_from_is_waited_for_by_every_fill() -> None:
    busy = Observation(None, Look(1.0, early_checkpoints=1))
    pace = replace(Pace(8), stood=_OPTIONS.patience_seconds)

    assert decide(_OPTIONS, pace, busy).pace.still_in_vain == frozenset()


def test_a_standby_that_is_gone_is_named_once_and_not_waited_for() -> None:
    there = decide(_OPTIONS, Pace(8), Observation(None, _behind(0))).pace

    gone = decide(_OPTIONS, there, Observation(None, _QUIET))

    assert gone.decision == GoOn(8)
    assert gone.notices == ("the standby 'east' is gone, and the fill goes on without it",)
    assert decide(_OPTIONS, gone.pace, Observation(None, _QUIET)).notices == ()


def test_a_standby_of_which_nothing_can_be_seen_is_named_once() -> None:
    unseen = Observation(None, _behind(None, None))

    judged = decide(_OPTIONS, Pace(8), unseen)

    assert judged.decision == GoOn(8)
    (notice,) = judged.notices
    assert notice == (
        "how far behind the standby 'east' is cannot be seen: it replays nothing, or this login needs"
        " pg_read_all_stats"
    )
    assert decide(_OPTIONS, judged.pace, unseen).notices == ()


def test_after_waiting_in_vain_for_the_server_itself_it_goes_on_gently() -> None:
    options = replace(_OPTIONS, patience_seconds=1)
    busy = Observation(None, Look(1.0, wal_bytes=200 * _MB))
    pace = decide(options, Pace(512), busy).pace

    judged = decide(options, pace, busy)

    assert judged.decision == GoOn(1)
    assert judged.pace.size == 512
    assert decide(options, judged.pace, Observation(None, _QUIET)).decision == GoOn(512)


def test_a_standby_that_replays_nothing_is_behind_by_what_was_seen_written() -> None:
    marks = [_Mark(10.0, 0, 1000, 0), _Mark(11.0, 0, 2000, 0), _Mark(12.0, 0, 3000, 0)]

    assert seconds_behind(marks, 1500, 20.0) == 9.0
    assert seconds_behind(marks, 3000, 20.0) == 0.0
