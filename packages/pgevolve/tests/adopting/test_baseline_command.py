"""`baseline` as it is typed: what it prints, and how it ends."""

import json

from .conftest import Notebook


def test_an_existing_database_is_taken_over_command_by_command(notebook: Notebook) -> None:
    written = notebook.run("baseline", "--write", "initial")
    name = notebook.migration.name
    assert (written.returncode, written.stderr) == (0, "")
    assert written.stdout == f"written: {notebook.migration} (expand, 3 steps)\n"

    assert notebook.run("new", "rest").stdout == "nothing to do: the history leads to the models\n"
    assert notebook.run("status").returncode == 3

    recorded = notebook.run("baseline")
    assert (recorded.returncode, recorded.stderr) == (0, "")
    assert recorded.stdout == (
        f"recorded as applied: {name}\nnothing was run: the schema is what the last one leads to\n"
    )
    assert notebook.run("status").returncode == 0
    assert notebook.run("deploy").stdout == "nothing to do\n"


def test_what_the_models_do_not_have_is_printed(notebook: Notebook) -> None:
    notebook.sql("CREATE TABLE more (id int)")

    written = notebook.run("baseline", "--write", "initial")

    assert written.returncode == 0
    assert "left to do for the models: drop table public.more\n" in written.stdout


def test_a_difference_ends_with_3_and_a_used_ledger_with_2(notebook: Notebook) -> None:
    notebook.run("baseline", "--write", "initial")
    notebook.sql("ALTER TABLE notes ADD sneaked_in int")
    differing = notebook.run("baseline")
    assert differing.returncode == 3
    assert "to become it it needs: alter table public.notes: drop column sneaked_in\n" in differing.stderr

    notebook.sql("ALTER TABLE notes DROP sneaked_in")
    assert notebook.run("baseline").returncode == 0
    again = notebook.run("baseline")
    assert again.returncode == 2
    assert again.stderr == (
        f"error: the ledger has 1 migrations already, the last of them '{notebook.migration.name}'\n"
        "hint: read `status`, and bring the database up to date with `deploy`\n"
    )


def test_writing_and_recording_at_once_is_refused(notebook: Notebook) -> None:
    refused = notebook.run("baseline", "initial", "--write", "initial")

    assert refused.returncode == 2
    assert refused.stderr.startswith("error: it either writes the first migration or records the history\n")


def test_the_outcomes_are_available_as_json(notebook: Notebook) -> None:
    written = json.loads(notebook.run("baseline", "--write", "initial", "--json").stdout)
    recorded = json.loads(notebook.run("baseline", "--json").stdout)

    assert written == {"migrations": [str(notebook.migration)], "left": []}
    assert recorded["migrations"] == [notebook.migration.name]
    assert len(recorded["digest"]) == 64
