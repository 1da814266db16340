"""Triggers of the project's own that would part the columns are refused by name; others are no matter."""

from typing import Any

import pytest
from sqlalchemy import BigInteger, Column, MetaData, Table, Text

from pgevolve.objects import Function, Trigger, View, declare
from pgevolve.plan import UnplannableChangeError


def _models(name: str, *declared: Any) -> MetaData:
    metadata = MetaData()
    said = {} if name == "title" else {"renamed_from": "title"}
    Table(
        "goods",
        metadata,
        Column("id", BigInteger, primary_key=True),
        Column(name, Text, info=said),
        Column("note", Text),
    )
    declare(metadata, *declared)
    return metadata


def _trigger(trigger: str, column: str) -> tuple[Any, ...]:
    body = f"BEGIN NEW.{column} := btrim(NEW.{column}); RETURN NEW; END"
    return (
        Function(f"CREATE FUNCTION public.trim() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"),
        Trigger(
            f"CREATE TRIGGER {trigger} BEFORE INSERT OR UPDATE ON public.goods"
            " FOR EACH ROW EXECUTE FUNCTION public.trim()"
        ),
    )


def _view(column: str) -> tuple[Any, ...]:
    body = f"BEGIN INSERT INTO public.goods ({column}) VALUES (NEW.{column}); RETURN NEW; END"
    return (
        View(f"CREATE VIEW public.shown AS SELECT id, {column} FROM public.goods"),
        Function(f"CREATE FUNCTION public.put() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"),
        Trigger(
            "CREATE TRIGGER put INSTEAD OF INSERT ON public.shown FOR EACH ROW EXECUTE FUNCTION public.put()"
        ),
    )


def test_a_trigger_that_changes_the_column_afterwards_is_refused(bench_18: Any) -> None:
    with pytest.raises(
        UnplannableChangeError, match=r"zz_trim of table public\.goods changes rows"
    ) as raised:
        bench_18.evolve(
            _models("title", *_trigger("zz_trim", "title")), _models("label", *_trigger("zz_trim", "label"))
        )

    assert "a name that comes before zz_fill_goods" in str(raised.value.hint)


@pytest.mark.parametrize(("trigger", "column"), [("trim", "title"), ("zz_trim", "note")])
def test_one_that_comes_before_or_changes_another_column_is_not(
    bench_18: Any, trigger: str, column: str
) -> None:
    new = "label" if column == "title" else column

    written = bench_18.evolve(
        _models("title", *_trigger(trigger, column)), _models("label", *_trigger(trigger, new))
    )

    assert [migration.phase for migration in written.migrations][-1] == "contract"


def test_a_trigger_that_writes_for_a_view_with_both_columns_is_refused(bench_18: Any) -> None:
    with pytest.raises(UnplannableChangeError, match=r"put writes for view public\.shown"):
        bench_18.evolve(_models("title", *_view("title")), _models("label", *_view("label")))
