-- The date of a page moves forward, and only with its content.
CREATE FUNCTION public.keep_lastmod() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $f$
BEGIN
  IF (OLD.lastmod IS NOT NULL AND (NEW.lastmod IS NULL OR NEW.lastmod < OLD.lastmod))
     OR (NEW.lastmod IS DISTINCT FROM OLD.lastmod AND NEW.content_hash IS NOT DISTINCT FROM OLD.content_hash)
  THEN
    RAISE check_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA, COLUMN = 'lastmod',
      MESSAGE = format('the date of %L moves forward, and only with its content', OLD.path);
  END IF;
  RETURN NEW;
END
$f$;
