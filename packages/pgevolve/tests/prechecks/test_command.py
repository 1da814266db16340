"""`precheck` as a user types it."""

import json
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
import typer
from sqlalchemy import MetaData
from typer.testing import CliRunner, Result

from pgevolve.cli import make_app
from pgevolve.history import write_migration
from pgevolve.project import Project
from pgevolve.step import Step

_NOW = datetime(2026, 11, 22, 10, 15)  # noqa: DTZ001 (only its digits name a directory)


class Goods:
    """A project with one pending migration, and its commands."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        self.app: typer.Typer = make_app(lambda: Project(MetaData(), folder), lambda: url)

    def pending(self, sql: str) -> None:
        write_migration(self.folder, "change", _NOW, "expand", [Step(sql)], None, "by hand", "0" * 64)

    def precheck(self, *arguments: str) -> Result:
        return CliRunner().invoke(self.app, ["precheck", *arguments])


@pytest.fixture
def goods(tmp_path: Path, empty_database: str) -> Goods:
    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute("CREATE TABLE goods (id integer PRIMARY KEY, name text)")
        connection.execute("INSERT INTO goods VALUES (1, 'a'), (2, NULL)")
    return Goods(tmp_path, empty_database)


def test_violation_ends_with_status_1_and_everything_to_mend_it(goods: Goods) -> None:
    goods.pending("ALTER TABLE goods ALTER COLUMN name SET NOT NULL")

    result = goods.precheck()

    assert result.exit_code == 1
    assert result.stdout.startswith("1 questions answered in ")
    assert result.stderr == (
        "error: rows stand in the way of 1 pending changes:\n"
        "  20261122_1015_change/up.sql:1 1 row of public.goods: no name\n"
        "    id: 2\n"
        "    list them: SELECT goods.id FROM public.goods AS goods WHERE goods.name IS NULL\n"
        "    fix: fill name of these rows, or delete them\n"
        "hint: mend the rows: public.goods: fill name of these rows, or delete them\n"
    )


def test_json_has_the_same_facts(goods: Goods) -> None:
    goods.pending("ALTER TABLE goods ALTER COLUMN name SET NOT NULL")

    result = goods.precheck("--json")

    assert result.exit_code == 1
    (violation,) = json.loads(result.stdout)["violations"]
    assert (violation["table"], violation["count"], violation["keys"]) == ("public.goods", 1, ["2"])


def test_rows_that_fit_end_with_status_0(goods: Goods) -> None:
    goods.pending("ALTER TABLE goods ADD CHECK (id > 0)")
    assert goods.precheck().exit_code == 0


def test_what_was_not_checked_is_listed(goods: Goods) -> None:
    goods.pending("ALTER TABLE goods ADD CHECK (id > 0)")

    result = goods.precheck("--budget", "0")

    assert result.exit_code == 0
    assert "not checked, public.goods: CHECK (id > 0) is not met" in result.stdout
    assert "the time for it was over" in result.stdout
