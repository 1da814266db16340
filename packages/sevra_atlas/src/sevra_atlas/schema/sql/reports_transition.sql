-- An open report is looked at or decided; one that is looked at may go back; a decided one may only be looked at
-- again.
CREATE FUNCTION public.reports_transition() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $f$
BEGIN
  IF OLD.status IN ('RESOLVED', 'REJECTED') AND NEW.status <> 'UNDER_REVIEW' THEN
    RAISE check_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA, COLUMN = 'status',
      MESSAGE = format('%s becomes no %s', OLD.status, NEW.status);
  END IF;
  RETURN NEW;
END
$f$;
