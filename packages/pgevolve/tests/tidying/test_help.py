"""The commands of this area explain themselves without a project."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("command", "example"),
    [
        (("baseline",), "pgevolve baseline"),
        (("janitor",), "pgevolve janitor --clear"),
        (("adopt", "prisma"), "pgevolve adopt prisma prisma/migrations"),
        (("adopt", "alembic"), "pgevolve adopt alembic migrations/versions"),
    ],
)
def test_help_needs_no_project_and_shows_an_example(
    tmp_path: Path, command: tuple[str, ...], example: str
) -> None:
    program = str(Path(sys.executable).with_name("pgevolve"))

    shown = subprocess.run(
        [program, *command, "--help"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert shown.returncode == 0
    assert f"Example: {example}" in shown.stdout
