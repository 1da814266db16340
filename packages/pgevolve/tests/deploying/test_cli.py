"""The command line as a user has it: a project with models of its own, commands, sentences, exit statuses."""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from pgevolve.connect import connect
from pgevolve.local import LocalPostgres
from pgevolve.lock import deploy_lock
from pgevolve.scratch import scratch_database

_MODELS = """
from sqlalchemy import Column, Integer, MetaData, Table, Text
metadata = MetaData()
Table("notes", metadata, Column("id", Integer, primary_key=True), Column("text", Text, nullable=False))
"""
_SECOND_TABLE = 'Table("tags", metadata, Column("name", Text, primary_key=True))\n'
_SETTINGS = """
[tool.pgevolve]
metadata = "notebook.models:metadata"
migrations = "db/migrations"
url_env = "NOTEBOOK_URL"
"""
_OF_REHEARSAL = '[tool.pgevolve]\nmetadata = "a:b"\nmigrations = "m"\n[tool.pgevolve.rehearsal]\n'
_OF_GATE = '[tool.pgevolve]\nmetadata = "a:b"\nmigrations = "m"\n[tool.pgevolve.gate]\n'


class Notebook:
    """A project of a user, and its commands in processes of their own."""

    def __init__(self, root: Path, url: str) -> None:
        self.root, self.url = root, url
        (root / "notebook").mkdir(parents=True)
        (root / "notebook" / "models.py").write_text(_MODELS)
        (root / "pyproject.toml").write_text(_SETTINGS)

    def run(self, *arguments: str, folder: str = ".", **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [_program(), *arguments],
            cwd=self.root / folder,
            env=os.environ | {"NOTEBOOK_URL": self.url} | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def add_model(self) -> None:
        with (self.root / "notebook" / "models.py").open("a") as models:
            models.write(_SECOND_TABLE)

    @property
    def migration(self) -> Path:
        (found,) = (self.root / "db" / "migrations").glob("*_first")
        return found


def _program() -> str:
    return str(Path(sys.executable).with_name("pgevolve"))


@pytest.fixture
def notebook(tmp_path: Path, embedded: LocalPostgres) -> Iterator[Notebook]:
    with scratch_database(embedded.url()) as url:
        yield Notebook(tmp_path / "my دفتر", url)


def test_from_models_to_a_deployed_schema_and_an_edit_refused(notebook: Notebook) -> None:
    written = notebook.run("new", "first")
    assert (written.returncode, written.stderr) == (0, "")
    assert f"written: {notebook.migration} (expand, " in written.stdout

    pending = notebook.run("status")
    assert (pending.returncode, pending.stderr) == (3, "")
    assert pending.stdout == f"pending     {notebook.migration.name}\n"

    planned = notebook.run("deploy", "--dry-run")
    assert planned.returncode == 0
    assert f"would apply {notebook.migration.name}" in planned.stdout
    assert "CREATE TABLE" in planned.stdout
    assert notebook.run("status").returncode == 3

    deployed = notebook.run("deploy", folder="notebook")
    assert (deployed.returncode, deployed.stderr) == (0, "")
    assert re.search(rf"applied {notebook.migration.name} in \d+\.\d s\n", deployed.stdout)
    assert "\x1b" not in deployed.stdout
    with psycopg.connect(notebook.url) as connection:
        assert connection.execute("SELECT count(*) FROM notes").fetchone() == (0,)

    clean = notebook.run("status")
    assert (clean.returncode, clean.stdout) == (0, f"applied     {notebook.migration.name}\n")
    assert notebook.run("deploy").stdout == "nothing to do\n"
    assert notebook.run("new", "second").stdout == "nothing to do: the history leads to the models\n"
    assert notebook.run("verify").stdout == f"the schema is what {notebook.migration.name} leads to\n"

    with (notebook.migration / "up.sql").open("a") as file:
        file.write("SELECT 1;\n")
    for command in ("status", "deploy"):
        refused = notebook.run(command)
        assert refused.returncode == 2
        assert f"error: migration '{notebook.migration.name}' was edited: its checksum was " in refused.stderr
        assert "hint: restore the files of " in refused.stderr
        assert "Traceback" not in refused.stderr


def test_every_report_is_available_as_json(notebook: Notebook) -> None:
    new = json.loads(notebook.run("new", "first", "--json").stdout)
    assert new == {"migrations": [str(notebook.migration)]}

    before = json.loads(notebook.run("status", "--json").stdout)
    assert before["pending"] == [notebook.migration.name]

    deployed = json.loads(notebook.run("deploy", "--json").stdout)
    assert [migration["name"] for migration in deployed["migrations"]] == [notebook.migration.name]
    assert deployed["first"] is True

    after = json.loads(notebook.run("status", "--json").stdout)
    assert after["migrations"] == [{"name": notebook.migration.name, "state": "applied", "problem": None}]
    verified = json.loads(notebook.run("verify", "--json").stdout)
    assert verified == {"migration": notebook.migration.name, "digest": deployed["digest"]}


def test_a_failed_migration_has_its_own_status_until_it_is_resolved(notebook: Notebook) -> None:
    notebook.run("new", "first")
    with psycopg.connect(notebook.url) as connection:
        connection.execute("CREATE SCHEMA other")
        connection.execute("CREATE TABLE notes (id int)")
    failed = notebook.run("deploy")
    assert failed.returncode == 4
    assert re.search(rf"error: migration '{notebook.migration.name}' failed at step \d", failed.stderr)
    assert "SQLSTATE 42P07" in failed.stderr
    assert f"resolve --rolled-back {notebook.migration.name}" in failed.stderr
    assert notebook.run("status").returncode == 4
    assert notebook.run("deploy").returncode == 4

    assert notebook.run("resolve").returncode == 2
    assert notebook.run("resolve", "--applied", notebook.migration.name).returncode == 1
    resolved = notebook.run("resolve", "--rolled-back", notebook.migration.name)
    assert (resolved.returncode, resolved.stderr) == (0, "")
    assert notebook.run("status").returncode == 3


def test_a_failed_migration_goes_on_once_its_cause_is_mended(notebook: Notebook) -> None:
    notebook.run("new", "first")
    with psycopg.connect(notebook.url) as connection:
        connection.execute("CREATE TABLE notes (id int)")
    assert notebook.run("deploy").returncode == 4
    assert notebook.run("resume").returncode == 4
    with psycopg.connect(notebook.url) as connection:
        connection.execute("DROP TABLE notes")

    resumed = notebook.run("resume")
    assert (resumed.returncode, resumed.stderr) == (0, "")
    assert "1 applied in " in resumed.stdout


def test_the_last_migration_is_undone(notebook: Notebook) -> None:
    notebook.run("new", "first")
    notebook.run("deploy")

    undone = notebook.run("rollback", notebook.migration.name)
    assert (undone.returncode, undone.stderr) == (0, "")
    assert f"rolled back {notebook.migration.name} in " in undone.stdout
    assert notebook.run("status").stdout == f"rolled back {notebook.migration.name}\n"
    assert notebook.run("rollback").returncode == 2


def test_drift_is_a_finding(notebook: Notebook) -> None:
    notebook.run("new", "first")
    notebook.run("deploy")
    with psycopg.connect(notebook.url) as connection:
        connection.execute("ALTER TABLE notes ADD sneaked_in int")

    found = notebook.run("verify")

    assert found.returncode == 1
    assert f"error: the schema is not what migration '{notebook.migration.name}' leads to" in found.stderr


def test_a_running_deploy_keeps_another_one_out(notebook: Notebook) -> None:
    notebook.run("new", "first")
    with connect(notebook.url, purpose="test") as other, deploy_lock(other, wait=0, waiting=lambda _: None):
        refused = notebook.run("deploy", "--wait", "0")

        assert refused.returncode == 5
        assert f"error: another deploy is running: pid {other.info.backend_pid}, user " in refused.stderr


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ('[tool.pgevolve]\nmetadata = "a:b"\n', "missing migrations"),
        ('[tool.pgevolve]\nmetadata = "a:b"\nmigrations = "m"\nmigration = 1\n', "unknown migration"),
        ('[tool.pgevolve]\nmetadata = 1\nmigrations = "m"\n', "no text in metadata"),
        ('[tool.pgevolve]\nmetadata = "no_such:b"\nmigrations = "m"\n', "No module named 'no_such'"),
        ('[tool.pgevolve]\nmetadata = "notebook.models:x"\nmigrations = "m"\n', "no attribute 'x'"),
        ('[tool.pgevolve]\nmetadata = "notebook.models:Table"\nmigrations = "m"\n', "is no MetaData"),
        (f"{_OF_GATE}quiet = 1", "gate has other settings than application, distribution"),
        (f"{_OF_GATE}quiet_minutes = true", "quiet_minutes of gate is no number"),
        (f"{_OF_REHEARSAL}below = 1", "rehearsal has other settings than below_mb, url_env"),
        (f"{_OF_REHEARSAL}below_mb = '1 GB'", "below_mb of rehearsal is no number of megabytes"),
        (f"{_OF_REHEARSAL}below_mb = -1", "below_mb of rehearsal is no number of megabytes"),
        (f"{_OF_GATE}distribution = 'no-such'", "distribution 'no-such' of gate is not installed"),
        ("[tool.pgevolve", "pyproject.toml"),
        ("[tool]", "no pyproject.toml with [tool.pgevolve] was found"),
    ],
)
def test_wrong_settings_are_one_sentence(notebook: Notebook, settings: str, message: str) -> None:
    (notebook.root / "pyproject.toml").write_text(settings)

    refused = notebook.run("status")

    assert refused.returncode == 2
    assert message in refused.stderr
    assert [line.partition(":")[0] for line in refused.stderr.splitlines()] == ["error", "hint"]


