-- source: https://www.postgresql.org/docs/18/sql-altertype.html
-- part: other
CREATE TYPE compfoo AS (f1 int, f2 text, f4 date);
-- becomes
CREATE TYPE compfoo AS (f1 int, f2 text, f3 text COLLATE "C");
