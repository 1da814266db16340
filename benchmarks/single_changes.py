"""What one change writes in a large database: `python benchmarks/single_changes.py URI`.

The database is one that `sevra demo load --scale N` filled (docs/large-data.md). Each change is made as the
application makes it, in a transaction with every deferred check that is then rolled back, so nothing is left.
Rows are those that the server counts for the transaction, triggers included.
"""

import sys
import time
from dataclasses import dataclass

import psycopg
from site_data import acting

_RUNS, _REVIEWS = 5, 10_000
_MOST_ROWS_OF_A_RENAME, _MOST_SECONDS_OF_A_DELETION = 20, 2.0
_WRITTEN = """
SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_catalog.pg_stat_xact_user_tables
 WHERE n_tup_ins + n_tup_upd + n_tup_del > 0 ORDER BY relname
"""
_CITIES = """
SELECT c.id, c.slug, s.salons
  FROM cities c JOIN (SELECT city_id, count(*) AS salons FROM salons GROUP BY city_id) s ON s.city_id = c.id
 ORDER BY s.salons
"""
_REVIEW_IT = """
INSERT INTO reviews (author_id, salon_id, rating, body)
SELECT u.id, %(salon)s, 1 + u.id %% 5, 'خوب' FROM users u
 WHERE u.id NOT IN (SELECT user_id FROM salon_owners WHERE salon_id = %(salon)s)
   AND NOT EXISTS (SELECT FROM reviews r WHERE r.author_id = u.id AND r.salon_id = %(salon)s)
 ORDER BY u.id LIMIT %(reviews)s - (SELECT count(*) FROM reviews WHERE salon_id = %(salon)s)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of one change, and the rows that it wrote by table."""

    seconds: float
    rows: dict[str, int]

    def __str__(self) -> str:
        tables = ", ".join(f"{table} {count:,}" for table, count in self.rows.items())
        return f"{self.seconds * 1000:,.0f} ms, {sum(self.rows.values()):,} rows: {tables}"


def cost(connection: psycopg.Connection, statement: str, *values: object, before: str = "") -> Cost:
    """Make a change and its deferred checks, and take it back; `before` is not counted."""
    with connection.transaction(force_rollback=True):
        if before:
            connection.execute(before.encode(), {"salon": values[0], "reviews": _REVIEWS})
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
            connection.execute("SET CONSTRAINTS ALL DEFERRED")
        counted = dict(connection.execute(_WRITTEN).fetchall())
        begun = time.perf_counter()
        connection.execute(statement.encode(), values)
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        seconds = time.perf_counter() - begun
        rows = {
            table: count - counted.get(table, 0)
            for table, count in connection.execute(_WRITTEN).fetchall()
            if count != counted.get(table, 0)
        }
    return Cost(seconds, rows)


def main(url: str) -> int:
    """Print the costs; return 1 when a change writes or takes more than is promised."""
    app_url = acting(url if "?" in url else f"{url}?", "sevra_app", "live,public")
    with psycopg.connect(app_url, autocommit=True) as connection:
        # Another city takes no fewer rows: the number does not depend on who lives there.
        cities = connection.execute(_CITIES).fetchall()
        renames = []
        for number, slug, salons in (cities[0], cities[-1]):
            rename = "UPDATE cities SET slug = slug || '-renamed' WHERE id = %s"
            found = [cost(connection, rename, number) for _ in range(_RUNS)]
            renames.append(min(found, key=lambda each: each.seconds))
            print(f"renaming {slug} with {salons:,} salons: {renames[-1]}", flush=True)
        (salon,) = connection.execute("SELECT min(id) FROM salons WHERE status = 'ACTIVE'").fetchone() or ()
        found = [
            cost(connection, "DELETE FROM salons WHERE id = %s", salon, before=_REVIEW_IT)
            for _ in range(_RUNS)
        ]
        slowest = max(found, key=lambda each: each.seconds)
        print("seconds of each run:", ", ".join(f"{each.seconds:.2f}" for each in found))
        print(f"deleting a salon with {_REVIEWS:,} reviews, the slowest of {_RUNS}: {slowest}")
    constant = renames[0].rows == renames[1].rows
    few = sum(renames[1].rows.values()) <= _MOST_ROWS_OF_A_RENAME
    return 0 if constant and few and slowest.seconds <= _MOST_SECONDS_OF_A_DELETION else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
