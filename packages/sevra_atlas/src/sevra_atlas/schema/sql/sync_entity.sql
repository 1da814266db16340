-- Keeps entities.state equal to what the row says. What is no longer public leaves search and sitemap in the same
-- transaction. Argument: the entity type.
CREATE FUNCTION public.sync_entity() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  kind public.entity_type := TG_ARGV[0];
  now_state public.entity_state;
  seen timestamptz;
BEGIN
  IF TG_OP = 'DELETE' THEN
    UPDATE public.entities SET state = 'archived' WHERE entity_type = kind AND entity_id = OLD.id;
    DELETE FROM public.search_documents WHERE entity_type = kind AND entity_id = OLD.id;
    DELETE FROM public.sitemap_urls WHERE entity_type = kind AND entity_id = OLD.id;
    RETURN NULL;
  END IF;
  now_state := public.entity_state_of(kind, to_jsonb(NEW));
  seen := CASE WHEN now_state IN ('public', 'unlisted') THEN now() END;
  IF TG_OP = 'INSERT' THEN
    -- A return from the archive brings the id back; the entity has waited for it.
    INSERT INTO public.entities AS e (entity_type, entity_id, state, first_public_at)
    VALUES (kind, NEW.id, now_state, seen)
    ON CONFLICT (entity_type, entity_id)
    DO UPDATE SET state = excluded.state, first_public_at = coalesce(e.first_public_at, excluded.first_public_at)
    WHERE e.state = 'archived';
  ELSE
    UPDATE public.entities
       SET state = now_state, first_public_at = coalesce(first_public_at, seen)
     WHERE entity_type = kind AND entity_id = NEW.id AND state <> now_state;
  END IF;
  -- A deletion may take tens of thousands of reviews along: nothing is looked for that they never have.
  IF FOUND AND now_state <> 'public' AND kind NOT IN ('REVIEW', 'COMMENT', 'USER', 'MEDIA', 'CERTIFICATION') THEN
    DELETE FROM public.search_documents WHERE entity_type = kind AND entity_id = NEW.id;
    DELETE FROM public.sitemap_urls WHERE entity_type = kind AND entity_id = NEW.id;
  END IF;
  RETURN NULL;
END
$f$;
