-- source: https://www.postgresql.org/docs/18/ddl-constraints.html
-- part: plain
CREATE TABLE example (a integer, b integer, c integer);
-- becomes
CREATE TABLE example (a integer, b integer, c integer, UNIQUE (a, c));
