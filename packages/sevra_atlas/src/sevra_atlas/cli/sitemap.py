"""`sevra sitemap`: the files from which search engines learn of the pages."""

import json
import time
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from pgevolve.connect import connect
from sevra_atlas.cli.database import opened, role_url
from sevra_atlas.cli.display import Step, display_for
from sevra_atlas.cli.seo import linked_base_url, report
from sevra_atlas.cli.supervision import signals_raise
from sevra_atlas.settings import sitemap_directory

if TYPE_CHECKING:
    from sevra_atlas.domain.sitemap_failures import Failure
    from sevra_atlas.domain.sitemap_folder import SitemapFolder
    from sevra_atlas.domain.sitemap_publishing import Published
    from sevra_atlas.domain.sitemap_rebuild import Rebuilt

app = typer.Typer(no_args_is_help=True, help="The sitemap's files.")

AsJson = Annotated[bool, typer.Option("--json", help="Print a JSON document.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="How many at most.")]


@app.command(epilog="Example: [bold]sevra sitemap build[/bold]")
def build(as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Make every row of the sitemap anew and write every file; the site serves the old ones until then."""
    with signals_raise(), opened() as source:
        url = role_url(source.urls(), "maintenance")
        started = time.monotonic()
        with display_for(Console(stderr=as_json), quiet=as_json).step("sitemap") as step:
            rebuilt, published = built_sitemap(url, sitemap_folder(), step)
            step.result(_said(rebuilt, published))
    if as_json:
        counts = {
            "rebuilt": rebuilt.listed,
            "differed": rebuilt.aligned.written + rebuilt.aligned.removed,
            "is_repair": rebuilt.is_repair,
            "files": published.files,
            "changed": published.changed,
            "seconds": round(time.monotonic() - started, 3),
        }
        typer.echo(json.dumps(counts))


@app.command(epilog="Example: [bold]sevra sitemap lint --json[/bold]")
def lint(as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Look at the files that were built, without a site; status 1 when a rule finds something."""
    from sevra_atlas.seo_lint import lint_sitemap, published_crawl

    with (
        signals_raise(),
        opened() as source,
        connect(role_url(source.urls(), "app"), purpose="sitemap") as connection,
    ):
        connection.execute("SET search_path = live, public")
        crawl = published_crawl(sitemap_folder(), connection)
    report(lint_sitemap(crawl), as_json=as_json)


@app.command(epilog="Example: [bold]sevra sitemap failures[/bold]")
def failures(limit: Limit = 100, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """List pages that could not be brought in line; from the fifth time on the sitemap goes without them."""
    from sevra_atlas.domain.sitemap_failures import failures as failing

    with opened() as source, connect(role_url(source.urls(), "maintenance"), purpose="sitemap") as connection:
        found = failing(connection, limit)
    if as_json:
        typer.echo(json.dumps([_document(failure) for failure in found], ensure_ascii=False))
        return
    for failure in found:
        left_out = "left out" if failure.is_left_out else "is tried again"
        typer.echo(
            f"{failure.kind}:{failure.id}  {left_out}  failed {failure.attempts} times"
            f" since {failure.first_failed_at:%Y-%m-%d %H:%M:%S}  {failure.sqlstate} {failure.message}"
        )
    if not found:
        typer.echo("no page fails")


def _document(failure: "Failure") -> dict[str, object]:
    return {
        "entity": f"{failure.kind}:{failure.id}",
        "left_out": failure.is_left_out,
        "attempts": failure.attempts,
        "sqlstate": failure.sqlstate,
        "message": failure.message,
        "first_failed_at": failure.first_failed_at.isoformat(),
        "last_failed_at": failure.last_failed_at.isoformat(),
    }


def sitemap_folder() -> "SitemapFolder":
    """Return the folder of the sitemap by the settings, or for the instance that runs."""
    from sevra_atlas.domain.sitemap_folder import SitemapFolder

    return SitemapFolder(sitemap_directory(), linked_base_url())


def built_sitemap(url: str, folder: "SitemapFolder", step: Step) -> "tuple[Rebuilt, Published]":
    """Rebuild the rows and write all files and `robots.txt`. Raises `SitemapBusyError`."""
    from sevra_atlas.domain import sitemap_rebuild
    from sevra_atlas.domain.sitemap_publishing import leading, publish

    folder.write_robots()
    with (
        connect(url, purpose="sitemap") as connection,
        connect(url, purpose="sitemap") as beside,
        leading(connection),
    ):
        rebuilt = sitemap_rebuild.rebuild_all(
            connection, beside=[beside], progress=lambda done, total: step.progress("pages", done, total)
        )
        with connection.transaction():
            published = publish(connection, folder)
    return rebuilt, published


def _said(rebuilt: "Rebuilt", published: "Published") -> str:
    differed = rebuilt.aligned.written + rebuilt.aligned.removed
    return (
        f"{rebuilt.listed} pages, {differed} differed; {published.files} files, {published.changed} changed"
    )
