"""`sevra up`: from nothing to an open site, and again in seconds."""

import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from sevra_atlas.cli import preparing
from sevra_atlas.cli.database import Source, opened, role_url
from sevra_atlas.cli.display import Display, display_for
from sevra_atlas.cli.errors import Interrupted, RunsElsewhereError, WebEndedError
from sevra_atlas.cli.instance import Instance, Running
from sevra_atlas.cli.ports import reserved_port
from sevra_atlas.cli.showcase import addresses
from sevra_atlas.cli.supervision import signals_raise, wait_for_end, web_process
from sevra_atlas.cli.worker_supervision import WorkerOptions, WorkerProcess
from sevra_atlas.provision import DatabaseUrls
from sevra_atlas.settings import (
    data_directory,
    listen_host,
    listen_port,
    local_base_url,
    media_directory,
    public_base_url,
    require_valid,
)

EXAMPLE = "Example: [bold]sevra up --port 9000[/bold]"
_LOCK_VARIABLE = "SEVRA_UP_LOCK"
_POLL_SECONDS = 0.05

Port = Annotated[int | None, typer.Option(help="Port; otherwise PORT or 8000.", min=1, max=65535)]
Host = Annotated[str | None, typer.Option(help="Address; otherwise SEVRA_HOST or 127.0.0.1.")]
Detach = Annotated[bool, typer.Option("--detach", help="Serve in the background, until `sevra down`.")]
NoDemo = Annotated[bool, typer.Option("--no-demo", help="Leave a new database empty.")]
DemoSize = Annotated[preparing.SizeName, typer.Option(envvar="SEVRA_DEMO_SIZE", hidden=True)]


def up(
    port: Port = None,
    host: Host = None,
    detach: Detach = False,  # noqa: FBT002 - a flag of the command line
    no_demo: NoDemo = False,  # noqa: FBT002 - a flag of the command line
    demo_size: DemoSize = "standard",
) -> None:
    """Start the database, deploy, load the demo data into a new database, and serve the site and the API.

    Repeating it changes nothing. Ctrl-C ends everything that it started.
    """
    require_valid()
    host, chosen_port = host or listen_host(), port or listen_port()
    url = local_base_url(host, chosen_port)
    instance = Instance(data_directory())
    inherited = os.environ.pop(_LOCK_VARIABLE, None)
    with (
        signals_raise(),
        instance.claimed(url, int(inherited) if inherited else None) as other,
    ):
        if other is not None:
            _say_that_it_runs(other, url)
            return
        display = display_for(Console())
        with ExitStack() as stack:
            reservation = stack.enter_context(ExitStack())
            reservation.enter_context(reserved_port(host, chosen_port))
            base_url = public_base_url(os.environ, host, chosen_port)
            urls = _prepared(stack, display, None if no_demo else demo_size, base_url)
            if detach:
                reservation.close()
                _serve_in_background(instance, host, chosen_port)
                _show_addresses(urls, host, chosen_port, "`sevra down` ends it")
            else:
                _serve(instance, display, urls, host, chosen_port)


def _say_that_it_runs(other: Running, asked: str) -> None:
    if other.url != asked:
        raise RunsElsewhereError(other.url, asked)
    state = "already runs" if other.serving else "is already starting"
    typer.echo(f"Sevra Atlas {state} at {other.url}; `sevra down` ends it")


def _prepared(
    stack: ExitStack, display: Display, demo: preparing.SizeName | None, base_url: str
) -> DatabaseUrls:
    """Return the URLs of a database that is ready; the embedded server runs as long as the stack is open."""
    with display.step("database") as step:
        source: Source = stack.enter_context(opened(make=True))
        step.result(source.described)
    urls = preparing.provisioned(source, display).urls
    owner_url = role_url(urls, "owner")
    preparing.migrated(owner_url, source.admin_url, display)
    if urls.maintenance is not None:
        preparing.erased_again(urls.maintenance)
    if demo is None:
        preparing.without_demo(owner_url)
    else:
        preparing.with_demo(owner_url, media_directory(), demo, display)
    preparing.with_documents(owner_url, display)
    preparing.with_sitemap(owner_url, base_url, display)
    return urls


def _serve(instance: Instance, display: Display, urls: DatabaseUrls, host: str, port: int) -> None:
    """Serve until a signal; one that comes while the site is open is the usual end, not a failure."""
    with ExitStack() as stack:
        with display.step("web") as step:
            process = stack.enter_context(web_process(host, port, 1, urls))
            step.result("answers")
        try:
            _work(stack, display, urls, {"SEVRA_HOST": host, "PORT": str(port)})
            instance.announce_serving(local_base_url(host, port))
            _show_addresses(urls, host, port, "Ctrl-C ends it")
            wait_for_end(process)
        except Interrupted:
            typer.echo("stopping")


def _work(stack: ExitStack, display: Display, urls: DatabaseUrls, site: dict[str, str]) -> None:
    """Start a worker beside the site, which is started again when it ends by itself.

    `site` are the variables that say where the site answers: links in the sitemap begin so.
    """
    with display.step("worker") as step:
        if urls.maintenance is None:
            step.result("not started: SEVRA_MAINTENANCE_URL is not set")
            return
        addresses = {"app": urls.app, "maintenance": urls.maintenance}
        # What it did is no news here; what went wrong is.
        worker = stack.enter_context(WorkerProcess(addresses, WorkerOptions(quiet=True), site))
        worker.wait_until_ready()
        worker.keep()
        step.result("ready")


def _require_running(child: subprocess.Popen[bytes], log: Path) -> None:
    status = child.poll()
    if status is not None:
        typer.echo(log.read_text(encoding="utf-8", errors="replace"), err=True, nl=False)
        raise WebEndedError(status)


def _show_addresses(urls: DatabaseUrls, host: str, port: int, ending: str) -> None:
    base = public_base_url(os.environ, host, port)
    typer.echo("")
    for name, address in addresses(urls.app, base):
        typer.echo(f"{name:<9} {address}")
    typer.echo(f"\nSevra Atlas is open; {ending}")


def _serve_in_background(instance: Instance, host: str, port: int) -> None:
    """Start this command once more, on its own, and wait until it serves; it inherits the lock.

    Its output goes to `up.log` in the data directory. Raises `WebEndedError`.
    """
    log: Path = data_directory() / "up.log"
    command = [sys.executable, "-m", "sevra_atlas.cli", "up", "--host", host, "--port", str(port)]
    with log.open("wb") as output:
        child = subprocess.Popen(  # noqa: S603 - this interpreter and our own module
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, _LOCK_VARIABLE: str(instance.descriptor)},
            pass_fds=(instance.descriptor,),
            start_new_session=True,
        )
    try:
        while not instance.announced().serving:
            _require_running(child, log)
            time.sleep(_POLL_SECONDS)
    except BaseException:
        child.terminate()
        child.wait()
        raise
