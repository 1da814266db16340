"""A type changes together with others, and with what stands on and over the column: the end is the target."""

from typing import Any

import pytest

PAIRS: dict[str, tuple[str, str]] = {
    "an index moves to the column": (
        "CREATE TABLE t (x int, y int, CONSTRAINT c UNIQUE (y)); CREATE INDEX i ON t (y)",
        "CREATE TABLE t (x bigint, y int, CONSTRAINT c UNIQUE (x)); CREATE INDEX i ON t (x)",
    ),
    "an index moves away from the column": (
        "CREATE TABLE t (x int, y int); CREATE INDEX i ON t (x)",
        "CREATE TABLE t (x bigint, y int); CREATE INDEX i ON t (y)",
    ),
    "the default goes, in place": (
        "CREATE TABLE t (x varchar(5) DEFAULT 'a', y varchar(5) DEFAULT 'a')",
        "CREATE TABLE t (x varchar(9), y varchar(9) DEFAULT 'b')",
    ),
    "with a column to fill": (
        "CREATE TABLE t (id int PRIMARY KEY, x int)",
        "CREATE TABLE t (id int PRIMARY KEY, x bigint, code uuid NOT NULL DEFAULT gen_random_uuid())",
    ),
    "with a dropped column": (
        "CREATE TABLE t (id int PRIMARY KEY, x int, y text, CHECK (x > 0 AND y <> ''))",
        "CREATE TABLE t (id int PRIMARY KEY, x bigint)",
    ),
    "with a new index and foreign key": (
        "CREATE TABLE u (id bigint PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY, x int)",
        (
            "CREATE TABLE u (id bigint PRIMARY KEY); "
            "CREATE TABLE t (id int PRIMARY KEY, x bigint REFERENCES u); "
            "CREATE INDEX t_x ON t (x)"
        ),
    ),
    "the key goes": (
        "CREATE TABLE t (x int PRIMARY KEY)",
        "CREATE TABLE t (x bigint NOT NULL)",
    ),
    "a key comes": (
        "CREATE TABLE t (x int NOT NULL)",
        "CREATE TABLE t (x bigint PRIMARY KEY)",
    ),
    "the check changes": (
        "CREATE TABLE t (x int, CONSTRAINT c CHECK (x > 0))",
        "CREATE TABLE t (x bigint, CONSTRAINT c CHECK (x > 1))",
    ),
    "the index changes": (
        "CREATE TABLE t (x int, y int); CREATE INDEX i ON t (x)",
        "CREATE TABLE t (x bigint, y int); CREATE INDEX i ON t (x, y)",
    ),
    "NOT NULL comes": (
        "CREATE TABLE t (x int)",
        "CREATE TABLE t (x bigint NOT NULL)",
    ),
    "NOT NULL goes": (
        "CREATE TABLE t (x int NOT NULL)",
        "CREATE TABLE t (x bigint)",
    ),
    "default changes": (
        "CREATE TABLE t (x text DEFAULT '1')",
        "CREATE TABLE t (x int DEFAULT 2)",
    ),
    "two on one table, one in place": (
        "CREATE TABLE t (x int, y varchar(5), z numeric(8,2))",
        "CREATE TABLE t (x bigint, y varchar(9), z numeric(9,3))",
    ),
    "view changes too": (
        "CREATE TABLE t (x int, y int); CREATE VIEW v AS SELECT x FROM t",
        "CREATE TABLE t (x bigint, y int); CREATE VIEW v AS SELECT x, y, x + 1 AS n FROM t",
    ),
    "view goes": (
        "CREATE TABLE t (x int, y int); CREATE VIEW v AS SELECT x FROM t; CREATE VIEW w AS SELECT * FROM v",
        "CREATE TABLE t (x bigint, y int)",
    ),
    "view comes": (
        "CREATE TABLE t (x int, y int)",
        (
            "CREATE TABLE t (x bigint, y int); "
            "CREATE VIEW v AS SELECT x::text AS a, x FROM t WHERE x > 3000000000"
        ),
    ),
    "enum becomes text": (
        "CREATE TYPE m AS ENUM ('a','b'); CREATE TABLE t (x m DEFAULT 'a'); CREATE INDEX i ON t (x)",
        "CREATE TABLE t (x text DEFAULT 'a'); CREATE INDEX i ON t (x)",
    ),
    "enum labels go and column changes": (
        "CREATE TYPE m AS ENUM ('a','b'); CREATE TABLE t (x int, y m)",
        "CREATE TYPE m AS ENUM ('a'); CREATE TABLE t (x bigint, y m)",
    ),
    "serial becomes bigserial": (
        "CREATE TABLE t (id serial PRIMARY KEY, x int)",
        "CREATE TABLE t (id bigserial PRIMARY KEY, x int)",
    ),
    "serial default goes": (
        "CREATE TABLE t (id serial PRIMARY KEY)",
        "CREATE TABLE t (id bigint PRIMARY KEY)",
    ),
    "a function of the row": (
        "CREATE TABLE t (x int); CREATE FUNCTION f(t) RETURNS int LANGUAGE sql AS 'SELECT $1.x'",
        "CREATE TABLE t (x bigint); CREATE FUNCTION f(t) RETURNS bigint LANGUAGE sql AS 'SELECT $1.x'",
    ),
    "a rule": (
        (
            "CREATE TABLE t (x int); "
            "CREATE TABLE l (x bigint); "
            "CREATE RULE r AS ON UPDATE TO t DO ALSO INSERT INTO l VALUES (new.x)"
        ),
        (
            "CREATE TABLE t (x bigint); "
            "CREATE TABLE l (x bigint); "
            "CREATE RULE r AS ON UPDATE TO t DO ALSO INSERT INTO l VALUES (new.x)"
        ),
    ),
    "indexes of expressions, and of some rows": (
        (
            "CREATE TABLE t (x int, y int); "
            "CREATE UNIQUE INDEX i ON t ((x + y)) WHERE x > 0; "
            "CREATE INDEX j ON t USING brin (x)"
        ),
        (
            "CREATE TABLE t (x bigint, y int); "
            "CREATE UNIQUE INDEX i ON t ((x + y)) WHERE x > 0; "
            "CREATE INDEX j ON t USING brin (x)"
        ),
    ),
    "a document with its index": (
        "CREATE TABLE t (x json)",
        "CREATE TABLE t (x jsonb); CREATE INDEX j ON t USING gin (x jsonb_path_ops)",
    ),
    "names in quotes": (
        (
            'CREATE TABLE "T" ("Id" int PRIMARY KEY, "a b" int CHECK ("a b" > 0)); '
            'CREATE INDEX "I i" ON "T" ("a b")'
        ),
        (
            'CREATE TABLE "T" ("Id" bigint PRIMARY KEY, "a b" numeric CHECK ("a b" > 0)); '
            'CREATE INDEX "I i" ON "T" ("a b")'
        ),
    ),
    "policies": (
        (
            "CREATE TABLE t (x int); "
            "ALTER TABLE t ENABLE ROW LEVEL SECURITY; "
            "CREATE POLICY p ON t USING (x > 1) WITH CHECK (x < 9)"
        ),
        (
            "CREATE TABLE t (x bigint); "
            "ALTER TABLE t ENABLE ROW LEVEL SECURITY; "
            "CREATE POLICY p ON t USING (x > 1) WITH CHECK (x < 9)"
        ),
    ),
    "deferrable keys": (
        (
            "CREATE TABLE u (id int PRIMARY KEY); "
            "CREATE TABLE t (x int REFERENCES u DEFERRABLE INITIALLY DEFERRED, y int, UNIQUE (x, y) "
            "DEFERRABLE)"
        ),
        (
            "CREATE TABLE u (id bigint PRIMARY KEY); "
            "CREATE TABLE t (x bigint REFERENCES u DEFERRABLE INITIALLY DEFERRED, y int, UNIQUE (x, "
            "y) DEFERRABLE)"
        ),
    ),
    "a materialised view over a view": (
        (
            "CREATE TABLE t (x int); "
            "CREATE VIEW v AS SELECT x FROM t; "
            "CREATE MATERIALIZED VIEW m AS SELECT * FROM v; "
            "CREATE INDEX mi ON m (x)"
        ),
        (
            "CREATE TABLE t (x bigint); "
            "CREATE VIEW v AS SELECT x FROM t; "
            "CREATE MATERIALIZED VIEW m AS SELECT * FROM v; "
            "CREATE INDEX mi ON m (x)"
        ),
    ),
    "triggers": (
        (
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; "
            "END'; "
            "CREATE TABLE t (x int, y int); "
            "CREATE CONSTRAINT TRIGGER g AFTER UPDATE OF x ON t DEFERRABLE FOR EACH ROW WHEN (old.x "
            "<> new.x) EXECUTE FUNCTION f(); "
            "CREATE TRIGGER h BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f(); "
            "ALTER TABLE t DISABLE TRIGGER g"
        ),
        (
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; "
            "END'; "
            "CREATE TABLE t (x bigint, y int); "
            "CREATE CONSTRAINT TRIGGER g AFTER UPDATE OF x ON t DEFERRABLE FOR EACH ROW WHEN (old.x "
            "<> new.x) EXECUTE FUNCTION f(); "
            "CREATE TRIGGER h BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f(); "
            "ALTER TABLE t DISABLE TRIGGER g"
        ),
    ),
    "a foreign key of two columns": (
        (
            "CREATE TABLE u (a int, b int, UNIQUE (a, b)); "
            "CREATE TABLE t (a int, b int, FOREIGN KEY (a, b) REFERENCES u (a, b) ON DELETE SET NULL "
            "(b))"
        ),
        (
            "CREATE TABLE u (a bigint, b int, UNIQUE (a, b)); "
            "CREATE TABLE t (a bigint, b int, FOREIGN KEY (a, b) REFERENCES u (a, b) ON DELETE SET "
            "NULL (b))"
        ),
    ),
    "privileges on columns": (
        "CREATE TABLE t (x int, y int); GRANT SELECT (x) ON t TO PUBLIC; GRANT UPDATE (x, y) ON t TO PUBLIC",
        "CREATE TABLE t (x bigint, y int); GRANT SELECT (x) ON t TO PUBLIC; GRANT INSERT (x) ON t TO PUBLIC",
    ),
}


@pytest.mark.parametrize("pair", PAIRS)
def test_a_change_of_type_among_others_leads_to_the_target(between: Any, pair: str) -> None:
    database = between(*PAIRS[pair])

    database.apply()

    assert database.left() == ()


def test_names_of_the_greatest_length_stay_apart(between: Any) -> None:
    table, key = "t" * 60, "c" * 63
    old = f"CREATE TABLE {table} ({key} int PRIMARY KEY, {key[1:]}d int UNIQUE)"

    database = between(old, old.replace("int ", "bigint "))
    database.apply()

    assert database.left() == ()
