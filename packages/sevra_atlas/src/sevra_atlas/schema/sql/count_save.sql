-- Saves of salons and artists, by the exact difference of the statement; locks as in count_review().
CREATE FUNCTION public.count_save() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  after_rows text := CASE WHEN TG_OP = 'DELETE' THEN 'SELECT * FROM public.saves WHERE false' ELSE 'SELECT * FROM n' END;
  before_rows text := CASE WHEN TG_OP = 'INSERT' THEN 'SELECT * FROM public.saves WHERE false' ELSE 'SELECT * FROM o' END;
  parent text;
  changed bigint[];
  counts bigint[];
BEGIN
  FOREACH parent IN ARRAY ARRAY['salon', 'artist'] LOOP
    EXECUTE format($q$
      SELECT array_agg(id ORDER BY id), array_agg(c ORDER BY id)
        FROM (SELECT id, sum(c)::bigint AS c
                FROM (SELECT %1$I AS id, 1 AS c FROM (%2$s) a UNION ALL SELECT %1$I, -1 FROM (%3$s) b) x
               WHERE id IS NOT NULL
               GROUP BY id HAVING sum(c) <> 0) d
    $q$, parent || '_id', after_rows, before_rows) INTO changed, counts;
    CONTINUE WHEN changed IS NULL;
    EXECUTE format('SELECT FROM public.%I WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE', parent || 's')
      USING changed;
    EXECUTE format($q$
      UPDATE public.%I p SET save_count = p.save_count + d.c
        FROM unnest($1, $2) AS d (id, c) WHERE p.id = d.id
    $q$, parent || 's') USING changed, counts;
  END LOOP;
  RETURN NULL;
END
$f$;
