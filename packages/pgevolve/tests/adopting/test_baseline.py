"""An existing database comes under the engine; what is in place is recorded, and nothing of it is run."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import MetaData

from pgevolve.adopt import (
    HistoryExistsError,
    LedgerInUseError,
    NoHistoryError,
    NothingThereError,
    NotInHistoryError,
    SchemaDiffersError,
    baseline,
    first_migration,
)
from pgevolve.connect import connect
from pgevolve.deploy import deploy
from pgevolve.history import EditedMigrationError, read_history
from pgevolve.ledger import events, ledger_migrations, ledger_steps
from pgevolve.lock import DeployRunningError, deploy_lock
from pgevolve.new import PlanNotProvedError, given_migration, new_migration
from pgevolve.scratch import scratch_database
from pgevolve.status import read_status
from pgevolve.verify import schema_digest, verify

from .conftest import OLD_SCHEMA, OldDatabase

_RELATIONS = "SELECT oid, relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY oid"


def _written(old: OldDatabase, name: str = "initial") -> str:
    (migration,) = first_migration(old.project, old.url, name).migrations
    return migration.name


def test_the_first_migration_is_written_from_the_database_and_leads_to_its_digest(old: OldDatabase) -> None:
    name = _written(old)

    (migration,) = read_history(old.project.migrations)
    assert (migration.name, migration.digest) == (name, schema_digest(old.url, old.project))
    assert "CREATE TABLE public.notes" in migration.up_sql
    with scratch_database(old.server.url()) as other:
        deploy(old.project, other)
        assert schema_digest(other, old.project) == migration.digest
    assert old.query("SELECT to_regnamespace('pgevolve')") == [(None,)]


def test_what_the_models_say_beyond_the_database_is_told(
    old: OldDatabase, notes_models: Callable[[], MetaData]
) -> None:
    project = replace(old.project, metadata=notes_models())

    written = first_migration(project, old.url, "initial")

    assert [str(change) for change in written.changes] == [
        "drop enum public.mood",
        "alter table public.notes: drop column feels",
        "drop view public.tagged",
        "revoke USAGE on enum public.mood from PUBLIC",
    ]


def test_the_history_is_recorded_as_applied_and_nothing_is_run(old: OldDatabase) -> None:
    name = _written(old)
    old.run("INSERT INTO notes (text) VALUES ('kept')")
    before = old.query(_RELATIONS)

    done = baseline(old.project, old.url)

    assert (done.migrations, done.digest) == ((name,), schema_digest(old.url, old.project))
    assert old.query(_RELATIONS) == before
    assert old.query("SELECT text FROM notes") == [("kept",)]
    with connect(old.url, purpose="test") as connection:
        (row,) = ledger_migrations(connection)
        assert (row.name, row.state, row.position, row.finished_at is None) == (name, "applied", 1, False)
        assert ledger_steps(connection, name) == ()
        assert [(event.kind, event.detail) for event in events(connection)] == [
            ("migration.baselined", {"migration": name})
        ]
    assert verify(old.project, old.url).migration == name
    assert read_status(old.project, old.url).pending == ()
    assert deploy(old.project, old.url).migrations == ()


def test_the_next_change_of_the_models_is_planned_and_deployed_after_a_baseline(
    old: OldDatabase, notes_models: Callable[[], MetaData]
) -> None:
    project = replace(old.project, metadata=notes_models())
    first_migration(project, old.url, "initial")
    baseline(project, old.url)

    written = new_migration(project, "without_moods")
    assert written is not None
    done = deploy(project, old.url)

    assert [entry.name for entry in done.migrations] == [entry.name for entry in written.migrations]
    assert old.query("SELECT to_regclass('tagged'), to_regtype('mood')") == [(None, None)]


def test_a_baseline_up_to_a_name_leaves_the_rest_to_the_deploy(old: OldDatabase) -> None:
    first = _written(old)
    (second,) = given_migration(old.project, "more", "CREATE TABLE public.more (id int)").migrations

    done = baseline(old.project, old.url, first)

    assert done.migrations == (first,)
    assert read_status(old.project, old.url).pending == (second.name,)
    assert [entry.name for entry in deploy(old.project, old.url).migrations] == [second.name]


def test_several_migrations_are_recorded_in_their_order_with_the_digest_before_each(old: OldDatabase) -> None:
    first = _written(old)
    (second,) = given_migration(old.project, "more", "CREATE TABLE public.more (id int)").migrations
    old.run("CREATE TABLE public.more (id int)")

    baseline(old.project, old.url)

    with connect(old.url, purpose="test") as connection:
        rows = ledger_migrations(connection)
    assert [(row.name, row.position) for row in rows] == [(first, 1), (second.name, 2)]
    assert rows[1].digest_before == rows[0].digest
    with scratch_database(old.server.url()) as empty:
        assert rows[0].digest_before == schema_digest(empty, old.project)


def test_a_schema_that_differs_is_refused_with_every_difference(old: OldDatabase) -> None:
    name = _written(old)
    old.run("DROP INDEX tags_tag_idx", "ALTER TABLE notes ADD sneaked_in int")

    with pytest.raises(SchemaDiffersError) as refused:
        baseline(old.project, old.url)

    assert str(refused.value) == (
        f"the schema is not what {name!r} leads to, to become it it needs:"
        " create index public.tags.tags_tag_idx; alter table public.notes: drop column sneaked_in"
    )
    assert old.query("SELECT to_regnamespace('pgevolve')") == [(None,)]


def test_a_ledger_with_rows_is_refused(old: OldDatabase) -> None:
    name = _written(old)
    baseline(old.project, old.url)

    with pytest.raises(LedgerInUseError, match=f"has 1 migrations already, the last of them '{name}'"):
        baseline(old.project, old.url)


def test_a_baseline_waits_for_a_running_deploy(old: OldDatabase) -> None:
    _written(old)
    with (
        connect(old.url, purpose="test") as other,
        deploy_lock(other, wait=0, waiting=lambda _: None),
        pytest.raises(DeployRunningError),
    ):
        baseline(old.project, old.url, wait=0)


def test_without_a_history_or_with_a_name_it_does_not_have_it_is_refused(old: OldDatabase) -> None:
    with pytest.raises(NoHistoryError, match="there are no migrations in"):
        baseline(old.project, old.url)
    _written(old)
    with pytest.raises(NotInHistoryError, match="the history has no migration 'nobody'"):
        baseline(old.project, old.url, "nobody")


def test_an_edited_history_is_refused(old: OldDatabase) -> None:
    name = _written(old)
    with (old.project.migrations / name / "up.sql").open("a") as file:
        file.write("SELECT 1;\n")

    with pytest.raises(EditedMigrationError):
        baseline(old.project, old.url)


def test_a_first_migration_is_written_for_an_empty_history_only(old: OldDatabase) -> None:
    name = _written(old)

    with pytest.raises(HistoryExistsError, match=f"its head is '{name}'"):
        first_migration(old.project, old.url, "again")


def test_a_schema_that_no_plan_leads_to_is_refused_and_nothing_is_written(old: OldDatabase) -> None:
    old.run(
        "INSERT INTO notes (text) VALUES ('same'), ('same')",
        "SET lock_timeout = 0",
    )
    with connect(old.url, purpose="test") as connection, pytest.raises(Exception, match="could not create"):
        connection.execute("CREATE UNIQUE INDEX CONCURRENTLY notes_text_key ON notes (text)")

    with pytest.raises(PlanNotProvedError, match="notes_text_key"):
        first_migration(old.project, old.url, "initial")
    assert not old.project.migrations.exists()


def test_a_database_made_by_another_role_is_taken_over_by_the_owner_of_the_project(old: OldDatabase) -> None:
    old.run("DROP ROLE IF EXISTS notes_owner", "CREATE ROLE notes_owner")
    project = replace(old.project, owner="notes_owner")
    old.run("DROP VIEW tagged", "DROP TABLE tags, notes", "DROP TYPE mood")
    old.run("GRANT CREATE ON SCHEMA public TO notes_owner", "SET ROLE notes_owner;" + OLD_SCHEMA)

    (first,) = first_migration(project, old.url, "initial").migrations
    baseline(project, old.url)

    assert "OWNER TO" not in first.up_sql
    assert old.query("SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'pgevolve'") == [
        ("notes_owner",)
    ]
    old.run("REASSIGN OWNED BY notes_owner TO CURRENT_USER", "DROP OWNED BY notes_owner")
    old.run("DROP ROLE notes_owner")


def test_a_first_migration_of_an_empty_database_is_refused(old: OldDatabase) -> None:
    old.run("DROP VIEW tagged", "DROP TABLE tags, notes", "DROP TYPE mood")

    with pytest.raises(NothingThereError, match="the database holds nothing of the project yet"):
        first_migration(old.project, old.url, "initial")
