"""Do what a page says, in a project of its own, and compare."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from .normal import agrees, mended, names_of_migrations, with_names, without_slow_steps
from .page import Block, Command, blocks, commands
from .shell import Shell

SHOWN_FOLDER = "/home/you/project"
SHOWN_TIME = "20261122_1015"
_EXCERPTS = {"sql", "python", "toml"}
_SETTINGS = """\
[tool.pgevolve]
metadata = "models:Base.metadata"
migrations = "migrations"

[tool.pgevolve.gate]
quiet_minutes = 0
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that was run: what the page should show for it, and its exit status."""

    command: Command
    printed: Sequence[str]
    status: int


@dataclass
class Outcome:
    """What was wrong, each with its line in the page from 1; and the page with the true outputs."""

    problems: list[str] = field(default_factory=list)
    rewritten: str = ""


class Runner:
    """One page, one folder, one shell, one database.

    `hidden` are texts that differ from run to run, such as the folder's path, with what pages show instead.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str], hidden: Mapping[str, str]) -> None:
        self._folder = folder
        self._environment = environment
        self._hidden = {str(folder): SHOWN_FOLDER, **hidden}

    def run(self, page: str) -> Outcome:
        """Write the files, run the commands, and compare; a page with a problem is still read to its end."""
        (self._folder / "pyproject.toml").write_text(_SETTINGS)
        outcome = Outcome()
        names = names_of_migrations(page)
        ran: list[Ran] = []
        with Shell(self._folder, self._environment) as shell:
            for block in blocks(page):
                if block.language == "console":
                    ran += [self._run(shell, command, names) for command in commands(block)]
                else:
                    outcome.problems += self._done(block)
        outcome.problems += [*_differences(ran), *_failures_not_shown(ran)]
        outcome.rewritten = _rewritten(page, ran)
        return outcome

    def _run(self, shell: Shell, command: Command, names: dict[str, str]) -> Ran:
        """Run one command; the page spells migrations as in `names`, which learns new ones."""
        text, status = shell.run(with_names(command.text, self._own_names()))
        for own, shown in self._hidden.items():
            text = text.replace(own, shown)
        for name in names_of_migrations(text):
            names.setdefault(name, f"{SHOWN_TIME}_{name}")
        printed = with_names(without_slow_steps(text), names).splitlines()
        if agrees(command.output, printed):
            return Ran(command, command.output, status)
        return Ran(command, mended(command.output, printed), status)

    def _own_names(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for path in sorted(self._folder.rglob("migration.toml")):
            found |= names_of_migrations(path.parent.name)
        return found

    def _done(self, block: Block) -> Iterator[str]:
        """Write or change the file that a block is, or look for what it shows."""
        if block.language == "diff":
            yield from self._change(block)
        elif block.file is not None:
            path = self._folder / with_names(block.file, self._own_names())
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text)
        elif block.language in _EXCERPTS and not self._is_excerpt(block.lines):
            yield f"line {block.begin}: no file of the project holds these lines:\n{block.text}"

    def _change(self, block: Block) -> Iterator[str]:
        """Replace the lines without `+` by those without `-`; they must stand there once."""
        if block.changed_file is None:
            yield f"line {block.begin}: a diff begins with the line `--- FILE`"
            return
        path = self._folder / block.changed_file
        lines = block.lines[1:]
        old, new = (
            "".join(f"{line[1:]}\n" for line in lines if not line.startswith(sign)) for sign in ("+", "-")
        )
        text = path.read_text()
        if text.count(old) != 1:
            yield f"line {block.begin}: the old lines stand {text.count(old)} times in {block.changed_file}"
        path.write_text(text.replace(old, new))

    def _is_excerpt(self, lines: Sequence[str]) -> bool:
        """Say whether one file of the project holds the lines in this order, indented as it likes."""
        wanted = [stripped for line in lines if (stripped := line.strip())]
        for path in self._folder.rglob("*.*"):
            if path.is_file() and path.suffix in {".sql", ".py", ".toml"}:
                text = iter([line.strip() for line in path.read_text().splitlines()])
                if all(line in text for line in wanted):
                    return True
        return False


def _differences(ran: Sequence[Ran]) -> Iterator[str]:
    for one in ran:
        if one.printed != one.command.output:
            printed = "\n".join(one.printed)
            yield f"line {one.command.line + 1}: {one.command.text!r} printed\n{printed}"


def _failures_not_shown(ran: Sequence[Ran]) -> Iterator[str]:
    """Return the failures that the page does not go on to show with `$ echo $?`."""
    following = [one.command.text for one in ran[1:]]
    for one, after in zip_longest(ran, following):
        if one.status and after != "echo $?":
            yield f"line {one.command.line + 1}: {one.command.text!r} ended with status {one.status}"


def _rewritten(page: str, ran: Sequence[Ran]) -> str:
    lines = page.splitlines()
    for one in reversed(ran):
        lines[one.command.begin : one.command.end] = one.printed
    return "".join(f"{line}\n" for line in lines)


def reader_environment(database: str, tools: Path) -> dict[str, str]:
    """Return what a reader's shell has: the commands on its path, and the address of the database."""
    kept = {
        name: value
        for name, value in os.environ.items()
        # What `new` keeps between runs stays with the tests, not with the user.
        if name == "PGEVOLVE_CACHE_DIR" or not name.startswith(("PG", "PYTEST"))
    }
    return kept | {
        "PATH": f"{Path(sys.executable).parent}:{tools}:{kept['PATH']}",
        "DATABASE_URL": database,
        "PSQLRC": os.devnull,
        "PAGER": "cat",
        "TERM": "dumb",
        "COLUMNS": "110",
        "LC_ALL": "C.UTF-8",
        # A module that changes twice within a second must not be taken from its cache.
        "PYTHONDONTWRITEBYTECODE": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_AUTHOR_NAME": "You",
        "GIT_AUTHOR_EMAIL": "you@example.org",
        "GIT_COMMITTER_NAME": "You",
        "GIT_COMMITTER_EMAIL": "you@example.org",
    }
