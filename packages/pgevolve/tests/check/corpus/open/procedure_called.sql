-- verdict: dangerous
-- source: specification of pgevolve, section 6: bodies of plpgsql functions are read too
CREATE PROCEDURE fill() LANGUAGE plpgsql AS $$ BEGIN UPDATE users SET name_key = lower(name); END $$;
CALL fill();
