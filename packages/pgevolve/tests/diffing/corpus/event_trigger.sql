-- source: https://www.postgresql.org/docs/18/sql-createeventtrigger.html
-- part: other
-- alone
CREATE FUNCTION abort_any_command() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'command % ', tg_tag; END; $$;
CREATE EVENT TRIGGER old_one ON sql_drop EXECUTE FUNCTION abort_any_command();
-- becomes
CREATE FUNCTION abort_any_command() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'command % ', tg_tag; END; $$;
CREATE EVENT TRIGGER abort_ddl ON ddl_command_start WHEN TAG IN ('CREATE CAST', 'DROP CAST') EXECUTE FUNCTION abort_any_command();
ALTER EVENT TRIGGER abort_ddl DISABLE;
