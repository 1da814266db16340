-- source: https://www.postgresql.org/docs/18/sql-createindex.html
-- part: plain
CREATE TABLE t (a integer, b integer);
CREATE INDEX t_a ON t (a);
COMMENT ON INDEX t_a IS 'by a';
-- becomes
CREATE TABLE t (a integer, b integer);
CREATE UNIQUE INDEX t_a ON t (a);
COMMENT ON INDEX t_a IS 'one by a';
