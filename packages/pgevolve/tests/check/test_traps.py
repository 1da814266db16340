"""What users report that linters of other projects miss, or flag without need."""

import pytest

from .conftest import CheckSql

_SALONS = """
CREATE TYPE mood AS ENUM ('calm');
CREATE TABLE cities (id bigint PRIMARY KEY);
CREATE TABLE salons (id bigint PRIMARY KEY, city_id bigint, name varchar(50), price numeric(8, 2), mood mood);
CREATE INDEX salons_city_id ON salons (city_id);
CREATE TABLE log (at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE days (on_day date NOT NULL) PARTITION BY RANGE (on_day);
CREATE TABLE days_rest PARTITION OF days DEFAULT;
CREATE TABLE log_1 (at timestamptz NOT NULL, PRIMARY KEY (at));
CREATE TABLE visits (id bigint, PRIMARY KEY (id), other bigint);
CREATE UNIQUE INDEX visits_other ON visits (other);
"""
_CAUGHT = {
    "a new label as a default in the same transaction": (
        "ALTER TYPE mood ADD VALUE 'wild'; ALTER TABLE salons ALTER mood SET DEFAULT 'wild';",
        {"PE402"},
    ),
    "a new label as a default of a new column": (
        "ALTER TYPE mood ADD VALUE 'wild'; ALTER TABLE salons ADD feeling mood DEFAULT 'wild';",
        {"PE402"},
    ),
    "NOT VALID and VALIDATE in one transaction": (
        "ALTER TABLE salons ADD CONSTRAINT c CHECK (id > 0) NOT VALID, VALIDATE CONSTRAINT c;",
        {"PE401"},
    ),
    "IF NOT EXISTS that hides an invalid index": (
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS salons_name ON salons (name);",
        {"PE405"},
    ),
    "an unbatched UPDATE in a DDL migration": (
        "ALTER TABLE salons ADD key text; UPDATE salons SET key = lower(name);",
        {"PE302", "PE305"},
    ),
    "a bigserial column": ("ALTER TABLE salons ADD number bigserial;", {"PE111"}),
    "DDL in a DO block": ("DO $$ BEGIN CREATE INDEX ON salons (name); END $$;", {"PE101"}),
    "dynamic DDL in a DO block": (
        "DO $$ BEGIN EXECUTE 'ALTER TABLE salons ' || 'ALTER price TYPE int'; END $$;",
        {"PE108", "PE205"},
    ),
    "ATTACH PARTITION": ("ALTER TABLE log ATTACH PARTITION log_1 DEFAULT;", {"PE120"}),
    "a new partition beside a default partition": (
        "CREATE TABLE days_1 PARTITION OF days FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');",
        {"PE120"},
    ),
    "ATTACH PARTITION beside a default partition": (
        """CREATE TABLE days_1 (LIKE days INCLUDING ALL);
        ALTER TABLE days ATTACH PARTITION days_1 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');""",
        {"PE120"},
    ),
    "SET UNLOGGED": ("ALTER TABLE salons SET UNLOGGED;", {"PE113"}),
    "PRIMARY KEY USING INDEX over nullable columns": (
        "ALTER TABLE visits DROP CONSTRAINT visits_pkey, ADD PRIMARY KEY USING INDEX visits_other;",
        {"PE219", "PE404"},
    ),
    "a volatile default": ("ALTER TABLE salons ADD token uuid DEFAULT gen_random_uuid();", {"PE110"}),
    "a volatile default behind a cast": (
        "ALTER TABLE salons ADD n int DEFAULT (random() * 9)::int;",
        {"PE110"},
    ),
    "a change of rows in WITH": (
        "WITH gone AS (DELETE FROM salons RETURNING id) SELECT count(*) FROM gone;",
        {"PE304"},
    ),
}
_CLEAN = {
    "varchar(50) to varchar(100)": "ALTER TABLE salons ALTER name TYPE varchar(100);",
    "more digits before the point": "ALTER TABLE salons ALTER price TYPE numeric(12, 2);",
    "a partition beside a default partition that a check keeps free": (
        "ALTER TABLE days_rest ADD CONSTRAINT c CHECK (on_day < '2026-01-01') NOT VALID;\n-- next file\n"
        "ALTER TABLE days_rest VALIDATE CONSTRAINT c;\n-- next file\n"
        "CREATE TABLE days_1 PARTITION OF days FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');"
    ),
    "the second half of a foreign key in a later file": (
        "ALTER TABLE salons ADD CONSTRAINT c FOREIGN KEY (city_id) REFERENCES cities NOT VALID;\n"
        "-- next file\nALTER TABLE salons VALIDATE CONSTRAINT c;"
    ),
    "the second half of NOT NULL in later files": (
        "ALTER TABLE salons ADD CONSTRAINT c CHECK (name IS NOT NULL AND name <> '') NOT VALID;\n"
        "-- next file\nALTER TABLE salons VALIDATE CONSTRAINT c;\n"
        "-- next file\nALTER TABLE salons ALTER name SET NOT NULL; ALTER TABLE salons DROP CONSTRAINT c;"
    ),
    "a label used in a later file": (
        "ALTER TYPE mood ADD VALUE 'wild';\n-- next file\nALTER TABLE salons ALTER mood SET DEFAULT 'wild';"
    ),
    "the same text as a label, of another type": (
        "ALTER TYPE mood ADD VALUE 'wild';\n-- next file\nINSERT INTO salons (id, name) VALUES (1, 'wild');"
    ),
}


