-- source: https://www.postgresql.org/docs/18/sql-createview.html
-- part: other
CREATE TABLE t (id integer PRIMARY KEY, b text);
-- becomes
CREATE TABLE t (id integer PRIMARY KEY, b text);
CREATE VIEW v AS SELECT t.id, t.b, count(*) AS n FROM t GROUP BY t.id;
