"""`backup` as a user has it: commands, sentences, exit statuses."""

import json
import os
import pty
import secrets
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from pgevolve.cli import make_backup_app
from pgevolve.cli.configuration import read_configuration
from pgevolve.project import BackupOptions
from pgevolve.scratch import drop_database

pytestmark = pytest.mark.others_slow

_SETTINGS = """
[tool.pgevolve]
metadata = "notebook:metadata"
migrations = "migrations"

[tool.pgevolve.backup]
destination = "kept"
"""


@dataclass(frozen=True)
class Program:
    """`pgevolve backup` in a project of its own."""

    root: Path
    url: str

    def run(self, *arguments: str, **environment: str) -> Result:
        """Run a command in this process, with the settings of the project."""
        app = make_backup_app(self.options, lambda: self.url)
        return CliRunner().invoke(app, arguments, env=environment)

    def options(self) -> BackupOptions:
        return read_configuration(None, self.root).backup_options()

    def configure(self, *lines: str) -> None:
        (self.root / "pyproject.toml").write_text("\n".join([_SETTINGS, *lines]))


@pytest.fixture
def program(stocked: str, tmp_path: Path) -> Program:
    made = Program(tmp_path, stocked)
    made.configure()
    return made


def test_a_snapshot_is_made_listed_and_verified(program: Program) -> None:
    empty = program.run("list")
    made = program.run("create")
    listed = program.run("list", "--json")
    verified = program.run("verify")

    assert (empty.exit_code, empty.stdout) == (0, "no snapshots\n")
    assert made.exit_code == 0, made.stderr
    assert sorted(made.stdout.splitlines()[:2]) == ["checksums: 8 tables", "dump: 8 tables"]
    (name,) = (path.name for path in (program.root / "kept").iterdir())
    assert made.stdout.splitlines()[-1].startswith(f"made {name}: ")
    (entry,) = json.loads(listed.stdout)["snapshots"]
    assert (entry["name"], entry["problem"], entry["rows"]) == (name, None, 536)
    assert verified.exit_code == 0, verified.stderr
    assert verified.stdout.splitlines()[-1].startswith(f"{name} is whole: ")


def test_a_snapshot_is_restored_as_another_database(program: Program, taken: Any) -> None:
    taken.folder.rename(program.root / "kept")
    name = f"copy_{secrets.token_hex(4)}"

    restored = program.run("restore", "latest", "--into", name)
    again = program.run("restore", "latest", "--into", name, "--json")
    drop_database(program.url, name)

    assert restored.exit_code == 0, restored.stderr
    assert restored.stdout.splitlines()[-1].startswith(
        f"restored {taken.snapshot.name} as database {name}: 8 tables, 536 rows, in "
    )
    assert again.exit_code == 2
    assert again.stderr == (
        f"error: database '{name}' exists\nhint: choose another name: nothing is overwritten\n"
    )


def test_damage_is_a_finding_and_is_listed(program: Program, taken: Any) -> None:
    (taken.place / "roles.json").unlink()
    taken.folder.rename(program.root / "kept")

    verified = program.run("verify", taken.snapshot.name)
    listed = program.run("list")

    assert verified.exit_code == 1
    assert verified.stderr.startswith(
        f"error: file 'roles.json' of snapshot '{taken.snapshot.name}' is missing\nhint: "
    )
    assert "damaged: file 'roles.json'" in listed.stdout


def test_encryption_is_asked_for_by_the_settings_and_the_key_by_the_reader(
    program: Program, key: Any, other_key: Any
) -> None:
    program.configure("require_encryption = true")
    refused = program.run("create")
    program.configure("require_encryption = true", f'recipients = ["{key.recipient}"]')
    made = program.run("create", "--json")

    assert refused.exit_code == 2
    assert refused.stderr.startswith("error: snapshots must be encrypted here, and there are no recipients\n")
    assert json.loads(made.stdout)["encrypted"] is True
    assert program.run("verify").exit_code == 2
    assert program.run("verify", "--identity", str(other_key.path)).exit_code == 2
    verified = program.run("verify", "--json", PGEVOLVE_AGE_IDENTITY=str(key.path))
    assert json.loads(verified.stdout)["rows"] == 536


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("colour = 1", "backup has other settings than destination"),
        ('jobs = "2"', "jobs of backup is no int"),
        ("jobs = 0", "jobs of backup is too small"),
        ("keep_daily = -1", "keep_daily of backup is too small"),
        ("recipients = [1]", "recipients of backup has something else than text"),
    ],
)
def test_a_wrong_setting_is_named(program: Program, line: str, reason: str) -> None:
    program.configure(line)

    refused = program.run("list")

    assert refused.exit_code == 2
    assert reason in refused.stderr


def test_what_is_left_is_named_with_the_command_that_removes_it(program: Program) -> None:
    (program.root / "kept" / "20260101T000000Z-00.partial").mkdir(parents=True)

    listed = program.run("list")

    assert "left by interrupted work: " in listed.stderr
    assert listed.stderr.endswith("hint: pgevolve backup prune removes it\n")


def test_the_program_itself_gets_bars_on_a_terminal(program: Program) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [Path(sys.executable).with_name("pgevolve"), "backup", "create"],
        cwd=program.root,
        env=os.environ | {"DATABASE_URL": program.url, "TERM": "xterm", "COLUMNS": "100"},
        stdout=theirs,
    )
    os.close(theirs)
    shown = b""
    while chunk := _read(ours):
        shown += chunk
    os.close(ours)

    assert process.wait() == 0
    assert b"100%" in shown
    assert b"checksums" in shown


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:
        return b""  # the other end was closed


def test_prune_says_what_it_removed_and_drill_how_long_a_recovery_takes(program: Program) -> None:
    first, second = (json.loads(program.run("create", "--json").stdout)["name"] for _ in range(2))
    left = program.root / "kept" / "20260101T000000Z-00.partial"
    left.mkdir()

    drilled = program.run("drill")
    shown = program.run("prune", "--dry-run")
    pruned = program.run("prune")

    assert drilled.exit_code == 0, drilled.stderr
    assert drilled.stdout.splitlines()[-1].startswith(f"{second} can be restored in ")
    assert f"would remove {left}" in shown.stdout.splitlines()
    assert pruned.exit_code == 0, pruned.stderr
    if first[:8] == second[:8]:
        assert pruned.stdout.splitlines()[-3:] == [f"removed {first}", f"removed {left}", "1 kept"]
    assert program.run("list").stdout.startswith(second)
