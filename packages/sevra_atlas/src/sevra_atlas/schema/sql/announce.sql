-- Tells the workers what changed: one outbox row per topic and entity of the statement. Arguments: what to
-- announce, each as topic:ENTITY_TYPE:column of the entity's id; the type may stand in a column of the row, which
-- is then named in place of it. Rows that an UPDATE left as they were, apart from stamps, are not announced.
-- FOR EACH STATEMENT, with transition tables n and o. Rows are taken apart as jsonb by plans that are kept, for to plan
-- costs more than to tell of a few; the rows of a large UPDATE are compared as they are and reduced to what they
-- announce, by a query that is made of the table's columns.
CREATE FUNCTION public.announce() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  few CONSTANT integer := 100;
  stamps CONSTANT text[] := '{updated_at,version}';
  arguments text[] := string_to_array(array_to_string(TG_ARGV, ':'), ':');
  changes jsonb[];
  compared text;
  named text;
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO public.outbox (topic, entity_type, entity_id)
    SELECT DISTINCT a.part[1]::public.outbox_topic, coalesce(c.r ->> a.part[2], a.part[2])::public.entity_type,
           (c.r ->> a.part[3])::bigint
      FROM (SELECT to_jsonb(n) AS r FROM n OFFSET 0) c,
           (SELECT string_to_array(argument, ':') AS part FROM unnest(TG_ARGV) AS argument) a
     WHERE c.r ->> a.part[3] IS NOT NULL
     ORDER BY 1, 2, 3;
    RETURN NULL;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO public.outbox (topic, entity_type, entity_id)
    SELECT DISTINCT a.part[1]::public.outbox_topic, coalesce(c.r ->> a.part[2], a.part[2])::public.entity_type,
           (c.r ->> a.part[3])::bigint
      FROM (SELECT to_jsonb(o) AS r FROM o OFFSET 0) c,
           (SELECT string_to_array(argument, ':') AS part FROM unnest(TG_ARGV) AS argument) a
     WHERE c.r ->> a.part[3] IS NOT NULL
     ORDER BY 1, 2, 3;
    RETURN NULL;
  END IF;
  IF EXISTS (SELECT FROM n OFFSET few) THEN
    SELECT string_agg(quote_ident(attname), ', ') FILTER (WHERE attname <> ALL (stamps)),
           string_agg(quote_ident(attname), ', ') FILTER (WHERE attname = ANY (arguments))
      INTO compared, named
      FROM pg_attribute WHERE attrelid = TG_RELID AND attnum > 0 AND NOT attisdropped;
    EXECUTE format($q$
      SELECT array_agg(to_jsonb(t))
        FROM (SELECT DISTINCT %2$s
                FROM (SELECT %1$s FROM (SELECT %1$s, 1 AS side FROM o UNION ALL SELECT %1$s, 2 FROM n) v
                       GROUP BY %1$s HAVING min(side) = max(side)) c) t
    $q$, compared, named) INTO changes;
  ELSE
    SELECT array_agg(r) INTO changes
      FROM (SELECT r FROM (SELECT to_jsonb(o) - stamps AS r, 1 AS side FROM o
                           UNION ALL SELECT to_jsonb(n) - stamps, 2 FROM n) v
             GROUP BY r HAVING min(side) = max(side)) c;
  END IF;
  IF changes IS NULL THEN RETURN NULL; END IF;
  INSERT INTO public.outbox (topic, entity_type, entity_id)
  SELECT DISTINCT a.part[1]::public.outbox_topic, coalesce(c.r ->> a.part[2], a.part[2])::public.entity_type,
         (c.r ->> a.part[3])::bigint
    FROM unnest(changes) AS c (r), (SELECT string_to_array(argument, ':') AS part FROM unnest(TG_ARGV) AS argument) a
   WHERE c.r ->> a.part[3] IS NOT NULL
   ORDER BY 1, 2, 3;
  RETURN NULL;
END
$f$;
