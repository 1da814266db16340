"""The hooks for pre-commit, run as pre-commit runs them: the entry, the arguments, then the file names."""

import re
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pgevolve.history import read_history, write_migration
from pgevolve.step import Step

_HOOKS = Path(__file__).parents[4] / ".pre-commit-hooks.yaml"


def _hooks() -> dict[str, dict[str, str]]:
    """Read the list of flat mappings that the file is."""
    found: dict[str, dict[str, str]] = {}
    for block in _HOOKS.read_text().split("\n- ")[1:]:
        entries = dict(line.strip().split(": ", 1) for line in block.strip().splitlines())
        found[entries["id"]] = entries
    return found


def _run(hook: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    described = _hooks()[hook]
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    wanted = [name for name in names if re.search(described["files"], name)]
    program, *rest = shlex.split(described["entry"])
    command = [str(Path(sys.executable).with_name(program)), *rest, *arguments, *wanted]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def _history(folder: Path, *texts: str) -> Path:
    root = folder / "migrations"
    for number, text in enumerate(texts):
        now = datetime(2026, 1, 1, 10, number, tzinfo=UTC)
        down = [Step("DROP TABLE public.a")] if number == 0 else None
        write_migration(root, f"m{number}", now, "expand", [Step(text)], down, None, "0" * 64)
    return root


@pytest.mark.parametrize("hook", ["pgevolve-check", "pgevolve-check-fix"])
def test_a_clean_history_passes_whichever_of_its_files_are_named(hook: str, tmp_path: Path) -> None:
    _history(tmp_path, "CREATE TABLE public.a (id bigint PRIMARY KEY, b int)")

    done = _run(hook, tmp_path)

    assert (done.returncode, done.stderr) == (0, "")


def test_a_finding_fails_the_commit(tmp_path: Path) -> None:
    _history(
        tmp_path, "CREATE TABLE public.a (id bigint PRIMARY KEY, b int)", "CREATE INDEX i ON public.a (b)"
    )

    done = _run("pgevolve-check", tmp_path)

    assert done.returncode == 1
    assert "m1/up.sql:1:1 PE101" in done.stdout


def test_the_new_migration_is_rewritten_where_the_project_says_that_no_database_has_it(
    tmp_path: Path,
) -> None:
    root = _history(
        tmp_path, "CREATE TABLE public.a (id bigint PRIMARY KEY, b int)", "CREATE INDEX i ON public.a (b)"
    )
    before = read_history(root)

    refused = _run("pgevolve-check-fix", tmp_path)
    done = _run("pgevolve-check-fix", tmp_path, "--not-deployed")

    assert refused.returncode == 2
    assert done.returncode == 0
    first, last = read_history(root)
    assert first == before.migrations[0]
    assert last.up_sql == "-- pgevolve: transaction=off\nCREATE INDEX CONCURRENTLY i ON public.a (b);\n"


def test_each_hook_runs_what_is_installed_and_needs_nothing_else() -> None:
    assert {name: hook["language"] for name, hook in _hooks().items()} == {
        "pgevolve-check": "system",
        "pgevolve-check-fix": "system",
    }
