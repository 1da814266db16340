"""A page that does not tell the truth is found out, and mended on request."""

from pathlib import Path

import pytest

from .normal import agrees, mended, with_names, without_slow_steps
from .page import blocks, commands
from .runner import Runner
from .shell import Shell

_MODELS = """
```python
# models.py
from sqlalchemy import Column, MetaData, Table, Text


class Base:
    metadata = MetaData()


Table("tools", Base.metadata, Column("name", Text, primary_key=True))
```
"""
_TRUE = f"""
{_MODELS}
```console
$ pgevolve new first
written: /home/you/project/migrations/20261122_1015_first (expand, 1 steps)
$ pgevolve status
pending     20261122_1015_first
$ echo $?
3
$ grep CREATE migrations/20261122_1015_first/up.sql
CREATE TABLE public.tools (
```
```sql
CREATE TABLE public.tools (
);
```
"""


def _console(text: str) -> str:
    return f"```console\n{text}```\n"


def test_a_page_with_a_project_runs_as_written(runner: Runner) -> None:
    outcome = runner.run(_TRUE)

    assert outcome.problems == []
    assert outcome.rewritten == _TRUE


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        (_console("$ echo three\ntwo\n"), "line 2: 'echo three' printed\nthree"),
        (_console("$ echo three\n"), "line 2: 'echo three' printed\nthree"),
        (_console("$ true\nsomething\n"), "line 2: 'true' printed\n"),
        (_console("$ false\n"), "line 2: 'false' ended with status 1"),
        (_console("$ false\n$ echo gone on\ngone on\n"), "line 2: 'false' ended with status 1"),
        ("```sql\nDROP TABLE tools;\n```\n", "line 1: no file of the project holds these lines:\n"),
        ("```diff\n+import os\n```\n", "line 1: a diff begins with the line `--- FILE`"),
        (f"{_MODELS}```diff\n--- models.py\n-import os\n```\n", "the old lines stand 0 times in models.py"),
    ],
)
def test_what_is_not_true_is_a_problem(runner: Runner, page: str, problem: str) -> None:
    (found,) = runner.run(page).problems

    assert problem in found


def test_outputs_are_written_into_the_page_on_request(runner: Runner) -> None:
    page = (
        "# Two\n" + _console("$ echo two; echo three\nold\n") + "after\n" + _console("$ true\nold\n$ pwd\n")
    )

    outcome = runner.run(page)

    assert outcome.rewritten == (
        "# Two\n"
        + _console("$ echo two; echo three\ntwo\nthree\n")
        + "after\n"
        + _console("$ true\n$ pwd\n/home/you/project\n")
    )
    assert runner.run(outcome.rewritten).problems == []


_CHANGED = f"""{_MODELS}
```diff
--- models.py
 class Base:
-    metadata = MetaData()
+    metadata = MetaData(schema="shop")
```
```console
$ grep MetaData\\( models.py; export A=b
    metadata = MetaData(schema="shop")
$ echo $A
b
```
"""


def test_a_diff_changes_a_file(runner: Runner) -> None:
    assert runner.run(_CHANGED).problems == []


def test_a_block_that_names_a_file_is_written(runner: Runner) -> None:
    page = "```sql title=sub/one.sql\nSELECT 1;\n```\n```sql\n-- two.sql\nSELECT 2;\n```\n" + _console(
        "$ cat sub/one.sql two.sql\nSELECT 1;\n-- two.sql\nSELECT 2;\n"
    )

    assert runner.run(page).problems == []


_DATABASE = """
```console
$ psql "$DATABASE_URL" -Atc "SELECT count(*) FROM pg_class WHERE relname = 'made_here'"
0
$ psql "$DATABASE_URL" -qc "CREATE TABLE made_here ()"
$ psql "$DATABASE_URL" -Atc "SELECT current_database()"
project
```
"""


def test_the_database_of_a_page_is_its_own(runner: Runner) -> None:
    assert runner.run(_DATABASE).problems == []


def test_times_checksums_and_process_ids_may_differ() -> None:
    shown = ["applied 20261122_1015_first in 0.1 s", "at 2026-11-22 10:15:00+00 by pid 12", "f" * 64, ""]
    printed = ["applied 20270101_0000_first in 17.3 s", "at 2027-01-01T00:00:00Z by pid 999", "0" * 64]

    assert agrees(shown, printed)
    assert not agrees(shown, [printed[0].replace("first", "second"), *printed[1:]])
    assert not agrees(["3 steps"], ["4 steps"])


def test_a_page_keeps_the_lines_that_only_differ_in_a_duration() -> None:
    shown = ["1 pending", "applied in 0.1 s", "verified in 0.2 s"]

    assert mended(shown, ["1 pending", "1 question", "applied in 7.0 s", "verified in 9.9 s", ""]) == [
        "1 pending",
        "1 question",
        "applied in 0.1 s",
        "verified in 0.2 s",
    ]


def test_a_step_that_was_only_slow_is_left_out() -> None:
    slow = "     5 CREATE INDEX CONCURRENTLY i ON t (a)\n       waited 0.00 s, ran 1.70 s\n"
    held = "     6 DROP TABLE t\n       waited 0.00 s, ran 0.00 s, held t ACCESS EXCLUSIVE for 0.00 s\n"

    assert without_slow_steps(f"verified\n{slow}{held}done\n") == f"verified\n{held}done\n"


def test_three_points_stand_for_any_number_of_lines() -> None:
    assert agrees(["a", "...", "z"], ["a", "b", "c", "z"])
    assert agrees(["a", "...", "z"], ["a", "z"])
    assert not agrees(["a", "...", "z"], ["a", "b"])


def test_a_command_goes_on_after_a_backslash_and_after_a_prompt() -> None:
    (block,) = blocks(_console("$ psql \\\n  -c x\nout\n$ cat <<END\n> a\n> END\na\n"))

    found = [(command.text, command.output) for command in commands(block)]

    assert found == [("psql \\\n  -c x", ("out",)), ("cat <<END\na\nEND", ("a",))]


def test_a_migration_is_found_under_the_time_of_this_run() -> None:
    assert with_names("cat m/20261122_1015_first/up.sql", {"first": "20270101_0000_first"}) == (
        "cat m/20270101_0000_first/up.sql"
    )


def test_a_shell_keeps_its_state_and_reads_nothing(tmp_path: Path) -> None:
    with Shell(tmp_path, {"PATH": "/usr/bin:/bin"}) as shell:
        assert shell.run("mkdir sub && cd sub; A=1") == ("", 0)
        assert shell.run("pwd; echo $A; cat; (exit 4)") == (f"{tmp_path}/sub\n1\n", 4)
        assert shell.run("printf '%s' $?; echo x >&2") == ("4x\n", 0)
