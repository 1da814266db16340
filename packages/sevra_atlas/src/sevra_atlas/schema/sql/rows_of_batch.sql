-- The condition, as SQL, that finds the rows of a deletion batch ($1) in one table `t`: its own mark, a cascading
-- reference to a marked row, directly or through a satellite, or the entity of one. NULL for any other table. Each way
-- is a query of its own and gives the places of its rows: conditions joined by OR would read the whole table.
CREATE FUNCTION public.rows_of_batch(p_table name) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  marked text;
BEGIN
  IF EXISTS (SELECT FROM public.entity_types WHERE table_name = p_table) THEN RETURN 't.deletion_id = $1'; END IF;
  SELECT string_agg(format('SELECT s.ctid FROM public.%I s WHERE %s', p_table,
           CASE WHEN c.confrelid = 'public.entities'::regclass THEN
             format('(%s) IN (%s)', (SELECT string_agg(format('s.%I', a.attname), ', ' ORDER BY k.place)
                                       FROM unnest(c.conkey) WITH ORDINALITY k (number, place)
                                       JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number),
                    (SELECT string_agg(format('SELECT %L::public.entity_type, id FROM public.%I WHERE deletion_id = $1',
                                              e.entity_type, e.table_name), ' UNION ALL ')
                       FROM public.entity_types e))
           ELSE format('s.%I IN (SELECT t.id FROM %s t WHERE %s)',
                       (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = c.conrelid AND a.attnum = c.conkey[1]),
                       c.confrelid::regclass, public.rows_of_batch(p.relname)) END), ' UNION ALL ')
    INTO marked
    FROM pg_constraint c JOIN pg_class p ON p.oid = c.confrelid
   WHERE c.conrelid = format('public.%I', p_table)::regclass AND c.contype = 'f' AND c.conrelid <> c.confrelid
     AND (c.confdeltype = 'c' AND public.rows_of_batch(p.relname) IS NOT NULL
          OR c.confrelid = 'public.entities'::regclass
             AND p_table IN ('media_links', 'reactions', 'reports', 'seo_meta'));
  RETURN 't.ctid = ANY (ARRAY(' || marked || '))';
END
$f$;
