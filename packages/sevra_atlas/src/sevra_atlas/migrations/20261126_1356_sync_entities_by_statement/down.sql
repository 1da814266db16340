-- Functions
CREATE OR REPLACE FUNCTION public.sync_entity()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  kind public.entity_type := TG_ARGV[0];
  now_state public.entity_state;
  seen timestamptz;
BEGIN
  IF TG_OP = 'DELETE' THEN
    UPDATE public.entities SET state = 'archived' WHERE entity_type = kind AND entity_id = OLD.id;
    DELETE FROM public.search_documents WHERE entity_type = kind AND entity_id = OLD.id;
    DELETE FROM public.sitemap_urls WHERE entity_type = kind AND entity_id = OLD.id;
    RETURN NULL;
  END IF;
  now_state := public.entity_state_of(kind, to_jsonb(NEW));
  seen := CASE WHEN now_state IN ('public', 'unlisted') THEN now() END;
  IF TG_OP = 'INSERT' THEN
    -- A return from the archive brings the id back; the entity has waited for it.
    INSERT INTO public.entities AS e (entity_type, entity_id, state, first_public_at)
    VALUES (kind, NEW.id, now_state, seen)
    ON CONFLICT (entity_type, entity_id)
    DO UPDATE SET state = excluded.state, first_public_at = coalesce(e.first_public_at, excluded.first_public_at)
    WHERE e.state = 'archived';
  ELSE
    UPDATE public.entities
       SET state = now_state, first_public_at = coalesce(first_public_at, seen)
     WHERE entity_type = kind AND entity_id = NEW.id AND state <> now_state;
  END IF;
  -- A deletion may take tens of thousands of reviews along: nothing is looked for that they never have.
  IF FOUND AND now_state <> 'public' AND kind NOT IN ('REVIEW', 'COMMENT', 'USER', 'MEDIA', 'CERTIFICATION') THEN
    DELETE FROM public.search_documents WHERE entity_type = kind AND entity_id = NEW.id;
    DELETE FROM public.sitemap_urls WHERE entity_type = kind AND entity_id = NEW.id;
  END IF;
  RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION public.announce()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  changes text := CASE TG_OP
    WHEN 'INSERT' THEN 'SELECT to_jsonb(n) AS r FROM n'
    WHEN 'DELETE' THEN 'SELECT to_jsonb(o) AS r FROM o'
    ELSE $q$
      SELECT r FROM (SELECT to_jsonb(o) - '{updated_at,version}'::text[] AS r, 1 AS side FROM o
                     UNION ALL SELECT to_jsonb(n) - '{updated_at,version}'::text[], 2 FROM n) v
       GROUP BY r HAVING count(DISTINCT side) = 1
    $q$ END;
BEGIN
  EXECUTE format($q$
    INSERT INTO public.outbox (topic, entity_type, entity_id)
    SELECT DISTINCT a.part[1]::public.outbox_topic, coalesce(c.r ->> a.part[2], a.part[2])::public.entity_type,
           (c.r ->> a.part[3])::bigint
      FROM (%s) c, (SELECT string_to_array(argument, ':') AS part FROM unnest($1) AS argument) a
     WHERE c.r ->> a.part[3] IS NOT NULL
     ORDER BY 1, 2, 3
  $q$, changes) USING TG_ARGV;
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
  has_rows boolean;
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
  IF EXISTS (SELECT FROM public.deletion_batches WHERE id = p_batch AND hold_until > now())
     OR public.batch_has_held_row(p_batch)
  THEN
    RAISE object_in_use USING
      CONSTRAINT = 'move_to_archive', TABLE = 'deletion_batches', SCHEMA = 'public',
      MESSAGE = format('deletion_batches %s is under a legal hold', p_batch);
  END IF;
  -- Most batches have nothing in most tables, and to look costs a tenth of what the rest does.
  EXECUTE format('SELECT EXISTS (SELECT FROM public.%I t WHERE %s)', p_table, marked) INTO has_rows USING p_batch;
  IF NOT has_rows THEN
    gone := 0;
    kept := 0;
    RETURN;
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

-- pgevolve: transaction=off
-- Triggers
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.artist_certifications
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('CERTIFICATION');

-- pgevolve: transaction=off
DROP TRIGGER a10_entities ON public.artist_certifications;

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.artists
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('ARTIST');

-- pgevolve: transaction=off
DROP TRIGGER a10_entities ON public.artists;

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.author_profiles
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('AUTHOR');

-- pgevolve: transaction=off
DROP TRIGGER a10_entities ON public.author_profiles;

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.categories
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('CATEGORY');

-- pgevolve: transaction=off
DROP TRIGGER a10_entities ON public.categories;

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.cities
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('CITY');

-- pgevolve: transaction=off
DROP TRIGGER a10_entities ON public.cities;

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.comments
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('COMMENT');

-- pgevolve: transaction=off
DROP TRIGGER a10_entities ON public.comments;

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.media
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('MEDIA');

-- pgevolve: transaction=off
DROP TRIGGER a10_entities ON public.media;

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.neighborhoods
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('NEIGHBORHOOD');

-- pgevolve: transaction=off
DROP TRIGGER a10_entities ON public.neighborhoods;

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.pages
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('BLOG_PAGE');

-- pgevolve: transaction=off
DROP TRIGGER a10_entities ON public.pages;

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.posts
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('BLOG_POST');

-- pgevolve: transaction=off
DROP TRIGGER a10_entities ON public.posts;

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.provinces
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('PROVINCE');

-- pgevolve: transaction=off
DROP TRIGGER a10_entities ON public.provinces;

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.reviews
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('REVIEW');

-- pgevolve: transaction=off
DROP TRIGGER a10_entities ON public.reviews;

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.salons
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('SALON');

-- pgevolve: transaction=off
DROP TRIGGER a10_entities ON public.salons;

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.series
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('SERIES');

-- pgevolve: transaction=off
DROP TRIGGER a10_entities ON public.series;

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.service_categories
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('SERVICE_CATEGORY');

-- pgevolve: transaction=off
DROP TRIGGER a10_entities ON public.service_categories;

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.service_definitions
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('SERVICE');

-- pgevolve: transaction=off
DROP TRIGGER a10_entities ON public.service_definitions;

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.specialties
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('SPECIALTY');

-- pgevolve: transaction=off
DROP TRIGGER a10_entities ON public.specialties;

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.tags
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('TAG');

-- pgevolve: transaction=off
DROP TRIGGER a10_entities ON public.tags;

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.users
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('USER');

-- pgevolve: transaction=off
DROP TRIGGER a10_entities ON public.users;

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER entities_state_kept BEFORE UPDATE OF state ON public.entities
    FOR EACH ROW WHEN (NEW.state <> OLD.state AND NOT (OLD.state = 'archived' AND NEW.state = 'purged'))
    EXECUTE FUNCTION public.refuse_change('state');

DROP FUNCTION public.sync_entities();
