"""`pgevolve check` and `explain` as a user types them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

_MODELS = """
from sqlalchemy import BigInteger, Column, MetaData, Table
metadata = MetaData()
"""
_SETTINGS = """
[tool.pgevolve]
metadata = "notebook:metadata"
migrations = "migrations"
[tool.pgevolve.check]
target_version = 15
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "notebook.py").write_text(_MODELS)
    (tmp_path / "pyproject.toml").write_text(_SETTINGS)
    (tmp_path / "bad.sql").write_text("DROP TABLE users;\n")
    (tmp_path / "note.sql").write_text("CREATE TABLE a (id bigint PRIMARY KEY, at timestamp);\n")
    (tmp_path / "not_null.sql").write_text("ALTER TABLE users ALTER COLUMN a SET NOT NULL;\n")
    return tmp_path


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = str(Path(sys.executable).with_name("pgevolve"))
    return subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True, check=False)


def test_findings_are_printed_and_end_the_command_with_1(project: Path) -> None:
    done = _run(project, "check", "bad.sql")

    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == (
        "bad.sql:1:1 PE201 DROP TABLE users: running code that still uses users fails,"
        " and its rows are gone\n"
        "  fix: stop using it in a release, then drop it in a contract migration\n1 error\n"
    )


def test_notes_do_not_fail_and_json_is_a_list(project: Path) -> None:
    done = _run(project, "check", "note.sql", "--format", "json")

    assert (done.returncode, done.stderr) == (0, "")
    assert [found["rule"] for found in json.loads(done.stdout)] == ["PE501"]


def test_the_history_of_the_project_is_read_without_a_path(project: Path) -> None:
    done = _run(project, "check")

    assert (done.returncode, done.stdout, done.stderr) == (0, "nothing found\n", "")


def test_the_advice_depends_on_the_target_version(project: Path) -> None:
    assert "add CHECK (a IS NOT NULL) NOT VALID" in _run(project, "check", "not_null.sql").stdout
    newer = _run(project, "check", "not_null.sql", "--target-version", "18").stdout
    assert "NOT NULL a NOT VALID" in newer


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["missing.sql"], "there is no 'missing.sql'"),
        (["bad.sql", "--format", "xml"], "there is no format 'xml'"),
        (["bad.sql", "--target-version", "9"], "the rules know nothing of PostgreSQL 9"),
        (["bad.sql", "--since", "HEAD"], "git cannot compare with 'HEAD'"),
    ],
)
def test_broken_input_ends_with_2_and_a_hint(project: Path, arguments: list[str], sentence: str) -> None:
    done = _run(project, "check", *arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert f"error: {sentence}" in done.stderr
    assert "hint: " in done.stderr


def test_wrong_settings_of_the_check_are_refused(project: Path) -> None:
    (project / "pyproject.toml").write_text(_SETTINGS.replace("15", '"15"'))

    assert "target_version of check is no int" in _run(project, "check", "bad.sql").stderr


def test_explain_prints_a_page_or_the_list(project: Path) -> None:
    page = _run(project, "explain", "pe101")
    assert (page.returncode, page.stdout.splitlines()[0]) == (0, "# PE101 index-not-concurrent")
    listed = _run(project, "explain").stdout
    assert "PE001   error    syntax-error\n" in listed
    assert "PE501   note     timestamp-without-zone\n" in listed
    unknown = _run(project, "explain", "PE999")
    assert (unknown.returncode, "there is no rule 'PE999'" in unknown.stderr) == (2, True)
