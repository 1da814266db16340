"""What every command works with."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pgevolve.project import CheckOptions, Project


@dataclass(frozen=True, slots=True)
class Checked:
    """What `check` needs of a project: not its models, whose import may take longer than the check."""

    migrations: Path
    options: CheckOptions


@dataclass(frozen=True, slots=True)
class Context:
    """The project and its database, looked up when a command runs; and how the user calls the commands."""

    project: Callable[[], Project]
    url: Callable[[], str]
    deploy_url: Callable[[], str]
    command: str
    checked: Callable[[], Checked]
    copies_url: Callable[[], str | None]
    """Of a login that makes databases for rehearsals; None where the deployer's own login does."""

    def example(self, arguments: str) -> str:
        """Return the last line of a command's help."""
        return f"Example: {self.command} {arguments}"
