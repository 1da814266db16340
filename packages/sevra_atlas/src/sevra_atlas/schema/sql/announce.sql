-- Tells the workers what changed: one outbox row per topic and entity of the statement. Arguments: what to
-- announce, each as topic:ENTITY_TYPE:column of the entity's id; the type may stand in a column of the row, which
-- is then named in place of it. Rows that an UPDATE left as they were, apart from stamps, are not announced.
-- FOR EACH STATEMENT, with transition tables n and o.
CREATE FUNCTION public.announce() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  changes text := CASE TG_OP
    WHEN 'INSERT' THEN 'SELECT to_jsonb(n) AS r FROM n'
    WHEN 'DELETE' THEN 'SELECT to_jsonb(o) AS r FROM o'
    ELSE $q$
      SELECT r FROM (SELECT to_jsonb(o) - '{updated_at,version}'::text[] AS r, 1 AS side FROM o
                     UNION ALL SELECT to_jsonb(n) - '{updated_at,version}'::text[], 2 FROM n) v
       GROUP BY r HAVING count(DISTINCT side) = 1
    $q$ END;
BEGIN
  EXECUTE format($q$
    INSERT INTO public.outbox (topic, entity_type, entity_id)
    SELECT DISTINCT a.part[1]::public.outbox_topic, coalesce(c.r ->> a.part[2], a.part[2])::public.entity_type,
           (c.r ->> a.part[3])::bigint
      FROM (%s) c, (SELECT string_to_array(argument, ':') AS part FROM unnest($1) AS argument) a
     WHERE c.r ->> a.part[3] IS NOT NULL
     ORDER BY 1, 2, 3
  $q$, changes) USING TG_ARGV;
  RETURN NULL;
END
$f$;
