"""`sevra seo`: what search engines find on the running site."""

import json
import os
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from pgevolve.connect import connect
from sevra_atlas.cli.database import opened, role_url
from sevra_atlas.cli.display import Step, display_for
from sevra_atlas.cli.instance import Instance
from sevra_atlas.cli.supervision import signals_raise
from sevra_atlas.settings import (
    configured_base_url,
    data_directory,
    listen_host,
    listen_port,
    local_base_url,
)

if TYPE_CHECKING:
    from sevra_atlas.seo_lint import Crawl, Finding

app = typer.Typer(no_args_is_help=True, help="What search engines find.")

_TIMEOUT_SECONDS = 30.0

Site = Annotated[str | None, typer.Argument(help="Where the site answers; otherwise the running one.")]
Sample = Annotated[int | None, typer.Option("--sample", min=1, help="Pages at most, evenly spread.")]
Offline = Annotated[bool, typer.Option("--no-database", help="Leave out what only the database can tell.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")]
Numbers = Annotated[
    Path | None, typer.Option("--metrics", help="Write the findings by rule to a file for Prometheus.")
]


@app.callback()
def _group() -> None:
    """Keep the name of the command although it is the only one."""


@app.command(epilog="Example: [bold]sevra seo lint http://127.0.0.1:8000 --sample 500[/bold]")
def lint(
    site: Site = None,
    sample: Sample = None,
    no_database: Offline = False,  # noqa: FBT002 - a flag
    metrics: Numbers = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Fetch sitemap, pages, feeds and robots.txt of a running site; status 1 when a rule finds something."""
    from sevra_atlas.seo_lint import lint as found_by_rules
    from sevra_atlas.seo_lint import write_counted

    with signals_raise(), display_for(Console(stderr=as_json), quiet=as_json).step("seo") as step:
        crawl = _crawl(step, (site or running_url()).rstrip("/"), sample, asks=not no_database)
        findings = found_by_rules(crawl)
        step.result(f"{len(crawl.pages)} pages, {len(crawl.files)} files, {len(findings)} findings")
    if metrics is not None:
        write_counted(findings, metrics)
    report(findings, as_json=as_json)


def report(findings: "list[Finding]", *, as_json: bool) -> None:
    """Print findings; end with status 1 when there are some."""
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            typer.echo(str(finding))
    if findings:
        raise typer.Exit(1)


def _crawl(step: Step, site: str, sample: int | None, *, asks: bool) -> "Crawl":
    import httpx

    from sevra_atlas.seo_lint import crawled, known_of

    with ExitStack() as stack:
        known = None
        if asks:
            url = role_url(stack.enter_context(opened()).urls(), "app")
            connection = stack.enter_context(connect(url, purpose="seo"))
            connection.execute("SET search_path = live, public")
            known = known_of(connection)
        client = stack.enter_context(httpx.Client(base_url=site, timeout=_TIMEOUT_SECONDS))
        return crawled(
            client,
            linked_base_url(),
            sample=sample,
            known=known,
            progress=lambda done, total: step.progress("pages", done, total),
        )


def linked_base_url() -> str:
    """Return how the links of the site begin: as stated, or where the instance of this data directory is."""
    return configured_base_url() if os.environ.get("SEVRA_PUBLIC_URL") else running_url()


def running_url() -> str:
    """Return where the instance of this data directory answers, otherwise where one would."""
    running = Instance(data_directory()).holder() if data_directory().exists() else None
    return local_base_url(listen_host(), listen_port()) if running is None else running.url
