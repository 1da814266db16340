-- source: trap: drop and add
-- part: plain
-- intent: column t.c is new
CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a * 2) STORED);
-- becomes
CREATE TABLE t (a integer, c integer);