def test_a_missing_address_and_an_unreachable_server_are_one_sentence(notebook: Notebook) -> None:
    for url, message in [
        ("", "NOTEBOOK_URL is not set"),
        ("postgresql://127.0.0.1:1/x", "cannot be reached"),
    ]:
        refused = notebook.run("status", NOTEBOOK_URL=url)

        assert refused.returncode == 2
        assert message in refused.stderr
        assert "Traceback" not in refused.stderr


def test_the_settings_may_be_named_from_anywhere(notebook: Notebook, tmp_path: Path) -> None:
    notebook.run("new", "first")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    found = notebook.run("--config", str(notebook.root / "pyproject.toml"), "status", folder="../elsewhere")

    assert found.returncode == 3
    assert notebook.migration.name in found.stdout


@pytest.mark.parametrize("command", ["new", "status", "deploy", "resume", "rollback", "verify", "resolve"])
def test_help_needs_no_project_and_shows_an_example(tmp_path: Path, command: str) -> None:
    shown = subprocess.run(
        [_program(), command, "--help"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert shown.returncode == 0
    assert f"Example: pgevolve {command}" in shown.stdout


def test_a_terminal_gets_a_bar_and_a_table(notebook: Notebook) -> None:
    notebook.run("new", "first")

    deployed = _on_a_terminal(notebook, "deploy")
    status = _on_a_terminal(notebook, "status")

    assert "verified in" in deployed
    assert "━" in deployed
    assert "\x1b[32mapplied" in status


def _on_a_terminal(notebook: Notebook, command: str) -> str:
    reader, writer = pty.openpty()
    with subprocess.Popen(
        [_program(), command],
        cwd=notebook.root,
        env=os.environ | {"NOTEBOOK_URL": notebook.url, "TERM": "xterm", "COLUMNS": "120"},
        stdout=writer,
        stdin=subprocess.DEVNULL,
    ) as process:
        os.close(writer)
        pieces = []
        while True:
            try:
                piece = os.read(reader, 65536)
            except OSError:  # the other end of a terminal closes with an error
                break
            if not piece:
                break
            pieces.append(piece)
    os.close(reader)
    assert process.returncode == 0
    return b"".join(pieces).decode()


def test_new_takes_statements_of_ones_own_and_says_what_is_left(notebook: Notebook) -> None:
    notebook.run("new", "first")
    notebook.add_model()
    given, broken = notebook.root / "by hand.sql", notebook.root / "broken.sql"
    given.write_text("CREATE INDEX notes_text_idx ON public.notes (text);")
    broken.write_bytes(b"SELECT '\xff'")

    written = notebook.run("new", "index_notes", "--sql", str(given), "--contract")
    unreadable = notebook.run("new", "more", "--sql", str(broken))

    assert (written.returncode, written.stderr) == (0, "")
    assert "_index_notes (contract, 1 steps)" in written.stdout
    assert "left to do for the models: create table public.tags" in written.stdout
    assert unreadable.returncode == 2
    assert "broken.sql' is not UTF-8 at byte 8" in unreadable.stderr
    assert "Traceback" not in unreadable.stderr


def test_rehearsal_is_told_before_and_after_and_can_be_left_out(notebook: Notebook) -> None:
    notebook.run("new", "first")
    notebook.run("deploy")
    (notebook.root / "pyproject.toml").write_text(
        f"{_SETTINGS}[tool.pgevolve.backup]\nbefore_deploy = true\n"
    )
    notebook.add_model()
    notebook.run("new", "second")

    dry = notebook.run("deploy", "--dry-run")
    dry_without = notebook.run("deploy", "--dry-run", "--no-rehearse")
    done = notebook.run("deploy", "--rehearse")

    assert "would rehearse in a copy of the database of about " in dry.stdout
    assert " MB for the rehearsal, free: " in dry.stdout
    assert "would not rehearse: it was to be left out" in dry_without.stdout
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(
        r"^rehearsed 1 in [\d.]+ s, of which the restore took [\d.]+ s$", done.stdout, re.MULTILINE
    )
    assert re.search(
        r"^rehearsed in [\d.]+ s; 1 of 1 tables kept their number of rows$", done.stdout, re.MULTILINE
    )
