"""What pages and messages tell a reader to type is there."""

import re
from pathlib import Path
from typing import NoReturn

import pytest
import typer.main

from pgevolve.cli import make_app, make_backup_app
from pgevolve.cli.configuration import NoConfigurationError

_DOCS = Path(__file__).parents[4] / "docs" / "pgevolve"
_NAMED = re.compile(r"(?:`|\$ |^)(?:[A-Z_]+=\S+ )?pgevolve ([a-z]+)", re.MULTILINE)
_PAGES = sorted(_DOCS.rglob("*.md"))


def _nothing() -> NoReturn:
    raise NoConfigurationError(Path.cwd())


@pytest.mark.parametrize("path", _PAGES, ids=[str(path.relative_to(_DOCS)) for path in _PAGES])
def test_every_command_that_a_page_names_is_there(path: Path) -> None:
    app = make_app(_nothing, str)
    app.add_typer(make_backup_app(_nothing, str), name="backup")
    commands = getattr(typer.main.get_command(app), "commands", {}).keys()

    named = set(_NAMED.findall(path.read_text(encoding="utf-8")))

    assert named <= commands
