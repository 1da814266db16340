-- source: https://www.postgresql.org/docs/18/ddl-constraints.html
-- part: plain
CREATE TABLE example (a integer NOT NULL, b integer NOT NULL, c integer);
-- becomes
CREATE TABLE example (a integer, b integer, c integer, PRIMARY KEY (a, c));
