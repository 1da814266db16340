-- source: https://www.postgresql.org/docs/18/sql-altertable.html
-- part: plain
CREATE TABLE t (a integer, b text);
ALTER TABLE t ALTER b SET STATISTICS 10;
-- becomes
CREATE TABLE t (a integer, b text);
ALTER TABLE t ALTER a SET STATISTICS 500;
ALTER TABLE t ALTER a SET (n_distinct = -0.5);
