-- Public posts of categories, series and tags, by the exact difference of the statement, on posts and post_tags.
-- A change of tags locks its posts first: while it waits for a post that is being published, the other counts
-- only the tags it sees, and this one then sees a public post. Taxonomies are locked in id order. A row of posts that
-- is removed for good takes its tags along by cascade, when it is no longer there to say whether it counted: BEFORE
-- DELETE FOR EACH ROW removes the tags while it is.
CREATE FUNCTION public.count_post() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  nothing text := format('SELECT * FROM %I.%I WHERE false', TG_TABLE_SCHEMA, TG_TABLE_NAME);
  after_rows text := CASE WHEN TG_OP = 'DELETE' THEN nothing ELSE 'SELECT * FROM n' END;
  before_rows text := CASE WHEN TG_OP = 'INSERT' THEN nothing ELSE 'SELECT * FROM o' END;
  moves text := format('SELECT a.*, 1 AS c FROM (%s) a UNION ALL SELECT b.*, -1 FROM (%s) b', after_rows, before_rows);
  counted text := 'x.deleted_at IS NULL AND x.status = ''published'' AND x.visibility = ''public''';
  parent text;
  source text;
  changed bigint[];
  counts bigint[];
BEGIN
  IF TG_LEVEL = 'ROW' THEN
    DELETE FROM public.post_tags WHERE post_id = OLD.id;
    RETURN OLD;
  END IF;
  IF TG_TABLE_NAME = 'post_tags' THEN
    EXECUTE format('SELECT FROM public.posts WHERE id IN (SELECT post_id FROM (%s) m) ORDER BY id FOR NO KEY UPDATE',
                   moves);
  END IF;
  FOREACH parent IN ARRAY CASE TG_TABLE_NAME WHEN 'posts' THEN ARRAY['categories', 'series', 'tags']
                                             ELSE ARRAY['tags'] END LOOP
    source := CASE
      WHEN TG_TABLE_NAME = 'post_tags' THEN
        format('SELECT m.tag_id AS id, m.c FROM (%s) m JOIN public.posts x ON x.id = m.post_id WHERE %s', moves, counted)
      WHEN parent = 'categories' THEN format('SELECT x.category_id AS id, x.c FROM (%s) x WHERE %s', moves, counted)
      WHEN parent = 'series' THEN format('SELECT x.series_id AS id, x.c FROM (%s) x WHERE %s', moves, counted)
      ELSE format('SELECT t.tag_id AS id, x.c FROM (%s) x JOIN public.post_tags t ON t.post_id = x.id WHERE %s',
                  moves, counted) END;
    EXECUTE format($q$
      SELECT array_agg(id ORDER BY id), array_agg(c ORDER BY id)
        FROM (SELECT id, sum(c)::bigint AS c FROM (%s) d WHERE id IS NOT NULL GROUP BY id HAVING sum(c) <> 0) t
    $q$, source) INTO changed, counts;
    CONTINUE WHEN changed IS NULL;
    EXECUTE format('SELECT FROM public.%I WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE', parent) USING changed;
    EXECUTE format($q$
      UPDATE public.%I p SET post_count = p.post_count + d.c FROM unnest($1, $2) AS d (id, c) WHERE p.id = d.id
    $q$, parent) USING changed, counts;
  END LOOP;
  RETURN NULL;
END
$f$;
