-- The path of a rule that is gone, or has moved, is free again.
CREATE FUNCTION public.release_path() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.from_path IS NOT DISTINCT FROM OLD.from_path THEN RETURN NULL; END IF;
  DELETE FROM public.url_paths WHERE path = OLD.from_path AND kind = 'rule';
  RETURN NULL;
END
$f$;
