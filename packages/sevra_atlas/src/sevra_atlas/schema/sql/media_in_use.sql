-- A file stays while a live owner names it in a table that is not soft-deletable; what the others name is kept by
-- the deletion edges.
CREATE FUNCTION public.media_in_use() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  used_by text;
BEGIN
  SELECT format('%s %s', e.entity_type, e.entity_id) INTO used_by
    FROM (SELECT 'BLOG_POST'::public.entity_type AS entity_type, m.post_id AS entity_id
            FROM public.post_media m WHERE m.media_id = NEW.id
          UNION ALL
          SELECT CASE WHEN r.salon_id IS NULL THEN 'ARTIST' ELSE 'SALON' END::public.entity_type,
                 coalesce(r.salon_id, r.artist_id)
            FROM public.verification_documents d JOIN public.verification_requests r ON r.id = d.verification_request_id
           WHERE d.media_id = NEW.id
          UNION ALL
          SELECT s.entity_type, s.entity_id FROM public.seo_meta s
           WHERE NEW.id IN (s.og_image_media_id, s.twitter_image_media_id)) AS use
    JOIN public.entities e USING (entity_type, entity_id)
   WHERE e.state NOT IN ('deleted', 'archived', 'purged') LIMIT 1;
  IF used_by IS NOT NULL THEN
    RAISE foreign_key_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA,
      MESSAGE = format('media %s is used by %s', NEW.id, used_by);
  END IF;
  RETURN NEW;
END
$f$;
