"""A migration is undone by its down.sql, under the same lock and journal."""

import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from pgevolve.cli.console import exit_status
from pgevolve.deploy import deploy, rollback
from pgevolve.failures import (
    ClientsConnectedError,
    IrreversibleError,
    MigrationFailedError,
    NotAppliedError,
    NothingToRollBackError,
    PartlyAppliedError,
    ReasonMissingError,
    RollbackFailedError,
)
from pgevolve.progress import ClientsDisregarded, DeployEvent, MigrationRolledBack
from pgevolve.project import GateOptions
from pgevolve.status import RollbackUnfinishedError, read_status
from pgevolve.step import Step
from pgevolve.verify import DigestMismatchError, schema_digest, verify

Query = Callable[..., list[tuple[object, ...]]]

_SALONS = "CREATE TABLE public.salons (id bigint PRIMARY KEY, name text)"
_INDEX = Step("CREATE INDEX CONCURRENTLY salons_name_idx ON public.salons (name)", transactional=False)
_NO_INDEX = Step("DROP INDEX CONCURRENTLY public.salons_name_idx", transactional=False)
_NO_EMAIL = "ALTER TABLE public.salons DROP email"
_CITY, _NO_CITY = "ALTER TABLE public.salons ADD city text", "ALTER TABLE public.salons DROP city"


@pytest.fixture
def city(shop: Any, empty_database: str) -> Any:
    """Return a migration that is applied and has a way back, after one that has none."""
    shop.add("salons", _SALONS)
    migration = shop.add("city", _CITY, _INDEX, down=[_NO_INDEX, _NO_CITY])
    deploy(shop.project, empty_database)
    return migration


def test_the_last_migration_is_undone_recorded_and_can_be_deployed_again(
    shop: Any, empty_database: str, query: Query, city: Any
) -> None:
    told: list[DeployEvent] = []

    (report,) = rollback(shop.project, empty_database, report=told.append)

    assert [step.number for step in report.steps] == [1, 2]
    assert isinstance(told[-1], MigrationRolledBack)
    assert [entry.kind for entry in read_status(shop.project, empty_database).migrations] == [
        "applied",
        "rolled back",
    ]
    assert query("SELECT count(*) FROM pgevolve.steps WHERE migration = %s", city.name) == [(0,)]
    kinds = [kind for (kind,) in query("SELECT kind FROM pgevolve.events ORDER BY id")]
    assert kinds[-2:] == ["rollback.started", "migration.rolled_back"]
    assert deploy(shop.project, empty_database).digest == city.digest


def test_what_cannot_be_undone_is_refused_with_its_reason(shop: Any, empty_database: str, city: Any) -> None:
    first = city.follows
    with pytest.raises(IrreversibleError):
        rollback(shop.project, empty_database, first)
    assert verify(shop.project, empty_database).migration == city.name
    with pytest.raises(NotAppliedError):
        rollback(shop.project, empty_database, "nothing")
    rollback(shop.project, empty_database, city.name)

    with pytest.raises(IrreversibleError) as caught:
        rollback(shop.project, empty_database)

    assert str(caught.value) == f"migration {first!r} cannot be rolled back: by hand"


def test_an_empty_database_has_nothing_to_roll_back(shop: Any, empty_database: str) -> None:
    with pytest.raises(NothingToRollBackError):
        rollback(shop.project, empty_database)


def test_a_changed_schema_is_not_rolled_back(shop: Any, empty_database: str, city: Any) -> None:
    with psycopg.connect(empty_database) as connection:
        connection.execute("ALTER TABLE salons ADD sneaked_in int")

    with pytest.raises(DigestMismatchError):
        rollback(shop.project, empty_database)


def _needs_a_row(shop: Any, url: str) -> Any:
    """Deploy a migration whose way back divides by the number of salons."""
    shop.add("salons", _SALONS)
    divides = "SELECT 1 / count(*) FROM public.salons"
    migration = shop.add("city", _CITY, _INDEX, down=[_NO_INDEX, divides, _NO_CITY])
    deploy(shop.project, url)
    return migration


def test_a_rollback_that_failed_keeps_deploys_out_and_goes_on(
    shop: Any, empty_database: str, query: Query
) -> None:
    migration = _needs_a_row(shop, empty_database)

    with pytest.raises(RollbackFailedError) as caught:
        rollback(shop.project, empty_database)

    assert (caught.value.step, caught.value.sqlstate) == (2, "22012")
    assert str(caught.value.hint) == (
        f"mend the cause and run `rollback {migration.name}` again: it goes on at that step"
    )
    with pytest.raises(RollbackUnfinishedError, match="failed at step 2: division by zero"):
        deploy(shop.project, empty_database)
    assert query(
        "SELECT direction, number, state FROM pgevolve.steps WHERE direction = 'down' ORDER BY 2"
    ) == [
        ("down", 1, "done"),
        ("down", 2, "failed"),
    ]
    with psycopg.connect(empty_database) as connection:
        connection.execute("INSERT INTO salons VALUES (1)")
    (report,) = rollback(shop.project, empty_database)
    assert [step.number for step in report.steps] == [2, 3]
    assert deploy(shop.project, empty_database).digest == migration.digest


