-- source: https://www.postgresql.org/docs/18/sql-altertable.html
-- part: other
CREATE TABLE a (x int);
CREATE TABLE b (x int, y int);
CREATE TABLE c () INHERITS (a);
-- becomes
CREATE TABLE a (x int);
CREATE TABLE b (x int, y int) INHERITS (a);
CREATE TABLE c (x int);
