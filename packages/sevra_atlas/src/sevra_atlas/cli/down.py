"""`sevra down`: end what runs in the data directory."""

import typer

from sevra_atlas.cli.database import local_server
from sevra_atlas.cli.instance import Instance
from sevra_atlas.settings import data_directory

EXAMPLE = "Example: [bold]sevra up --detach && sevra down[/bold]"
_ENDS_WITHIN_SECONDS = 100.0


def down() -> None:
    """End the running instance of this data directory, and the embedded server if a killed run left it.

    Saying so when nothing runs is not a failure.
    """
    ended = []
    instance = Instance(data_directory())
    running = instance.holder()
    if running is not None:
        instance.end(running, _ENDS_WITHIN_SECONDS)
        ended.append(f"Sevra Atlas at {running.url}")
    server = local_server()
    if server.is_running:
        server.stop(force=True)
        ended.append("the embedded database server")
    typer.echo(f"ended {' and '.join(ended)}" if ended else f"nothing runs in {data_directory()}")
