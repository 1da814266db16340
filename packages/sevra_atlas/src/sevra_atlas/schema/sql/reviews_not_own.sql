-- Nobody reviews what is theirs.
CREATE FUNCTION public.reviews_not_own() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
BEGIN
  IF EXISTS (SELECT FROM public.salon_owners o WHERE o.salon_id = NEW.salon_id AND o.user_id = NEW.author_id)
     OR EXISTS (SELECT FROM public.artist_owners o WHERE o.artist_id = NEW.artist_id AND o.user_id = NEW.author_id)
  THEN
    RAISE check_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA,
      MESSAGE = format('user %s owns what the review is about', NEW.author_id);
  END IF;
  RETURN NEW;
END
$f$;
