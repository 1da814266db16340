-- A private file has no place on a page. Arguments: the columns that name files. In media_links only the public
-- kinds of use count. KEY SHARE keeps the file from being made private meanwhile.
CREATE FUNCTION public.public_media_slot() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  link jsonb := to_jsonb(NEW);
  slot text;
  private_file bigint;
BEGIN
  IF TG_TABLE_NAME = 'media_links' AND link ->> 'kind' NOT IN ('AVATAR', 'COVER', 'GALLERY', 'OG_IMAGE') THEN
    RETURN NULL;
  END IF;
  FOREACH slot IN ARRAY TG_ARGV LOOP
    SELECT m.id INTO private_file FROM public.media m
     WHERE m.id = (link ->> slot)::bigint AND m.is_private FOR KEY SHARE;
    IF FOUND THEN
      RAISE check_violation USING
        CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA, COLUMN = slot,
        MESSAGE = format('media %s is private', private_file);
    END IF;
  END LOOP;
  RETURN NULL;
END
$f$;
