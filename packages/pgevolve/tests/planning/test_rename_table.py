"""A table gets another name while old code works with the old one."""

from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, Table, Text

from pgevolve.objects import Grant, Role, declare


def _models(table: str, info: dict[str, str] | None = None) -> MetaData:
    metadata = MetaData()
    Table(
        table,
        metadata,
        Column("id", Integer, primary_key=True),
        Column("email", Text, nullable=False, unique=True),
        Column("kind", Text, server_default="plain"),
        Index(f"{table}_kind_idx", "kind"),
        info=info or {},
    )
    Table(
        "orders",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("person_id", Integer, ForeignKey(f"{table}.id", name="orders_person_id_fkey")),
    )
    declare(metadata, Role("shopper"), Grant(("SELECT", "INSERT"), f"public.{table}", ("shopper",)))
    return metadata


def test_both_names_are_written_to_until_the_contract(
    planned: Any, assert_nobody_waits_for_a_scan: Any
) -> None:
    steps = planned(_models("users"), _models("people", {"renamed_from": "users"}))
    steps.run("INSERT INTO users (email) SELECT 'm' || i FROM generate_series(1, 300) i")
    expand, contract = steps.migrations
    assert (expand.phase, contract.phase) == ("expand", "contract")
    assert expand.intent == {"tables": {"public.people": {"renamed_from": "users"}}}

    seen = steps.trace(expand)
    assert_nobody_waits_for_a_scan(seen)
    assert {step.transaction for step in seen} == {1}
    assert not any(step.scanned or step.rebuilt for step in seen)

    assert steps.run("INSERT INTO users (email) VALUES ('old') RETURNING id, kind") == [(301, "plain")]
    assert steps.run("INSERT INTO people (email) VALUES ('new') RETURNING id, kind") == [(302, "plain")]
    steps.run("UPDATE users SET kind = 'a' WHERE email = 'new'; UPDATE people SET kind = 'b' WHERE id = 1")
    steps.run("DELETE FROM users WHERE id = 2")
    steps.run("INSERT INTO users (email) VALUES ('old') ON CONFLICT (email) DO UPDATE SET kind = 'c'")
    assert steps.run("SELECT email, kind FROM users WHERE kind <> 'plain' ORDER BY kind") == [
        ("new", "a"),
        ("m1", "b"),
        ("old", "c"),
    ]
    assert steps.run("TABLE users ORDER BY id") == steps.run("TABLE people ORDER BY id")
    assert steps.run("SET ROLE shopper; SELECT count(*) FROM users") == [(301,)]

    steps.apply(contract)
    assert steps.run("SELECT to_regclass('users'), count(*) FROM people") == [(None, 301)]


def test_the_way_back_gives_the_old_names_back(bench_18: Any) -> None:
    written = bench_18.evolve(_models("users"), _models("people", {"renamed_from": "users"}))

    expand = written.migrations[0]
    assert "DROP VIEW public.users" in expand.down_sql
    assert "ALTER TABLE public.people RENAME TO users" in expand.down_sql
