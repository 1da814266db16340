"""A worker in a process of its own that is stopped at one step, for a fault to strike there."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self

from archive_scene import Scene

_CHILD = Path(__file__).with_name("archive_child.py")


class Worker:
    """A worker that waits at its step."""

    def __init__(self, forks: "Forks", process: int) -> None:
        self._forks, self.process = forks, process

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.process, number)

    def go_on(self) -> None:
        self.signal(signal.SIGUSR1)

    def end(self) -> int:
        """Wait for its end and return its status; a signal is a negative one."""
        return int(self._forks.line())


class Forks:
    """The process that forks workers, so that Python starts only once."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, str(_CHILD)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def worker_at(
        self, url: str, step: str, folder: str | None = None, *, batch: int | None = None
    ) -> Worker:
        """Start a worker and return it when it has come to the step of an export, a return or a run."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([url, step, folder, batch]) + "\n")
        self._process.stdin.flush()
        # The two say so in any order.
        said = {self.line(), self.line()}
        assert "at" in said, said
        (process,) = said - {"at"}
        return Worker(self, int(process))


def kill(scene: Scene, worker: Worker) -> int:
    """Kill the worker where it waits; return the status with which it has to end."""
    worker.signal(signal.SIGKILL)
    return -signal.SIGKILL


def disconnect(scene: Scene, worker: Worker) -> int:
    """End the session of the worker and let it go on; return the status with which it has to end."""
    scene.end_session("faulty")
    worker.go_on()
    return 3
