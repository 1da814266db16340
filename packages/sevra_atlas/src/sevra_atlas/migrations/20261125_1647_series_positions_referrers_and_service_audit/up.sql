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
  referrers text;
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
  -- Tables whose key is their id: attempts to sign in and search documents, which have another, are short-lived.
  SELECT string_agg(format('(%L, (SELECT jsonb_agg(r.id ORDER BY r.id) FROM %s r WHERE %s))', f.reference, f.referrer,
                           f.named), ', ' ORDER BY f.reference)
    INTO referrers
    FROM (SELECT c.conrelid::regclass AS referrer,
                 format('%s.%s', t.relname, string_agg(a.attname, ',' ORDER BY a.attnum)
                                            FILTER (WHERE a.attnum = ANY (coalesce(c.confdelsetcols, c.conkey)))) AS reference,
                 string_agg(format('r.%I = g.%I', a.attname, p.attname), ' AND ') AS named
            FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
            CROSS JOIN LATERAL unnest(c.conkey, c.confkey) AS k (here, there)
            JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.here
            JOIN pg_attribute p ON p.attrelid = c.confrelid AND p.attnum = k.there
           WHERE c.contype = 'f' AND c.confdeltype = 'n' AND c.confrelid = format('public.%I', p_table)::regclass
             AND EXISTS (SELECT FROM pg_constraint y JOIN pg_attribute i ON i.attrelid = y.conrelid AND i.attname = 'id'
                          WHERE y.conrelid = c.conrelid AND y.contype = 'p' AND y.conkey = ARRAY[i.attnum])
           GROUP BY c.oid, t.relname) f;
  EXECUTE format($q$
    WITH gone AS (DELETE FROM public.%I t WHERE %s RETURNING *),
         kept AS (INSERT INTO archive.rows (batch_id, table_name, row_id, row, row_sha256, migration, archived_at)
                  SELECT $1, $2, (x.j ->> 'id')::bigint, x.j, sha256(convert_to(x.j::text, 'UTF8')), $3, now()
                    FROM gone g
                    CROSS JOIN LATERAL (SELECT jsonb_object_agg(v.reference, v.ids) AS ids
                                          FROM (VALUES %s) AS v (reference, ids) WHERE v.ids IS NOT NULL) r
                    CROSS JOIN LATERAL (SELECT (to_jsonb(g) - $4) || $5
                                               || jsonb_strip_nulls(jsonb_build_object('_referrers', r.ids)) AS j) x
                  RETURNING 1)
    SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM kept)
  $q$, p_table, marked, coalesce(referrers, '(NULL, NULL::jsonb)'))
    INTO gone, kept USING p_batch, p_table, coalesce(head, 'none'), left_out, emptied;
END
$function$;

CREATE OR REPLACE FUNCTION public.posts_lifecycle()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
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
  IF TG_TABLE_NAME = 'posts' THEN
    IF NEW.series_id IS NOT NULL AND NEW.series_position IS NULL THEN
      IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION USING ERRCODE = '25001', MESSAGE = 'numbering a post of a series needs READ COMMITTED';
      END IF;
      PERFORM pg_advisory_xact_lock('public.series'::regclass::integer, hashint8(NEW.series_id));
      NEW.series_position := (SELECT coalesce(max(p.series_position), 0) + 1 FROM public.posts p
                               WHERE p.series_id = NEW.series_id AND p.id <> NEW.id);
    END IF;
  END IF;
  RETURN NEW;
END
$function$;

-- Tables
COMMENT ON COLUMN public.posts.series_position IS 'place in the series, by hand; the next one when absent';

-- Triggers
CREATE TRIGGER count_post_tags BEFORE DELETE ON public.posts
    FOR EACH ROW WHEN (((old.deleted_at IS NULL) AND (old.status = 'published'::public.post_status) AND (old.visibility = 'public'::public.post_visibility)))
    EXECUTE FUNCTION public.count_post();

DROP TRIGGER posts_lifecycle ON public.posts;

CREATE TRIGGER posts_lifecycle BEFORE INSERT OR UPDATE OF status, published_at, scheduled_at, series_id, series_position ON public.posts
    FOR EACH ROW
    EXECUTE FUNCTION public.posts_lifecycle();

CREATE TRIGGER z95_audit AFTER INSERT OR DELETE OR UPDATE ON public.artist_specialties
    FOR EACH ROW
    EXECUTE FUNCTION public.audit_row('id', '', 'updated_at');

CREATE TRIGGER z95_audit AFTER INSERT OR DELETE OR UPDATE ON public.salon_services
    FOR EACH ROW
    EXECUTE FUNCTION public.audit_row('id', '', 'updated_at');
