-- source: https://www.postgresql.org/docs/18/sql-createstatistics.html
-- part: other
CREATE TABLE t1 (a int, b int);
-- becomes
CREATE TABLE t1 (a int, b int);
CREATE STATISTICS s1 (dependencies, ndistinct) ON a, b FROM t1;
CREATE STATISTICS s3 ON date_trunc('month', a::text::timestamp), (b + 1) FROM t1;
COMMENT ON STATISTICS s1 IS 'both';
