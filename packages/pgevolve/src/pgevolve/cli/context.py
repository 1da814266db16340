"""What every command works with."""

from collections.abc import Callable
from dataclasses import dataclass

from pgevolve.project import Project


@dataclass(frozen=True, slots=True)
class Context:
    """The project and its database, looked up when a command runs; and how the user calls the commands."""

    project: Callable[[], Project]
    url: Callable[[], str]
    deploy_url: Callable[[], str]
    command: str

    def example(self, arguments: str) -> str:
        """Return the last line of a command's help."""
        return f"Example: {self.command} {arguments}"
