-- source: https://www.postgresql.org/docs/18/sql-alterstatistics.html
-- part: other
CREATE TABLE t1 (a int, b int, c int);
CREATE STATISTICS s1 (dependencies) ON a, b FROM t1;
CREATE STATISTICS s2 ON a, c FROM t1;
ALTER STATISTICS s2 SET STATISTICS 100;
-- becomes
CREATE TABLE t1 (a int, b int, c int);
CREATE STATISTICS s1 (dependencies, mcv) ON a, b FROM t1;
CREATE STATISTICS s2 ON a, c FROM t1;
ALTER STATISTICS s2 SET STATISTICS 200;
