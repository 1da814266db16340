-- source: https://www.postgresql.org/docs/18/sql-creatematerializedview.html
-- part: other
CREATE TABLE t (a integer, b integer);
CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
CREATE UNIQUE INDEX m_a ON m (a);
CREATE VIEW over AS SELECT a FROM m;
-- becomes
CREATE TABLE t (a integer, b integer);
CREATE MATERIALIZED VIEW m WITH (fillfactor = 80) AS SELECT a, sum(b) AS b FROM t GROUP BY a;
CREATE UNIQUE INDEX m_a ON m (a);
CREATE VIEW over AS SELECT a FROM m;
