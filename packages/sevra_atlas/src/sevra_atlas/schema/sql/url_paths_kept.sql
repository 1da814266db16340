-- A path is never deleted, save a rule's, which goes with its rule, and a gone one by reclaim_path().
CREATE FUNCTION public.url_paths_kept() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $f$
BEGIN
  IF OLD.kind = 'rule' OR (OLD.kind = 'gone' AND current_setting('sevra.reclaiming', true) = OLD.path) THEN
    RETURN OLD;
  END IF;
  RAISE insufficient_privilege USING
    CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA,
    MESSAGE = format('path %L is never deleted', OLD.path);
END
$f$;
