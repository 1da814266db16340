"""Row tests as SQL: quickly, for rows that all pass, and row by row, to find those that do not.

An expression that fails ends a query at the first row. So each row is tested in a block of its own that
catches the error. A DO block may do that in a transaction that only reads; what it found it leaves in a
setting of the transaction.
"""

from collections.abc import Iterable
from typing import NamedTuple

from pgevolve.prechecks.model import RowTest
from pgevolve.quoting import literal
from pgevolve.quoting import name as quoted

ANSWER = "pgevolve.answer"
"""The setting in which `counting_block` leaves its answer, as JSON."""


class Queries(NamedTuple):
    """Queries for the rows whose value is not acceptable, and for their number; an error of one ends them."""

    listed: str
    counted: str


def unacceptable(test: RowTest, key: Iterable[str]) -> Queries | None:
    """Return the queries of a test that a condition can decide, None for one that assigns to a type."""
    if test.type is not None or test.accept == "any":
        return None
    refused = f"NOT ({test.expression})" if test.accept == "not false" else f"({test.expression}) IS NULL"
    where = f"({test.condition}) AND {refused}" if test.condition else refused
    return Queries(
        f"SELECT {_listed(test, key)} FROM {test.source} WHERE {where}",
        f"SELECT count(*) FROM {test.source} WHERE {where}",
    )


def passing_block(test: RowTest) -> str:
    """Return a DO block that fails with the first row's error, or with check_violation where none came."""
    where = f" WHERE {test.condition}" if test.condition else ""
    return _block(
        "DO",
        f"""DECLARE
  result record;
BEGIN
  FOR result IN SELECT ({test.expression}) AS result FROM {test.source}{where} LOOP
    {_assigned(test, "RAISE check_violation")}
  END LOOP;
END""",
    )


def counting_block(test: RowTest, *, samples: int, seconds: float) -> str:
    """Return a DO block that tests row by row for so many seconds, and counts those that fail."""
    columns = "".join(f", {test.alias}.{name}" for name, _ in test.inputs)
    keys = ", ".join(f"{key}::text" for key in test.keys)
    values = ", ".join(f"entry.{name} AS {name}" for name, _ in test.inputs)
    return _block(
        "DO",
        f"""DECLARE
  result record;
  entry record;
  refused bigint := 0;
  keys jsonb := '[]';
  message text;
  whole boolean := true;
  until timestamptz := clock_timestamp() + interval '{seconds:.3f} seconds';
BEGIN
  FOR entry IN SELECT ARRAY[{keys}] AS "~key"{columns} FROM {test.source} LOOP
    BEGIN
      {_tested(test, values, "RAISE check_violation USING MESSAGE = ''")}
    EXCEPTION WHEN OTHERS THEN
      refused := refused + 1;
      message := coalesce(message, nullif(SQLERRM, ''));
      IF refused <= {samples} THEN keys := keys || jsonb_build_array(to_jsonb(entry."~key")); END IF;
    END;
    IF clock_timestamp() > until THEN whole := false; EXIT; END IF;
  END LOOP;
  PERFORM pg_catalog.set_config({literal(ANSWER)}, jsonb_build_object(
    'refused', refused, 'keys', keys, 'message', message, 'whole', whole)::text, true);
END""",
    )


def listing_script(test: RowTest, key: Iterable[str]) -> str:
    """Return statements for psql that list the rows with the reason of each, on any version of the server."""
    values = ", ".join(f"${number} AS {name}" for number, (name, _) in enumerate(test.inputs, 1))
    function = _block(
        f"CREATE OR REPLACE FUNCTION pg_temp.refusal({', '.join(type_ for _, type_ in test.inputs)})"
        " RETURNS text LANGUAGE plpgsql AS",
        f"""DECLARE
  result record;
BEGIN
  {_tested(test, values, "RETURN 'not accepted'")}
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  RETURN SQLERRM;
END""",
    )
    call = f"pg_temp.refusal({', '.join(f'{test.alias}.{name}' for name, _ in test.inputs)})"
    query = f"SELECT {_listed(test, key)}, {call} AS refusal FROM {test.source} WHERE {call} IS NOT NULL"
    return f"{function};\n{query}"


def _listed(test: RowTest, key: Iterable[str]) -> str:
    keys = [f"{part} AS {quoted(name)}" for part, name in zip(test.keys, key, strict=True)]
    shown = [f"{test.alias}.{name}" for name, _ in test.inputs if f"{test.alias}.{name}" not in test.keys]
    return ", ".join([*keys, *shown])


def _tested(test: RowTest, values: str, refuse: str) -> str:
    """Return statements that compute the expression over one row's values and look at the result.

    OFFSET 0 keeps the values out of the expression: with constants in it, the server computes parts of it
    before it looks at the condition.
    """
    where = f" WHERE {test.condition}" if test.condition else ""
    row = f"(SELECT {values} OFFSET 0) AS {test.alias}"
    return f"""SELECT ({test.expression}) AS result INTO result FROM {row}{where};
      IF FOUND THEN
        {_assigned(test, refuse)}
      END IF;"""


def _assigned(test: RowTest, refuse: str) -> str:
    """Return a block that assigns the result; in a block of its own, for a domain may take no NULL."""
    return f"""DECLARE value {_type(test)} := result.result;
        BEGIN IF {_refused(test)} THEN {refuse}; END IF; END;"""


def _type(test: RowTest) -> str:
    """Return the type of the variable that takes the value, as a column would."""
    return test.type or ("boolean" if test.accept == "not false" else "text")


def _refused(test: RowTest) -> str:
    return {"not false": "NOT value", "not null": "value IS NULL", "any": "false"}[test.accept]


def _block(head: str, body: str) -> str:
    """Return a body in plpgsql in which a name is a column wherever it can be one."""
    return f"{head} $pgevolve$\n#variable_conflict use_column\n{body}\n$pgevolve$"
