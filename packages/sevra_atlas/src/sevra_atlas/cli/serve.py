"""`sevra serve`: the web processes alone, for production."""

from typing import Annotated

import typer

from sevra_atlas.cli.database import opened
from sevra_atlas.cli.errors import Interrupted
from sevra_atlas.cli.ports import require_free_port
from sevra_atlas.cli.supervision import signals_raise, wait_for_end, web_process
from sevra_atlas.settings import listen_host, listen_port, local_base_url, require_valid

EXAMPLE = "Example: [bold]SEVRA_DATABASE_URL=postgresql://… sevra serve --workers 4[/bold]"

Port = Annotated[int | None, typer.Option(help="Port; otherwise PORT or 8000.", min=1, max=65535)]
Host = Annotated[str | None, typer.Option(help="Address; otherwise SEVRA_HOST or 127.0.0.1.")]
Workers = Annotated[int, typer.Option(help="Processes that answer.", min=1)]


def serve(port: Port = None, host: Host = None, workers: Workers = 1) -> None:
    """Serve site and API over a database that is deployed already; nothing in it is made or changed."""
    require_valid()
    host, port = host or listen_host(), port or listen_port()
    with signals_raise(), opened() as source:
        require_free_port(host, port)
        with web_process(host, port, workers, source.urls()) as process:
            try:
                typer.echo(f"Sevra Atlas is open at {local_base_url(host, port)}")
                wait_for_end(process)
            except Interrupted:
                typer.echo("stopping")
