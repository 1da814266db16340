"""`sevra schema`: what the tables are, from the models; no database is asked."""

import typer

from sevra_atlas.cli import schema_describe, schema_diagram

app = typer.Typer(no_args_is_help=True, help="What the tables are, from the models; no database is needed.")
app.command(epilog=schema_describe.EXAMPLE)(schema_describe.describe)
app.command(epilog=schema_diagram.EXAMPLE)(schema_diagram.diagram)
