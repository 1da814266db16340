"""The server ends the session, its process is killed, or all of it stops at once, amid a deploy."""

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import psycopg
import pytest
from disturbed import PARTS, Bench, Children, is_at_work, is_ledger_write
from wire import Message

from pgevolve.local import LocalPostgres

Record = Callable[[str, object], None]


@pytest.fixture(scope="module")
def own_bench(servers: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """Return a bench on a server of its own, which commits before it says so."""
    home = tmp_path_factory.mktemp("own")
    with LocalPostgres(home, settings={"fsync": "off"}) as server:
        yield Bench(server, tmp_path_factory.mktemp("faults"))
    LocalPostgres(home).delete()


def _wrong(points: Iterable[int], one: Callable[[int], str | None]) -> list[str]:
    return [found for at in points if (found := one(at)) is not None]


def _terminate(bench: Bench, process: int) -> None:
    with psycopg.connect(bench.server.url(), autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(%s, 10000)", (process,))


def _in_session(message: Message) -> bool:
    return message.ends_a_batch and message.session != 0


def _every_twentieth(bench: Bench) -> range:
    return range(1, sum(map(_in_session, bench.messages)) + 1, 20)


@pytest.mark.slow
@pytest.mark.fault("the server ends the session before an answer")
def test_the_session_is_ended_at_every_twentieth_answer(
    bench: Bench, children: Children, record_property: Record
) -> None:
    points = _every_twentieth(bench)
    record_property("points", len(points))

    assert not _wrong(
        points,
        lambda at: bench.acted(at, partial(_terminate, bench), children, counts=_in_session),
    )

    assert len(points) >= 10


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.fault("the server ends the session before every answer")
def test_the_session_is_ended_before_every_answer(
    bench: Bench, children: Children, part: int, record_property: Record
) -> None:
    """What is sent and not yet to be answered is of the same transaction, and goes with it."""
    points = range(1, sum(map(_in_session, bench.messages)) + 1)[part::PARTS]
    record_property("points", len(points))

    assert not _wrong(
        points,
        lambda at: bench.acted(at, partial(_terminate, bench), children, counts=_in_session),
    )


def _stop_at_once(bench: Bench, _process: int) -> None:
    """Let the postmaster quit as after a power cut: it asks nobody and writes nothing."""
    pid_file = bench.server.home / "data" / "postmaster.pid"
    postmaster = int(pid_file.read_text().splitlines()[0])
    os.kill(postmaster, signal.SIGQUIT)
    while bench.server.is_running:
        pass


def _start_again(bench: Bench) -> None:
    if not bench.server.is_running:
        again = LocalPostgres(bench.server.home, settings={"fsync": "off"})
        again.start()
        bench.server = again


def _kill_process(bench: Bench, process: int) -> None:
    """Kill one process of the server; the postmaster then ends all sessions and recovers."""
    os.kill(process, signal.SIGKILL)
    while Path(f"/proc/{process}").exists():
        pass


def _wait_for_recovery(bench: Bench) -> None:
    while True:
        try:
            psycopg.connect(bench.server.url()).close()
        except psycopg.OperationalError:
            continue
        return


def _works(message: Message) -> bool:
    return is_at_work(message) or is_ledger_write(message)


def _each(bench: Bench, every: int) -> range:
    return range(1, sum(map(_works, bench.messages)) + 1, every)


_EVERY = pytest.mark.parametrize(
    "every", [pytest.param(6, marks=pytest.mark.slow), pytest.param(1, marks=pytest.mark.long)]
)


@_EVERY
@pytest.mark.fault("the server stops at once and starts again")
def test_the_server_stops_at_once(
    own_bench: Bench, children: Children, every: int, record_property: Record
) -> None:
    points = _each(own_bench, every)
    record_property("points", len(points))

    assert not _wrong(
        points,
        lambda at: own_bench.acted(
            at, partial(_stop_at_once, own_bench), children, partial(_start_again, own_bench), _works
        ),
    )

    assert len(points) >= 6


@_EVERY
@pytest.mark.fault("SIGKILL of the server process of the session")
def test_the_process_of_the_session_is_killed(
    own_bench: Bench, children: Children, every: int, record_property: Record
) -> None:
    points = _each(own_bench, every)
    record_property("points", len(points))

    assert not _wrong(
        points,
        lambda at: own_bench.acted(
            at, partial(_kill_process, own_bench), children, partial(_wait_for_recovery, own_bench), _works
        ),
    )

    assert len(points) >= 6
