-- source: trap: found while the planner was tried
-- part: other
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE FUNCTION f(x e) RETURNS text LANGUAGE sql AS 'SELECT x::text';
CREATE TABLE t (x e DEFAULT 'a', y e, PRIMARY KEY (x));
CREATE TABLE u (x e REFERENCES t);
GRANT USAGE ON TYPE e TO corpus_reader;
COMMENT ON TYPE e IS 'kept';
-- becomes
CREATE TYPE e AS ENUM ('a', 'b');
CREATE FUNCTION f(x e) RETURNS text LANGUAGE sql AS 'SELECT x::text';
CREATE TABLE t (x e DEFAULT 'a', y e, PRIMARY KEY (x));
CREATE TABLE u (x e REFERENCES t);
GRANT USAGE ON TYPE e TO corpus_reader;
COMMENT ON TYPE e IS 'kept';
