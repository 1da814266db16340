"""REVIEW.md, written by `new` and looked at by `check`."""

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text

from pgevolve.history import read_history
from pgevolve.local import LocalPostgres
from pgevolve.new import given_migration, new_migration
from pgevolve.project import CheckOptions, Project
from pgevolve.reviewed import is_stale, mark
from pgevolve.trace.pages import write_reviews

_MODELS = """
from sqlalchemy import BigInteger, Column, MetaData, Table, Text
metadata = MetaData()
notes = Table("notes", metadata, Column("id", BigInteger, primary_key=True, comment="c"), comment="t")
"""
_GROWN = 'notes.append_column(Column("text", Text, comment="c"))\n'
_SETTINGS = """
[tool.pgevolve]
metadata = "notebook:metadata"
migrations = "migrations"
"""
_TODAY = date(2026, 11, 26)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text(_SETTINGS)
    (tmp_path / "notebook.py").write_text(_MODELS)
    return tmp_path


def _run(folder: Path, server: LocalPostgres, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = str(Path(sys.executable).with_name("pgevolve"))
    scratch = ["--scratch-url", server.url()] if arguments[0] == "new" else []
    return subprocess.run(
        [program, *arguments, *scratch], cwd=folder, capture_output=True, text=True, check=False
    )


def _pages(folder: Path) -> list[str]:
    return [path.read_text() for path in sorted(folder.glob("migrations/*/REVIEW.md"))]


def test_new_writes_the_page_of_each_migration_and_the_history_stays_whole(
    folder: Path, server: LocalPostgres
) -> None:
    done = _run(folder, server, "new", "notes")

    assert (done.returncode, done.stderr) == (0, "")
    (page,) = _pages(folder)
    (migration,) = read_history(folder / "migrations")
    assert page.splitlines()[:2] == [f"# Review of {migration.name}", mark(migration.up_sql)]
    for title in ("## Steps", "## Timeline", "## Findings", "## Way back"):
        assert f"\n{title}\n" in page
    assert "\n## Findings\nNone.\n" in page
    assert _run(folder, server, "check").returncode == 0


def test_without_trace_there_is_no_page_and_nothing_is_found(folder: Path, server: LocalPostgres) -> None:
    _run(folder, server, "new", "notes", "--no-trace")

    assert _pages(folder) == []
    assert _run(folder, server, "check").returncode == 0


def test_a_page_of_another_up_sql_is_a_finding_and_trace_mends_it(
    folder: Path, server: LocalPostgres
) -> None:
    _run(folder, server, "new", "notes")
    (folder / "notebook.py").write_text(_MODELS + _GROWN)
    _run(folder, server, "new", "text")
    first, last = sorted(folder.glob("migrations/*/REVIEW.md"))
    last.write_text(first.read_text())

    done = _run(folder, server, "check")

    up = last.with_name("up.sql").relative_to(folder)
    assert done.returncode == 1
    assert done.stdout == (
        f"{up}:1:1 PE009 REVIEW.md was written of another up.sql than that which lies beside it\n"
        f"  fix: write it again with `trace {up.parent.name}`, or remove it\n1 error\n"
    )
    assert _run(folder, server, "trace").returncode == 0
    assert _run(folder, server, "check").returncode == 0


def test_a_page_that_names_no_checksum_is_not_stale() -> None:
    assert not is_stale("# Review of an older engine", "SELECT 1;")
    assert is_stale(mark("SELECT 1;"), "SELECT 2;")


def test_the_page_shows_findings_and_rows_that_are_filled_afterwards(
    server: LocalPostgres, tmp_path: Path
) -> None:
    metadata = MetaData()
    notes = Table("notes", metadata, Column("id", BigInteger, primary_key=True), Column("text", Text))
    project = Project(metadata, tmp_path, scratch_url=server.url(), check=CheckOptions(15))
    new_migration(project, "notes")
    Index("notes_text", notes.c.text)
    written = given_migration(project, "by_hand", "CREATE INDEX notes_text ON notes (text)")

    (path,) = write_reviews(project, written.migrations, _TODAY, (10,))

    assert isinstance(path, Path)
    assert "\n- error PE101 at line 1: building notes_text reads all of notes" in path.read_text()


def test_what_cannot_be_traced_has_no_page_and_says_why(server: LocalPostgres, tmp_path: Path) -> None:
    metadata = MetaData()
    Table("notes", metadata, Column("id", BigInteger, primary_key=True))
    project = Project(metadata, tmp_path, scratch_url=server.url())
    written = new_migration(project, "notes", now=datetime(2026, 1, 1, tzinfo=UTC))
    assert written is not None
    (migration,) = written.migrations
    (migration.directory / "up.sql").write_text("SELECT 1;\n")

    ((found, reason),) = write_reviews(project, written.migrations, _TODAY)

    assert found == migration
    assert reason.startswith(f"migration {migration.name!r} was edited")
    assert not (migration.directory / "REVIEW.md").exists()
