"""A contract migration waits until the code that it would break is gone, and seen to be gone."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from pgevolve.cli.console import exit_status
from pgevolve.cli.deploy import end_at_gate
from pgevolve.deploy import deploy, resume, rollback
from pgevolve.deploy.gate import waiting_contract
from pgevolve.failures import BackfillError, GateClosedError, MigrationFailedError
from pgevolve.local import LocalPostgres
from pgevolve.progress import DeployEvent, DeployStarted, GateClosed
from pgevolve.project import GateOptions
from pgevolve.resolve import resolve
from pgevolve.verify import verify

Query = Callable[..., list[tuple[object, ...]]]

_SALONS = "CREATE TABLE public.salons (id bigint PRIMARY KEY, name text)"
_FILL = """CREATE FUNCTION public.zz_fill_salons() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.title IS NULL THEN NEW.title := NEW.name; ELSE NEW.name := NEW.title; END IF;
  ELSIF NEW.title IS DISTINCT FROM OLD.title THEN NEW.name := NEW.title;
  ELSE NEW.title := NEW.name; END IF;
  RETURN NEW;
END $$"""
_TRIGGER = (
    "CREATE TRIGGER zz_fill_salons BEFORE INSERT OR UPDATE ON public.salons"
    " FOR EACH ROW EXECUTE FUNCTION public.zz_fill_salons()"
)
_NO_TRIGGER = "DROP TRIGGER zz_fill_salons ON public.salons"
_NO_FUNCTION = "DROP FUNCTION public.zz_fill_salons()"
_NO_NAME = "ALTER TABLE public.salons DROP COLUMN name"
_OPEN = GateOptions(quiet=timedelta(0))


def _rename(shop: Any, url: str, default: str = "") -> Any:
    """Deploy a column that becomes another one, and return the contract that is to follow."""
    shop.add(
        "salons", _SALONS.replace("name text", f"name text {default}"), "INSERT INTO salons VALUES (1, 'x')"
    )
    deploy(shop.project, url)
    shop.add("title", "ALTER TABLE public.salons ADD title text", _FILL, _TRIGGER)
    deploy(shop.project, url)
    return shop.add("title_contract", _NO_TRIGGER, _NO_FUNCTION, _NO_NAME, phase="contract")


def _in(hours: float) -> Callable[[], datetime]:
    return lambda: datetime.now(UTC) + timedelta(hours=hours)


class Helper:
    """A role without which a statement fails; the databases in which digests are made see it, too."""

    NEEDED = "1 / (SELECT count(*) FROM pg_roles WHERE rolname = 'gate_helper')"

    def __init__(self, server: LocalPostgres) -> None:
        self._url = server.url()

    def comes(self) -> None:
        with psycopg.connect(self._url) as connection:
            connection.execute("CREATE ROLE gate_helper")

    def goes(self) -> None:
        with psycopg.connect(self._url) as connection:
            connection.execute("DROP ROLE IF EXISTS gate_helper")


@pytest.fixture
def helper(server: LocalPostgres) -> Iterator[Helper]:
    """Return a role that is there until it goes."""
    made = Helper(server)
    made.comes()
    yield made
    made.goes()


def test_the_first_deploy_of_a_database_waits_for_nothing(shop: Any, empty_database: str) -> None:
    shop.add("salons", _SALONS)
    shop.add("title", "ALTER TABLE public.salons ADD title text", _FILL, _TRIGGER)
    contract = shop.add("title_contract", _NO_TRIGGER, _NO_FUNCTION, _NO_NAME, phase="contract")

    report = deploy(shop.project, empty_database)

    assert (report.digest, report.waiting) == (contract.digest, None)


def test_a_first_deploy_that_failed_still_waits_for_nothing(
    shop: Any, empty_database: str, helper: Helper
) -> None:
    shop.add("salons", _SALONS)
    shop.add(
        "title",
        "ALTER TABLE public.salons ADD title text",
        _FILL,
        _TRIGGER,
        f"SELECT {Helper.NEEDED}",
    )
    contract = shop.add("title_contract", _NO_TRIGGER, _NO_FUNCTION, _NO_NAME, phase="contract")
    helper.goes()
    with pytest.raises(MigrationFailedError):
        deploy(shop.project, empty_database)
    helper.comes()

    assert resume(shop.project, empty_database).digest == contract.digest


def test_writes_in_the_old_shape_are_counted_and_keep_the_gate_closed(
    shop: Any, empty_database: str, query: Query
) -> None:
    contract = _rename(shop, empty_database)
    told: list[DeployEvent] = []

    report = deploy(shop.project, empty_database, report=told.append)

    assert report.migrations == ()
    assert report.waiting is not None
    assert report.waiting.conditions == ("writes in the old shape were not counted yet",)
    assert told[-1] == GateClosed(contract.name, report.waiting.conditions)
    with pytest.raises(GateClosedError) as closed:
        end_at_gate(report)
    assert exit_status(closed.value) == 3
    assert verify(shop.project, empty_database).migration != contract.name

    with psycopg.connect(empty_database) as connection:
        connection.execute("CREATE ROLE old_client")
        connection.execute("GRANT ALL ON salons TO old_client")
        connection.execute("SET ROLE old_client")
        for statement in (
            "INSERT INTO salons (id, name) VALUES (2, 'old')",
            "UPDATE salons SET name = 'older' WHERE id = 2",
            "INSERT INTO salons (id, title) VALUES (3, 'new')",
            "UPDATE salons SET title = 'newer' WHERE id = 3",
        ):
            connection.execute(statement.encode())
        connection.rollback()  # an attempt is a client, too
    waiting = deploy(shop.project, empty_database).waiting
    assert waiting is not None
    (condition,) = waiting.conditions
    assert condition.startswith("2 writes in the old shape were seen since 2")
    assert condition.endswith(" ago: there must be none for 10 min")

    next_one = waiting_contract(shop.project, empty_database)
    assert next_one is not None
    assert next_one.conditions[0].startswith("2 writes in the old shape")

    report = deploy(shop.project, empty_database, now=_in(1))

    assert waiting_contract(shop.project, empty_database) is None
    assert report.digest == contract.digest
    assert query("SELECT count(*) FROM pgevolve.watches") == [(0,)]
    assert query("SELECT count(*) FROM pg_class WHERE relname LIKE '%%old_write%%'") == [(0,)]


def test_a_quiet_time_must_have_been_watched(shop: Any, empty_database: str) -> None:
    contract = _rename(shop, empty_database)
    deploy(shop.project, empty_database)

    waiting = deploy(shop.project, empty_database).waiting

    assert waiting is not None
    assert waiting.conditions[0].startswith("the counting of writes in the old shape began ")
    assert deploy(shop.project, empty_database, now=_in(-1)).waiting is not None
    assert deploy(shop.project, empty_database, now=_in(0.2)).digest == contract.digest


def test_rows_without_a_required_column_are_of_the_old_shape(shop: Any, empty_database: str) -> None:
    shop.add("salons", _SALONS)
    deploy(shop.project, empty_database)
    filled = _FILL.replace("NEW.name := NEW.title", "NULL").replace(
        "NEW.title := NEW.name", "NEW.title := '?'"
    )
    shop.add("title", "ALTER TABLE public.salons ADD title text NOT NULL", filled, _TRIGGER)
    shop.add("title_contract", _NO_TRIGGER, _NO_FUNCTION, phase="contract")
    deploy(shop.project, empty_database)
    with psycopg.connect(empty_database) as connection:
        connection.execute("INSERT INTO salons (id, name) VALUES (1, 'old')")
        connection.execute("INSERT INTO salons (id, title) VALUES (2, 'new')")

    waiting = deploy(shop.project, empty_database).waiting

    assert waiting is not None
    assert waiting.conditions[0].startswith("1 writes in the old shape")


def test_new_rows_do_not_speak_of_an_old_column_that_fills_itself(shop: Any, empty_database: str) -> None:
    _rename(shop, empty_database, "DEFAULT '?'")
    deploy(shop.project, empty_database)
    with psycopg.connect(empty_database) as connection:
        connection.execute("INSERT INTO salons (id, title) VALUES (2, 'new'), (3, 'new too')")

    waiting = deploy(shop.project, empty_database).waiting

    assert waiting is not None
    assert waiting.conditions[0].startswith("the counting of writes in the old shape began ")


@pytest.mark.parametrize("kind", ["text DEFAULT '?'", "numeric(8, 2) DEFAULT 1", "json DEFAULT '{}'"])
def test_new_rows_with_another_value_than_the_default_of_the_old_column_count(
    shop: Any, empty_database: str, kind: str
) -> None:
    shop.add("salons", f"CREATE TABLE public.salons (id bigint PRIMARY KEY, name {kind})")
    deploy(shop.project, empty_database)
    plain = kind.partition(" DEFAULT")[0]
    shop.add("title", f"ALTER TABLE public.salons ADD title {plain}", _FILL, _TRIGGER)
    shop.add("title_contract", _NO_TRIGGER, _NO_FUNCTION, _NO_NAME, phase="contract")
    deploy(shop.project, empty_database)
    with psycopg.connect(empty_database) as connection:
        connection.execute("INSERT INTO salons (id) VALUES (1)")
        connection.execute("INSERT INTO salons (id, name) VALUES (2, DEFAULT), (3, '7'), (4, NULL)")

    waiting = deploy(shop.project, empty_database).waiting

    assert waiting is not None
    assert waiting.conditions[0].startswith("2 writes in the old shape")


def test_updates_of_an_old_column_that_fills_itself_count(shop: Any, empty_database: str) -> None:
    _rename(shop, empty_database, "DEFAULT '?'")
    deploy(shop.project, empty_database)
    with psycopg.connect(empty_database) as connection:
        connection.execute("INSERT INTO salons (id, title) VALUES (2, 'new')")
        connection.execute("UPDATE salons SET name = 'old' WHERE id = 2")

    waiting = deploy(shop.project, empty_database).waiting

    assert waiting is not None
    assert waiting.conditions[0].startswith("1 writes in the old shape")


def test_a_minimum_age_must_have_passed(shop: Any, empty_database: str) -> None:
    project = replace(shop.project, gate=replace(_OPEN, minimum_age=timedelta(days=2)))
    shop.add("salons", _SALONS)
    deploy(project, empty_database)
    shop.add("no_name", _NO_NAME, phase="contract")

    waiting = deploy(project, empty_database, now=_in(24)).waiting

    assert waiting is not None
    assert waiting.conditions[0].endswith("_salons was applied 1 d ago, and it waits for 2 d")
    assert len(deploy(project, empty_database, now=_in(49)).migrations) == 1


def test_a_client_of_an_older_release_keeps_the_gate_closed(shop: Any, empty_database: str) -> None:
    project = replace(shop.project, gate=replace(_OPEN, application="shop", release="1.10.0"))
    shop.add("salons", _SALONS)
    deploy(project, empty_database)
    shop.add("no_name", _NO_NAME, phase="contract")

    with (
        psycopg.connect(empty_database, application_name="shop/1.9.3") as old,
        psycopg.connect(empty_database, application_name="shop/1.10.0"),
        psycopg.connect(empty_database, application_name="shopping 1.0"),
    ):
        waiting = deploy(project, empty_database).waiting
        assert waiting is not None
        assert waiting.conditions == (
            f"a client of release 1.9.3 is connected (pid {old.info.backend_pid}), and it takes 1.10.0",
        )
        old.close()
        assert len(deploy(project, empty_database).migrations) == 1


def test_an_unfinished_backfill_keeps_the_gate_closed(shop: Any, empty_database: str, helper: Helper) -> None:
    project = replace(shop.project, gate=_OPEN)
    shop.add("salons", _SALONS, "INSERT INTO salons VALUES (1, NULL)")
    deploy(project, empty_database)
    batch = "ctid >= $1 AND ctid < $2 AND name IS NULL"
    fill = f"UPDATE public.salons SET name = {Helper.NEEDED} WHERE {batch};"
    filling = shop.add("fill", "SELECT 1", backfill=fill)
    shop.add("no_name", _NO_NAME, phase="contract")

    def tell(event: DeployEvent) -> None:
        if isinstance(event, DeployStarted):  # the rows have been asked already
            helper.goes()

    with pytest.raises(BackfillError):
        deploy(project, empty_database, report=tell)
    resolve(project, empty_database, filling.name, "applied", force=True, reason="never mind")

    waiting = deploy(project, empty_database).waiting

    assert waiting is not None
    assert waiting.conditions == (f"the backfill of {filling.name} is unfinished",)


def test_what_comes_before_a_closed_gate_is_applied_and_what_follows_waits(
    shop: Any, empty_database: str, query: Query
) -> None:
    shop.add("salons", _SALONS)
    deploy(shop.project, empty_database)
    before = shop.add("title", "ALTER TABLE public.salons ADD title text", _FILL, _TRIGGER)
    contract = shop.add("title_contract", _NO_TRIGGER, _NO_FUNCTION, _NO_NAME, phase="contract")
    shop.add("city", "ALTER TABLE public.salons ADD city text")

    report = deploy(shop.project, empty_database)

    assert [migration.name for migration in report.migrations] == [before.name]
    assert report.digest == before.digest
    assert report.waiting is not None
    assert report.waiting.migration == contract.name
    assert query("SELECT count(*) FROM pgevolve.migrations") == [(2,)]


def test_a_rollback_ends_the_counting_for_a_contract_that_may_never_come(
    shop: Any, empty_database: str, query: Query
) -> None:
    shop.add("salons", _SALONS, "INSERT INTO salons VALUES (1, 'x')")
    deploy(shop.project, empty_database)
    back = [_NO_TRIGGER, _NO_FUNCTION, "ALTER TABLE public.salons DROP COLUMN title"]
    shop.add("title", "ALTER TABLE public.salons ADD title text", _FILL, _TRIGGER, down=back)
    shop.add("title_contract", _NO_TRIGGER, _NO_FUNCTION, _NO_NAME, phase="contract")
    deploy(shop.project, empty_database)
    shop.forget_last()

    rollback(shop.project, empty_database)

    assert query("SELECT count(*) FROM pg_trigger WHERE tgname LIKE '!pgevolve%%'") == [(0,)]
    assert query("SELECT count(*) FROM pgevolve.watches") == [(0,)]
    assert query("SELECT count(*) FROM pg_class WHERE relname LIKE '%%old_write%%'") == [(0,)]
