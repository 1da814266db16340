"""Run a worker beside this process: wait until it takes jobs, end it with those in hand finished."""

import json
import os
import select
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Self

import typer

from sevra_atlas.cli.errors import NotReadyError, WorkerEndedError
from sevra_atlas.cli.supervision import end

GRACE_SECONDS = 30.0
_READY_WITHIN_SECONDS = 60.0
# Beyond the grace that the worker gives its jobs: what is cancelled then takes a moment to end.
_AFTER_GRACE_SECONDS = 10.0
_LONGEST_PAUSE_SECONDS = 30.0
_WITHHELD = ("DATABASE_URL", "SEVRA_ADMIN_URL", "SEVRA_OWNER_URL")


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """What the worker's process is told on its command line, beside the addresses in its environment."""

    queues: tuple[str, ...] | None = None
    concurrency: int = 4
    metrics_address: tuple[str, int] | None = None
    grace_seconds: float = GRACE_SECONDS
    quiet: bool = False


class WorkerProcess:
    """One worker in a process of its own, from the beginning of a `with` block to its end.

    It is in a session of its own, so that Ctrl-C reaches this process alone; and it ends when this process
    does, however that dies.
    """

    def __init__(
        self, urls: Mapping[str, str], options: WorkerOptions, variables: Mapping[str, str] | None = None
    ) -> None:
        self._environment = {
            **{name: value for name, value in os.environ.items() if name not in _WITHHELD},
            **(variables or {}),
            "SEVRA_DATABASE_URL": urls["app"],
            "SEVRA_MAINTENANCE_URL": urls["maintenance"],
        }
        self._options = options
        self._process, self._ready = self._started()
        self._ending = threading.Event()
        self._guard = threading.Lock()
        self._keeper: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._guard:
            self._ending.set()
        end(self._process, self._options.grace_seconds + _AFTER_GRACE_SECONDS)
        if self._keeper is not None:
            self._keeper.join()
        os.close(self._ready)

    def wait_until_ready(self) -> None:
        """Return once it takes jobs. Raises `WorkerEndedError` or `NotReadyError`."""
        readable, _, _ = select.select([self._ready], [], [], _READY_WITHIN_SECONDS)
        if not readable:
            raise NotReadyError(_READY_WITHIN_SECONDS)
        if not os.read(self._ready, 1):
            self.wait_for_end()

    def wait_for_end(self) -> None:
        """Wait until it ends, which it does by itself only when something is wrong."""
        raise WorkerEndedError(self._process.wait())

    def keep(self) -> None:
        """Start another one whenever it ends by itself, after a pause that grows with each."""
        self._keeper = threading.Thread(target=self._keep, name="keeper of the worker", daemon=True)
        self._keeper.start()

    def _keep(self) -> None:
        pause = 1.0
        while True:
            status = self._process.wait()
            if self._ending.is_set():
                return
            typer.echo(f"the worker ended with status {status}; another one starts", err=True)
            if self._ending.wait(pause):
                return
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            with self._guard:
                if self._ending.is_set():
                    return
                os.close(self._ready)
                self._process, self._ready = self._started()

    def _started(self) -> tuple[subprocess.Popen[bytes], int]:
        """Start the process; return it with the end of a pipe on which it says that it is ready."""
        ready, said = os.pipe()
        try:
            process = subprocess.Popen(  # noqa: S603 - this interpreter and our own module
                [
                    *(sys.executable, "-m", "sevra_atlas.cli.worker_process"),
                    *(json.dumps(asdict(self._options)), str(said)),
                ],
                stdin=subprocess.PIPE,
                env=self._environment,
                pass_fds=(said,),
                start_new_session=True,
            )
        except BaseException:
            os.close(ready)
            raise
        finally:
            os.close(said)
        return process, ready
