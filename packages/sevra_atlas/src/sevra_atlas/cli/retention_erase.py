"""`sevra retention erase`: a person is forgotten, at once and for good."""

import json
from typing import Annotated

import typer

from sevra_atlas.cli.database import maintenance
from sevra_atlas.cli.retention_output import printable
from sevra_atlas.settings import archive_destination, secret_key

EXAMPLE = "Example: [bold]sevra retention erase 17 --yes[/bold]"

User = Annotated[int | None, typer.Argument(help="Id of the person's account.", metavar="USER")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask; it cannot be taken back.")]
Replay = Annotated[
    bool, typer.Option("--replay", help="Erase again whom an older backup brought back; takes no USER.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print a JSON document.")]


def erase(
    user: User = None,
    yes: Yes = False,  # noqa: FBT002 - a flag
    replay: Replay = False,  # noqa: FBT002 - a flag
    as_json: AsJson = False,  # noqa: FBT002 - a flag
) -> None:
    """Take what tells who a person was out of the tables, the archive and the exported months."""
    from sevra_atlas.domain.retention import erasing
    from sevra_atlas.domain.retention.exporting import sweep
    from sevra_atlas.domain.retention.run import transacting
    from sevra_atlas.domain.retention.segment_store import open_segments

    if (user is None) != replay:
        raise typer.BadParameter("name a person, or --replay", param_hint="USER")
    if user is not None and not yes:
        typer.confirm(f"forget user {user} for good?", abort=True)
    store, secret = open_segments(archive_destination()), secret_key()
    with maintenance("retention") as connection:
        if user is None:
            done = erasing.erase_again(transacting(connection), store, secret)
            said = f"{len(done.erased)} persons erased again, {done.unknown} unknown here"
            document = printable(done)
        else:
            erased = erasing.erase(connection, store, secret, user)
            said = f"user {user} is forgotten: " + ", ".join(
                f"{count} {table}" for table, count in sorted(erased.certificate.items())
            )
            document = printable(erased)
            sweep(connection, store)
    typer.echo(json.dumps(document) if as_json else said)
