-- source: https://www.postgresql.org/docs/18/sql-createtable.html
-- part: plain
-- server: 18
CREATE TABLE t (a integer, b integer, CONSTRAINT c CHECK (a > 0));
-- becomes
CREATE TABLE t (a integer, b integer, CONSTRAINT c CHECK (a > 0), CONSTRAINT d CHECK (b > 0) NOT ENFORCED);
