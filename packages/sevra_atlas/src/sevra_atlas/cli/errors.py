"""What keeps a command from doing its work, beside what a database refuses."""

import signal
from pathlib import Path

from sevra_atlas.settings import SetupError


class PortInUseError(SetupError):
    """Another program listens where the site should; `site` is its address when it is another Sevra Atlas."""

    def __init__(self, host: str, port: int, site: str | None) -> None:
        super().__init__(host, port, site)
        self.host, self.port, self.site = host, port, site
        self.hint = f"choose another port: `make up PORT={port + 1}` or `sevra up --port {port + 1}`"

    def __str__(self) -> str:
        holder = "another Sevra Atlas" if self.site else "another program"
        return f"port {self.port} of {self.host} is in use by {holder}"


class PortNotAllowedError(SetupError):
    """The system does not let this user listen there."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(host, port, reason)
        self.host, self.port, self.reason = host, port, reason
        self.hint = "choose an address of this machine and a port from 1024 on: `sevra up --port 8000`"

    def __str__(self) -> str:
        return f"the site cannot listen on {self.host} port {self.port}: {self.reason}"


class RunsElsewhereError(SetupError):
    """Another process serves this data directory at another address than the one asked for."""

    def __init__(self, url: str, asked: str) -> None:
        super().__init__(url, asked)
        self.url, self.asked = url, asked
        self.hint = "end it with `sevra down` first, or open the address at which it runs"

    def __str__(self) -> str:
        return f"Sevra Atlas already runs at {self.url}, not at {self.asked}"


class DataDirectoryError(SetupError):
    """The data directory cannot be made or written."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason
        self.hint = "run as the user who made it, or name another one: `SEVRA_DATA_DIR=… sevra up`"

    def __str__(self) -> str:
        return f"the data directory {str(self.path)!r} cannot be used: {self.reason}"


class DatabaseNotEmptyError(SetupError):
    """Demo data was asked for beside data that is there."""

    def __init__(self, sentence: str, hint: str) -> None:
        super().__init__(sentence, hint)
        self.sentence, self.hint = sentence, hint

    def __str__(self) -> str:
        return self.sentence


class LoadIncompleteError(SetupError):
    """A bulk load did not come to its end, now or before."""

    def __init__(self, sentence: str, hint: str) -> None:
        super().__init__(sentence, hint)
        self.sentence, self.hint = sentence, hint

    def __str__(self) -> str:
        return self.sentence


class NotProvisionedError(SetupError):
    """There is no database yet, or no login of ours in it."""

    hint = "run `sevra up` first"

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what

    def __str__(self) -> str:
        return f"{self.what} is not there yet"


class RoleUrlMissingError(SetupError):
    """The environment states URLs of its own and leaves this role's out."""

    def __init__(self, role: str, variable: str) -> None:
        super().__init__(role, variable)
        self.role, self.variable = role, variable
        self.hint = f"set {variable}"

    def __str__(self) -> str:
        return f"no connection of the role {self.role!r} is stated"


class ProgramMissingError(SetupError):
    """A program of PostgreSQL that the command runs is not on this machine."""

    def __init__(self, program: str) -> None:
        super().__init__(program)
        self.program = program
        self.hint = "install PostgreSQL's client programs, on Debian: `apt install postgresql-client`"

    def __str__(self) -> str:
        return f"the program {self.program!r} is not on this machine"


class TableUnknownError(SetupError):
    """The schema has no table of that name; `near` are the most similar ones."""

    def __init__(self, name: str, near: tuple[str, ...]) -> None:
        super().__init__(name, near)
        self.name, self.near = name, near
        self.hint = f"did you mean {' or '.join(near)}?" if near else "the tables are listed in docs/schema"

    def __str__(self) -> str:
        return f"there is no table {self.name!r}"


class WebEndedError(Exception):
    """The web process ended by itself; its own messages went to the same output."""

    hint = "read its messages above, then `sevra doctor`"

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status

    def __str__(self) -> str:
        return f"the web process ended with status {self.status}"


class WorkerEndedError(Exception):
    """The worker ended by itself; its own messages went to the same output."""

    hint = "read its messages above, then `sevra doctor`"

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status

    def __str__(self) -> str:
        return f"the worker ended with status {self.status}"


class NotReadyError(Exception):
    """The worker runs and takes no jobs."""

    hint = "run `sevra doctor`"

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds

    def __str__(self) -> str:
        return f"the worker was not ready within {self.seconds:g} s"


class NoAnswerError(Exception):
    """The web process runs and does not answer."""

    hint = "run `sevra doctor`"

    def __init__(self, url: str, seconds: float) -> None:
        super().__init__(url, seconds)
        self.url, self.seconds = url, seconds

    def __str__(self) -> str:
        return f"the web process did not answer at {self.url} within {self.seconds:g} s"


class InstanceDidNotEndError(Exception):
    """A running instance was asked to end and still holds the data directory."""

    def __init__(self, pid: int, seconds: float) -> None:
        super().__init__(pid, seconds)
        self.pid, self.seconds = pid, seconds
        self.hint = f"look at what process {pid} is doing, then end it with `kill -9 {pid}`"

    def __str__(self) -> str:
        return f"the running instance did not end within {self.seconds:g} s"


class InterruptedCommandError(Exception):
    """A signal ended the command before its work was done; it may be repeated if no hint says otherwise."""

    hint = "run the command again to go on"

    def __init__(self, number: int, hint: str | None = None) -> None:
        super().__init__(number)
        self.number = number
        if hint is not None:
            self.hint = hint

    def __str__(self) -> str:
        return f"interrupted by {signal.Signals(self.number).name}"


class Interrupted(KeyboardInterrupt):
    """A signal asked the command to end; a KeyboardInterrupt, so that a running query is cancelled."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number
