-- Functions
SET LOCAL check_function_bodies = off;

CREATE FUNCTION public.batch_has_held_row(p_batch bigint)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  held record;
  is_held boolean;
BEGIN
  FOR held IN SELECT t.table_name, h.entity_id FROM public.legal_holds h JOIN public.entity_types t USING (entity_type)
               WHERE h.released_at IS NULL LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I WHERE id = $1 AND deletion_id = $2)', held.table_name)
      INTO is_held USING held.entity_id, p_batch;
    IF is_held OR EXISTS (SELECT FROM archive.rows r WHERE r.table_name = held.table_name
                             AND r.row_id = held.entity_id AND r.batch_id = p_batch)
    THEN
      RETURN true;
    END IF;
  END LOOP;
  RETURN false;
END
$function$;

CREATE OR REPLACE FUNCTION public.guard_legal_hold()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  is_held boolean;
BEGIN
  IF TG_OP = 'DELETE' THEN
    is_held := EXISTS (SELECT FROM public.legal_holds h
                        WHERE h.released_at IS NULL AND h.entity_type = TG_ARGV[0]::public.entity_type
                          AND h.entity_id = OLD.id)
            OR EXISTS (SELECT FROM public.deletion_batches b WHERE b.id = OLD.deletion_id AND b.hold_until > now());
  ELSIF TG_TABLE_NAME = 'erasures' THEN
    is_held := EXISTS (SELECT FROM public.legal_holds h
                        WHERE h.released_at IS NULL AND h.entity_type = 'USER' AND h.entity_id = NEW.user_id)
            OR EXISTS (SELECT FROM public.deletion_batches b
                        WHERE b.root_type = 'USER' AND b.root_id = NEW.user_id AND b.hold_until > now());
  ELSE
    is_held := coalesce(NEW.hold_until > now(), false) OR public.batch_has_held_row(NEW.id);
  END IF;
  IF is_held THEN
    RAISE object_in_use USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA,
      MESSAGE = format('%s %s is under a legal hold', TG_TABLE_NAME, coalesce(NEW.id, OLD.id));
  END IF;
  RETURN coalesce(NEW, OLD);
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
  IF EXISTS (SELECT FROM public.deletion_batches WHERE id = p_batch AND hold_until > now())
     OR public.batch_has_held_row(p_batch)
  THEN
    RAISE object_in_use USING
      CONSTRAINT = 'move_to_archive', TABLE = 'deletion_batches', SCHEMA = 'public',
      MESSAGE = format('deletion_batches %s is under a legal hold', p_batch);
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

CREATE OR REPLACE FUNCTION public.restore_batch(p_batch bigint)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  soft_table name;
  live_checks text;
  restored bigint;
  total bigint := 0;
BEGIN
  PERFORM FROM public.deletion_batches
    WHERE id = p_batch AND restored_at IS NULL AND archived_at IS NULL FOR UPDATE;
  IF NOT FOUND THEN
    RAISE no_data_found USING MESSAGE = format('deletion batch %s is not in the trash', p_batch);
  END IF;
  SELECT string_agg(format('public.%I', tgname), ', ') INTO live_checks
    FROM pg_trigger WHERE tgfoid = 'public.require_live_parent()'::regprocedure;
  EXECUTE format('SET CONSTRAINTS %s DEFERRED', live_checks);
  FOR soft_table IN SELECT table_name FROM public.entity_types ORDER BY table_name LOOP
    EXECUTE format('UPDATE public.%I SET deleted_at = NULL, deletion_id = NULL WHERE deletion_id = $1', soft_table)
      USING p_batch;
    GET DIAGNOSTICS restored = ROW_COUNT;
    total := total + restored;
  END LOOP;
  EXECUTE format('SET CONSTRAINTS %s IMMEDIATE', live_checks);
  UPDATE public.deletion_batches SET restored_at = now() WHERE id = p_batch;
  RETURN total;
END
$function$;

