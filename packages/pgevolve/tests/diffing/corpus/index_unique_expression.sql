-- source: https://www.postgresql.org/docs/18/indexes-expressional.html
-- part: plain
CREATE TABLE people (first_name text, last_name text);
-- becomes
CREATE TABLE people (first_name text, last_name text);
CREATE INDEX people_names ON people ((first_name || ' ' || last_name));
CREATE UNIQUE INDEX people_lower ON people (lower(last_name));
