-- The listing says what its request says: PENDING once it asks, unless it is verified, then the decision.
CREATE FUNCTION public.propagate_verification() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
BEGIN
  UPDATE public.salons SET verification = NEW.status
   WHERE id = NEW.salon_id AND verification <> NEW.status
     AND NOT (NEW.status = 'PENDING' AND verification = 'VERIFIED');
  UPDATE public.artists SET verification = NEW.status
   WHERE id = NEW.artist_id AND verification <> NEW.status
     AND NOT (NEW.status = 'PENDING' AND verification = 'VERIFIED');
  RETURN NULL;
END
$f$;
