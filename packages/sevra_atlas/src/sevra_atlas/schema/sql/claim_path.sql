-- An exact rule takes its path in the ledger, so that a path owned by content is refused (23505 `url_paths_pkey`).
CREATE FUNCTION public.claim_path() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  asked text := NEW.from_path;
BEGIN
  IF asked IS NULL THEN RETURN NEW; END IF;
  NEW.from_path := public.canon_path_v1(asked);
  IF NEW.from_path IS NULL THEN
    RAISE check_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA, COLUMN = 'from_path',
      MESSAGE = format('%L cannot be a path of this site', asked);
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.from_path IS NOT DISTINCT FROM OLD.from_path THEN RETURN NEW; END IF;
  INSERT INTO public.url_paths (path, kind) VALUES (NEW.from_path, 'rule');
  RETURN NEW;
END
$f$;
