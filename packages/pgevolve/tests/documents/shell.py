"""One shell for a page: what a command exports or where it goes holds for the next one, as for a reader."""

import os
import secrets
import select
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

_PATIENCE = 180.0  # seconds for one command


class CommandHangsError(AssertionError):
    """A command of a page did not end in time."""


class Shell:
    """A bash without a terminal, whose standard output and error are one stream."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._mark = secrets.token_hex(8)
        self._status = 0
        self._process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()

    def run(self, command: str) -> tuple[str, int]:
        """Run a command to its end and return what it printed and its exit status.

        `$?` is that of the command before. Nothing can be read from standard input.
        """
        assert self._process.stdin is not None
        script = f"{{ (exit {self._status})\n{command}\n}} </dev/null\nprintf '%s %s\\n' {self._mark} $?\n"
        self._process.stdin.write(script.encode())
        self._process.stdin.flush()
        printed, self._status = self._until_mark(command)
        return printed, self._status

    def _until_mark(self, command: str) -> tuple[str, int]:
        assert self._process.stdout is not None
        mark, got, end = self._mark.encode(), b"", time.monotonic() + _PATIENCE
        while not (mark in got and got.endswith(b"\n")):
            left = end - time.monotonic()
            if left < 0 or not select.select([self._process.stdout], [], [], left)[0]:
                raise CommandHangsError(f"{command!r} printed {got.decode()!r} and did not end")
            data = os.read(self._process.stdout.fileno(), 65536)
            assert data, f"{command!r} ended the shell after {got.decode()!r}"
            got += data
        printed, _, status = got.decode().rpartition(f"{self._mark} ")
        return printed, int(status)
