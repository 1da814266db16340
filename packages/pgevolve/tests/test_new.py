"""From models to migration directories, and the test that both say the same."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from sqlalchemy import (
    ARRAY,
    JSON,
    REAL,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Enum,
    Float,
    Index,
    Integer,
    Interval,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    Uuid,
    func,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import INET

from pgevolve.deploy import deploy
from pgevolve.digest import digest
from pgevolve.history import read_history
from pgevolve.local import LocalPostgres
from pgevolve.new import PlanFailedError, differences_from_history, new_migration
from pgevolve.objects import Function, Grant, ReferenceRows, Schema, Trigger, View, declare, declared
from pgevolve.project import Project
from pgevolve.scratch import scratch_database

Library = Callable[[], MetaData]
NOW = datetime(2026, 11, 22, 10, 15, tzinfo=UTC)


def changed(metadata: MetaData, kind: type[Function | Trigger | View], old: str, new: str) -> MetaData:
    """Return the models with one text of one kind of declared object changed."""
    entries = [
        replace(entry, sql=entry.sql.replace(old, new)) if isinstance(entry, kind) else entry
        for entry in declared(metadata)
    ]
    return redeclared(metadata, entries)


def redeclared(metadata: MetaData, entries: Any) -> MetaData:
    metadata.info["pgevolve.declared"][:] = entries
    return metadata


def test_the_first_migration_creates_everything(bench: Any, library: Library) -> None:
    written = new_migration(bench.project(library()), "initial", now=NOW)

    assert written is not None
    (migration,) = written.migrations
    assert (migration.name, migration.phase) == ("20261122_1015_initial", "expand")
    assert (migration.irreversible, migration.down is None) == (None, False)
    assert migration.digest == digest(bench.catalog(library()))
    assert differences_from_history(bench.project(library())) == ()


def test_a_second_call_finds_nothing_to_do(bench_18: Any, library: Library) -> None:
    new_migration(bench_18.project(library()), "initial")

    assert new_migration(bench_18.project(library()), "again") is None
    assert len(read_history(bench_18.migrations)) == 1


def test_a_history_written_on_one_version_is_the_models_on_every_other(
    servers: Mapping[int, LocalPostgres], bench_18: Any, library: Library
) -> None:
    new_migration(bench_18.project(library()), "initial")

    differences = {
        major: differences_from_history(replace(bench_18.project(library()), scratch_url=server.url()))
        for major, server in servers.items()
    }

    assert differences == dict.fromkeys(differences, ())


def test_a_deploy_leads_to_the_digest_that_was_written(bench: Any, library: Library) -> None:
    project = bench.project(library())
    new_migration(project, "initial")

    with scratch_database(bench.server.url()) as url:
        deploy(project, url)

        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT count(*) FROM kinds").fetchone() == (2,)


def with_a_column(metadata: MetaData) -> MetaData:
    metadata.tables["kinds"].append_column(Column("extra", Text))
    return metadata


def with_a_grant(metadata: MetaData) -> MetaData:
    declare(metadata, Grant(("INSERT",), "live.books", ("library_reader",)))
    return metadata


def with_another_trigger_body(metadata: MetaData) -> MetaData:
    return changed(metadata, Function, "Nothing changed", "Nothing happened")


def with_another_reference_row(metadata: MetaData) -> MetaData:
    entries = [
        replace(entry, rows=tuple({**row, "label": f"{row['label']}!"} for row in entry.rows))
        if isinstance(entry, ReferenceRows)
        else entry
        for entry in declared(metadata)
    ]
    return redeclared(metadata, entries)


def with_another_comment(metadata: MetaData) -> MetaData:
    metadata.tables["kinds"].comment = "other"
    return metadata


def with_another_trigger(metadata: MetaData) -> MetaData:
    return changed(metadata, Trigger, "OF title, shelf", "OF title")


def with_another_view(metadata: MetaData) -> MetaData:
    return changed(metadata, View, "b.shelf > 0", "b.shelf > 1")


def without_a_grant(metadata: MetaData) -> MetaData:
    entries = [
        entry
        for entry in declared(metadata)
        if not (isinstance(entry, Grant) and entry.columns == ("id", "name"))
    ]
    return redeclared(metadata, entries)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (with_a_column, "alter table public.kinds: add column extra text"),
        (with_a_grant, "grant INSERT on view live.books to library_reader"),
        (with_another_trigger_body, "alter function public.touch(): definition"),
        (with_another_reference_row, "alter rows public.kinds: update ('BOOK',)"),
        (with_another_comment, "alter table public.kinds: comment 'what the library holds' -> 'other'"),
        (with_another_trigger, "alter trigger public.books.touch: definition"),
        (with_another_view, "alter view public.book_titles: definition"),
        (without_a_grant, "revoke SELECT (id) on table public.authors from library_reader"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_one_change_of_the_models_is_found_and_named(
    bench_18: Any, library: Library, change: Callable[[MetaData], MetaData], sentence: str
) -> None:
    new_migration(bench_18.project(library()), "initial")

    differences = differences_from_history(bench_18.project(change(library())))

    assert str(differences[0]).startswith(sentence)
    assert new_migration(bench_18.project(change(library())), "change") is not None
    assert differences_from_history(bench_18.project(change(library()))) == ()


def test_a_plan_that_does_not_run_is_not_written(bench_18: Any) -> None:
    def models(*sizes: str) -> MetaData:
        metadata = MetaData()
        Table("things", metadata, Column("id", Text, primary_key=True), Column("size", Text))
        rows = tuple({"id": size, "size": size} for size in sizes)
        refuse = (
            "CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$BEGIN IF TG_OP = 'DELETE' THEN RAISE 'never deleted'; END IF; RETURN NEW; END$$"
        )
        declare(
            metadata,
            ReferenceRows("things", ("id",), rows),
            Function(refuse),
            Trigger(
                "CREATE TRIGGER kept BEFORE DELETE ON public.things"
                " FOR EACH ROW EXECUTE FUNCTION public.refuse()"
            ),
        )
        return metadata

    bench_18.evolve(models("a", "b"))

    with pytest.raises(PlanFailedError, match=r"never deleted.*DELETE FROM public\.things"):
        bench_18.evolve(models("a"))
    assert len(read_history(bench_18.migrations)) == 1


def test_without_an_owner_everything_belongs_to_whoever_deploys(server: LocalPostgres, tmp_path: Any) -> None:
    metadata = MetaData()
    Table("things", metadata, Column("id", Text, primary_key=True))
    declare(metadata, Schema("more"))
    project = Project(metadata, tmp_path / "migrations", scratch_url=server.url())
    new_migration(project, "initial")
    with psycopg.connect(server.url(), autocommit=True) as admin:
        admin.execute("DROP ROLE IF EXISTS solo")
        admin.execute("CREATE ROLE solo LOGIN CREATEDB")
    try:
        with scratch_database(server.url(user="solo")) as url:
            report = deploy(project, url)

            assert len(report.migrations) == 1
    finally:
        with psycopg.connect(server.url(), autocommit=True) as admin:
            admin.execute("DROP ROLE solo")


def test_the_scratch_server_is_an_embedded_one_unless_named(tmp_path: Any) -> None:
    metadata = MetaData()
    Table("things", metadata, Column("id", Text, primary_key=True))

    written = new_migration(Project(metadata, tmp_path / "folder with a space"), "initial")

    assert written is not None


def test_a_role_that_no_model_names_any_more_is_made_for_the_history(bench_18: Any) -> None:
    def models(*grants: Grant) -> MetaData:
        metadata = MetaData()
        Table("things", metadata, Column("id", Text, primary_key=True))
        declare(metadata, *grants)
        return metadata

    bench_18.evolve(models(Grant(("SELECT",), "public.things", ("Forgotten role",))), models())
    with psycopg.connect(bench_18.server.url(), autocommit=True) as admin:
        admin.execute('DROP ROLE "Forgotten role"')

    assert differences_from_history(bench_18.project(models())) == ()


def test_columns_of_every_usual_type_do_not_differ_from_themselves(bench: Any) -> None:
    assert bench.evolve(usual_types()) is not None
    assert differences_from_history(bench.project(usual_types())) == ()


def usual_types() -> MetaData:
    """Return what projects write that know nothing of this engine: serials, varchars, server defaults."""
    metadata = MetaData()
    enum = Enum("a", "b", name="letter")
    Table(
        "usual",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("flag", Boolean, nullable=False, server_default=true()),
        Column("name", String(50), server_default="it's 50%"),
        Column("price", Numeric(10, 2), server_default="0.00"),
        Column("ratio", Float, server_default="1.5"),
        Column("real", REAL),
        Column("day", Date, server_default=func.current_date()),
        Column("at", DateTime, server_default=func.now()),
        Column("span", Interval, server_default=text("'1 day'::interval")),
        Column("key", Uuid, server_default=text("gen_random_uuid()")),
        Column("data", JSON, server_default=text("'{}'::json")),
        Column("bytes", LargeBinary, server_default=text("'\\x00'::bytea")),
        Column("letters", ARRAY(enum), server_default=text("ARRAY['a'::letter]")),
        Column("letter", enum, server_default="a"),
        Column("net", INET),
        Column("many", ARRAY(String(5)), server_default=text("ARRAY['a','b']::varchar[]")),
        Column("collated", Text(collation="C")),
        CheckConstraint("name IN ('a', 'b') OR name LIKE 'c%'", name="usual_name_check"),
        CheckConstraint("price BETWEEN 1 AND 2 AND (flag OR NOT flag) IS TRUE", name="usual_price_check"),
        CheckConstraint("letter IN ('a', 'b') AND letter = ANY (letters)", name="usual_letter_check"),
        Index("usual_lower_idx", func.lower(text("name")), postgresql_where=text("name NOT IN ('x', 'y')")),
        Index("usual_pattern_idx", "name", postgresql_ops={"name": "varchar_pattern_ops"}),
        schema="other",
    )
    return metadata
