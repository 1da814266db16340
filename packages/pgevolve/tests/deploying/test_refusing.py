"""What a deploy refuses before it changes anything: files, order, drift."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from pgevolve.deploy import deploy
from pgevolve.history import EditedMigrationError
from pgevolve.sqltext import TransactionControlError
from pgevolve.status import OvertakenMigrationError, UnknownMigrationError
from pgevolve.verify import DigestMismatchError, verify

Query = Callable[..., list[tuple[object, ...]]]

_SALONS = "CREATE TABLE public.salons (id bigint PRIMARY KEY, name text)"


@pytest.mark.fault("a file edited after it was applied")
def test_an_edited_migration_is_refused_before_anything_runs(
    shop: Any, empty_database: str, query: Query
) -> None:
    migration = shop.add("salons", _SALONS)
    (migration.directory / "up.sql").write_text("SELECT 1;\n")

    with pytest.raises(EditedMigrationError):
        deploy(shop.project, empty_database)

    assert query("SELECT to_regnamespace('pgevolve')") == [(None,)]


@pytest.mark.fault("files in another order")
def test_a_history_rewritten_after_it_was_applied_is_refused(shop: Any, empty_database: str) -> None:
    migration = shop.add("salons", _SALONS)
    deploy(shop.project, empty_database)
    (migration.directory / "up.sql").write_text("SELECT 1;\n")
    listed = shop.project.migrations / "history.toml"
    with pytest.raises(EditedMigrationError) as edited:
        deploy(shop.project, empty_database)
    listed.write_text(listed.read_text().replace(migration.checksum, edited.value.found))

    with pytest.raises(EditedMigrationError) as caught:
        deploy(shop.project, empty_database)

    assert (caught.value.recorded, caught.value.found) == (migration.checksum, edited.value.found)


@pytest.mark.fault("a file removed after it was applied")
def test_an_applied_migration_that_the_history_lacks_is_refused(shop: Any, empty_database: str) -> None:
    shop.add("salons", _SALONS)
    shop.add("city", "ALTER TABLE salons ADD city text")
    deploy(shop.project, empty_database)
    shop.forget_last()

    with pytest.raises(UnknownMigrationError, match="city"):
        deploy(shop.project, empty_database)


@pytest.mark.fault("files in another order")
def test_a_migration_put_before_an_applied_one_is_refused(shop: Any, empty_database: str) -> None:
    shop.add("salons", _SALONS)
    city = shop.add("city", "ALTER TABLE salons ADD city text")
    deploy(shop.project, empty_database)
    with psycopg.connect(empty_database) as connection:
        connection.execute("DELETE FROM pgevolve.migrations WHERE name <> %s", (city.name,))

    with pytest.raises(OvertakenMigrationError, match=city.name):
        deploy(shop.project, empty_database)


def test_transaction_control_in_a_file_is_refused_before_anything_runs(
    shop: Any, empty_database: str, query: Query
) -> None:
    shop.add("salons", _SALONS)
    migration = shop.add_broken("city", "SELECT 1")
    (migration.directory / "up.sql").write_text("SELECT 1;\nCOMMIT;\n")
    shop.accept(migration.checksum)

    with pytest.raises(TransactionControlError, match=r"up\.sql:2 COMMIT"):
        deploy(shop.project, empty_database)

    assert query("SELECT to_regclass('salons')") == [(None,)]


@pytest.mark.fault("a manual change of the target")
def test_a_changed_database_is_noticed_before_the_next_migration(
    shop: Any, empty_database: str, query: Query
) -> None:
    shop.add("salons", _SALONS)
    deploy(shop.project, empty_database)
    shop.add("city", "ALTER TABLE salons ADD city text")
    with psycopg.connect(empty_database) as connection:
        connection.execute("ALTER TABLE salons ADD sneaked_in int")

    with pytest.raises(DigestMismatchError):
        deploy(shop.project, empty_database)
    with pytest.raises(DigestMismatchError):
        verify(shop.project, empty_database)

    assert query("SELECT count(*) FROM pgevolve.migrations") == [(1,)]
