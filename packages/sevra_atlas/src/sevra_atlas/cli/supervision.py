"""Run the web process beside this one: wait until it answers, end it when this one is asked to end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from sevra_atlas.cli.errors import (
    DataDirectoryError,
    Interrupted,
    InterruptedCommandError,
    NoAnswerError,
    WebEndedError,
)
from sevra_atlas.cli.ports import answers
from sevra_atlas.provision import DatabaseUrls
from sevra_atlas.settings import data_directory, local_base_url, media_directory

_ANSWERS_WITHIN_SECONDS = 60.0
_ENDS_WITHIN_SECONDS = 20.0
_POLL_SECONDS = 0.05
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# What only the migrations and the trash need: the web process must not be able to hand it to anybody.
_WITHHELD = ("DATABASE_URL", "SEVRA_ADMIN_URL", "SEVRA_OWNER_URL", "SEVRA_MAINTENANCE_URL")


@contextmanager
def signals_raise() -> Iterator[None]:
    """Turn the first signal that asks the process to end into `Interrupted`; later ones change nothing.

    They are ignored because the cleaning up that the first one began must finish: it is bounded in time.
    Raises `InterruptedCommandError` when the block does not catch the signal.
    """

    def interrupt(number: int, frame: FrameType | None) -> None:
        del frame
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise Interrupted(number)

    # What the caller ignores stays ignored: that is how nohup and a shell's background jobs ask for it.
    heeded = [each for each in _SIGNALS if signal.getsignal(each) is not signal.SIG_IGN]
    before = {each: signal.signal(each, interrupt) for each in heeded}
    try:
        yield
    except Interrupted as error:
        # The command line library would turn every KeyboardInterrupt into one status, without a word.
        raise InterruptedCommandError(error.number) from error
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


@contextmanager
def web_process(host: str, port: int, workers: int, urls: DatabaseUrls) -> Iterator[subprocess.Popen[bytes]]:
    """Run the web process in the block; it answers when the block begins and has ended when it is left.

    It is told of the application's connections only, and is in a session of its own, so that Ctrl-C reaches
    this process alone. The folder of the pictures is made. Raises `WebEndedError`, `NoAnswerError` or
    `DataDirectoryError`.
    """
    _make_media_directory()
    environment = {name: value for name, value in os.environ.items() if name not in _WITHHELD}
    address = {"SEVRA_DATA_DIR": str(data_directory()), "SEVRA_HOST": host, "PORT": str(port)}
    command = [sys.executable, "-m", "sevra_atlas.cli.web_process", host, str(port), str(workers)]
    process = subprocess.Popen(  # noqa: S603 - this interpreter and our own module
        command,
        stdin=subprocess.PIPE,
        env={**environment, **urls.environment(), **address},
        start_new_session=True,
    )
    try:
        _wait_until_it_answers(process, local_base_url(host, port))
        yield process
    finally:
        end(process)


def wait_for_end(process: subprocess.Popen[bytes]) -> None:
    """Wait until the web process ends, which it does by itself only when something is wrong."""
    raise WebEndedError(process.wait())


def _make_media_directory() -> None:
    path = media_directory()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataDirectoryError(path, error.strerror or str(error)) from error


def _wait_until_it_answers(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = time.monotonic() + _ANSWERS_WITHIN_SECONDS
    while not answers(url):
        status = process.poll()
        if status is not None:
            raise WebEndedError(status)
        if time.monotonic() > deadline:
            raise NoAnswerError(url, _ANSWERS_WITHIN_SECONDS)
        time.sleep(_POLL_SECONDS)


def end(process: subprocess.Popen[bytes], seconds: float = _ENDS_WITHIN_SECONDS) -> None:
    """End a process of ours with its work finished, or without when that takes too long."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        # With its workers: they are in the group of the session that was started for it.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert process.stdin is not None, "it was started with a pipe"
    process.stdin.close()
