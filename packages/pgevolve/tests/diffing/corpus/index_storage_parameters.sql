-- source: https://www.postgresql.org/docs/18/sql-createindex.html
-- part: plain
CREATE TABLE films (title text);
CREATE UNIQUE INDEX title_idx ON films (title) WITH (fillfactor = 70);
-- becomes
CREATE TABLE films (title text);
CREATE UNIQUE INDEX title_idx ON films (title) WITH (fillfactor = 90, deduplicate_items = off);
