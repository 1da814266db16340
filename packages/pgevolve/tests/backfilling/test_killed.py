"""A deploy is killed with SIGKILL in its batches and between them; each row is written once all the same."""

from collections.abc import Callable, Iterator
from itertools import product

import psycopg
import pytest
from disturbed import Bench, Children
from filling import FILL, ROWS, SALONS
from wire import Message, Moment

from pgevolve.local import LocalPostgres
from pgevolve.step import Step

_PARTS = 16
_WRITTEN = "SELECT count(*), count(name), min(written), max(written) FROM public.salons"


class FillingBench(Bench):
    """The faults' bench over a history whose second migration fills rows; a row counts how often."""

    def _write_migrations(self, url: str) -> None:
        first = tuple(Step(statement) for statement in (*SALONS, ROWS.format(500)))
        self._write(url, "first", first, None)
        self._write(url, "fill", (Step("SELECT 1"),), None, FILL)

    def numbers(self, counts: Callable[[Message], bool]) -> range:
        """Return the ordinals of the messages of the quiet run that count."""
        return range(1, sum(map(counts, self.messages)) + 1)


def _is_batch(message: Message) -> bool:
    """Say whether a message fills rows, moves the cursor, or ends the transaction of both."""
    return message.ends_a_batch and (
        "ctid >= $1" in message.sql or "pgevolve.backfills" in message.sql or message.sql == "COMMIT"
    )


@pytest.fixture(scope="module")
def filling(server: LocalPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FillingBench]:
    made = FillingBench(server, tmp_path_factory.mktemp("filling"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def children() -> Iterator[Children]:
    with Children() as forking:
        yield forking


def _killed(
    bench: FillingBench,
    children: Children,
    counts: Callable[[Message], bool],
    moments: tuple[Moment, ...],
    every: int = 1,
) -> list[str]:
    points = list(product(bench.numbers(counts), moments))[::every]
    assert len(points) >= 5
    found = (bench.killed(at, moment, children, counts) for at, moment in points)
    return [wrong for wrong in found if wrong is not None]


def test_an_undisturbed_run_writes_each_row_once_in_several_batches(
    filling: FillingBench, children: Children
) -> None:
    assert sum("ctid >= $1" in message.sql and message.ends_a_batch for message in filling.messages) >= 5
    with filling.database() as url:
        filling.mend(url)
        with psycopg.connect(url) as connection:
            assert connection.execute(_WRITTEN).fetchall() == [(500, 500, 1, 1)]


def test_killed_at_some_messages_of_the_batches(filling: FillingBench, children: Children) -> None:
    assert not _killed(filling, children, _is_batch, ("before", "during", "after"), every=23)


@pytest.mark.slow
def test_killed_at_each_message_of_the_batches(filling: FillingBench, children: Children) -> None:
    assert not _killed(filling, children, _is_batch, ("before", "during", "after"))


@pytest.mark.long
@pytest.mark.parametrize("part", range(_PARTS))
def test_killed_at_every_message_of_a_deploy_that_fills(
    filling: FillingBench, children: Children, part: int
) -> None:
    """Before each message, and before each answer; in parts, each of which says how it went."""
    numbered = list(enumerate(filling.messages, 1))
    points: list[tuple[int, Moment]] = [(at, "before") for at, _ in numbered]
    points += [(at, "during") for at, message in numbered if message.ends_a_batch]
    points.append((len(numbered), "after"))

    found = (filling.killed(at, moment, children, lambda _: True) for at, moment in points[part::_PARTS])

    assert [wrong for wrong in found if wrong is not None] == []
    assert len(points) >= 200