CREATE OR REPLACE FUNCTION public.soft_delete_rows(p_table name, p_ids bigint[], p_batch bigint)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  edge public.soft_delete_edges;
  ids bigint[];
  children bigint[];
  held_by bigint;
  total bigint;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION USING ERRCODE = '25001', MESSAGE = 'soft delete needs READ COMMITTED';
  END IF;
  EXECUTE format('SELECT array_agg(id) FROM (SELECT id FROM public.%I WHERE id = ANY ($1)
                  AND deleted_at IS NULL ORDER BY id FOR UPDATE) s', p_table) INTO ids USING p_ids;
  IF ids IS NULL THEN RETURN 0; END IF;
  FOR edge IN SELECT * FROM public.soft_delete_edges WHERE parent_table = p_table AND action = 'restrict'
               ORDER BY child_table, child_column LOOP
    EXECUTE format('SELECT id FROM public.%I WHERE %I = ANY ($1) AND deleted_at IS NULL LIMIT 1',
                   edge.child_table, edge.child_column) INTO held_by USING ids;
    IF held_by IS NOT NULL THEN
      RAISE foreign_key_violation USING
        CONSTRAINT = format('%s_%s_restrict', edge.child_table, edge.child_column),
        TABLE = p_table, SCHEMA = 'public', COLUMN = edge.child_column,
        MESSAGE = format('%s still refers to %s', edge.child_table, p_table);
    END IF;
  END LOOP;
  EXECUTE format('UPDATE public.%I SET deleted_at = now(), deletion_id = $2 WHERE id = ANY ($1)', p_table)
    USING ids, p_batch;
  GET DIAGNOSTICS total = ROW_COUNT;
  FOR edge IN SELECT * FROM public.soft_delete_edges WHERE parent_table = p_table AND action = 'cascade'
               ORDER BY child_table, child_column LOOP
    EXECUTE format('SELECT array_agg(id) FROM public.%I WHERE %I = ANY ($1) AND deleted_at IS NULL',
                   edge.child_table, edge.child_column) INTO children USING ids;
    IF children IS NOT NULL THEN
      total := total + public.soft_delete_rows(edge.child_table, children, p_batch);
    END IF;
  END LOOP;
  RETURN total;
END
$function$;

CREATE OR REPLACE FUNCTION public.url_paths_kept()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN RETURN NEW; END IF;
    IF NEW.kind = 'gone' AND to_jsonb(NEW) - 'kind' = to_jsonb(OLD) - 'kind'
       AND EXISTS (SELECT FROM public.entities e
                    WHERE (e.entity_type, e.entity_id) = (OLD.entity_type, OLD.entity_id) AND e.state = 'purged')
    THEN
      RETURN NEW;
    END IF;
  ELSIF OLD.kind = 'rule' OR (OLD.kind = 'gone' AND current_setting('sevra.reclaiming', true) = OLD.path) THEN
    RETURN OLD;
  END IF;
  RAISE insufficient_privilege USING
    CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA,
    MESSAGE = CASE TG_OP WHEN 'UPDATE' THEN format('path %L changes with its entity only', OLD.path)
                         ELSE format('path %L is never deleted', OLD.path) END;
END
$function$;

CREATE OR REPLACE FUNCTION public.verification_transition()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF has_function_privilege(current_user, 'public.restore_batch(bigint)', 'EXECUTE') THEN RETURN NEW; END IF;
    RAISE check_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA, COLUMN = 'status',
      MESSAGE = format('a request begins PENDING, not %s', NEW.status);
  END IF;
  IF NOT (OLD.status = 'PENDING' OR (OLD.status = 'VERIFIED' AND NEW.status = 'REJECTED')) THEN
    RAISE check_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA, COLUMN = 'status',
      MESSAGE = format('%s becomes no %s', OLD.status, NEW.status);
  END IF;
  RETURN NEW;
END
$function$;

-- Triggers
DROP TRIGGER comments_target_fixed ON public.comments;

