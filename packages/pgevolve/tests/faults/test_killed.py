"""The process of a deploy is killed with SIGKILL; the next one ends where an undisturbed one does."""

from collections.abc import Callable, Iterable

import pytest
from disturbed import Bench, Children, Result, is_at_work, is_ledger_write, shown
from wire import Message, Moment


def _swept(
    bench: Bench,
    children: Children,
    fault: str,
    points: Iterable[tuple[int, Moment]],
    counts: Callable[[Message], bool],
) -> Result:
    points = list(points)
    wrong = [
        found for at, moment in points if (found := bench.killed(at, moment, children, counts)) is not None
    ]
    return Result(f"{bench.function}: {fault}", len(points), tuple(wrong))


def _ordinals(bench: Bench, counts: Callable[[Message], bool]) -> range:
    return range(1, sum(map(counts, bench.messages)) + 1)


@pytest.mark.slow
def test_killed_before_and_after_each_ledger_write(
    bench: Bench, children: Children, capsys: pytest.CaptureFixture[str]
) -> None:
    moments: tuple[Moment, ...] = ("before", "after")
    points = [(at, moment) for at in _ordinals(bench, is_ledger_write) for moment in moments]

    result = _swept(bench, children, "SIGKILL before and after each ledger write", points, is_ledger_write)

    shown(result, capsys)
    assert result.points >= 15
    assert not result.wrong


@pytest.mark.slow
def test_killed_during_each_statement_and_each_commit(
    bench: Bench, children: Children, capsys: pytest.CaptureFixture[str]
) -> None:
    points: list[tuple[int, Moment]] = [(at, "during") for at in _ordinals(bench, is_at_work)]

    result = _swept(bench, children, "SIGKILL during each statement and commit", points, is_at_work)

    shown(result, capsys)
    assert result.points >= 15
    assert not result.wrong


@pytest.mark.long
def test_killed_at_every_message(
    bench: Bench, children: Children, capsys: pytest.CaptureFixture[str]
) -> None:
    moments: tuple[Moment, ...] = ("before", "during", "after")
    points = [(at, moment) for at in range(1, len(bench.messages) + 1) for moment in moments]

    result = _swept(bench, children, "SIGKILL at every message", points, lambda _: True)

    shown(result, capsys)
    assert result.points >= 200
    assert not result.wrong
