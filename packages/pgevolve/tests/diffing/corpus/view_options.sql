-- source: https://www.postgresql.org/docs/18/sql-alterview.html
-- part: other
CREATE TABLE t (a integer, ts timestamptz);
CREATE VIEW v WITH (security_barrier) AS SELECT a, ts FROM t;
-- becomes
CREATE TABLE t (a integer, ts timestamptz);
CREATE VIEW v WITH (security_invoker = true) AS SELECT a, ts FROM t;
ALTER VIEW v ALTER COLUMN ts SET DEFAULT now();
