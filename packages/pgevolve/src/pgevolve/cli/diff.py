"""`diff FROM_URL TO_URL`: the script that turns one database's schema into another's."""

import sys
from typing import Annotated

import typer

from pgevolve.cli.console import end, ends_with_status, print_json, print_line
from pgevolve.cli.context import Context

_DIFFERENCES = 3


def add_to(app: typer.Typer, context: Context) -> None:
    """Add the command."""

    @app.command("diff", epilog=context.example("diff postgresql:///old postgresql:///new > change.sql"))
    @ends_with_status
    def diff_command(  # noqa: PLR0913, PLR0917 (a parameter an option)
        from_url: Annotated[str, typer.Argument(help="The database as it is.")],
        to_url: Annotated[str, typer.Argument(help="The database as it should be.")],
        naive: Annotated[  # noqa: FBT002 (Typer's way to a flag)
            bool, typer.Option("--naive", help="Plain DDL, for a database that nobody works with.")
        ] = False,
        as_json: Annotated[  # noqa: FBT002 (Typer's way to a flag)
            bool, typer.Option("--json", help="Print the changes as JSON, no script.")
        ] = False,
        prove: Annotated[  # noqa: FBT002 (Typer's way to a flag)
            bool, typer.Option(help="Try the script on a copy of the first schema before it is printed.")
        ] = True,
        scratch_url: Annotated[
            str | None, typer.Option(help="A server for throw-away databases instead of an embedded one.")
        ] = None,
        ignore_schema: Annotated[
            list[str] | None, typer.Option(help="A schema to leave out; may be given more than once.")
        ] = None,
    ) -> None:
        """Print the script for `psql -f` that turns the first database's schema into the second's.

        Both are only read. Exit status 0: no difference; 3: they differ; 2: a database cannot be read, or no
        safe statements are known for a change.
        """
        from pgevolve import compare, script

        ignored = frozenset(ignore_schema or ())
        comparison = compare.compare(from_url, to_url, ignore_schemas=ignored)
        first, second = comparison.majors
        if first != second:
            _warn(f"the first server is PostgreSQL {first}, the second {second}")
        if as_json:
            print_json({"changes": [compare.as_json(change) for change in comparison.changes]})
            end(_DIFFERENCES if comparison.changes else 0)
        if not comparison.changes:
            return
        parts = compare.script_parts(comparison, naive=naive)
        if prove:
            try:
                compare.prove(comparison, parts, scratch_url=scratch_url, ignore_schemas=ignored)
            except compare.SchemaNotCopiedError as error:
                _warn(str(error))
        title = f"{len(comparison.changes)} changes, PostgreSQL {first}"
        print_line(script.psql_script(parts, title).removesuffix("\n"))
        end(_DIFFERENCES)


def _warn(text: str) -> None:
    sys.stderr.write(f"warning: {text}\n")
