"""Prisma's table and directories, as Prisma writes them: a clean history is taken over, others are named."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pgevolve.adopt import (
    ForeignHistoryError,
    ForeignTableComparedError,
    ForeignTableMissingError,
    LedgerInUseError,
    NoForeignFilesError,
    PrismaEditedError,
    PrismaFailedError,
    PrismaFilesMissingError,
    PrismaPendingError,
    PrismaProviderError,
    SchemaDiffersError,
    SeveralProblemsError,
    adopt_prisma,
    first_migration,
)
from pgevolve.connect import connect
from pgevolve.ledger import events, ledger_migrations
from pgevolve.verify import verify

from .conftest import Notebook, OldDatabase

_TABLE = """
CREATE TABLE _prisma_migrations (
    id                      VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum                VARCHAR(64) NOT NULL,
    finished_at             TIMESTAMPTZ,
    migration_name          VARCHAR(255) NOT NULL,
    logs                    TEXT,
    rolled_back_at          TIMESTAMPTZ,
    started_at              TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count     INTEGER NOT NULL DEFAULT 0
)
"""
_FIRST, _SECOND = "20240101120000_init", "20240301090000_add_users"
_USERS = '-- CreateTable\nCREATE TABLE "User" (\n    "id" SERIAL NOT NULL,\n    PRIMARY KEY ("id")\n);\n'


class PrismaProject:
    """A folder `prisma/migrations` and its table, with two applied migrations."""

    def __init__(self, run: Callable[..., None], folder: Path) -> None:
        self.run, self.folder = run, folder
        run(_TABLE)
        folder.mkdir(parents=True)
        (folder / "migration_lock.toml").write_text('# do not edit\nprovider = "postgresql"\n')
        self.apply(_FIRST, "-- CreateTable\nCREATE TABLE events (id integer);\n", minute=1)
        self.apply(_SECOND, _USERS, minute=2)

    def write(self, name: str, sql: str) -> str:
        """Write the directory of a migration; return the checksum of its file."""
        (self.folder / name).mkdir()
        (self.folder / name / "migration.sql").write_bytes(sql.encode())
        return hashlib.sha256(sql.encode()).hexdigest()

    def apply(self, name: str, sql: str, *, minute: int) -> None:
        """Run a migration as Prisma does, and record it."""
        checksum = self.write(name, sql)
        self.run(sql)
        self.record(name, checksum, minute=minute, finished=True)

    def record(
        self,
        name: str,
        checksum: str,
        *,
        minute: int,
        finished: bool,
        rolled_back: bool = False,
        logs: str = "",
    ) -> None:
        """Add a row."""
        at = f"timestamptz '2024-03-01 09:{minute:02}:00+00'"
        self.run(
            "INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at,"
            f" rolled_back_at, logs, applied_steps_count)"
            f" VALUES (gen_random_uuid(), '{checksum}', '{name}', {at},"
            f" {f'{at} + interval $$2s$$' if finished else 'NULL'}, {at if rolled_back else 'NULL'},"
            f" nullif($log${logs}$log$, ''), {int(finished)})"
        )


@pytest.fixture
def prisma(old: OldDatabase, tmp_path: Path) -> PrismaProject:
    """Return a clean history of Prisma in a database with tables; the project leaves its table out."""
    old.project = replace(old.project, ignore_tables=frozenset({"public._prisma_migrations"}))
    return PrismaProject(old.run, tmp_path / "prisma" / "migrations")


def _refused(old: OldDatabase, prisma: PrismaProject, kind: type[ForeignHistoryError]) -> str:
    """Expect a refusal that leaves no ledger, and return its sentence."""
    first_migration(old.project, old.url, "initial")
    with pytest.raises(kind) as refused:
        adopt_prisma(old.project, old.url, prisma.folder)
    assert refused.value.hint
    assert old.query("SELECT to_regnamespace('pgevolve')") == [(None,)]
    return str(refused.value)


def test_a_clean_history_is_taken_over_and_its_table_stays(old: OldDatabase, prisma: PrismaProject) -> None:
    (first,) = first_migration(old.project, old.url, "initial").migrations
    kept = old.query("SELECT * FROM _prisma_migrations ORDER BY started_at")

    done = adopt_prisma(old.project, old.url, prisma.folder)

    assert [entry.name for entry in done.foreign.migrations] == [_FIRST, _SECOND]
    assert done.baseline.migrations == (first.name,)
    assert "_prisma_migrations" not in first.up_sql
    with connect(old.url, purpose="test") as connection:
        assert [row.state for row in ledger_migrations(connection)] == ["applied"]
        (init, users) = events(connection, "prisma.adopted")
    assert init.detail["migration"] == _FIRST
    assert users.detail == {
        "migration": _SECOND,
        "sha256": hashlib.sha256(_USERS.encode()).hexdigest(),
        "state": "applied",
        "started_at": "2024-03-01T09:02:00+00:00",
        "finished_at": "2024-03-01T09:02:02+00:00",
        "applied_steps_count": 1,
    }
    assert old.query("SELECT * FROM _prisma_migrations ORDER BY started_at") == kept
    assert verify(old.project, old.url).migration == first.name


def test_the_folder_above_the_migrations_may_be_named(old: OldDatabase, prisma: PrismaProject) -> None:
    first_migration(old.project, old.url, "initial")

    assert len(adopt_prisma(old.project, old.url, prisma.folder.parent).foreign.migrations) == 2


def test_a_migration_that_was_rolled_back_and_ran_again_is_clean(
    old: OldDatabase, prisma: PrismaProject
) -> None:
    checksum = prisma.write("20240401000000_more", "CREATE TABLE more ();")
    prisma.record("20240401000000_more", "0" * 64, minute=3, finished=False, rolled_back=True, logs="no")
    prisma.run("CREATE TABLE more ()")
    prisma.record("20240401000000_more", checksum, minute=4, finished=True)
    first_migration(old.project, old.url, "initial")

    done = adopt_prisma(old.project, old.url, prisma.folder)

    assert [entry.state for entry in done.foreign.migrations] == [
        "applied",
        "applied",
        "rolled back",
        "applied",
    ]


def test_other_ends_of_lines_are_no_edit(old: OldDatabase, prisma: PrismaProject) -> None:
    (prisma.folder / _SECOND / "migration.sql").write_bytes(_USERS.replace("\n", "\r\n").encode())
    first_migration(old.project, old.url, "initial")

    assert adopt_prisma(old.project, old.url, prisma.folder).baseline.migrations


def test_a_failed_migration_is_refused_with_its_log(old: OldDatabase, prisma: PrismaProject) -> None:
    checksum = prisma.write("20240401000000_more", "CREATE TABLE notes ();")
    prisma.record(
        "20240401000000_more",
        checksum,
        minute=3,
        finished=False,
        logs='relation "notes" already exists\nat 1',
    )

    assert _refused(old, prisma, PrismaFailedError) == (
        "migration '20240401000000_more' of prisma failed: relation \"notes\" already exists"
    )


def test_an_edited_file_is_refused_with_both_checksums(old: OldDatabase, prisma: PrismaProject) -> None:
    (prisma.folder / _SECOND / "migration.sql").write_text(f"{_USERS}-- edited\n")

    said = _refused(old, prisma, PrismaEditedError)

    assert said.startswith(
        f"migration '{_SECOND}' of prisma was edited after it was applied: its checksum was "
    )
    assert hashlib.sha256(_USERS.encode()).hexdigest()[:12] in said
    assert hashlib.sha256(f"{_USERS}-- edited\n".encode()).hexdigest()[:12] in said


def test_files_without_a_row_are_refused(old: OldDatabase, prisma: PrismaProject) -> None:
    prisma.write("20240401000000_more", "CREATE TABLE more ();")

    assert _refused(old, prisma, PrismaPendingError) == (
        "migration '20240401000000_more' of prisma is not applied here"
    )


def test_a_rolled_back_migration_that_did_not_run_again_is_refused(
    old: OldDatabase, prisma: PrismaProject
) -> None:
    checksum = prisma.write("20240401000000_more", "CREATE TABLE more ();")
    prisma.record("20240401000000_more", checksum, minute=3, finished=False, rolled_back=True)

    assert _refused(old, prisma, PrismaPendingError) == (
        "migration '20240401000000_more' of prisma was rolled back and not applied again"
    )


def test_a_row_without_files_is_refused(old: OldDatabase, prisma: PrismaProject) -> None:
    (prisma.folder / _SECOND / "migration.sql").unlink()

    assert _refused(old, prisma, PrismaFilesMissingError) == (
        f"migration '{_SECOND}' of prisma is applied here, and its migration.sql is missing"
    )


def test_a_folder_for_another_database_is_refused(old: OldDatabase, prisma: PrismaProject) -> None:
    (prisma.folder / "migration_lock.toml").write_text('provider = "mysql"\n')

    assert "written for 'mysql'" in _refused(old, prisma, PrismaProviderError)


def test_everything_that_is_wrong_is_said_at_once(old: OldDatabase, prisma: PrismaProject) -> None:
    (prisma.folder / _FIRST / "migration.sql").unlink()
    prisma.write("20240401000000_more", "CREATE TABLE more ();")

    said = _refused(old, prisma, SeveralProblemsError)

    assert f"migration '{_FIRST}' of prisma is applied here, and its migration.sql is missing; " in said
    assert "migration '20240401000000_more' of prisma is not applied here" in said


def test_a_folder_without_migrations_is_refused(
    old: OldDatabase, prisma: PrismaProject, tmp_path: Path
) -> None:
    first_migration(old.project, old.url, "initial")

    with pytest.raises(NoForeignFilesError, match="there is no migration of prisma in"):
        adopt_prisma(old.project, old.url, tmp_path / "nowhere")


def test_a_database_without_the_table_is_refused(old: OldDatabase, prisma: PrismaProject) -> None:
    old.run("DROP TABLE _prisma_migrations")
    first_migration(old.project, old.url, "initial")

    with pytest.raises(ForeignTableMissingError, match=r"there is no table 'public\._prisma_migrations'"):
        adopt_prisma(old.project, old.url, prisma.folder)


def test_the_table_must_be_left_out_of_comparisons(old: OldDatabase, prisma: PrismaProject) -> None:
    compared = replace(old.project, ignore_tables=frozenset())

    with pytest.raises(ForeignTableComparedError, match="belongs to another tool") as adopting:
        adopt_prisma(compared, old.url, prisma.folder)
    with pytest.raises(ForeignTableComparedError):
        first_migration(compared, old.url, "initial")

    assert adopting.value.hint == 'add ignore_tables = ["public._prisma_migrations"] to [tool.pgevolve]'
    assert not old.project.migrations.exists()


def test_a_schema_that_differs_and_a_used_ledger_are_refused_as_by_a_baseline(
    old: OldDatabase, prisma: PrismaProject
) -> None:
    first_migration(old.project, old.url, "initial")
    old.run("ALTER TABLE notes ADD sneaked_in int")
    with pytest.raises(SchemaDiffersError, match="drop column sneaked_in"):
        adopt_prisma(old.project, old.url, prisma.folder)

    old.run("ALTER TABLE notes DROP sneaked_in")
    adopt_prisma(old.project, old.url, prisma.folder)
    with pytest.raises(LedgerInUseError):
        adopt_prisma(old.project, old.url, prisma.folder)


def test_the_command_says_what_was_taken_over(notebook: Notebook) -> None:
    notebook.configure('ignore_tables = ["public._prisma_migrations"]')
    prisma = PrismaProject(notebook.sql, notebook.root / "prisma" / "migrations")
    notebook.run("baseline", "--write", "initial")

    (prisma.folder / _FIRST / "migration.sql").write_text("-- edited")
    refused = notebook.run("adopt", "prisma", "prisma/migrations")
    assert refused.returncode == 1
    assert f"error: migration '{_FIRST}' of prisma was edited" in refused.stderr

    (prisma.folder / _FIRST / "migration.sql").write_text(
        "-- CreateTable\nCREATE TABLE events (id integer);\n"
    )
    adopted = notebook.run("adopt", "prisma", "prisma/migrations")
    assert (adopted.returncode, adopted.stderr) == (0, "")
    assert adopted.stdout.splitlines() == [
        f"taken over: {_FIRST} (applied)",
        f"taken over: {_SECOND} (applied)",
        f"recorded as applied: {notebook.migration.name}",
        "nothing was run, and public._prisma_migrations stays as it is; prisma is not asked any more",
    ]


def test_the_outcome_is_available_as_json(notebook: Notebook) -> None:
    notebook.configure('ignore_tables = ["public._prisma_migrations"]')
    PrismaProject(notebook.sql, notebook.root / "prisma" / "migrations")
    notebook.run("baseline", "--write", "initial")

    said = json.loads(notebook.run("adopt", "prisma", "prisma", "--json").stdout)

    assert [entry["name"] for entry in said["foreign"]["migrations"]] == [_FIRST, _SECOND]
    assert said["baseline"]["migrations"] == [notebook.migration.name]
