"""`backup list`: what is at the destination."""

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import typer

from pgevolve.cli.backup.context import AsJson, BackupContext
from pgevolve.cli.backup.display import size_in_words
from pgevolve.cli.console import ends_with_status, print_json, print_line

if TYPE_CHECKING:
    from pgevolve.snapshot import ListedSnapshot


def add_to(app: typer.Typer, context: BackupContext) -> None:
    """Add the command."""

    @app.command("list", epilog=context.example("list --json"))
    @ends_with_status
    def list_command(as_json: AsJson = False) -> None:  # noqa: FBT002 (Typer's way to a flag)
        """Show the snapshots, oldest first, and what interrupted work left.

        Manifests and the sizes of files are looked at; `verify` reads the files. Exit status 0.
        """
        from pgevolve.snapshot import list_snapshots

        found = list_snapshots(context.storage(), datetime.now(UTC))
        if as_json:
            print_json(
                {
                    "snapshots": [_as_json(entry) for entry in found.snapshots],
                    "debris": list(found.debris),
                }
            )
            return
        if not found.snapshots:
            print_line("no snapshots")
        for entry in found.snapshots:
            print_line(_line(entry))
        for left in found.debris:
            sys.stderr.write(f"left by interrupted work: {left}\n")
        if found.debris:
            sys.stderr.write(f"hint: {context.command} prune removes it\n")


def _line(entry: "ListedSnapshot") -> str:
    if entry.problem is not None or entry.manifest is None:
        return f"{entry.name}  damaged: {entry.problem}"
    manifest = entry.manifest
    sealed = "encrypted" if manifest.recipients else "not encrypted"
    rows = sum(table.rows for table in manifest.tables)
    return (
        f"{entry.name}  {manifest.database.name}  PostgreSQL {manifest.server_version.split()[0]}"
        f"  {size_in_words(manifest.size)}  {len(manifest.tables)} tables  {rows} rows  {sealed}"
    )


def _as_json(entry: "ListedSnapshot") -> dict[str, Any]:
    manifest = entry.manifest
    about = {"name": entry.name, "problem": None if entry.problem is None else str(entry.problem)}
    if manifest is None:
        return about
    return {
        **about,
        "made_at": manifest.made_at,
        "database": manifest.database.name,
        "server_version": manifest.server_version,
        "dump_version": manifest.dump_version,
        "bytes": manifest.size,
        "tables": len(manifest.tables),
        "rows": sum(table.rows for table in manifest.tables),
        "recipients": list(manifest.recipients),
        "migration": manifest.migrations[-1].name if manifest.migrations else None,
    }
