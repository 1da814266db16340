"""Pairs of models that nobody thought of: the plan leads from one to the other, or is refused."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Enum,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from pgevolve.local import LocalPostgres
from pgevolve.new import differences_from_history, new_migration
from pgevolve.objects import Grant, Role, Schema, View, declare
from pgevolve.plan import UnplannableChangeError
from pgevolve.project import Project

COLUMNS = {
    "n": (Integer, ("0", "7")),
    "t": (Text, ("''", "'it''s'")),
    "b": (BigInteger, ("-1", "now()::text::bigint")),
    "order": (Text, ("'x'",)),
}
EXTRAS = ("unique", "check", "index", "partial index", "foreign key", "view", "grant", "comment")


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Any]:
    """Return one table: its columns with null and default, and what stands on it."""
    names = draw(st.lists(st.sampled_from(sorted(COLUMNS)), unique=True, min_size=1))
    return {
        "columns": [
            (name, draw(st.booleans()), draw(st.sampled_from((None, *COLUMNS[name][1])))) for name in names
        ],
        "extras": draw(st.sets(st.sampled_from(EXTRAS), max_size=4)),
    }


models = st.fixed_dictionaries(
    {
        "tables": st.dictionaries(st.sampled_from(("one", "two", "Three")), tables()),
        "labels": st.sampled_from(((), ("a",), ("a", "b"), ("c", "a", "b"))),
    }
)


def metadata_of(model: Mapping[str, Any]) -> MetaData:
    metadata = MetaData()
    declare(metadata, Role("random_reader"), Schema("live"))
    for place, (name, facts) in enumerate(model["tables"].items()):
        table = Table(name, metadata, Column("id", BigInteger, primary_key=True, autoincrement=False))
        if model["labels"]:
            table.append_column(Column("label", Enum(*model["labels"], name="label")))
        for column, nullable, default in facts["columns"]:
            server_default = None if default is None else text(default)
            kind = COLUMNS[column][0]
            table.append_column(Column(column, kind, nullable=nullable, server_default=server_default))
        for extra in sorted(facts["extras"]):
            add_extra(metadata, table, extra, place)
    return metadata


def add_extra(metadata: MetaData, table: Table, extra: str, place: int) -> None:
    last = list(table.columns)[-1].name
    match extra:
        case "unique":
            table.append_constraint(UniqueConstraint(last, name=f"u{place}"))
        case "check":
            table.append_constraint(CheckConstraint("id > 0 OR id IN (-1, -2)", name=f"c{place}"))
        case "index":
            Index(f"i{place}", table.columns["id"], table.columns[last])
        case "partial index":
            Index(f"p{place}", table.columns[last], postgresql_where=text("id BETWEEN 1 AND 9"))
        case "foreign key":
            table.append_constraint(ForeignKeyConstraint(["id"], [table.columns["id"]], name=f"f{place}"))
        case "view":
            columns = ", ".join(f'"{column.name}"' for column in table.columns)
            declare(
                metadata,
                View(f'CREATE VIEW live."{table.name}" AS SELECT {columns} FROM public."{table.name}"'),
            )
        case "grant":
            declare(
                metadata,
                Grant(("SELECT", "INSERT"), f'public."{table.name}"', ("random_reader",), "TABLE", (last,)),
            )
        case "comment":
            table.comment = f"the last column is {last}"


def converges(server: LocalPostgres, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = Project(metadata_of(old), Path(folder), "random_owner", scratch_url=server.url())
        new_migration(project, "old")
        project = Project(metadata_of(new), Path(folder), "random_owner", scratch_url=server.url())
        try:
            new_migration(project, "new")
        except UnplannableChangeError as error:
            event(f"refused: {error.by_hand}")
            return
        event("planned")
        assert differences_from_history(project) == ()


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(old=models, new=models)
def test_a_plan_leads_to_the_models_or_is_refused(
    embedded: LocalPostgres, old: Mapping[str, Any], new: Mapping[str, Any]
) -> None:
    converges(embedded, old, new)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=models, new=models)
def test_many_plans_lead_to_the_models_or_are_refused(
    server: LocalPostgres, old: Mapping[str, Any], new: Mapping[str, Any]
) -> None:
    converges(server, old, new)
