-- Tells the workers what changed: one outbox row per topic and entity of the statement. Arguments: what to
-- announce, each as topic:ENTITY_TYPE:column of the entity's id. Rows that an UPDATE left as they were, apart
-- from stamps, are not announced. FOR EACH STATEMENT, with transition tables n and o, on tables with an id.
CREATE FUNCTION public.announce() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  changes text := CASE TG_OP
    WHEN 'INSERT' THEN 'SELECT to_jsonb(n) AS r FROM n'
    WHEN 'DELETE' THEN 'SELECT to_jsonb(o) AS r FROM o'
    ELSE $q$
      SELECT v.r FROM (SELECT to_jsonb(o) AS o, to_jsonb(n) AS n FROM o JOIN n USING (id)) c,
             LATERAL (VALUES (c.o), (c.n)) AS v (r)
       WHERE c.o - '{updated_at,version}'::text[] IS DISTINCT FROM c.n - '{updated_at,version}'::text[]
    $q$ END;
BEGIN
  EXECUTE format($q$
    INSERT INTO public.outbox (topic, entity_type, entity_id)
    SELECT DISTINCT a.part[1]::public.outbox_topic, a.part[2]::public.entity_type, (c.r ->> a.part[3])::bigint
      FROM (%s) c, (SELECT string_to_array(argument, ':') AS part FROM unnest($1) AS argument) a
     WHERE c.r ->> a.part[3] IS NOT NULL
     ORDER BY 1, 2, 3
  $q$, changes) USING TG_ARGV;
  RETURN NULL;
END
$f$;
