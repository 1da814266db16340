-- source: https://www.postgresql.org/docs/18/sql-createtable.html
-- part: plain
CREATE TABLE t (id integer PRIMARY KEY);
-- becomes
CREATE TABLE t (id integer, PRIMARY KEY (id) WITH (fillfactor = 70));