def test_a_rollback_cut_off_outside_a_transaction_is_looked_up(
    shop: Any, empty_database: str, query: Query, signalled_deploy: Callable[..., tuple[int, str]], city: Any
) -> None:
    status, _ = signalled_deploy("SELECT 1 FROM salons", signal.SIGKILL, call="rollback")
    assert status == -signal.SIGKILL
    assert [entry.kind for entry in read_status(shop.project, empty_database).migrations] == [
        "applied",
        "rolling back",
    ]

    rollback(shop.project, empty_database)

    assert schema_digest(empty_database, shop.project) != city.digest
    assert query("SELECT to_regclass('salons_name_idx')") == [(None,)]


def test_a_failed_migration_of_which_nothing_is_in_place_is_given_up(shop: Any, empty_database: str) -> None:
    shop.add("salons", _SALONS)
    broken = shop.add_broken("city", _CITY, "SELECT 1 / 0")
    with pytest.raises(MigrationFailedError):
        deploy(shop.project, empty_database)

    rollback(shop.project, empty_database, broken.name)

    assert [entry.kind for entry in read_status(shop.project, empty_database).migrations] == [
        "applied",
        "rolled back",
    ]


def test_a_failed_migration_of_which_a_part_is_in_place_and_that_has_no_way_back_is_refused(
    shop: Any, empty_database: str
) -> None:
    broken = shop.add_broken("salons", _SALONS, _INDEX, "SELECT 1 / 0")
    with pytest.raises(MigrationFailedError):
        deploy(shop.project, empty_database)

    with pytest.raises(PartlyAppliedError, match="in place with 2 of its 3 steps"):
        rollback(shop.project, empty_database, broken.name)


def test_all_migrations_from_one_on_are_undone_the_last_first(
    shop: Any, empty_database: str, query: Query, city: Any
) -> None:
    before = shop.add("email", "ALTER TABLE public.salons ADD email text", down=[_NO_EMAIL])
    shop.add("note", "ALTER TABLE public.salons ADD note text", down=["ALTER TABLE public.salons DROP note"])
    deploy(shop.project, empty_database)
    with psycopg.connect(empty_database) as connection:
        connection.execute("INSERT INTO salons (id, name, city) VALUES (1, 'kept', 'Rasht')")

    reports = rollback(shop.project, empty_database, before.name)

    assert [report.name.split("_", 2)[2] for report in reports] == ["note", "email"]
    assert query("SELECT * FROM salons") == [(1, "kept", "Rasht")]
    assert verify(shop.project, empty_database).migration == city.name


_CHECK = "ALTER TABLE public.salons ADD CONSTRAINT salons_is_filled CHECK (name IS NOT NULL) NOT VALID"
_UNIQUE = Step(
    "CREATE UNIQUE INDEX CONCURRENTLY salons_name_key ON public.salons (name)", transactional=False
)
_KEY = "ALTER TABLE public.salons ADD CONSTRAINT salons_name_key UNIQUE USING INDEX salons_name_key"
_NO_KEY = "ALTER TABLE public.salons DROP CONSTRAINT salons_name_key"
_NO_CHECK = "ALTER TABLE public.salons DROP CONSTRAINT salons_is_filled"


@pytest.mark.parametrize("fails_after", range(7))
def test_a_migration_is_undone_as_far_as_it_is_in_place(
    shop: Any, empty_database: str, query: Query, fails_after: int
) -> None:
    """Each step commits by itself; two of them make what only the later ones would take over or drop."""
    first = shop.add("salons", _SALONS, "INSERT INTO public.salons VALUES (1, 'x')")
    alone = [_CITY, _CHECK, _UNIQUE, _KEY, _INDEX, _NO_CHECK]
    steps = [step if isinstance(step, Step) else Step(step, transactional=False) for step in alone]
    steps.insert(fails_after, Step("SELECT 1 / 0", transactional=False))
    broken = shop.add_broken("city", *steps, down=[_NO_INDEX, _NO_KEY, _NO_CITY])
    with pytest.raises(MigrationFailedError) as failed:
        deploy(shop.project, empty_database)
    assert (f"`rollback {broken.name}` to undo that" in str(failed.value.hint)) is (fails_after > 0)

    rollback(shop.project, empty_database, broken.name)

    assert schema_digest(empty_database, shop.project) == first.digest
    assert query("SELECT * FROM salons") == [(1, "x")]
    shop.forget_last()
    assert deploy(shop.project, empty_database).migrations == ()
    assert query("SELECT count(*) FROM pgevolve.steps WHERE migration = %s", broken.name) == [(0,)]


