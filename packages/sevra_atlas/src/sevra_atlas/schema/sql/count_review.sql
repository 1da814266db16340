-- Ratings of salons and artists, by the exact difference of the statement. A row counts while it is live and
-- published. One lock pass in id order, salons before artists: writers that meet the same parents wait, never
-- deadlock. Parents that do not change are not locked.
CREATE FUNCTION public.count_review() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  after_rows text := CASE WHEN TG_OP = 'DELETE' THEN 'SELECT * FROM public.reviews WHERE false' ELSE 'SELECT * FROM n' END;
  before_rows text := CASE WHEN TG_OP = 'INSERT' THEN 'SELECT * FROM public.reviews WHERE false' ELSE 'SELECT * FROM o' END;
  parent text;
  changed bigint[];
  sums bigint[];
  counts bigint[];
BEGIN
  FOREACH parent IN ARRAY ARRAY['salon', 'artist'] LOOP
    EXECUTE format($q$
      SELECT array_agg(id ORDER BY id), array_agg(s ORDER BY id), array_agg(c ORDER BY id)
        FROM (SELECT id, sum(s)::bigint AS s, sum(c)::bigint AS c
                FROM (SELECT %1$I AS id, rating AS s, 1 AS c FROM (%2$s) a
                       WHERE deleted_at IS NULL AND status = 'PUBLISHED'
                      UNION ALL
                      SELECT %1$I, -rating, -1 FROM (%3$s) b
                       WHERE deleted_at IS NULL AND status = 'PUBLISHED') x
               WHERE id IS NOT NULL
               GROUP BY id HAVING sum(s) <> 0 OR sum(c) <> 0) d
    $q$, parent || '_id', after_rows, before_rows) INTO changed, sums, counts;
    CONTINUE WHEN changed IS NULL;
    EXECUTE format('SELECT FROM public.%I WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE', parent || 's')
      USING changed;
    EXECUTE format($q$
      UPDATE public.%I p SET rating_sum = p.rating_sum + d.s, review_count = p.review_count + d.c
        FROM unnest($1, $2, $3) AS d (id, s, c) WHERE p.id = d.id
    $q$, parent || 's') USING changed, sums, counts;
  END LOOP;
  RETURN NULL;
END
$f$;
