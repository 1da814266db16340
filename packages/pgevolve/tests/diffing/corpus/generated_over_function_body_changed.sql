-- source: trap: stored results
-- part: other
CREATE FUNCTION key_of(t text) RETURNS text LANGUAGE sql IMMUTABLE RETURN lower(t);
CREATE TABLE t (a text, k text GENERATED ALWAYS AS (key_of(a)) STORED);
-- becomes
CREATE FUNCTION key_of(t text) RETURNS text LANGUAGE sql IMMUTABLE RETURN upper(t);
CREATE TABLE t (a text, k text GENERATED ALWAYS AS (key_of(a)) STORED);