CREATE TRIGGER comments_target_fixed BEFORE UPDATE OF user_id, post_id, salon_id, artist_id, parent_id ON public.comments
    FOR EACH ROW WHEN ((((((new.user_id IS DISTINCT FROM old.user_id) OR (new.post_id IS DISTINCT FROM old.post_id)) OR (new.salon_id IS DISTINCT FROM old.salon_id)) OR (new.artist_id IS DISTINCT FROM old.artist_id)) OR (new.parent_id IS DISTINCT FROM old.parent_id)))
    EXECUTE FUNCTION public.refuse_change('writer, target and parent');

CREATE TRIGGER entities_state_kept BEFORE UPDATE OF state ON public.entities
    FOR EACH ROW WHEN (((new.state <> old.state) AND (NOT ((old.state = 'archived'::public.entity_state) AND (new.state = 'purged'::public.entity_state)))))
    EXECUTE FUNCTION public.refuse_change('state');

CREATE TRIGGER guard_legal_hold BEFORE DELETE ON public.artist_certifications
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_legal_hold('CERTIFICATION');

CREATE TRIGGER guard_legal_hold BEFORE DELETE ON public.artists
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_legal_hold('ARTIST');

CREATE TRIGGER guard_legal_hold BEFORE DELETE ON public.author_profiles
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_legal_hold('AUTHOR');

CREATE TRIGGER guard_legal_hold BEFORE DELETE ON public.categories
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_legal_hold('CATEGORY');

CREATE TRIGGER guard_legal_hold BEFORE DELETE ON public.cities
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_legal_hold('CITY');

CREATE TRIGGER guard_legal_hold BEFORE DELETE ON public.comments
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_legal_hold('COMMENT');

CREATE TRIGGER guard_legal_hold BEFORE DELETE ON public.media
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_legal_hold('MEDIA');

CREATE TRIGGER guard_legal_hold BEFORE DELETE ON public.neighborhoods
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_legal_hold('NEIGHBORHOOD');

CREATE TRIGGER guard_legal_hold BEFORE DELETE ON public.pages
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_legal_hold('BLOG_PAGE');

CREATE TRIGGER guard_legal_hold BEFORE DELETE ON public.posts
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_legal_hold('BLOG_POST');

CREATE TRIGGER guard_legal_hold BEFORE DELETE ON public.provinces
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_legal_hold('PROVINCE');

CREATE TRIGGER guard_legal_hold BEFORE DELETE ON public.reviews
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_legal_hold('REVIEW');

CREATE TRIGGER guard_legal_hold BEFORE DELETE ON public.salons
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_legal_hold('SALON');

CREATE TRIGGER guard_legal_hold BEFORE DELETE ON public.series
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_legal_hold('SERIES');

CREATE TRIGGER guard_legal_hold BEFORE DELETE ON public.service_categories
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_legal_hold('SERVICE_CATEGORY');

CREATE TRIGGER guard_legal_hold BEFORE DELETE ON public.service_definitions
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_legal_hold('SERVICE');

CREATE TRIGGER guard_legal_hold BEFORE DELETE ON public.specialties
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_legal_hold('SPECIALTY');

CREATE TRIGGER guard_legal_hold BEFORE DELETE ON public.tags
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_legal_hold('TAG');

CREATE TRIGGER guard_legal_hold BEFORE DELETE ON public.users
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_legal_hold('USER');

CREATE TRIGGER outbox_append_only BEFORE UPDATE ON public.outbox
    FOR EACH ROW
    EXECUTE FUNCTION public.refuse_change('append-only');

CREATE TRIGGER path_hit_deltas_append_only BEFORE UPDATE ON public.path_hit_deltas
    FOR EACH ROW
    EXECUTE FUNCTION public.refuse_change('append-only');

CREATE TRIGGER post_view_deltas_append_only BEFORE UPDATE ON public.post_view_deltas
    FOR EACH ROW
    EXECUTE FUNCTION public.refuse_change('append-only');

CREATE TRIGGER sessions_user_fixed BEFORE UPDATE OF user_id ON public.sessions
    FOR EACH ROW WHEN ((new.user_id IS DISTINCT FROM old.user_id))
    EXECUTE FUNCTION public.refuse_change('user');

