-- The statement's function first: a row whose two triggers both speak has its entity in one and the same state.
CREATE FUNCTION public.sync_entities() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $f$
DECLARE
  entity_kind public.entity_type := TG_ARGV[0];
  left_public bigint[];
BEGIN
  -- A deleted row is deleted whatever else it says: the rows of a deletion need not be taken apart.
  WITH changed AS (
    UPDATE public.entities e
       SET state = c.state,
           first_public_at = coalesce(e.first_public_at, CASE WHEN c.state IN ('public', 'unlisted') THEN now() END)
      FROM (SELECT n.id, CASE WHEN n.deleted_at IS NOT NULL THEN 'deleted'
                              ELSE public.entity_state_of(entity_kind, to_jsonb(n)) END AS state
              FROM n OFFSET 0) c
     WHERE e.entity_type = entity_kind AND e.entity_id = c.id AND e.state <> c.state
    RETURNING e.entity_id, e.state)
  SELECT array_agg(entity_id) INTO left_public FROM changed WHERE state <> 'public';
  -- Nothing is looked for that these never have.
  IF left_public IS NOT NULL AND entity_kind NOT IN ('REVIEW', 'COMMENT', 'USER', 'MEDIA', 'CERTIFICATION') THEN
    DELETE FROM public.search_documents WHERE entity_type = entity_kind AND entity_id = ANY (left_public);
    DELETE FROM public.sitemap_urls WHERE entity_type = entity_kind AND entity_id = ANY (left_public);
  END IF;
  RETURN NULL;
END
$f$;

REVOKE EXECUTE ON ROUTINE public.sync_entities() FROM PUBLIC;

CREATE OR REPLACE FUNCTION public.announce() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  few CONSTANT integer := 100;
  stamps CONSTANT text[] := '{updated_at,version}';
  arguments text[] := string_to_array(array_to_string(TG_ARGV, ':'), ':');
  changes jsonb[];
  compared text;
  named text;
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO public.outbox (topic, entity_type, entity_id)
    SELECT DISTINCT a.part[1]::public.outbox_topic, coalesce(c.r ->> a.part[2], a.part[2])::public.entity_type,
           (c.r ->> a.part[3])::bigint
      FROM (SELECT to_jsonb(n) AS r FROM n OFFSET 0) c,
           (SELECT string_to_array(argument, ':') AS part FROM unnest(TG_ARGV) AS argument) a
     WHERE c.r ->> a.part[3] IS NOT NULL
     ORDER BY 1, 2, 3;
    RETURN NULL;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO public.outbox (topic, entity_type, entity_id)
    SELECT DISTINCT a.part[1]::public.outbox_topic, coalesce(c.r ->> a.part[2], a.part[2])::public.entity_type,
           (c.r ->> a.part[3])::bigint
      FROM (SELECT to_jsonb(o) AS r FROM o OFFSET 0) c,
           (SELECT string_to_array(argument, ':') AS part FROM unnest(TG_ARGV) AS argument) a
     WHERE c.r ->> a.part[3] IS NOT NULL
     ORDER BY 1, 2, 3;
    RETURN NULL;
  END IF;
  IF EXISTS (SELECT FROM n OFFSET few) THEN
    SELECT string_agg(quote_ident(attname), ', ') FILTER (WHERE attname <> ALL (stamps)),
           string_agg(quote_ident(attname), ', ') FILTER (WHERE attname = ANY (arguments))
      INTO compared, named
      FROM pg_attribute WHERE attrelid = TG_RELID AND attnum > 0 AND NOT attisdropped;
    EXECUTE format($q$
      SELECT array_agg(to_jsonb(t))
        FROM (SELECT DISTINCT %2$s
                FROM (SELECT %1$s FROM (SELECT %1$s, 1 AS side FROM o UNION ALL SELECT %1$s, 2 FROM n) v
                       GROUP BY %1$s HAVING min(side) = max(side)) c) t
    $q$, compared, named) INTO changes;
  ELSE
    SELECT array_agg(r) INTO changes
      FROM (SELECT r FROM (SELECT to_jsonb(o) - stamps AS r, 1 AS side FROM o
                           UNION ALL SELECT to_jsonb(n) - stamps, 2 FROM n) v
             GROUP BY r HAVING min(side) = max(side)) c;
  END IF;
  IF changes IS NULL THEN RETURN NULL; END IF;
  INSERT INTO public.outbox (topic, entity_type, entity_id)
  SELECT DISTINCT a.part[1]::public.outbox_topic, coalesce(c.r ->> a.part[2], a.part[2])::public.entity_type,
         (c.r ->> a.part[3])::bigint
    FROM unnest(changes) AS c (r), (SELECT string_to_array(argument, ':') AS part FROM unnest(TG_ARGV) AS argument) a
   WHERE c.r ->> a.part[3] IS NOT NULL
   ORDER BY 1, 2, 3;
  RETURN NULL;
END
$f$;

-- A row that is archived is taken apart once
CREATE OR REPLACE FUNCTION public.move_to_archive(p_table name, p_batch bigint, OUT gone bigint, OUT kept bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
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
                                               || jsonb_strip_nulls(jsonb_build_object('_referrers', r.ids)) AS j
                                        OFFSET 0) x  -- made once, for its three places
                  RETURNING 1)
    SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM kept)
  $q$, p_table, marked, coalesce(referrers, '(NULL, NULL::jsonb)'))
    INTO gone, kept USING p_batch, p_table, coalesce(head, 'none'), left_out, emptied;
END
$f$;

