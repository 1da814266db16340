"""The process of a deploy is killed with SIGKILL; the next one ends where an undisturbed one does."""

from collections.abc import Callable, Iterable

import pytest
from disturbed import PARTS, Bench, Children, is_at_work, is_ledger_write
from wire import Message, Moment

Record = Callable[[str, object], None]


def _wrong(
    bench: Bench,
    children: Children,
    points: Iterable[tuple[int, Moment]],
    counts: Callable[[Message], bool],
) -> list[str]:
    return [
        found for at, moment in points if (found := bench.killed(at, moment, children, counts)) is not None
    ]


def _ordinals(bench: Bench, counts: Callable[[Message], bool]) -> range:
    return range(1, sum(map(counts, bench.messages)) + 1)


@pytest.mark.slow
@pytest.mark.fault("SIGKILL of the tool before and after each ledger write")
def test_killed_before_and_after_each_ledger_write(
    bench: Bench, children: Children, record_property: Record
) -> None:
    moments: tuple[Moment, ...] = ("before", "after")
    points = [(at, moment) for at in _ordinals(bench, is_ledger_write) for moment in moments]
    record_property("points", len(points))

    assert not _wrong(bench, children, points, is_ledger_write)

    assert len(points) >= 15


@pytest.mark.slow
@pytest.mark.fault("SIGKILL of the tool during each statement and commit")
def test_killed_during_each_statement_and_each_commit(
    bench: Bench, children: Children, record_property: Record
) -> None:
    points: list[tuple[int, Moment]] = [(at, "during") for at in _ordinals(bench, is_at_work)]
    record_property("points", len(points))

    assert not _wrong(bench, children, points, is_at_work)

    assert len(points) >= 15


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.fault("SIGKILL of the tool before and during every message to the server")
def test_killed_at_every_message(
    bench: Bench, children: Children, part: int, record_property: Record
) -> None:
    """Before each message, and before each answer: after an answer is before the message that follows it.

    In parts, each of which says how it went.
    """
    numbered = list(enumerate(bench.messages, 1))
    points: list[tuple[int, Moment]] = [(at, "before") for at, _ in numbered]
    points += [(at, "during") for at, message in numbered if message.ends_a_batch]
    points.append((len(numbered), "after"))
    chosen = points[part::PARTS]
    record_property("points", len(chosen))

    assert not _wrong(bench, children, chosen, lambda _: True)

    assert len(points) >= 200
