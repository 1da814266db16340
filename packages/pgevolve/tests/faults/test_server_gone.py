"""The server ends the session, its process is killed, or all of it stops at once, amid a deploy."""

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import psycopg
import pytest
from disturbed import Bench, Children, Result, is_at_work, is_ledger_write, shown
from wire import Message

from pgevolve.local import LocalPostgres


@pytest.fixture(scope="module")
def own_bench(servers: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """Return a bench on a server of its own, which commits before it says so."""
    home = tmp_path_factory.mktemp("own")
    with LocalPostgres(home, settings={"fsync": "off"}) as server:
        yield Bench(server, tmp_path_factory.mktemp("faults"))
    LocalPostgres(home).delete()


def _swept(bench: Bench, fault: str, points: Iterable[int], one: Callable[[int], str | None]) -> Result:
    points = list(points)
    wrong = [found for at in points if (found := one(at)) is not None]
    return Result(f"{bench.function}: {fault}", len(points), tuple(wrong))


def _terminate(bench: Bench, process: int) -> None:
    with psycopg.connect(bench.server.url(), autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(%s, 10000)", (process,))


def _in_session(message: Message) -> bool:
    return message.ends_a_batch and message.session != 0


def _every_twentieth(bench: Bench) -> range:
    return range(1, sum(map(_in_session, bench.messages)) + 1, 20)


@pytest.mark.slow
def test_the_session_is_ended_at_every_twentieth_answer(
    bench: Bench, children: Children, capsys: pytest.CaptureFixture[str]
) -> None:
    result = _swept(
        bench,
        "pg_terminate_backend before an answer",
        _every_twentieth(bench),
        lambda at: bench.acted(at, partial(_terminate, bench), children, counts=_in_session),
    )

    shown(result, capsys)
    assert result.points >= 10
    assert not result.wrong


def _has_session(message: Message) -> bool:
    return message.session != 0


@pytest.mark.long
def test_the_session_is_ended_at_every_message(
    bench: Bench, children: Children, capsys: pytest.CaptureFixture[str]
) -> None:
    result = _swept(
        bench,
        "pg_terminate_backend at every message",
        range(1, sum(map(_has_session, bench.messages)) + 1),
        lambda at: bench.acted(at, partial(_terminate, bench), children, counts=_has_session),
    )

    shown(result, capsys)
    assert not result.wrong


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


def _every_sixth(bench: Bench) -> range:
    return range(1, sum(map(_works, bench.messages)) + 1, 6)


@pytest.mark.slow
def test_the_server_stops_at_once(
    own_bench: Bench, children: Children, capsys: pytest.CaptureFixture[str]
) -> None:
    result = _swept(
        own_bench,
        "immediate stop of the server",
        _every_sixth(own_bench),
        lambda at: own_bench.acted(
            at, partial(_stop_at_once, own_bench), children, partial(_start_again, own_bench), _works
        ),
    )

    shown(result, capsys)
    assert result.points >= 6
    assert not result.wrong


@pytest.mark.slow
def test_the_process_of_the_session_is_killed(
    own_bench: Bench, children: Children, capsys: pytest.CaptureFixture[str]
) -> None:
    result = _swept(
        own_bench,
        "SIGKILL of the session's server process",
        _every_sixth(own_bench),
        lambda at: own_bench.acted(
            at, partial(_kill_process, own_bench), children, partial(_wait_for_recovery, own_bench), _works
        ),
    )

    shown(result, capsys)
    assert result.points >= 6
    assert not result.wrong
