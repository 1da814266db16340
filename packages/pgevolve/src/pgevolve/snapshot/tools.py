"""PostgreSQL's own client programs: how they are called, watched, and what their failures become."""

import os
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Self

from psycopg import conninfo

from pgevolve.connect import libpq_url
from pgevolve.local import Binaries
from pgevolve.snapshot.errors import ToolFailedError

_KEPT_LINES = 20


@dataclass(frozen=True, slots=True)
class Address:
    """A database as the programs are told of it: the password goes by the environment, which `ps` hides."""

    dbname: str
    environment: Mapping[str, str] = field(repr=False)


def address_of(url: str) -> Address:
    """Return the address of a libpq URI or a SQLAlchemy one of psycopg."""
    parameters = conninfo.conninfo_to_dict(libpq_url(url))
    password = parameters.pop("password", None)
    # Messages in English, because progress is read from them.
    environment = {**os.environ, "LC_ALL": "C"}
    if password is not None:
        environment["PGPASSWORD"] = str(password)
    parameters.setdefault("application_name", "pgevolve snapshot")
    return Address(conninfo.make_conninfo("", **parameters), environment)


class RunningTool:
    """A program that was started; its lines on standard error are read as they come."""

    def __init__(  # noqa: PLR0913 (what a process is told)
        self,
        binaries: Binaries,
        tool: str,
        arguments: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        heard: Callable[[str], None] | None = None,
        inherits: Iterable[int] = (),
        stdin: int = subprocess.DEVNULL,
    ) -> None:
        self._tool = tool
        self._said: deque[str] = deque(maxlen=_KEPT_LINES)
        self._heard = heard
        self._process = subprocess.Popen(  # noqa: S603 (a program found beside its siblings)
            [binaries.tool(tool), *arguments],
            env=environment,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=tuple(inherits),
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    @property
    def stdout(self) -> IO[bytes]:
        """What the program prints."""
        assert self._process.stdout is not None
        return self._process.stdout

    @property
    def input(self) -> IO[bytes]:
        """What the program reads, where `stdin` is a pipe."""
        assert self._process.stdin is not None
        return self._process.stdin

    def output(self) -> bytes:
        """Return all of standard output. Raises ToolFailedError."""
        output = self.stdout.read()
        self.finish()
        return output

    def finish(self) -> None:
        """Wait for the end. Raises ToolFailedError."""
        status = self._process.wait()
        self._listener.join()
        if status != 0:
            raise ToolFailedError(self._tool, status, tuple(self._said))

    def stop(self) -> None:
        """End the program if it still runs, and wait for it."""
        if self._process.poll() is None:
            self._process.terminate()
        self._process.wait()
        self._listener.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()

    def _listen(self) -> None:
        assert self._process.stderr is not None
        for raw in self._process.stderr:
            line = raw.decode("utf-8", errors="replace").rstrip()
            if self._heard is not None:
                self._heard(line)
            self._said.append(line)
