"""The script of `diff` fills rows by itself, because psql knows nothing of backfill.sql."""

import psycopg

from pgevolve.compare import execute
from pgevolve.script import Part

_FILL = "UPDATE public.codes SET code = n::text WHERE ctid >= $1 AND ctid < $2 AND code IS NULL;"


def test_the_script_fills_every_row_of_a_table_of_many_batches(empty_database: str) -> None:
    with psycopg.connect(empty_database, autocommit=True) as connection:
        connection.execute("CREATE TABLE codes (n int, code text, wide text) WITH (fillfactor = 10)")
        connection.execute(
            "INSERT INTO codes SELECT i, NULL, repeat('x', 500) FROM generate_series(1, 900) i"
        )

        execute(empty_database, [Part("expand", (), _FILL)])

        rows = connection.execute("SELECT count(*), count(code), count(DISTINCT xmin::text) FROM codes")
        total, filled, batches = rows.fetchone() or (0, 0, 0)
    assert (total, filled) == (900, 900)
    assert batches > 1
