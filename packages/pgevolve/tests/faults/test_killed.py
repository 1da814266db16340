"""The process of a deploy is killed with SIGKILL; the next one ends where an undisturbed one does."""

from collections.abc import Iterable

import pytest
from disturbed import Bench, Children, Result, shown
from wire import Message, Moment

_LEDGER = "pgevolve."


def _sweep(
    bench: Bench,
    children: Children,
    fault: str,
    points: Iterable[tuple[int, Moment]],
    capsys: pytest.CaptureFixture[str],
) -> Result:
    points = list(points)
    wrong = [found for at, moment in points if (found := bench.killed(at, moment, children)) is not None]
    result = Result(f"{bench.function}: {fault}", len(points), tuple(wrong))
    shown(result, capsys)
    return result


def _ends(messages: Iterable[Message]) -> list[Message]:
    return [message for message in messages if message.ends_a_batch]


@pytest.mark.slow
def test_killed_before_and_after_each_ledger_write(
    bench: Bench, children: Children, capsys: pytest.CaptureFixture[str]
) -> None:
    writes = [
        message.number
        for message in _ends(bench.messages)
        if _LEDGER in message.sql and message.sql.split(None, 1)[0] in {"INSERT", "UPDATE", "DELETE"}
    ]
    moments: tuple[Moment, ...] = ("before", "after")

    result = _sweep(
        bench,
        children,
        "SIGKILL before and after each ledger write",
        ((n, m) for n in writes for m in moments),
        capsys,
    )

    assert result.points >= 20
    assert not result.wrong


@pytest.mark.slow
def test_killed_during_each_statement_and_each_commit(
    bench: Bench, children: Children, capsys: pytest.CaptureFixture[str]
) -> None:
    words = {"CREATE", "ALTER", "DROP", "REINDEX", "INSERT", "UPDATE", "DELETE", "COMMIT"}
    at_work = [
        message.number
        for message in _ends(bench.messages)
        if _LEDGER not in message.sql
        and message.sql.split(None, 1)[:1]
        and message.sql.split(None, 1)[0] in words
    ]

    result = _sweep(
        bench, children, "SIGKILL during each statement and commit", ((n, "during") for n in at_work), capsys
    )

    assert result.points >= 20
    assert not result.wrong


@pytest.mark.long
def test_killed_at_every_message(
    bench: Bench, children: Children, capsys: pytest.CaptureFixture[str]
) -> None:
    numbers = range(1, len(bench.messages) + 1)
    before = [(number, "before") for number in numbers]
    during = [(number, "during") for number in numbers]
    after = [(message.number, "after") for message in _ends(bench.messages)]

    result = _sweep(bench, children, "SIGKILL at every message", [*before, *during, *after], capsys)

    assert result.points >= 200
    assert not result.wrong
