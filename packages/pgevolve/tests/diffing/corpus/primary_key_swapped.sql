-- source: https://www.postgresql.org/docs/18/sql-altertable.html
-- part: plain
CREATE TABLE distributors (dist_id integer PRIMARY KEY, code text NOT NULL UNIQUE);
-- becomes
CREATE TABLE distributors (dist_id integer NOT NULL, code text PRIMARY KEY);
