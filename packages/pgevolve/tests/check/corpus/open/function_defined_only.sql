-- verdict: safe
-- source: specification of pgevolve, section 6: a body that nobody runs here
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.updated_at := now(); RETURN NEW; END $$;
