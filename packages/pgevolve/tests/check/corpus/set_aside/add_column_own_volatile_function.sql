-- verdict: dangerous
-- source: issue 4, known traps: volatile defaults
CREATE FUNCTION next_code() RETURNS text LANGUAGE sql RETURN md5(random()::text);
-- next file
ALTER TABLE users ADD COLUMN code text DEFAULT next_code();
