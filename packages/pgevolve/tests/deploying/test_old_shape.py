"""Which writes are of the shape that a contract removes."""

from pgevolve.deploy.old_shape import OldShape, old_shapes, watching_steps
from pgevolve.step import Step

_DROPS = "DROP TRIGGER zz_fill_people ON public.people", "ALTER TABLE public.people DROP COLUMN person_id"
_RENAME = "ALTER TABLE public.people RENAME COLUMN id TO person_id"


def test_a_column_that_goes_is_the_old_shape() -> None:
    assert old_shapes(map(Step, _DROPS)) == (OldShape("public.people", ("person_id",)),)


def test_a_name_that_another_column_takes_is_the_new_shape() -> None:
    shapes = old_shapes(map(Step, (*_DROPS, _RENAME)))

    assert shapes == (OldShape("public.people", (), ("id",)),)
    counting = [step.sql for step in watching_steps(7, shapes, {"public.people": ["email"]}, {})]
    assert [sql for sql in counting if "person_id" in sql or "INSERT" in sql] == []
    assert any("BEFORE UPDATE OF id ON public.people" in sql for sql in counting)
