-- A private file has no place on a page. Arguments: the columns that name files; in media_links only the public
-- kinds of use count. On media itself: a file on a page, or in the trash with one, does not become private. The
-- foreign key holds KEY SHARE on the file, which a change of is_private (part of a key) waits for.
CREATE FUNCTION public.public_media_slot() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  public_kinds CONSTANT public.media_kind[] := '{AVATAR,COVER,GALLERY,OG_IMAGE}';
  changed jsonb := to_jsonb(NEW);
  slot text;
  private_file bigint;
BEGIN
  IF TG_TABLE_NAME = 'media' THEN
    SELECT NEW.id, 'is_private' INTO private_file, slot
     WHERE EXISTS (SELECT FROM public.users WHERE avatar_media_id = NEW.id)
        OR EXISTS (SELECT FROM public.salons WHERE avatar_media_id = NEW.id)
        OR EXISTS (SELECT FROM public.salons WHERE cover_media_id = NEW.id)
        OR EXISTS (SELECT FROM public.artists WHERE avatar_media_id = NEW.id)
        OR EXISTS (SELECT FROM public.artists WHERE cover_media_id = NEW.id)
        OR EXISTS (SELECT FROM public.author_profiles WHERE avatar_id = NEW.id)
        OR EXISTS (SELECT FROM public.posts WHERE cover_media_id = NEW.id)
        OR EXISTS (SELECT FROM public.seo_meta WHERE og_image_media_id = NEW.id)
        OR EXISTS (SELECT FROM public.seo_meta WHERE twitter_image_media_id = NEW.id)
        OR EXISTS (SELECT FROM public.media_links WHERE media_id = NEW.id AND kind = ANY (public_kinds));
  ELSIF TG_TABLE_NAME <> 'media_links' OR (changed ->> 'kind')::public.media_kind = ANY (public_kinds) THEN
    SELECT m.id, a.argument INTO private_file, slot FROM unnest(TG_ARGV) AS a (argument)
      JOIN public.media m ON m.id = (changed ->> a.argument)::bigint AND m.is_private LIMIT 1;
  END IF;
  IF private_file IS NOT NULL THEN
    RAISE check_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA, COLUMN = slot,
      MESSAGE = format('media %s cannot be private and on a page', private_file);
  END IF;
  RETURN NULL;
END
$f$;
