"""The models and the history of migrations say the same; whatever is changed in the models shows."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Column, MetaData, Text

from pgevolve.connect import sqlalchemy_connection
from pgevolve.deploy import deploy
from pgevolve.history import read_history
from pgevolve.local import LocalPostgres
from pgevolve.new import differences_from_history
from pgevolve.objects import Function, Grant, ReferenceRows, declare, declared
from pgevolve.project import Project
from pgevolve.verify import schema_digest
from sevra_atlas.migrate import MIGRATIONS, project
from sevra_atlas.schema import metadata
from sevra_atlas.schema.reference import REFERENCE_ROWS
from sevra_atlas.smoke import unanswered

Objects = list[Any]


def copy_of_the_models(change: Callable[[Objects], Objects] = list) -> MetaData:
    """Return the models once more, with changed declared objects."""
    copy = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.tables.values():
        table.to_metadata(copy)
    declare(copy, *change(list(declared(metadata))))
    return copy


def differences(models: MetaData, server: LocalPostgres) -> list[str]:
    changed = replace(project(scratch_url=server.url()), metadata=models)
    return [str(difference) for difference in differences_from_history(changed)]


def test_the_replayed_history_is_the_models(server: LocalPostgres) -> None:
    assert differences(metadata, server) == []


def test_a_copy_of_the_models_is_the_models(embedded: LocalPostgres) -> None:
    assert differences(copy_of_the_models(), embedded) == []


def a_column(models: MetaData) -> MetaData:
    models.tables["salons"].append_column(Column("motto", Text, comment="planted"))
    return models


def another_body(objects: Objects) -> Objects:
    return [
        Function(entry.sql.replace("least(", "greatest(").replace("is reserved", "is taken"), entry.public)
        if isinstance(entry, Function) and "FUNCTION public.sync_path(" in entry.sql
        else entry
        for entry in objects
    ]


def another_grant(objects: Objects) -> Objects:
    return [*objects, Grant(("UPDATE",), "live.salons", ("sevra_app",), columns=("verification",))]


def another_row(objects: Objects) -> Objects:
    edges = REFERENCE_ROWS[1]
    return [
        ReferenceRows(edges.table, edges.key, edges.rows[1:])
        if isinstance(entry, ReferenceRows) and entry.table == edges.table
        else entry
        for entry in objects
    ]


@pytest.mark.parametrize(
    ("models", "named"),
    [
        (lambda: a_column(copy_of_the_models()), "motto"),
        (lambda: copy_of_the_models(another_body), "sync_path"),
        (lambda: copy_of_the_models(another_grant), "verification"),
        (lambda: copy_of_the_models(another_row), "soft_delete_edges"),
    ],
    ids=["a column", "a trigger body", "a grant", "a reference row"],
)
def test_a_change_of_the_models_without_a_migration_shows(
    embedded: LocalPostgres, models: Callable[[], MetaData], named: str
) -> None:
    found = differences(models(), embedded)

    assert found
    assert named in " ".join(found)


def test_one_history_has_one_digest_on_every_server(empty_database: str) -> None:
    deploy(project(), empty_database)

    assert schema_digest(empty_database, project()) == read_history(MIGRATIONS).migrations[-1].digest


def test_content_of_the_tables_is_no_difference(empty_database: str) -> None:
    deploy(project(), empty_database)
    with sqlalchemy_connection(empty_database, purpose="test") as connection:
        connection.exec_driver_sql("INSERT INTO public.salons (name, slug) VALUES ('x', 'x')")
        connection.commit()

    report = deploy(project(), empty_database)

    assert report.migrations == ()


def test_the_schema_answers_what_the_application_asks(empty_database: str) -> None:
    deploy(project(), empty_database)
    assert list(unanswered(empty_database)) == []
    with psycopg.connect(empty_database) as connection:
        connection.execute("ALTER TABLE public.salons RENAME COLUMN phone TO telephone")
        connection.execute("DROP TABLE public.rate_limits")

    assert sorted(unanswered(empty_database)) == [
        'public.rate_limits does not answer: relation "public.rate_limits" does not exist',
        'public.salons does not answer: column "phone" does not exist',
    ]


def test_the_history_lies_in_the_package() -> None:
    assert Path(MIGRATIONS, "history.toml").is_file()
    assert isinstance(project(), Project)
