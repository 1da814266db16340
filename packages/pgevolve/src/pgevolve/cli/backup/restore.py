"""`backup restore`: bring a snapshot back."""

from typing import Annotated

import typer

from pgevolve.cli.backup.context import AsJson, BackupContext, IdentityFile, SnapshotName, identities_in
from pgevolve.cli.backup.display import progress
from pgevolve.cli.console import ends_with_status, print_json, print_line


def add_to(app: typer.Typer, context: BackupContext) -> None:
    """Add the command."""

    @app.command("restore", epilog=context.example("restore latest --into yesterday"))
    @ends_with_status
    def restore_command(
        snapshot: SnapshotName,
        into: Annotated[
            str | None, typer.Option(help="Restore as this new database, and leave the old one alone.")
        ] = None,
        identity: IdentityFile = None,
        as_json: AsJson = False,  # noqa: FBT002 (Typer's way to a flag)
    ) -> None:
        """Restore a snapshot into a database beside the old one, compare it, and swap the two.

        The old database is kept under a dated name; its sessions are ended at the swap. After an interruption
        run it again. Exit status 0: done; 1: the snapshot is damaged; 2: it cannot be restored; 5: a deploy
        or another restore is running.
        """
        from pgevolve.snapshot import find_snapshot, restore_snapshot

        storage = context.storage()
        with progress(quiet=as_json) as report:
            found = find_snapshot(storage, snapshot)
            restored = restore_snapshot(
                context.url(),
                storage,
                found,
                identities_in(identity),
                into=into,
                jobs=context.options().jobs,
                report=report,
            )
        if as_json:
            print_json(restored)
            return
        for role in restored.roles:
            print_line(f"made role {role}, without a password")
        if restored.kept is not None:
            print_line(f"kept the old database as {restored.kept}")
        print_line(
            f"restored {restored.name} as database {restored.database}: {restored.tables} tables,"
            f" {restored.rows} rows, in {restored.seconds:.1f} s"
        )
