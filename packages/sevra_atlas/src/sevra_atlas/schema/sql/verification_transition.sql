-- A request begins undecided, is decided once, and a positive decision may be revoked. Who may restore brings decided
-- requests back from the archive.
CREATE FUNCTION public.verification_transition() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $f$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF has_function_privilege(current_user, 'public.restore_batch(bigint)', 'EXECUTE') THEN RETURN NEW; END IF;
    RAISE check_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA, COLUMN = 'status',
      MESSAGE = format('a request begins PENDING, not %s', NEW.status);
  END IF;
  IF NOT (OLD.status = 'PENDING' OR (OLD.status = 'VERIFIED' AND NEW.status = 'REJECTED')) THEN
    RAISE check_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA, COLUMN = 'status',
      MESSAGE = format('%s becomes no %s', OLD.status, NEW.status);
  END IF;
  RETURN NEW;
END
$f$;
