"""Every command is run for everything that it can show, and shows no mark of a deleted row."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_recipes import COMMAND_RECIPES, Apart
from surfaces import command_surfaces
from web_recipes import Ground

_RUN = [
    pytest.param(command, arguments, id=" ".join([command, *arguments]))
    for command, recipe in COMMAND_RECIPES.items()
    if not isinstance(recipe, Apart)
    for arguments in recipe
]


def test_a_command_without_a_recipe_fails_the_build() -> None:
    assert set(COMMAND_RECIPES) == command_surfaces()


@pytest.mark.slow
@pytest.mark.parametrize(("command", "arguments"), _RUN)
def test_no_command_shows_a_mark_of_a_deleted_row(
    command: str, arguments: tuple[str, ...], ground: Ground, tmp_path: Path
) -> None:
    urls = {
        "SEVRA_DATABASE_URL": ground.directory.url("sevra_app"),
        "SEVRA_OWNER_URL": ground.directory.url("sevra_owner"),
        "SEVRA_MAINTENANCE_URL": ground.directory.url("sevra_maintenance"),
        "SEVRA_READ_URL": ground.directory.url("sevra_readonly"),
    }

    done = subprocess.run(
        [sys.executable, "-m", "sevra_atlas.cli", *command.split(), *arguments],
        env={**os.environ, **urls, "SEVRA_DATA_DIR": str(tmp_path), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode in {0, 1, 3}, done.stderr
    assert done.stdout + done.stderr
    assert ground.marked.found_in(done.stdout + done.stderr) == []
