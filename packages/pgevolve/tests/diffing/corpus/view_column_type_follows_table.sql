-- source: trap: views over a retyped column
-- part: other
CREATE TABLE t (a integer, b text);
CREATE VIEW v AS SELECT a FROM t;
-- becomes
CREATE TABLE t (a bigint, b text);
CREATE VIEW v AS SELECT a FROM t;