@pytest.mark.parametrize(("sql", "rules"), _CAUGHT.values(), ids=_CAUGHT)
def test_what_others_miss_is_caught(check_sql: CheckSql, sql: str, rules: set[str]) -> None:
    assert {found.rule for found in check_sql(_SALONS, sql) if found.counts} == rules


@pytest.mark.parametrize("sql", _CLEAN.values(), ids=_CLEAN)
def test_what_others_flag_without_need_is_clean(check_sql: CheckSql, sql: str) -> None:
    assert [found for found in check_sql(_SALONS, sql) if found.counts] == []


def test_a_drop_is_clean_in_a_contract_migration_only(check_sql: CheckSql) -> None:
    drop = "ALTER TABLE salons DROP COLUMN name;"

    assert [found.rule for found in check_sql(_SALONS, drop)] == ["PE202"]
    assert check_sql(_SALONS, drop, phase="contract") == []


def test_a_column_may_take_the_name_of_one_that_a_contract_has_just_dropped(check_sql: CheckSql) -> None:
    table = _SALONS.replace("name varchar(50)", "name varchar(50), name_as_text text")
    drop = "ALTER TABLE salons DROP COLUMN name;"
    rename = "ALTER TABLE public.salons RENAME COLUMN name_as_text TO name;"

    def found(sql: str, **facts: str) -> list[str]:
        return [found.rule for found in check_sql(table, sql, **facts) if found.counts]

    assert found(drop + rename, phase="contract") == []
    assert found(drop + rename) == ["PE202", "PE204"]
    assert found(rename.replace("TO name", "TO title"), phase="contract") == ["PE204"]


def test_a_table_that_the_history_does_not_make_is_taken_to_hold_rows(check_sql: CheckSql) -> None:
    (found,) = check_sql("CREATE INDEX orders_total ON orders (total);")

    assert found.message.endswith("; the history does not make orders, so it is taken to hold rows")


@pytest.mark.parametrize(
    ("target", "words"), [(17, "add CHECK (name IS NOT NULL)"), (18, "NOT NULL name NOT VALID")]
)
def test_the_advice_for_not_null_depends_on_the_target(check_sql: CheckSql, target: int, words: str) -> None:
    (found,) = check_sql(_SALONS, "ALTER TABLE salons ALTER name SET NOT NULL;", target_version=target)

    assert words in found.fix
