"""Renames, merges and changes of type in one plan: each waits for its phase, and none is in the way."""

from typing import Any

from sqlalchemy import BigInteger, Column, Enum, ForeignKey, Identity, Index, Integer, MetaData, Table, Text

from pgevolve.objects import Function, Grant, Renamed, Role, View, declare


def _function(called: str, query: str, **said: str) -> Function:
    head = f"CREATE FUNCTION public.{called}(wanted bigint) RETURNS text LANGUAGE sql STABLE"
    return Function(f"{head} AS $$ {query} = wanted $$", public=True, **said)


def _old() -> MetaData:
    metadata = MetaData()
    users = Table(
        "users",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("email", Text, nullable=False, unique=True),
        Column("first", Text),
        Column("last", Text),
        Column("visits", Integer, nullable=False, server_default="0"),
        Column("state", Enum("new", "gone", name="state"), server_default="new"),
    )
    Index("users_visits_idx", users.c.visits)
    Table(
        "orders",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("user_id", Integer, ForeignKey("users.id", name="orders_user_fkey")),
    )
    declare(
        metadata,
        Role("shopper"),
        _function("mail_of", "SELECT email FROM public.users WHERE id"),
        View("CREATE VIEW public.shown AS SELECT id, first, last, visits FROM public.users"),
        Grant(("SELECT", "UPDATE"), "public.users", ("shopper",)),
    )
    return metadata


def _new() -> MetaData:
    metadata = MetaData()
    replaced = {"first": "split_part(name, ' ', 1)", "last": "split_part(name, ' ', 2)"}
    people = Table(
        "people",
        metadata,
        Column("person_id", Integer, Identity(), primary_key=True, info={"renamed_from": "id"}),
        Column("mail", Text, nullable=False, unique=True, info={"renamed_from": "email"}),
        Column("name", Text, info={"replaces": replaced, "backfill": "first || ' ' || last"}),
        Column("visits", BigInteger, nullable=False, server_default="0"),
        Column("state", Enum("new", "left", name="state"), server_default="new"),
        info={"renamed_from": "users"},
    )
    Index("people_visits_idx", people.c.visits)
    Table(
        "orders",
        metadata,
        Column("id", Integer, primary_key=True),
        Column("user_id", Integer, ForeignKey("people.person_id", name="orders_user_fkey")),
    )
    declare(
        metadata,
        Role("shopper"),
        _function("address_of", "SELECT mail FROM public.people WHERE person_id", renamed_from="mail_of"),
        View("CREATE VIEW public.shown AS SELECT person_id, name, visits FROM public.people"),
        Grant(("SELECT", "UPDATE"), "public.people", ("shopper",)),
        Renamed("label", "left", "gone", on="public.state"),
    )
    return metadata


def test_everything_at_once_leads_to_the_models(planned: Any) -> None:
    steps = planned(_old(), _new())
    steps.run(
        "INSERT INTO users (email, first, last) SELECT i, 'f' || i, 'l' || i FROM generate_series(1, 300) i;"
        " INSERT INTO orders (user_id) SELECT i FROM generate_series(1, 300) i"
    )

    steps.apply(*steps.migrations[:-1])
    steps.run("UPDATE users SET first = 'Ann', visits = 2 WHERE id = 1")
    steps.run("UPDATE people SET name = 'Bo Lee', visits = 3, mail = 'm' WHERE person_id = 2")
    assert steps.run("SELECT mail_of(2), address_of(2)") == [("m", "m")]

    steps.apply(steps.migrations[-1])
    assert steps.run("SELECT name, visits, mail FROM people WHERE person_id < 3 ORDER BY 1") == [
        ("Ann l1", 2, "1"),
        ("Bo Lee", 3, "m"),
    ]
    assert steps.is_as_planned()
