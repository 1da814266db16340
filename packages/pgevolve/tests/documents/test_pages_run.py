"""Every page of docs/pgevolve with commands does what it says.

`PGEVOLVE_WRITE_PAGES=1` writes the true outputs into the pages; then read the difference.
"""

import os
import re
from pathlib import Path

import pytest

from pgevolve.local import LocalPostgres

from .page import blocks, commands
from .place import running
from .runner import Runner

_DOCS = Path(__file__).parents[4] / "docs" / "pgevolve"
_PAGES = [
    path
    for path in sorted(_DOCS.rglob("*.md"))
    if any(b.language == "console" for b in blocks(path.read_text()))
]


_BETWEEN_SERVERS = _DOCS / "runbook-new-server.md"
_ON_ONE = [path for path in _PAGES if path != _BETWEEN_SERVERS]


@pytest.mark.parametrize("path", _ON_ONE, ids=[str(path.relative_to(_DOCS)) for path in _ON_ONE])
def test_a_page_does_what_it_says(runner: Runner, path: Path) -> None:
    _does(runner, path)


@pytest.mark.slow
def test_the_page_of_moving_does_what_it_says_from_each_version_to_the_newest(
    server: LocalPostgres, embedded: LocalPostgres, tmp_path: Path
) -> None:
    with running(server, embedded, tmp_path / "project") as runner:
        _does(runner, _BETWEEN_SERVERS)


def _does(runner: Runner, path: Path) -> None:
    page = path.read_text(encoding="utf-8")

    outcome = runner.run(page)

    if os.environ.get("PGEVOLVE_WRITE_PAGES") == "1":
        path.write_text(outcome.rewritten, encoding="utf-8")
    assert not outcome.problems, "\n\n".join([f"{path.relative_to(_DOCS)}", *outcome.problems])


def test_a_console_block_begins_with_a_command() -> None:
    for path in _PAGES:
        for block in blocks(path.read_text()):
            if block.language == "console":
                assert next(commands(block)).line == block.begin, f"{path.name}:{block.begin}"


def test_the_index_names_every_how_to() -> None:
    index = (_DOCS / "how-to" / "README.md").read_text(encoding="utf-8")

    pages = {path.name for path in (_DOCS / "how-to").glob("*.md")} - {"README.md"}
    assert {name for name in pages if f"]({name})" not in index} == set()


def test_links_of_the_tutorial_and_the_how_tos_lead_somewhere() -> None:
    for path in [*(_DOCS / "how-to").glob("*.md"), *_DOCS.glob("t*.md")]:
        for target in re.findall(r"\]\(([^):]+?)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"
