"""`sevra demo`: data to look at, and data to measure on."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from sevra_atlas.cli.database import opened, role_url
from sevra_atlas.cli.display import Step, display_for
from sevra_atlas.cli.errors import DatabaseNotEmptyError, LoadIncompleteError
from sevra_atlas.cli.preparing import SizeName, load_demo, sized
from sevra_atlas.cli.supervision import signals_raise
from sevra_atlas.settings import media_directory

if TYPE_CHECKING:
    from sevra_atlas.cli.bulk import BulkLoaded
    from sevra_atlas.demo import Size
    from sevra_atlas.demo.scale import Amounts

app = typer.Typer(no_args_is_help=True, help="Data to look at, and data to measure on.")

ChosenSize = Annotated[
    SizeName, typer.Option("--size", help="2,000 salons and 300 public posts, or about 60 and 24.")
]
Scale = Annotated[
    int | None,
    typer.Option(
        "--scale",
        min=1,
        max=5_000,
        help="So many times 2,000 salons. From 20 on rows are copied in bulk, with shorter texts.",
    ),
]
Posts = Annotated[
    int | None,
    typer.Option(
        "--posts", min=0, help="Posts, with a scale of 20 or more; 300 for each unit of it if not given."
    ),
]
Reviews = Annotated[
    int | None,
    typer.Option(
        "--reviews-per-salon", min=0, max=200, help="Reviews a salon, with --scale; 10 if not given."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")]


@app.command(epilog="Example: [bold]sevra demo load --scale 500 --posts 1000000 --reviews-per-salon 2[/bold]")
def load(
    size: ChosenSize = "standard",
    scale: Scale = None,
    posts: Posts = None,
    reviews_per_salon: Reviews = None,
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Load the demo data into a deployed database without salons, in one transaction.

    From scale 20 on the rows are one transaction, and search documents, statistics and checks follow it; a
    load that ends between leaves a database that the next load refuses.
    """
    from sevra_atlas.demo.scale import BULK_FROM, Amounts

    _require_a_choice(size, scale, posts, reviews_per_salon)
    if scale is not None and scale >= BULK_FROM:
        _load_bulk(Amounts.of(scale, posts, reviews_per_salon), as_json=as_json)
    else:
        _load(_chosen(size, scale, reviews_per_salon), as_json=as_json)


def _require_a_choice(size: SizeName, scale: int | None, posts: int | None, reviews: int | None) -> None:
    from sevra_atlas.demo.scale import BULK_FROM

    if scale is None and (posts, reviews) != (None, None):
        raise typer.BadParameter("--posts and --reviews-per-salon need --scale")
    if scale is not None and size != "standard":
        raise typer.BadParameter("choose --size or --scale")
    if posts is not None and scale is not None and scale < BULK_FROM:
        raise typer.BadParameter(f"--posts needs a scale of {BULK_FROM} or more")


def _chosen(size: SizeName, scale: int | None, reviews_per_salon: int | None) -> "Size":
    return sized(size) if scale is None else sized("standard").times(scale, reviews_per_salon)


def _load(size: "Size", *, as_json: bool) -> None:
    with _step(as_json=as_json) as (owner_url, media_dir, step):
        counts = load_demo(owner_url, media_dir, size, step)
        step.result(counts.in_words)
    if as_json:
        typer.echo(json.dumps(asdict(counts)))


def _load_bulk(amounts: "Amounts", *, as_json: bool) -> None:
    from sevra_atlas.cli.bulk import load_bulk
    from sevra_atlas.demo.scale import bulk_settings

    with _step(as_json=as_json, settings=bulk_settings()) as (owner_url, media_dir, step):
        loaded = load_bulk(owner_url, media_dir, amounts, step)
        counts = loaded.counts
        step.result(counts.in_words)
    if as_json:
        parts = [asdict(part) for part in loaded.parts]
        checks = [asdict(outcome) for outcome in loaded.checks]
        typer.echo(json.dumps({**asdict(counts), "parts": parts, "checks": checks}))
    else:
        _print_times(loaded)


def _print_times(loaded: "BulkLoaded") -> None:
    for part in loaded.parts:
        rate = f"{part.rows:>11,} rows {part.rate:>9,.0f} rows/s" if part.rows else ""
        typer.echo(f"{part.name:<24} {part.seconds:>8.1f} s {rate}".rstrip())
    for outcome in sorted(loaded.checks, key=lambda outcome: -outcome.seconds):
        typer.echo(f"held: {outcome.name} ({outcome.seconds:.1f} s)")


@contextmanager
def _step(*, as_json: bool, settings: dict[str, str] | None = None) -> Iterator[tuple[str, Path, Step]]:
    """Open the owner's way to the database and the step that shows itself; refusals become the command's."""
    from sevra_atlas.demo import BrokenInvariantsError, DemoDataPresentError, UnfinishedLoadError

    with signals_raise(), opened(settings=settings) as source:
        owner_url = role_url(source.urls(), "owner")
        with display_for(Console(stderr=as_json), quiet=as_json).step("demo data") as step:
            try:
                yield owner_url, media_directory(), step
            except DemoDataPresentError as error:
                raise DatabaseNotEmptyError(str(error), error.hint) from error
            except (UnfinishedLoadError, BrokenInvariantsError) as error:
                raise LoadIncompleteError(str(error), error.hint) from error
