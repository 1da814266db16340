-- A new row is an entity, in the state that the row says; a row that is removed leaves it archived, and search and
-- sitemap in the same transaction. What an UPDATE does is sync_entities()'s. FOR EACH ROW, because the path that the
-- next trigger claims refers to the entity. Argument: the entity type.
CREATE FUNCTION public.sync_entity() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  kind public.entity_type := TG_ARGV[0];
  now_state public.entity_state;
BEGIN
  IF TG_OP = 'DELETE' THEN
    UPDATE public.entities SET state = 'archived' WHERE entity_type = kind AND entity_id = OLD.id;
    DELETE FROM public.search_documents WHERE entity_type = kind AND entity_id = OLD.id;
    DELETE FROM public.sitemap_urls WHERE entity_type = kind AND entity_id = OLD.id;
    RETURN NULL;
  END IF;
  now_state := public.entity_state_of(kind, to_jsonb(NEW));
  -- A return from the archive brings the id back; the entity has waited for it.
  INSERT INTO public.entities AS e (entity_type, entity_id, state, first_public_at)
  VALUES (kind, NEW.id, now_state, CASE WHEN now_state IN ('public', 'unlisted') THEN now() END)
  ON CONFLICT (entity_type, entity_id)
  DO UPDATE SET state = excluded.state, first_public_at = coalesce(e.first_public_at, excluded.first_public_at)
  WHERE e.state = 'archived';
  RETURN NULL;
END
$f$;
