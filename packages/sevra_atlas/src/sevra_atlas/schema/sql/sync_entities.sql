-- Keeps entities.state equal to what the rows of an UPDATE say. What is no longer public leaves search and sitemap in
-- the same transaction. Argument: the entity type. FOR EACH STATEMENT, with transition table n: a deletion may take tens
-- of thousands of reviews along. The plans are kept, and one that was made for ten thousand rows would read all entities
-- for the next row: hence the settings, which leave the way by the key.
CREATE FUNCTION public.sync_entities() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $f$
DECLARE
  entity_kind public.entity_type := TG_ARGV[0];
  left_public bigint[];
BEGIN
  -- A deleted row is deleted whatever else it says: the rows of a deletion need not be taken apart.
  WITH changed AS (
    UPDATE public.entities e
       SET state = c.state,
           first_public_at = coalesce(e.first_public_at, CASE WHEN c.state IN ('public', 'unlisted') THEN now() END)
      FROM (SELECT n.id, CASE WHEN n.deleted_at IS NOT NULL THEN 'deleted'
                              ELSE public.entity_state_of(entity_kind, to_jsonb(n)) END AS state
              FROM n OFFSET 0) c
     WHERE e.entity_type = entity_kind AND e.entity_id = c.id AND e.state <> c.state
    RETURNING e.entity_id, e.state)
  SELECT array_agg(entity_id) INTO left_public FROM changed WHERE state <> 'public';
  -- Nothing is looked for that these never have.
  IF left_public IS NOT NULL AND entity_kind NOT IN ('REVIEW', 'COMMENT', 'USER', 'MEDIA', 'CERTIFICATION') THEN
    DELETE FROM public.search_documents WHERE entity_type = entity_kind AND entity_id = ANY (left_public);
    DELETE FROM public.sitemap_urls WHERE entity_type = entity_kind AND entity_id = ANY (left_public);
  END IF;
  RETURN NULL;
END
$f$;