DROP TRIGGER url_paths_kept ON public.url_paths;

CREATE TRIGGER url_paths_kept BEFORE DELETE OR UPDATE ON public.url_paths
    FOR EACH ROW
    EXECUTE FUNCTION public.url_paths_kept();

CREATE TRIGGER verification_requests_target_fixed BEFORE UPDATE OF requested_by_id, salon_id, artist_id ON public.verification_requests
    FOR EACH ROW WHEN ((((new.requested_by_id IS DISTINCT FROM old.requested_by_id) OR (new.salon_id IS DISTINCT FROM old.salon_id)) OR (new.artist_id IS DISTINCT FROM old.artist_id)))
    EXECUTE FUNCTION public.refuse_change('requester and target');

CREATE TRIGGER verification_transition_insert BEFORE INSERT ON public.verification_requests
    FOR EACH ROW WHEN ((new.status <> 'PENDING'::public.verification_status))
    EXECUTE FUNCTION public.verification_transition();

-- Privileges
REVOKE EXECUTE ON ROUTINE public.batch_has_held_row(bigint) FROM PUBLIC;

GRANT UPDATE (
    artist_id,
    category,
    credential_id,
    credential_url,
    expires_at,
    issued_at,
    issuer,
    issuer_slug,
    level,
    media_id,
    title,
    verified_at,
    verified_by_id
) ON TABLE public.artist_certifications TO sevra_maintenance;

GRANT UPDATE (
    avatar_media_id,
    bio,
    city_id,
    cover_media_id,
    full_name,
    instagram,
    neighborhood_id,
    phone,
    primary_owner_id,
    province_id,
    slug,
    status,
    summary,
    website
) ON TABLE public.artists TO sevra_maintenance;

GRANT UPDATE (avatar_id, bio, display_name) ON TABLE public.author_profiles TO sevra_maintenance;

GRANT UPDATE (description, name, parent_id, "position", slug) ON TABLE public.categories TO sevra_maintenance;

GRANT UPDATE (
    is_landing_enabled,
    landing_intro,
    lat,
    lng,
    name_en,
    name_fa,
    province_id,
    slug
) ON TABLE public.cities TO sevra_maintenance;

GRANT UPDATE (
    artist_id,
    content,
    edited_at,
    ip,
    parent_id,
    post_id,
    salon_id,
    status,
    user_agent,
    user_id
) ON TABLE public.comments TO sevra_maintenance;

GRANT INSERT (actor_id, reason, request_id, root_id, root_type, row_count), UPDATE (
    archived_at,
    blocked_at,
    blocked_by,
    hold_reason,
    hold_until,
    purged_at,
    restored_at,
    row_count
) ON TABLE public.deletion_batches TO sevra_maintenance;

GRANT UPDATE (state, successor_id, successor_type) ON TABLE public.entities TO sevra_maintenance;

GRANT UPDATE (released_at, released_by_id) ON TABLE public.legal_holds TO sevra_maintenance;

GRANT UPDATE (
    alt_text,
    attempts,
    duration,
    error,
    height,
    is_private,
    kind,
    mime,
    sha256,
    size_bytes,
    status,
    storage_key,
    title,
    type,
    uploaded_by_id,
    url,
    variants,
    width
) ON TABLE public.media TO sevra_maintenance;

GRANT UPDATE (city_id, name_en, name_fa, slug) ON TABLE public.neighborhoods TO sevra_maintenance;

GRANT UPDATE (content, published_at, slug, status, title) ON TABLE public.pages TO sevra_maintenance;

GRANT UPDATE (
    author_id,
    category_id,
    content,
    cover_media_id,
    excerpt,
    is_hot,
    published_at,
    reading_time_sec,
    scheduled_at,
    series_id,
    series_position,
    slug,
    status,
    title,
    views_count,
    visibility
) ON TABLE public.posts TO sevra_maintenance;

GRANT UPDATE (name_en, name_fa, slug) ON TABLE public.provinces TO sevra_maintenance;

