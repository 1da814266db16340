-- Comments of posts, by the exact difference of the statement. A row counts while it is live and approved; posts
-- are locked in id order.
CREATE FUNCTION public.count_comment() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  after_rows text := CASE WHEN TG_OP = 'DELETE' THEN 'SELECT * FROM public.comments WHERE false' ELSE 'SELECT * FROM n' END;
  before_rows text := CASE WHEN TG_OP = 'INSERT' THEN 'SELECT * FROM public.comments WHERE false' ELSE 'SELECT * FROM o' END;
  changed bigint[];
  counts bigint[];
BEGIN
  EXECUTE format($q$
    SELECT array_agg(id ORDER BY id), array_agg(c ORDER BY id)
      FROM (SELECT post_id AS id, sum(c)::bigint AS c
              FROM (SELECT post_id, status, deleted_at, 1 AS c FROM (%s) a
                    UNION ALL
                    SELECT post_id, status, deleted_at, -1 FROM (%s) b) x
             WHERE post_id IS NOT NULL AND deleted_at IS NULL AND status = 'approved'
             GROUP BY post_id HAVING sum(c) <> 0) t
  $q$, after_rows, before_rows) INTO changed, counts;
  IF changed IS NULL THEN RETURN NULL; END IF;
  PERFORM FROM public.posts WHERE id = ANY (changed) ORDER BY id FOR NO KEY UPDATE;
  UPDATE public.posts p SET comments_count = p.comments_count + t.c
    FROM unnest(changed, counts) AS t (id, c) WHERE p.id = t.id;
  RETURN NULL;
END
$f$;
