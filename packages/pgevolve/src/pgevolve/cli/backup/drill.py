"""`backup drill`: rehearse a recovery."""

import typer

from pgevolve.cli.backup.context import AsJson, BackupContext, IdentityFile, SnapshotName, identities_in
from pgevolve.cli.backup.display import progress, size_in_words
from pgevolve.cli.console import ends_with_status, print_json, print_line

_MINUTE = 60


def add_to(app: typer.Typer, context: BackupContext) -> None:
    """Add the command."""

    @app.command("drill", epilog=context.example("drill"))
    @ends_with_status
    def drill_command(
        snapshot: SnapshotName = "latest",
        identity: IdentityFile = None,
        as_json: AsJson = False,  # noqa: FBT002 (Typer's way to a flag)
    ) -> None:
        """Restore a snapshot into a database of its own, compare it, drop it, and say how long it took.

        The database that serves is not touched. Exit status 0: a recovery works; 1: the snapshot is damaged;
        2: it cannot be restored.
        """
        from pgevolve.snapshot import drill, find_snapshot

        storage = context.storage()
        with progress(quiet=as_json) as report:
            found = find_snapshot(storage, snapshot)
            done = drill(
                context.url(),
                storage,
                found,
                identities_in(identity),
                jobs=context.options().jobs,
                report=report,
            )
        if as_json:
            print_json(done)
        else:
            print_line(
                f"{done.name} can be restored in {done.seconds:.1f} s: {size_in_words(done.bytes)},"
                f" {done.tables} tables, {done.rows} rows; it is {done.age / _MINUTE:.0f} min old"
            )