GRANT UPDATE (
    artist_id,
    author_id,
    body,
    ip,
    rating,
    salon_id,
    status,
    title,
    user_agent,
    visited_at
) ON TABLE public.reviews TO sevra_maintenance;

GRANT UPDATE (
    address_line,
    avatar_media_id,
    city_id,
    cover_media_id,
    description,
    instagram,
    is_women_only,
    lat,
    lng,
    name,
    neighborhood_id,
    phone,
    postal_code,
    price_tier,
    primary_owner_id,
    province_id,
    slug,
    status,
    summary,
    website
) ON TABLE public.salons TO sevra_maintenance;

GRANT UPDATE (description, order_strategy, slug, title) ON TABLE public.series TO sevra_maintenance;

GRANT UPDATE (name_en, name_fa, "position", slug) ON TABLE public.service_categories TO sevra_maintenance;

GRANT UPDATE (category_id, description, name_en, name_fa, "position", slug) ON TABLE public.service_definitions TO sevra_maintenance;

GRANT UPDATE (name_en, name_fa, "position", slug) ON TABLE public.specialties TO sevra_maintenance;

GRANT UPDATE (description, name, slug) ON TABLE public.tags TO sevra_maintenance;

GRANT UPDATE (kind) ON TABLE public.url_paths TO sevra_maintenance;

GRANT UPDATE (
    avatar_media_id,
    bio,
    city_id,
    email,
    first_name,
    gender,
    is_phone_verified,
    last_login_at,
    last_name,
    password_hash,
    phone_number,
    referral_code,
    role,
    score,
    status,
    username,
    verification
) ON TABLE public.users TO sevra_maintenance;

-- Constraints, for new rows
ALTER TABLE public.artist_certifications
    ADD CONSTRAINT artist_certifications_credential_url_check2 CHECK ((credential_url ~ '^https?://[^/\\?#[:space:][:cntrl:]][^[:space:][:cntrl:]]*$'::text)) NOT VALID;

ALTER TABLE public.artists
    ADD CONSTRAINT artists_website_check2 CHECK ((website ~ '^https?://[^/\\?#[:space:][:cntrl:]][^[:space:][:cntrl:]]*$'::text)) NOT VALID;

ALTER TABLE public.media
    ADD CONSTRAINT media_url_check1 CHECK ((url ~ '^(https?://[^/\\?#[:space:][:cntrl:]]|/[^/\\[:space:][:cntrl:]])[^[:space:][:cntrl:]]*$'::text)) NOT VALID;

ALTER TABLE public.menu_items
    ADD CONSTRAINT menu_items_url_check3 CHECK ((url !~ '[[:cntrl:]]'::text)) NOT VALID;

ALTER TABLE public.pages
    ADD CONSTRAINT pages_published_at_check CHECK (isfinite(published_at)) NOT VALID;

ALTER TABLE public.posts
    ADD CONSTRAINT posts_published_at_check CHECK (isfinite(published_at)) NOT VALID;

ALTER TABLE public.posts
    ADD CONSTRAINT posts_scheduled_at_check CHECK (isfinite(scheduled_at)) NOT VALID;

ALTER TABLE public.redirect_rules
    ADD CONSTRAINT redirect_rules_hits_check CHECK ((hits >= 0)) NOT VALID;

ALTER TABLE public.salons
    ADD CONSTRAINT salons_website_check2 CHECK ((website ~ '^https?://[^/\\?#[:space:][:cntrl:]][^[:space:][:cntrl:]]*$'::text)) NOT VALID;

ALTER TABLE public.seo_meta
    ADD CONSTRAINT seo_meta_canonical_url_check2 CHECK ((canonical_url ~ '^https?://[^/\\?#[:space:][:cntrl:]][^[:space:][:cntrl:]]*$'::text)) NOT VALID;

ALTER TABLE public.seo_meta
    ADD CONSTRAINT seo_meta_canonical_url_check3 CHECK ((canonical_url !~ '["''<>]'::text)) NOT VALID;

ALTER TABLE public.sitemap_files
    ADD CONSTRAINT sitemap_files_byte_count_check CHECK ((byte_count >= 0)) NOT VALID;

