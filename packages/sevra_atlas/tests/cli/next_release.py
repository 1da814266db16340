"""A release of Sevra Atlas that does not exist: the package as it is, with further migrations."""

import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import sevra_atlas
from pgevolve.connect import connect
from pgevolve.history import Migration, read_history, write_migration
from pgevolve.run import NoJournal, run_steps
from pgevolve.scratch import scratch_database
from pgevolve.step import Step
from pgevolve.verify import schema_digest
from sevra_atlas.migrate import project
from sevra_atlas.schema.access import OWNER

_NOW = datetime(2026, 11, 26, 9, 0)  # noqa: DTZ001 (only its digits name a directory)


class NextRelease:
    """A copy of the package in a folder, to be put before everything else on the path of a command."""

    def __init__(self, folder: Path) -> None:
        self.path = str(folder)
        package = folder / "sevra_atlas"
        shutil.copytree(
            Path(sevra_atlas.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__")
        )
        self._migrations = package / "migrations"

    def add(self, name: str, *statements: str, admin_url: str | None = None) -> Migration:
        """Add a migration, whose digest is found in a copy of the database of `admin_url`, or has none."""
        up = tuple(Step(statement) for statement in statements)
        leads_to = "0" * 64 if admin_url is None else _digest_after(admin_url, up)
        return write_migration(self._migrations, name, _NOW, "expand", up, None, "made by a test", leads_to)

    def forget_last(self) -> None:
        """Take the last migration out again."""
        last = read_history(self._migrations).migrations[-1]
        listed = self._migrations / "history.toml"
        text = listed.read_text()
        listed.write_text(text[: text.rindex("[[migration]]")])
        shutil.rmtree(last.directory)


def _digest_after(admin_url: str, up: Sequence[Step]) -> str:
    with connect(admin_url, purpose="test") as connection:
        template = connection.info.dbname
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    with scratch_database(admin_url.replace(f"/{template}", "/postgres", 1), template) as url:
        with connect(url, purpose="test") as connection:
            run_steps(connection, tuple(up), owner=OWNER, journal=NoJournal())
        return schema_digest(url, project())
