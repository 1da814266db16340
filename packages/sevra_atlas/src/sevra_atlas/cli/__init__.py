"""The command line `sevra`: one file a command, exit statuses in one place.

| status | meaning |
|---|---|
| 0 | done, or nothing to do |
| 1 | something does not work: a finding of `doctor`, a damaged snapshot, a web process that ended |
| 2 | usage, environment, a database or data directory that cannot be used; nothing was changed |
| 3, 4, 5 | of `migrate` and of the deploy in `up`: pending, failed, locked |
| 128 + n | ended by signal n before the work was done |
"""

import gc
import sys

import typer

from sevra_atlas.cli.failures import say_and_status

__all__ = ["main"]


def main() -> None:
    """Run the command line and end the process with its status."""
    # What the imports make stays to the end: looking for garbage in it is a quarter of the start.
    gc.disable()
    import sevra_atlas.cli.application  # noqa: F401 (the commands, and what they all need)

    gc.freeze()
    gc.enable()
    sys.exit(_status())


def _status() -> int:
    from sevra_atlas.cli import backup, migrate
    from sevra_atlas.cli.application import build

    try:
        status = typer.main.get_command(build())(standalone_mode=False)
    except BaseException as error:  # noqa: BLE001 - the edge: every way out becomes a status
        return say_and_status(error)
    else:
        return status if isinstance(status, int) else 0
    finally:
        backup.close()
        migrate.close()
