"""Something goes while something comes: what the models say, what is asked, and what is refused."""

from typing import Any

import pytest
from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text

from pgevolve.history import read_history
from pgevolve.new import new_migration
from pgevolve.objects import View
from pgevolve.plan import UnplannableChangeError
from pgevolve.plan.errors import AmbiguousChangeError
from pgevolve.plan.questions import Question


def test_a_drop_and_an_addition_that_may_be_a_rename_are_refused_with_what_to_say(
    bench_18: Any, shop: Any
) -> None:
    with pytest.raises(AmbiguousChangeError) as raised:
        bench_18.evolve(shop(Column("title", Text)), shop(Column("label", Text)))

    assert str(raised.value) == (
        "no safe plan is known for this change: table public.goods loses title and gains label"
    )
    assert 'say of label in the models what it was: info={"renamed_from": "title"}' in str(raised.value.hint)
    assert 'info={"renamed_from": None}' in str(raised.value.hint)
    assert (raised.value.gone, raised.value.added) == (("title",), ("label",))


def test_a_column_that_is_said_to_be_none_of_the_old_ones_is_new(planned: Any, shop: Any) -> None:
    def shown(column: str) -> tuple[Any, ...]:
        return (View(f"CREATE VIEW public.shown AS SELECT id, {column} FROM public.goods"),)

    new = Column("label", Text, info={"renamed_from": None})
    steps = planned(shop(Column("title", Text), declared=shown("title")), shop(new, declared=shown("label")))
    steps.run("INSERT INTO goods (name, title) VALUES ('n', 't')")
    expand, contract = steps.migrations
    assert expand.intent == {"added": {"public.goods": ["label"]}}

    steps.apply(expand)
    assert steps.run("SELECT title, label FROM goods") == [("t", None)]
    assert steps.run("SELECT title, label FROM shown") == [("t", None)]
    steps.apply(contract)
    assert steps.is_as_planned()


def _table(called: str, **facts: Any) -> MetaData:
    metadata = MetaData()
    Table(called, metadata, Column("id", Integer, primary_key=True), Column("email", Text), **facts)
    return metadata


def test_a_table_that_is_said_to_be_none_of_the_old_ones_is_new(planned: Any) -> None:
    steps = planned(_table("users"), _table("people", info={"renamed_from": None}))
    steps.run("INSERT INTO users (email) VALUES ('e')")
    expand, contract = steps.migrations
    assert expand.intent == {"added_tables": ["public.people"]}

    steps.apply(expand)
    assert steps.run("SELECT (SELECT count(*) FROM users), (SELECT count(*) FROM people)") == [(1, 0)]
    steps.apply(contract)
    assert steps.is_as_planned()


def test_a_table_that_may_be_another_is_refused_with_what_to_say(bench_18: Any) -> None:
    with pytest.raises(UnplannableChangeError) as raised:
        bench_18.evolve(_table("users"), _table("people"))

    assert 'info={"renamed_from": "users"}' in str(raised.value.hint)
    assert 'info={"renamed_from": None}' in str(raised.value.hint)


class _Somebody:
    """Answers questions from a list, and keeps them."""

    def __init__(self, *answers: str | None) -> None:
        self.answers, self.asked = list(answers), list[Question]()

    def __call__(self, question: Question) -> str | None:
        self.asked.append(question)
        return self.answers.pop(0)


def _columns(shop: Any, first: str, second: str) -> MetaData:
    return shop(
        Column(first, Text, nullable=False, server_default="x"),
        Column(second, BigInteger),
        Index(f"goods_{second}_idx", second),
    )


def test_the_likeliest_is_offered_first_and_the_answer_is_kept(bench_18: Any, shop: Any) -> None:
    old, new = _columns(shop, "title", "views"), _columns(shop, "label", "hits")
    bench_18.evolve(old)
    somebody = _Somebody("title", "views")

    new_migration(bench_18.project(new), "renamed", ask=somebody)

    assert [str(question) for question in somebody.asked] == [
        "column label of table public.goods is new, and title, views would go",
        "column hits of table public.goods is new, and views would go",
    ]
    first, second = (entry.candidates[0] for entry in somebody.asked)
    assert (first.name, first.score) == ("title", 1.0)
    assert (second.name, second.score) == ("views", 1.0)
    assert somebody.asked[0].candidates[1].score < 0.5
    written = read_history(bench_18.migrations).migrations[1]
    assert written.intent == {"renamed_from": {"public.goods": {"label": "title", "hits": "views"}}}
    assert bench_18.evolve(new) is None


def test_an_answer_may_be_that_nothing_was_renamed(bench_18: Any, shop: Any) -> None:
    bench_18.evolve(_columns(shop, "title", "views"))
    somebody = _Somebody(None, None)

    new_migration(bench_18.project(_columns(shop, "label", "hits")), "others", ask=somebody)

    added, *_, contract = read_history(bench_18.migrations).migrations[1:]
    assert added.intent == {"added": {"public.goods": ["hits", "label"]}}
    assert "DROP COLUMN title" in contract.up_sql


def test_a_table_is_asked_for_before_its_columns(bench_18: Any) -> None:
    bench_18.evolve(_table("users"))
    somebody = _Somebody("users")

    new_migration(bench_18.project(_table("people")), "people", ask=somebody)

    assert [str(question) for question in somebody.asked] == [
        "table public.people is new, and users would go"
    ]
    written = read_history(bench_18.migrations).migrations[1]
    assert written.intent == {"tables": {"public.people": {"renamed_from": "users"}}}
    assert "ALTER TABLE public.users RENAME TO people" in written.up_sql


def test_what_the_models_say_is_not_asked(bench_18: Any, shop: Any) -> None:
    bench_18.evolve(shop(Column("title", Text)))
    new = shop(Column("label", Text, info={"renamed_from": "title"}), Column("n", Integer))
    somebody = _Somebody()

    new_migration(bench_18.project(new), "renamed", ask=somebody)

    assert somebody.asked == []
