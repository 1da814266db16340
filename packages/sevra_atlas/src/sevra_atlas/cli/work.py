"""`sevra work`: a worker alone, for production."""

from typing import Annotated

import typer

from sevra_atlas.cli.database import opened, role_url
from sevra_atlas.cli.errors import Interrupted
from sevra_atlas.cli.ports import require_free_port
from sevra_atlas.cli.preparing import erased_again
from sevra_atlas.cli.supervision import signals_raise
from sevra_atlas.cli.worker_supervision import GRACE_SECONDS, WorkerOptions, WorkerProcess

EXAMPLE = "Example: [bold]sevra work --queue search --queue seo --concurrency 2[/bold]"

_QUEUES = ("sms", "media", "search", "seo", "maintenance", "default")

Queues = Annotated[
    list[str] | None, typer.Option("--queue", help="Take jobs of this queue only; repeatable.")
]
Concurrency = Annotated[int, typer.Option(help="Jobs at once.", min=1, max=64)]
Grace = Annotated[float, typer.Option(help="Seconds for the jobs in hand when asked to stop.", min=0)]
MetricsPort = Annotated[int | None, typer.Option(help="Answer /metrics at this port.", min=1, max=65535)]
MetricsHost = Annotated[str, typer.Option(help="Address of the metrics.")]


def work(
    queues: Queues = None,
    concurrency: Concurrency = 4,
    grace: Grace = GRACE_SECONDS,
    metrics_port: MetricsPort = None,
    metrics_host: MetricsHost = "127.0.0.1",
) -> None:
    """Run jobs over a database that is deployed already; any number of workers share the work.

    Before the first one, whom a restored backup brought back is erased again.
    Asked to stop, it finishes the jobs in hand; what is not done within the grace goes back into its queue.
    """
    for name in queues or ():
        if name not in _QUEUES:
            raise typer.BadParameter(f"{name!r} is none of {', '.join(_QUEUES)}", param_hint="--queue")
    address = None if metrics_port is None else (metrics_host, metrics_port)
    options = WorkerOptions(tuple(queues) if queues else None, concurrency, address, grace)
    with signals_raise(), opened() as source:
        if address is not None:
            require_free_port(*address)
        urls = source.urls()
        maintenance_url = role_url(urls, "maintenance")
        erased_again(maintenance_url)
        with WorkerProcess({"app": urls.app, "maintenance": maintenance_url}, options) as worker:
            try:
                worker.wait_until_ready()
                typer.echo("the worker is ready")
                worker.wait_for_end()
            except Interrupted:
                typer.echo("stopping")
