"""What every command of `backup` works with."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pgevolve.project import BackupOptions

if TYPE_CHECKING:
    from pgevolve.snapshot import Storage

AsJson = Annotated[bool, typer.Option("--json", help="Print a JSON document.")]
IdentityFile = Annotated[
    Path | None,
    typer.Option(
        "--identity",
        envvar="PGEVOLVE_AGE_IDENTITY",
        help="A file with private keys of age, for encrypted snapshots.",
    ),
]
SnapshotName = Annotated[
    str, typer.Argument(help="Its name, the beginning of it, or `latest`.", metavar="SNAPSHOT")
]


@dataclass(frozen=True, slots=True)
class BackupContext:
    """The options and the database, looked up when a command runs; and how the user calls the commands."""

    options: Callable[[], BackupOptions]
    url: Callable[[], str]
    command: str

    def example(self, arguments: str) -> str:
        """Return the last line of a command's help."""
        return f"Example: {self.command} {arguments}"

    def storage(self) -> "Storage":
        """Return the destination."""
        from pgevolve.snapshot import open_storage

        return open_storage(self.options().destination)


def identities_in(path: Path | None) -> list[Any]:
    """Return the private keys of a file, or none."""
    from pgevolve.snapshot.encryption import read_identities

    return [] if path is None else read_identities(path)
