-- What was verified is what was seen: an edit takes the verification back.
CREATE FUNCTION public.reset_certification() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $f$
BEGIN
  NEW.verified_at := NULL;
  NEW.verified_by_id := NULL;
  RETURN NEW;
END
$f$;
