"""`new` asks at a terminal what was renamed, and elsewhere it refuses and says what to write."""

import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pgevolve.history import read_history
from pgevolve.local import LocalPostgres

_MODELS = """
from sqlalchemy import Column, Integer, MetaData, Table, Text
metadata = MetaData()
Table("notes", metadata, Column("id", Integer, primary_key=True), Column({column!r}, Text))
"""
_SETTINGS = """
[tool.pgevolve]
metadata = "notebook:metadata"
migrations = "migrations"
url_env = "NOTEBOOK_URL"
"""


class _Project:
    def __init__(self, root: Path, server: LocalPostgres) -> None:
        self.root = root
        self.command = [str(Path(sys.executable).with_name("pgevolve")), "new"]
        self.scratch = ["--scratch-url", server.url()]
        (root / "pyproject.toml").write_text(_SETTINGS)
        self.write("title")
        self.new("first")
        self.write("label")

    def write(self, column: str) -> None:
        (self.root / "notebook.py").write_text(_MODELS.format(column=column))

    def new(self, name: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.command, name, *self.scratch],
            cwd=self.root,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def new_at_a_terminal(self, name: str, answers: str) -> tuple[int, str]:
        """Run `new` with a terminal as input and output, type the answers, and return what is on it."""
        ours, theirs = pty.openpty()
        with subprocess.Popen(
            [*self.command, name, *self.scratch], cwd=self.root, stdin=theirs, stdout=theirs, stderr=theirs
        ) as process:
            os.close(theirs)
            os.write(ours, answers.encode())
            seen = b""
            while True:
                try:
                    piece = os.read(ours, 65536)
                except OSError:  # the other end of a terminal closes with an error
                    break
                seen += piece
        os.close(ours)
        return process.returncode, seen.decode()


@pytest.fixture
def project(tmp_path: Path, embedded: LocalPostgres) -> _Project:
    return _Project(tmp_path, embedded)


def test_a_rename_is_asked_for_and_the_answer_is_stored(project: Any) -> None:
    status, seen = project.new_at_a_terminal("renamed", "7\n1\n")

    assert status == 0, seen
    assert "column label of table public.notes is new, and title would go; what was it?" in seen
    assert "  1  title  alike 100%" in seen
    assert "  0  none of them" in seen
    written = read_history(project.root / "migrations").migrations[1]
    assert written.intent == {"renamed_from": {"public.notes": {"label": "title"}}}


def test_no_rename_is_an_answer_too(project: Any) -> None:
    status, seen = project.new_at_a_terminal("added", "0\n")

    assert status == 0, seen
    written = read_history(project.root / "migrations").migrations[1]
    assert written.intent == {"added": {"public.notes": ["label"]}}


def test_without_a_terminal_it_is_refused(project: Any) -> None:
    refused = project.new("renamed")

    assert refused.returncode == 2
    assert "table public.notes loses title and gains label" in refused.stderr
    assert 'info={"renamed_from": "title"}' in refused.stderr
    assert len(read_history(project.root / "migrations").migrations) == 1
