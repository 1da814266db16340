-- Stamps a change by hand. Arguments: the table's generated columns, which a BEFORE trigger sees as NULL in NEW, and
-- the counters that a worker adds up.
-- Counter updates by other triggers (depth over 1), updates that change nothing and a return from the archive leave
-- the row as it is.
CREATE FUNCTION public.set_updated_at() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  generated_columns text[] := coalesce(TG_ARGV, '{}');
  before jsonb;
BEGIN
  IF pg_trigger_depth() > 1 THEN RETURN NEW; END IF;
  IF current_setting('sevra.returning', true) = 'on' THEN
    -- Anybody can write the setting, so it is believed only of who may restore.
    IF has_function_privilege(current_user, 'public.restore_batch(bigint)', 'EXECUTE') THEN RETURN NEW; END IF;
  END IF;
  before := to_jsonb(OLD);
  IF to_jsonb(NEW) - generated_columns = before - generated_columns THEN RETURN NEW; END IF;
  NEW.updated_at := now();
  IF before ? 'version' THEN NEW.version := OLD.version + 1; END IF;
  RETURN NEW;
END
$f$;
