"""After manual work: what is said about a failed migration is compared with the catalogue."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from pgevolve.deploy import deploy
from pgevolve.errors import FindingsError
from pgevolve.failures import (
    MigrationFailedError,
    NotFailedError,
    ReasonMissingError,
    ResolveRefusedError,
)
from pgevolve.resolve import Claim, resolve
from pgevolve.status import read_status
from pgevolve.step import Step
from pgevolve.verify import verify

Query = Callable[..., list[tuple[object, ...]]]

_SALONS = "CREATE TABLE public.salons (id bigint PRIMARY KEY, name text)"
_INDEX = Step("CREATE INDEX CONCURRENTLY salons_name_idx ON public.salons (name)", transactional=False)


def test_a_failed_migration_that_left_nothing_may_be_resolved_mended_and_deployed(
    shop: Any, empty_database: str, query: Query
) -> None:
    shop.add("salons", _SALONS)
    deploy(shop.project, empty_database)
    broken = shop.add_broken("city", "ALTER TABLE salons ADD city text", "SELECT 1 / 0")
    with pytest.raises(MigrationFailedError):
        deploy(shop.project, empty_database)

    resolve(shop.project, empty_database, broken.name, "rolled back")

    entries = read_status(shop.project, empty_database).migrations
    assert [entry.kind for entry in entries] == ["applied", "rolled back"]
    shop.forget_last()
    shop.add("city", "ALTER TABLE salons ADD city text")
    assert len(deploy(shop.project, empty_database).migrations) == 1
    assert query("SELECT state FROM pgevolve.migrations ORDER BY position") == [("applied",), ("applied",)]


def test_a_false_claim_about_a_failed_migration_is_refused(
    shop: Any, empty_database: str, query: Query
) -> None:
    broken = shop.add_broken("salons", _SALONS, _INDEX, "SELECT 1 / 0")
    with pytest.raises(MigrationFailedError):
        deploy(shop.project, empty_database)

    claims: tuple[Claim, ...] = ("rolled back", "applied")
    for claim in claims:
        with pytest.raises(ResolveRefusedError, match=f"is not {claim}"):
            resolve(shop.project, empty_database, broken.name, claim)

    assert query("SELECT state FROM pgevolve.migrations") == [("failed",)]
    with psycopg.connect(empty_database) as connection:
        connection.execute("DROP TABLE salons")
    resolve(shop.project, empty_database, broken.name, "rolled back")
    assert query("SELECT state FROM pgevolve.migrations") == [("rolled_back",)]
    assert query("SELECT count(*) FROM pgevolve.steps") == [(0,)]


def test_a_claim_may_be_insisted_on_for_a_reason_that_is_kept(
    shop: Any, empty_database: str, query: Query
) -> None:
    broken = shop.add_broken("salons", _SALONS, _INDEX, "SELECT 1 / 0")
    with pytest.raises(MigrationFailedError):
        deploy(shop.project, empty_database)
    with pytest.raises(ReasonMissingError):
        resolve(shop.project, empty_database, broken.name, "applied", force=True, reason=" ")

    done = resolve(shop.project, empty_database, broken.name, "applied", force=True, reason="it is so")

    assert str(done.doubt).startswith(f"migration {broken.name!r} is not applied: the digest")
    assert query("SELECT state FROM pgevolve.migrations") == [("applied",)]
    assert query(
        "SELECT detail ->> 'reason', detail ->> 'against' FROM pgevolve.events"
        " WHERE kind = 'migration.resolved'"
    ) == [("it is so", done.doubt)]


def test_an_invalid_index_speaks_against_either_claim(
    shop: Any, empty_database: str, signalled_deploy: Callable[..., tuple[int, str]]
) -> None:
    shop.add("salons", _SALONS)
    deploy(shop.project, empty_database)
    migration = shop.add("index", _INDEX)
    signalled_deploy("LOCK TABLE salons IN ROW EXCLUSIVE MODE")

    claims: tuple[Claim, ...] = ("rolled back", "applied")
    for claim in claims:
        with pytest.raises(FindingsError, match=f"is not {claim}"):
            resolve(shop.project, empty_database, migration.name, claim)


def test_a_migration_finished_by_hand_is_recorded_as_applied(shop: Any, empty_database: str) -> None:
    migration = shop.add("salons", _SALONS, _INDEX)
    with psycopg.connect(empty_database) as connection:
        connection.execute("CREATE SCHEMA blocked AUTHORIZATION shop_owner")
    _fail_in_the_index(shop, empty_database)
    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute("DROP SCHEMA blocked")
        connection.execute("SET ROLE shop_owner")
        connection.execute("DROP TABLE salons")
        connection.execute(_SALONS.encode())
        connection.execute("CREATE INDEX salons_name_idx ON salons (name)")

    resolve(shop.project, empty_database, migration.name, "applied")

    assert verify(shop.project, empty_database).digest == migration.digest


def _fail_in_the_index(shop: Any, url: str) -> None:
    """Let the index step fail: an index of its name comes between."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE other AS SELECT 'x'::text AS name")
        connection.execute("CREATE INDEX salons_name_idx ON other (name)")
    with pytest.raises(MigrationFailedError) as caught:
        deploy(shop.project, url)
    assert caught.value.sqlstate == "42P07"
    with psycopg.connect(url) as connection:
        connection.execute("DROP TABLE other")


def test_only_a_failed_migration_can_be_resolved(shop: Any, empty_database: str) -> None:
    migration = shop.add("salons", _SALONS)
    deploy(shop.project, empty_database)

    for name in (migration.name, "nothing"):
        with pytest.raises(NotFailedError):
            resolve(shop.project, empty_database, name, "applied")