ALTER TABLE public.sitemap_urls
    ADD CONSTRAINT sitemap_urls_check1 CHECK (((entity_id IS NOT NULL) OR (path !~ '^(/atlas/artist|/atlas/city|/atlas/province|/atlas/salon|/blog/category|/blog/page|/blog/post|/blog/series|/blog/tag)/'::text))) NOT VALID;

ALTER TABLE public.sitemap_urls
    ADD CONSTRAINT sitemap_urls_check2 CHECK (
CASE section
    WHEN 'salons'::text THEN COALESCE((entity_type = 'SALON'::public.entity_type), false)
    WHEN 'artists'::text THEN COALESCE((entity_type = 'ARTIST'::public.entity_type), false)
    WHEN 'geo'::text THEN COALESCE((entity_type = ANY (ARRAY['PROVINCE'::public.entity_type, 'CITY'::public.entity_type])), false)
    WHEN 'posts'::text THEN COALESCE((entity_type = 'BLOG_POST'::public.entity_type), false)
    WHEN 'pages'::text THEN COALESCE((entity_type = 'BLOG_PAGE'::public.entity_type), false)
    WHEN 'taxonomy'::text THEN COALESCE((entity_type = ANY (ARRAY['CATEGORY'::public.entity_type, 'TAG'::public.entity_type, 'SERIES'::public.entity_type])), false)
    WHEN 'static'::text THEN (entity_type IS NULL)
    ELSE NULL::boolean
END) NOT VALID;

ALTER TABLE public.users
    ADD CONSTRAINT users_email_check2 CHECK ((email !~ '[[:space:][:cntrl:]]'::text)) NOT VALID;

ALTER TABLE public.users
    ADD CONSTRAINT users_referral_code_check1 CHECK ((btrim(referral_code) <> ''::text)) NOT VALID;

-- pgevolve: transaction=off
-- Constraints, for the rows that are there
ALTER TABLE public.artist_certifications VALIDATE CONSTRAINT artist_certifications_credential_url_check2;

-- pgevolve: transaction=off
ALTER TABLE public.artists VALIDATE CONSTRAINT artists_website_check2;

-- pgevolve: transaction=off
ALTER TABLE public.media VALIDATE CONSTRAINT media_url_check1;

-- pgevolve: transaction=off
ALTER TABLE public.menu_items VALIDATE CONSTRAINT menu_items_url_check3;

-- pgevolve: transaction=off
ALTER TABLE public.pages VALIDATE CONSTRAINT pages_published_at_check;

-- pgevolve: transaction=off
ALTER TABLE public.posts VALIDATE CONSTRAINT posts_published_at_check;

-- pgevolve: transaction=off
ALTER TABLE public.posts VALIDATE CONSTRAINT posts_scheduled_at_check;

-- pgevolve: transaction=off
ALTER TABLE public.redirect_rules VALIDATE CONSTRAINT redirect_rules_hits_check;

-- pgevolve: transaction=off
ALTER TABLE public.salons VALIDATE CONSTRAINT salons_website_check2;

-- pgevolve: transaction=off
ALTER TABLE public.seo_meta VALIDATE CONSTRAINT seo_meta_canonical_url_check2;

-- pgevolve: transaction=off
ALTER TABLE public.seo_meta VALIDATE CONSTRAINT seo_meta_canonical_url_check3;

-- pgevolve: transaction=off
ALTER TABLE public.sitemap_files VALIDATE CONSTRAINT sitemap_files_byte_count_check;

-- pgevolve: transaction=off
ALTER TABLE public.sitemap_urls VALIDATE CONSTRAINT sitemap_urls_check1;

-- pgevolve: transaction=off
ALTER TABLE public.sitemap_urls VALIDATE CONSTRAINT sitemap_urls_check2;

-- pgevolve: transaction=off
ALTER TABLE public.users VALIDATE CONSTRAINT users_email_check2;

-- pgevolve: transaction=off
ALTER TABLE public.users VALIDATE CONSTRAINT users_referral_code_check1;
