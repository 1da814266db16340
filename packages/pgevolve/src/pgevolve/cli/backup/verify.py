"""`backup verify`: read a snapshot to its end."""

import typer

from pgevolve.cli.backup.context import AsJson, BackupContext, IdentityFile, SnapshotName, identities_in
from pgevolve.cli.backup.display import progress, size_in_words
from pgevolve.cli.console import ends_with_status, print_json, print_line


def add_to(app: typer.Typer, context: BackupContext) -> None:
    """Add the command."""

    @app.command("verify", epilog=context.example("verify latest"))
    @ends_with_status
    def verify_command(
        snapshot: SnapshotName = "latest",
        identity: IdentityFile = None,
        as_json: AsJson = False,  # noqa: FBT002 (Typer's way to a flag)
    ) -> None:
        """Compare every byte of a snapshot with its manifest, decode it, and count its rows.

        Exit status 0: it can be restored; 1: it is damaged; 2: it cannot be read.
        """
        from pgevolve.snapshot import find_snapshot, verify_snapshot

        storage = context.storage()
        with progress(quiet=as_json) as report:
            found = find_snapshot(storage, snapshot)
            verified = verify_snapshot(storage, found, identities_in(identity), report=report)
        if as_json:
            print_json(verified)
        else:
            print_line(
                f"{verified.name} is whole: {verified.files} files, {size_in_words(verified.bytes)},"
                f" {verified.tables} tables, {verified.rows} rows, in {verified.seconds:.1f} s"
            )