-- pgevolve: transaction=off
-- Table by table, so that no lock waits for the next one, and replaced in place, so that readers wait for nothing
CREATE TRIGGER a10_entities AFTER UPDATE ON public.artist_certifications
    REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.sync_entities('CERTIFICATION');

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE ON public.artist_certifications
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('CERTIFICATION');

-- pgevolve: transaction=off
CREATE TRIGGER a10_entities AFTER UPDATE ON public.artists
    REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.sync_entities('ARTIST');

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE ON public.artists
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('ARTIST');

-- pgevolve: transaction=off
CREATE TRIGGER a10_entities AFTER UPDATE ON public.author_profiles
    REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.sync_entities('AUTHOR');

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE ON public.author_profiles
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('AUTHOR');

-- pgevolve: transaction=off
CREATE TRIGGER a10_entities AFTER UPDATE ON public.categories
    REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.sync_entities('CATEGORY');

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE ON public.categories
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('CATEGORY');

-- pgevolve: transaction=off
CREATE TRIGGER a10_entities AFTER UPDATE ON public.cities
    REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.sync_entities('CITY');

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE ON public.cities
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('CITY');

-- pgevolve: transaction=off
CREATE TRIGGER a10_entities AFTER UPDATE ON public.comments
    REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.sync_entities('COMMENT');

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE ON public.comments
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('COMMENT');

-- pgevolve: transaction=off
CREATE TRIGGER a10_entities AFTER UPDATE ON public.media
    REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.sync_entities('MEDIA');

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE ON public.media
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('MEDIA');

-- pgevolve: transaction=off
CREATE TRIGGER a10_entities AFTER UPDATE ON public.neighborhoods
    REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.sync_entities('NEIGHBORHOOD');

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE ON public.neighborhoods
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('NEIGHBORHOOD');

-- pgevolve: transaction=off
CREATE TRIGGER a10_entities AFTER UPDATE ON public.pages
    REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.sync_entities('BLOG_PAGE');

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE ON public.pages
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('BLOG_PAGE');

-- pgevolve: transaction=off
CREATE TRIGGER a10_entities AFTER UPDATE ON public.posts
    REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.sync_entities('BLOG_POST');

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE ON public.posts
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('BLOG_POST');

-- pgevolve: transaction=off
CREATE TRIGGER a10_entities AFTER UPDATE ON public.provinces
    REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.sync_entities('PROVINCE');

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE ON public.provinces
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('PROVINCE');

-- pgevolve: transaction=off
CREATE TRIGGER a10_entities AFTER UPDATE ON public.reviews
    REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.sync_entities('REVIEW');

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE ON public.reviews
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('REVIEW');

-- pgevolve: transaction=off
CREATE TRIGGER a10_entities AFTER UPDATE ON public.salons
    REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.sync_entities('SALON');

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE ON public.salons
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('SALON');

-- pgevolve: transaction=off
CREATE TRIGGER a10_entities AFTER UPDATE ON public.series
    REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.sync_entities('SERIES');

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE ON public.series
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('SERIES');

-- pgevolve: transaction=off
CREATE TRIGGER a10_entities AFTER UPDATE ON public.service_categories
    REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.sync_entities('SERVICE_CATEGORY');

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE ON public.service_categories
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('SERVICE_CATEGORY');

-- pgevolve: transaction=off
CREATE TRIGGER a10_entities AFTER UPDATE ON public.service_definitions
    REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.sync_entities('SERVICE');

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE ON public.service_definitions
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('SERVICE');

-- pgevolve: transaction=off
CREATE TRIGGER a10_entities AFTER UPDATE ON public.specialties
    REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.sync_entities('SPECIALTY');

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE ON public.specialties
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('SPECIALTY');

-- pgevolve: transaction=off
CREATE TRIGGER a10_entities AFTER UPDATE ON public.tags
    REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.sync_entities('TAG');

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE ON public.tags
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('TAG');

-- pgevolve: transaction=off
CREATE TRIGGER a10_entities AFTER UPDATE ON public.users
    REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.sync_entities('USER');

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER a10_entity AFTER INSERT OR DELETE ON public.users
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('USER');

-- pgevolve: transaction=off
CREATE OR REPLACE TRIGGER entities_state_kept BEFORE UPDATE OF state ON public.entities
    FOR EACH ROW WHEN (CURRENT_USER <> 'sevra_owner' AND NEW.state <> OLD.state
                       AND NOT (OLD.state = 'archived' AND NEW.state = 'purged'))
    EXECUTE FUNCTION public.refuse_change('state');

-- The row's function does without what no trigger asks for any more
CREATE OR REPLACE FUNCTION public.sync_entity() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  kind public.entity_type := TG_ARGV[0];
  now_state public.entity_state;
BEGIN
  IF TG_OP = 'DELETE' THEN
    UPDATE public.entities SET state = 'archived' WHERE entity_type = kind AND entity_id = OLD.id;
    DELETE FROM public.search_documents WHERE entity_type = kind AND entity_id = OLD.id;
    DELETE FROM public.sitemap_urls WHERE entity_type = kind AND entity_id = OLD.id;
    RETURN NULL;
  END IF;
  now_state := public.entity_state_of(kind, to_jsonb(NEW));
  -- A return from the archive brings the id back; the entity has waited for it.
  INSERT INTO public.entities AS e (entity_type, entity_id, state, first_public_at)
  VALUES (kind, NEW.id, now_state, CASE WHEN now_state IN ('public', 'unlisted') THEN now() END)
  ON CONFLICT (entity_type, entity_id)
  DO UPDATE SET state = excluded.state, first_public_at = coalesce(e.first_public_at, excluded.first_public_at)
  WHERE e.state = 'archived';
  RETURN NULL;
END
$f$;
