-- A request is decided once; a positive decision may be revoked.
CREATE FUNCTION public.verification_transition() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $f$
BEGIN
  IF NOT (OLD.status = 'PENDING' OR (OLD.status = 'VERIFIED' AND NEW.status = 'REJECTED')) THEN
    RAISE check_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA, COLUMN = 'status',
      MESSAGE = format('%s becomes no %s', OLD.status, NEW.status);
  END IF;
  RETURN NEW;
END
$f$;
