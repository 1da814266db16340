"""A whole migration traced, and the page that is written of it."""

from pathlib import Path

import pytest
from sqlalchemy import BigInteger, Column, ForeignKey, Index, MetaData, Table, Text

from pgevolve.history import read_history
from pgevolve.local import LocalPostgres
from pgevolve.new import given_migration, new_migration
from pgevolve.project import Project
from pgevolve.trace.migration import MigrationTrace, UnknownMigrationError, trace_migration
from pgevolve.trace.model import HeldLock
from pgevolve.trace.review import review


def _models(*, grown: bool) -> MetaData:
    metadata = MetaData()
    parents = Table("parents", metadata, Column("id", BigInteger, primary_key=True))
    children = Table("children", metadata, Column("id", BigInteger, primary_key=True), Column("note", Text))
    if grown:
        children.append_column(Column("parent_id", BigInteger, ForeignKey(parents.c.id)))
        Index("children_parent_id_idx", children.c.parent_id)
    return metadata


@pytest.fixture(scope="module")
def project(server: LocalPostgres, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Return a project with two migrations: two tables, then a reference between them with its index."""
    folder = tmp_path_factory.mktemp("migrations")
    new_migration(Project(_models(grown=False), folder, scratch_url=server.url()), "tables")
    after = Project(_models(grown=True), folder, scratch_url=server.url())
    new_migration(after, "reference")
    return after


@pytest.fixture(scope="module")
def seen(project: Project) -> MigrationTrace:
    """Return the trace of the newest migration."""
    trace = trace_migration(project, sizes=(10, 1_000))
    assert trace is not None
    return trace


def test_each_step_is_seen_at_both_sizes_over_rows_that_refer_to_each_other(
    project: Project, seen: MigrationTrace
) -> None:
    assert seen.name.endswith("_reference")
    assert [len(steps) for steps in seen.steps] == [
        len(read_history(project.migrations).migrations[-1].up)
    ] * 2
    assert [(entry.table, entry.rows) for entry in seen.filled] == [
        ("public.children", 1_000),
        ("public.parents", 1_000),
    ]
    locks = {lock for step in seen.steps[-1] for lock in step.locks}
    assert HeldLock("public.parents", "SHARE ROW EXCLUSIVE") in locks
    index = next(step for step in seen.steps[-1] if "CONCURRENTLY" in step.sql)
    assert (index.outside, index.waiting, index.scanned) == (True, (), ("public.children",))


def test_the_page_names_statements_locks_waiters_and_the_way_back(
    project: Project, seen: MigrationTrace
) -> None:
    page = review(read_history(project.migrations).migrations[-1], seen)

    assert "with 10 and 1,000 rows a table" in page
    assert "| ACCESS EXCLUSIVE on public.children | readers and writers of public.children |" in page
    assert "SHARE UPDATE EXCLUSIVE on public.children | – | – | public.children |" in page
    assert "- **transaction 1**, step" in page
    assert "DROP COLUMN parent_id" in page.partition("## Way back")[2]


def test_a_migration_without_a_way_back_says_why(server: LocalPostgres, tmp_path: Path) -> None:
    project = Project(_models(grown=False), tmp_path, scratch_url=server.url())
    new_migration(project, "tables")
    given_migration(project, "by_hand", "UPDATE children SET note = upper(note)")
    seen = trace_migration(project, sizes=(10,))
    assert seen is not None

    page = review(read_history(project.migrations).migrations[-1], seen)

    assert "writers of the same rows of public.children" in page
    assert page.endswith("There is none: written by hand.\n")


def test_an_earlier_migration_can_be_traced_by_name(project: Project) -> None:
    first = read_history(project.migrations).migrations[0].name

    seen = trace_migration(project, first, sizes=(10,))

    assert seen is not None
    assert {step.locks for step in seen.steps[0]} == {()}


def test_an_unknown_migration_is_refused_with_the_newest_names(project: Project) -> None:
    with pytest.raises(UnknownMigrationError) as caught:
        trace_migration(project, "20200101_0000_never")

    assert str(caught.value) == "there is no migration '20200101_0000_never' in the history"
    assert read_history(project.migrations).migrations[-1].name in (caught.value.hint or "")


def test_an_empty_history_has_nothing_to_trace(server: LocalPostgres, tmp_path: Path) -> None:
    assert trace_migration(Project(MetaData(), tmp_path, scratch_url=server.url())) is None
