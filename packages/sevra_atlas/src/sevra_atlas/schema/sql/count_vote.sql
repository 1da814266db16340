-- Likes and dislikes of reviews, by the exact difference of the statement; reviews are locked in id order.
CREATE FUNCTION public.count_vote() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  after_rows text := CASE WHEN TG_OP = 'DELETE' THEN 'SELECT * FROM public.review_votes WHERE false' ELSE 'SELECT * FROM n' END;
  before_rows text := CASE WHEN TG_OP = 'INSERT' THEN 'SELECT * FROM public.review_votes WHERE false' ELSE 'SELECT * FROM o' END;
  changed bigint[];
  likes bigint[];
  dislikes bigint[];
BEGIN
  EXECUTE format($q$
    SELECT array_agg(id ORDER BY id), array_agg(l ORDER BY id), array_agg(d ORDER BY id)
      FROM (SELECT id, sum(l)::bigint AS l, sum(d)::bigint AS d
              FROM (SELECT review_id AS id, is_like::integer AS l, (NOT is_like)::integer AS d FROM (%s) a
                    UNION ALL
                    SELECT review_id, -is_like::integer, -(NOT is_like)::integer FROM (%s) b) x
             GROUP BY id HAVING sum(l) <> 0 OR sum(d) <> 0) t
  $q$, after_rows, before_rows) INTO changed, likes, dislikes;
  IF changed IS NULL THEN RETURN NULL; END IF;
  PERFORM FROM public.reviews WHERE id = ANY (changed) ORDER BY id FOR NO KEY UPDATE;
  UPDATE public.reviews r SET like_count = r.like_count + t.l, dislike_count = r.dislike_count + t.d
    FROM unnest(changed, likes, dislikes) AS t (id, l, d) WHERE r.id = t.id;
  RETURN NULL;
END
$f$;
