"""`sevra search`: the documents that the search looks in."""

import json
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console

from pgevolve.connect import connect
from sevra_atlas.cli.database import opened, role_url
from sevra_atlas.cli.display import Step, display_for
from sevra_atlas.cli.supervision import signals_raise

if TYPE_CHECKING:
    from sevra_atlas.domain.search_documents import Rebuilt

app = typer.Typer(no_args_is_help=True, help="The documents of the search.")

Kind = Literal["salon", "artist", "post", "page"]
OfKind = Annotated[Kind | None, typer.Option("--kind", help="Of one kind only; otherwise of all.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")]


@app.callback()
def _group() -> None:
    """Keep the name of the command although it is the only one."""


@app.command(epilog="Example: [bold]sevra search rebuild --kind salon[/bold]")
def rebuild(kind: OfKind = None, as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Make the documents of everything public anew; the site stays open, and repeating it changes nothing."""
    with signals_raise(), opened() as source:
        url = role_url(source.urls(), "maintenance")
        started = time.monotonic()
        with display_for(Console(stderr=as_json), quiet=as_json).step("search") as step:
            done, words = rebuilt_search(url, step, kind)
            seconds = time.monotonic() - started
            rate = round(done.public / seconds) if seconds else done.public
            step.result(
                f"{done.public} documents ({done.written} written, {done.removed} removed), {words} words,"
                f" {rate} documents a second"
            )
    if as_json:
        counts = {**asdict(done), "words": words, "seconds": round(seconds, 3), "documents_per_second": rate}
        typer.echo(json.dumps(counts))


def rebuilt_search(url: str, step: Step, kind: Kind | None = None) -> "tuple[Rebuilt, int]":
    """Rebuild documents and count their words anew; return what was done and how many words there are."""
    from sevra_atlas.domain import search_documents, search_vocabulary
    from sevra_atlas.schema.enums import EntityType

    kinds = {
        "salon": EntityType.SALON,
        "artist": EntityType.ARTIST,
        "post": EntityType.BLOG_POST,
        "page": EntityType.BLOG_PAGE,
    }
    chosen = search_documents.DOCUMENTED if kind is None else (kinds[kind],)
    with connect(url, purpose="search") as connection:
        done = search_documents.rebuild_all(
            connection, chosen, progress=lambda made, total: step.progress("documents", made, total)
        )
        with connection.transaction():
            vocabulary = search_vocabulary.refresh(connection)
    return done, vocabulary.words
