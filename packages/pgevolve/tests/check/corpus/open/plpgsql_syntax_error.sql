-- verdict: dangerous
-- source: pgevolve.md 6: plpgsql bodies are read too
CREATE FUNCTION broken() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETRUN 1; END $$;
