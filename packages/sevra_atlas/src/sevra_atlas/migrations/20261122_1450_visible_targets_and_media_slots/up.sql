-- Functions
SET LOCAL check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.public_media_slot()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

-- Triggers
DROP TRIGGER saves_artist_id_live ON public.saves;

CREATE CONSTRAINT TRIGGER saves_artist_id_live AFTER INSERT OR UPDATE OF artist_id ON public.saves DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.artist_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('artist_id', 'artists', 'status = ''ACTIVE''');

DROP TRIGGER saves_post_id_live ON public.saves;

CREATE CONSTRAINT TRIGGER saves_post_id_live AFTER INSERT OR UPDATE OF post_id ON public.saves DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.post_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('post_id', 'posts', 'status = ''published'' AND visibility <> ''private''');

DROP TRIGGER saves_salon_id_live ON public.saves;

CREATE CONSTRAINT TRIGGER saves_salon_id_live AFTER INSERT OR UPDATE OF salon_id ON public.saves DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.salon_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('salon_id', 'salons', 'status = ''ACTIVE''');

-- Constraints, for new rows
ALTER TABLE public.categories
    ADD CONSTRAINT categories_slug_check3 CHECK ((strpos(slug, '/'::text) = 0)) NOT VALID;

ALTER TABLE public.pages
    ADD CONSTRAINT pages_slug_check3 CHECK ((strpos(slug, '/'::text) = 0)) NOT VALID;

ALTER TABLE public.posts
    ADD CONSTRAINT posts_slug_check3 CHECK ((strpos(slug, '/'::text) = 0)) NOT VALID;

ALTER TABLE public.series
    ADD CONSTRAINT series_slug_check3 CHECK ((strpos(slug, '/'::text) = 0)) NOT VALID;

ALTER TABLE public.tags
    ADD CONSTRAINT tags_slug_check3 CHECK ((strpos(slug, '/'::text) = 0)) NOT VALID;

-- pgevolve: transaction=off
-- Constraints, for the rows that are there
ALTER TABLE public.categories VALIDATE CONSTRAINT categories_slug_check3;

-- pgevolve: transaction=off
ALTER TABLE public.pages VALIDATE CONSTRAINT pages_slug_check3;

-- pgevolve: transaction=off
ALTER TABLE public.posts VALIDATE CONSTRAINT posts_slug_check3;

-- pgevolve: transaction=off
ALTER TABLE public.series VALIDATE CONSTRAINT series_slug_check3;

-- pgevolve: transaction=off
ALTER TABLE public.tags VALIDATE CONSTRAINT tags_slug_check3;
