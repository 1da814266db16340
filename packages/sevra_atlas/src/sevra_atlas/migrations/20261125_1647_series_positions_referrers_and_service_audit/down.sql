-- Functions
SET LOCAL check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.count_post()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.move_to_archive(p_table name, p_batch bigint, OUT gone bigint, OUT kept bigint)
 RETURNS record
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  marked text := public.rows_of_batch(p_table);
  head text := 'none';
  left_out text[];
  emptied jsonb := CASE p_table WHEN 'users' THEN '{"phone_number": null, "email": null, "password_hash": null}'
                                WHEN 'reviews' THEN '{"ip": null, "user_agent": null}'
                                WHEN 'comments' THEN '{"ip": null, "user_agent": null}' ELSE '{}' END;
BEGIN
  IF current_setting('TimeZone') <> 'UTC' THEN
    RAISE object_not_in_prerequisite_state USING MESSAGE = 'archiving needs the time zone UTC';
  END IF;
  IF marked IS NULL THEN
    RAISE invalid_parameter_value USING MESSAGE = format('no deletion reaches %s', p_table);
  END IF;
  IF to_regclass('pgevolve.migrations') IS NOT NULL THEN
    EXECUTE 'SELECT name FROM pgevolve.migrations WHERE state = ''applied'' ORDER BY position DESC LIMIT 1' INTO head;
  END IF;
  SELECT coalesce(array_agg(attname::text), '{}') INTO left_out FROM pg_attribute
   WHERE attrelid = format('public.%I', p_table)::regclass AND attgenerated <> '' AND NOT attisdropped;
  EXECUTE format($q$
    WITH gone AS (DELETE FROM public.%I t WHERE %s RETURNING *),
         kept AS (INSERT INTO archive.rows (batch_id, table_name, row_id, row, row_sha256, migration, archived_at)
                  SELECT $1, $2, (x.j ->> 'id')::bigint, x.j, sha256(convert_to(x.j::text, 'UTF8')), $3, now()
                    FROM gone g CROSS JOIN LATERAL (SELECT (to_jsonb(g) - $4) || $5 AS j) x RETURNING 1)
    SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM kept)
  $q$, p_table, marked) INTO gone, kept USING p_batch, p_table, coalesce(head, 'none'), left_out, emptied;
END
$function$;

CREATE OR REPLACE FUNCTION public.posts_lifecycle()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.status <> OLD.status AND NOT (CASE OLD.status
       WHEN 'draft' THEN true
       WHEN 'review' THEN true
       WHEN 'scheduled' THEN true
       WHEN 'published' THEN NEW.status = 'archived'
       ELSE NEW.status IN ('draft', 'published') END)
  THEN
    RAISE check_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA, COLUMN = 'status',
      MESSAGE = format('%s becomes no %s', OLD.status, NEW.status);
  END IF;
  IF NEW.status = 'published' THEN
    NEW.published_at := coalesce(NEW.published_at, now());
    IF NEW.published_at > clock_timestamp() THEN
      RAISE check_violation USING
        CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA, COLUMN = 'published_at',
        MESSAGE = 'nothing is published in the future; schedule it';
    END IF;
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.status = 'scheduled' AND NEW.status <> 'scheduled' THEN
    NEW.scheduled_at := NULL;
  END IF;
  RETURN NEW;
END
$function$;

-- Tables
COMMENT ON COLUMN public.posts.series_position IS 'place in the series, by hand';

-- Triggers
DROP TRIGGER posts_lifecycle ON public.posts;

CREATE TRIGGER posts_lifecycle BEFORE INSERT OR UPDATE OF status, published_at, scheduled_at ON public.posts
    FOR EACH ROW
    EXECUTE FUNCTION public.posts_lifecycle();

-- Removed
DROP TRIGGER z95_audit ON public.salon_services;

DROP TRIGGER z95_audit ON public.artist_specialties;

DROP TRIGGER count_post_tags ON public.posts;
