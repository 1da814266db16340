-- Likes of comments, by the exact difference of the statement; comments are locked in id order.
CREATE FUNCTION public.count_reaction() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  after_rows text := CASE WHEN TG_OP = 'DELETE' THEN 'SELECT * FROM public.reactions WHERE false' ELSE 'SELECT * FROM n' END;
  before_rows text := CASE WHEN TG_OP = 'INSERT' THEN 'SELECT * FROM public.reactions WHERE false' ELSE 'SELECT * FROM o' END;
  changed bigint[];
  likes bigint[];
BEGIN
  EXECUTE format($q$
    SELECT array_agg(id ORDER BY id), array_agg(c ORDER BY id)
      FROM (SELECT entity_id AS id, sum(c)::bigint AS c
              FROM (SELECT entity_type, entity_id, reaction, 1 AS c FROM (%s) a
                    UNION ALL
                    SELECT entity_type, entity_id, reaction, -1 FROM (%s) b) x
             WHERE entity_type = 'COMMENT' AND reaction = 'like'
             GROUP BY entity_id HAVING sum(c) <> 0) t
  $q$, after_rows, before_rows) INTO changed, likes;
  IF changed IS NULL THEN RETURN NULL; END IF;
  PERFORM FROM public.comments WHERE id = ANY (changed) ORDER BY id FOR NO KEY UPDATE;
  UPDATE public.comments r SET likes_count = r.likes_count + t.c
    FROM unnest(changed, likes) AS t (id, c) WHERE r.id = t.id;
  RETURN NULL;
END
$f$;
