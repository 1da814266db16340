"""`pgevolve check --fix` as a user types it."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from pgevolve.history import read_history, write_migration
from pgevolve.step import Step

_NAIVE = "CREATE INDEX i ON orders (id);\n"
_SAFE = "-- pgevolve: transaction=off\nCREATE INDEX CONCURRENTLY i ON orders (id);\n"


def _fix(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = str(Path(sys.executable).with_name("pgevolve"))
    return subprocess.run(
        [program, "check", "--fix", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


def _history(root: Path, *texts: str) -> None:
    for number, text in enumerate(texts):
        now = datetime(2026, 1, 1, 10, number, tzinfo=UTC)
        write_migration(root, f"m{number}", now, "expand", [Step(text)], None, "by hand", "0" * 64)


def test_files_are_rewritten_as_one_history_and_the_rest_is_named(tmp_path: Path) -> None:
    (tmp_path / "1.sql").write_text(_NAIVE)
    (tmp_path / "2.sql").write_text("DROP INDEX i;\nDROP TABLE users;\n")

    done = _fix(tmp_path, "1.sql", "2.sql")

    assert (done.returncode, done.stderr) == (1, "")
    assert (tmp_path / "1.sql").read_text() == _SAFE
    assert done.stdout == (
        "1.sql:1 PE101 rewritten: CREATE INDEX CONCURRENTLY in a step of its own\n"
        "2.sql:1 PE102 rewritten: DROP INDEX CONCURRENTLY in a step of its own\n"
        "written: 1.sql\nwritten: 2.sql\n"
        "2.sql:3:1 PE201 left: DROP TABLE users: running code that still uses users fails,"
        " and its rows are gone\n"
        "  fix: stop using it in a release, then drop it in a contract migration\n"
    )


def test_a_second_fix_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "1.sql").write_text(_NAIVE)
    _fix(tmp_path, "1.sql")

    done = _fix(tmp_path, "1.sql")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_patch_is_printed_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "1.sql").write_text(_NAIVE)

    done = _fix(tmp_path, "--diff", "1.sql")

    assert done.stdout == (
        "--- 1.sql\n+++ 1.sql\n@@ -1 +1,2 @@\n-CREATE INDEX i ON orders (id);\n"
        "+-- pgevolve: transaction=off\n+CREATE INDEX CONCURRENTLY i ON orders (id);\n"
    )
    assert (tmp_path / "1.sql").read_text() == _NAIVE
    (tmp_path / "patch").write_text(done.stdout)
    subprocess.run(["patch", "-p0", "-i", "patch"], cwd=tmp_path, capture_output=True, check=True)
    assert (tmp_path / "1.sql").read_text() == _SAFE


def test_line_ends_and_marks_of_windows_stay(tmp_path: Path) -> None:
    (tmp_path / "1.sql").write_bytes(("\ufeff-- a\r\n" + _NAIVE.replace("\n", "\r\n")).encode())

    _fix(tmp_path, "1.sql")

    assert (tmp_path / "1.sql").read_bytes() == ("\ufeff-- a\r\n" + _SAFE.replace("\n", "\r\n")).encode()


def test_the_last_migration_changes_only_when_no_database_has_it(tmp_path: Path) -> None:
    root = tmp_path / "migrations"
    table = "CREATE TABLE orders (id bigint PRIMARY KEY, at date)"
    _history(root, table, "CREATE INDEX j ON orders (at, id)", "CREATE INDEX i ON orders (at)")
    _, first, last = (migration.directory for migration in read_history(root))

    refused = _fix(tmp_path, str(last))
    earlier = _fix(tmp_path, "--not-deployed", str(first))
    done = _fix(tmp_path, "--not-deployed", str(last))

    assert (refused.returncode, earlier.returncode) == (2, 2)
    assert f"migration '{last.name}' is in the history, and a database may have it" in refused.stderr
    assert "hint: give --not-deployed" in refused.stderr
    assert f"migration '{first.name}' is not the last one of its history" in earlier.stderr
    assert (done.returncode, done.stderr) == (0, "")
    head = read_history(root).head
    assert head is not None
    assert head.up_sql == _SAFE.replace("(id)", "(at)")


def test_a_directory_that_the_history_does_not_list_is_rewritten(tmp_path: Path) -> None:
    directory = tmp_path / "20260101_1000_by_hand"
    directory.mkdir()
    (directory / "up.sql").write_text(_NAIVE)

    done = _fix(tmp_path, directory.name)

    assert (done.returncode, done.stderr) == (0, "")
    assert (directory / "up.sql").read_text() == _SAFE


def test_without_a_file_it_is_refused(tmp_path: Path) -> None:
    done = _fix(tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: a fix changes files, and none is named\nhint: ")
