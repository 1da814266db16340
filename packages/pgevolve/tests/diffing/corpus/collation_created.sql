-- source: https://www.postgresql.org/docs/18/sql-createcollation.html
-- part: other
-- becomes
CREATE COLLATION fast FROM "C";
CREATE TABLE t (a text COLLATE fast);
CREATE INDEX t_a ON t (a COLLATE "POSIX");
