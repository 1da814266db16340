-- source: trap: found while the planner was tried
-- part: plain
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) STORED, c text);
-- becomes
CREATE TABLE t (a bigint, b bigint GENERATED ALWAYS AS (a + 1) STORED, c text);
