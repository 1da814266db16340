"""`sevra demo`: data to look at."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from sevra_atlas.cli.database import opened, role_url
from sevra_atlas.cli.display import display_for
from sevra_atlas.cli.errors import DatabaseNotEmptyError
from sevra_atlas.cli.preparing import SizeName, load_demo
from sevra_atlas.cli.supervision import signals_raise
from sevra_atlas.settings import media_directory

app = typer.Typer(no_args_is_help=True, help="Data to look at.")

ChosenSize = Annotated[SizeName, typer.Option("--size", help="2,000 salons, or about 60.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")]


@app.command(epilog="Example: [bold]sevra demo load --size tiny[/bold]")
def load(size: ChosenSize = "standard", as_json: AsJson = False) -> None:  # noqa: FBT002 - a flag
    """Load the demo data into a deployed database without salons, in one transaction."""
    from sevra_atlas.demo import DemoDataPresentError

    with signals_raise(), opened() as source:
        owner_url = role_url(source.urls(), "owner")
        with display_for(Console(stderr=as_json), quiet=as_json).step("demo data") as step:
            try:
                counts = load_demo(owner_url, media_directory(), size, step)
            except DemoDataPresentError as error:
                raise DatabaseNotEmptyError(str(error), error.hint) from error
            step.result(f"{counts.salons} salons, {counts.artists} artists, {counts.reviews} reviews")
    if as_json:
        typer.echo(json.dumps(asdict(counts)))
