-- verdict: dangerous
-- source: specification of pgevolve, section 6: plpgsql bodies are read too
CREATE FUNCTION broken() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETRUN 1; END $$;