def test_a_rollback_of_a_part_that_failed_goes_on(shop: Any, empty_database: str) -> None:
    first = shop.add("salons", _SALONS)
    alone = [Step(step, transactional=False) for step in (_CITY, _CHECK, "SELECT 1 / 0")]
    divides = "SELECT 1 / count(*) FROM public.salons"
    broken = shop.add_broken("city", *alone, down=[divides, _NO_CITY])
    with pytest.raises(MigrationFailedError):
        deploy(shop.project, empty_database)
    with pytest.raises(RollbackFailedError):
        rollback(shop.project, empty_database)

    with psycopg.connect(empty_database) as connection:
        connection.execute("INSERT INTO salons VALUES (1)")
    (report,) = rollback(shop.project, empty_database, broken.name)

    assert [step.number for step in report.steps] == [1, 2]
    assert schema_digest(empty_database, shop.project) == first.digest


@pytest.fixture
def released(shop: Any, empty_database: str) -> Any:
    """Return a project whose second migration came with release 2.0, and whose clients say who they are."""
    shop.add("salons", _SALONS)
    shop.project = replace(shop.project, gate=GateOptions(timedelta(0), application="shop", release="1.9"))
    deploy(shop.project, empty_database)
    shop.city = shop.add("city", _CITY, down=[_NO_CITY])
    shop.project = replace(shop.project, gate=replace(shop.project.gate, release="2.0"))
    deploy(shop.project, empty_database)
    return shop


def test_clients_of_the_release_that_uses_it_are_named_and_keep_it_from_being_undone(
    released: Any, empty_database: str, query: Query
) -> None:
    with (
        psycopg.connect(empty_database, application_name="shop/1.9") as old,
        psycopg.connect(empty_database, application_name="shop/2.0") as new,
        psycopg.connect(empty_database, application_name="shop/2.1.3+local") as newer,
        psycopg.connect(empty_database, application_name="shopping 2.0"),
    ):
        with pytest.raises(ClientsConnectedError) as caught:
            rollback(released.project, empty_database)

        named = [f"pid {client.info.backend_pid}" for client in (new, newer)]
        assert all(pid in str(caught.value) for pid in named)
        assert f"pid {old.info.backend_pid}" not in str(caught.value)
        assert len(caught.value.clients) == 2
        assert exit_status(caught.value) == 3
        assert query("SELECT state FROM pgevolve.migrations WHERE name = %s", released.city.name) == [
            ("applied",)
        ]
        assert query("SELECT count(*) FROM pg_attribute WHERE attname = 'city'") == [(1,)]
        new.close()
        newer.close()
        # The server ends a session a moment after its client.
        while query("SELECT FROM pg_stat_activity WHERE application_name ~ '^shop/2'"):
            pass

        (report,) = rollback(released.project, empty_database)

    assert report.name == released.city.name


def test_it_is_undone_under_them_for_a_reason_that_the_ledger_keeps(
    released: Any, empty_database: str, query: Query
) -> None:
    told: list[DeployEvent] = []
    with psycopg.connect(empty_database, application_name="shop/2.0") as new:
        with pytest.raises(ReasonMissingError):
            rollback(released.project, empty_database, force=True, reason=" ")
        rollback(released.project, empty_database, report=told.append, force=True, reason="2.0 loses orders")

        pid = new.info.backend_pid
    client = f"a client of release 2.0 is connected (pid {pid}), which uses what came with 2.0"
    assert query("SELECT detail FROM pgevolve.events WHERE kind = 'rollback.forced'") == [
        ({"migration": released.city.name, "reason": "2.0 loses orders", "clients": [client]},)
    ]
    assert ClientsDisregarded(released.city.name, (client,)) in told
    assert query("SELECT count(*) FROM pg_attribute WHERE attname = 'city' AND NOT attisdropped") == [(0,)]


def test_undoing_a_contract_disturbs_no_client(released: Any, empty_database: str) -> None:
    gone = released.add(
        "gone",
        "ALTER TABLE public.salons DROP name",
        down=["ALTER TABLE public.salons ADD name text"],
        phase="contract",
    )
    deploy(released.project, empty_database)

    with psycopg.connect(empty_database, application_name="shop/2.0"):
        (report,) = rollback(released.project, empty_database)

    assert report.name == gone.name


def test_failed_migration_is_undone_although_clients_are_connected(
    released: Any, empty_database: str
) -> None:
    broken = released.add_broken("broken", "ALTER TABLE public.salons ADD zip text", "SELECT 1/0", down=[])
    with psycopg.connect(empty_database, application_name="shop/2.0"):
        with pytest.raises(MigrationFailedError):
            deploy(released.project, empty_database)

        (report,) = rollback(released.project, empty_database)

    assert report.name == broken.name
