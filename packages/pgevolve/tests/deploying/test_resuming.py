"""A failed migration goes on once its cause is mended."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from pgevolve.deploy import deploy, resume
from pgevolve.failures import MigrationFailedError
from pgevolve.history import EditedMigrationError
from pgevolve.prechecks import RowsViolateError
from pgevolve.progress import DeployEvent, DeployStarted, MigrationStarted, StepSettled
from pgevolve.step import Step

Query = Callable[..., list[tuple[object, ...]]]

_SALONS = "CREATE TABLE public.salons (id bigint PRIMARY KEY, name text)"
_UNIQUE = Step(
    "CREATE UNIQUE INDEX CONCURRENTLY salons_name_key ON public.salons (name)", transactional=False
)


def _second_row(url: str) -> Callable[[DeployEvent], None]:
    """Return what writes a second row of the same name when the rows have been asked already."""

    def tell(event: DeployEvent) -> None:
        if isinstance(event, DeployStarted):
            with psycopg.connect(url) as connection:
                connection.execute("INSERT INTO salons VALUES (2, 'x')")

    return tell


def _first(shop: Any, url: str) -> None:
    shop.add("salons", _SALONS, "INSERT INTO salons VALUES (1, 'x')")
    deploy(shop.project, url)


def test_a_failed_step_runs_again_and_its_debris_is_cleared(
    shop: Any, empty_database: str, query: Query
) -> None:
    _first(shop, empty_database)
    migration = shop.add(
        "unique", "ALTER TABLE salons ADD city text", _UNIQUE, "ALTER TABLE salons ADD fax text"
    )
    with pytest.raises(MigrationFailedError) as caught:
        deploy(shop.project, empty_database, report=_second_row(empty_database))
    assert (caught.value.sqlstate, caught.value.in_place) == ("23505", 1)
    assert str(caught.value.hint) == (
        "step 1 is in place: mend the cause and run `resume` to go on, or undo what is in place"
        f" and run `resolve --rolled-back {migration.name}` to give it up"
    )
    assert query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'salons_name_key'::regclass") == [
        (False,)
    ]
    assert query(
        "SELECT state, sqlstate FROM pgevolve.steps WHERE migration = %s ORDER BY number", migration.name
    ) == [
        ("done", None),
        ("failed", "23505"),
    ]
    told: list[DeployEvent] = []

    with psycopg.connect(empty_database) as connection:
        connection.execute("DELETE FROM salons WHERE id = 2")
    report = resume(shop.project, empty_database, report=told.append)

    assert report.digest == migration.digest
    (settled,) = [event for event in told if isinstance(event, StepSettled)]
    assert settled.cleared == ("DROP INDEX CONCURRENTLY IF EXISTS public.salons_name_key",)
    assert [event.first for event in told if isinstance(event, MigrationStarted)] == [2]
    assert query(
        "SELECT state, sqlstate, message FROM pgevolve.migrations WHERE name = %s", migration.name
    ) == [("applied", None, None)]
    kinds = [kind for (kind,) in query("SELECT kind FROM pgevolve.events ORDER BY id")]
    assert kinds[-5:] == [
        "migration.failed",
        "migration.resumed",
        "step.settled",
        "migration.applied",
        "deploy.finished",
    ]


def test_a_cause_that_is_not_mended_is_seen_before_the_step_runs_again(
    shop: Any, empty_database: str, query: Query
) -> None:
    _first(shop, empty_database)
    migration = shop.add("unique", _UNIQUE)
    with pytest.raises(MigrationFailedError) as caught:
        deploy(shop.project, empty_database, report=_second_row(empty_database))
    assert (caught.value.step, caught.value.in_place) == (1, 0)

    with pytest.raises(RowsViolateError, match="2 rows of public"):
        resume(shop.project, empty_database)

    assert query("SELECT state FROM pgevolve.migrations WHERE name = %s", migration.name) == [("failed",)]


def test_resume_runs_only_the_files_that_were_begun(shop: Any, empty_database: str) -> None:
    migration = shop.add_broken("salons", _SALONS, "SELECT 1 / 0")
    with pytest.raises(MigrationFailedError):
        deploy(shop.project, empty_database)
    (migration.directory / "up.sql").write_text(f"{_SALONS};\n")
    shop.accept(migration.checksum)

    with pytest.raises(EditedMigrationError):
        resume(shop.project, empty_database)


def test_with_nothing_failed_resume_is_a_deploy(shop: Any, empty_database: str) -> None:
    migration = shop.add("salons", _SALONS)

    assert resume(shop.project, empty_database).digest == migration.digest
    assert resume(shop.project, empty_database).migrations == ()
