-- verdict: dangerous
-- source: reports from users of other linters: volatile defaults
CREATE FUNCTION next_code() RETURNS text LANGUAGE sql RETURN md5(random()::text);
-- next file
ALTER TABLE users ADD COLUMN code text DEFAULT next_code();
