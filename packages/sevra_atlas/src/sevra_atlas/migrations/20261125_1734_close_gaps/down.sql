-- Functions
SET LOCAL check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.guard_legal_hold()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  held record;
  is_held boolean;
BEGIN
  IF TG_TABLE_NAME = 'erasures' THEN
    is_held := EXISTS (SELECT FROM public.legal_holds h
                        WHERE h.released_at IS NULL AND h.entity_type = 'USER' AND h.entity_id = NEW.user_id)
            OR EXISTS (SELECT FROM public.deletion_batches b
                        WHERE b.root_type = 'USER' AND b.root_id = NEW.user_id AND b.hold_until > now());
  ELSE
    is_held := coalesce(NEW.hold_until > now(), false);
    FOR held IN SELECT t.table_name, h.entity_id FROM public.legal_holds h JOIN public.entity_types t USING (entity_type)
                 WHERE h.released_at IS NULL LOOP
      EXIT WHEN is_held;
      EXECUTE format('SELECT EXISTS (SELECT FROM public.%I WHERE id = $1 AND deletion_id = $2)', held.table_name)
        INTO is_held USING held.entity_id, NEW.id;
      is_held := is_held OR EXISTS (SELECT FROM archive.rows r WHERE r.table_name = held.table_name
                                       AND r.row_id = held.entity_id AND r.batch_id = NEW.id);
    END LOOP;
  END IF;
  IF is_held THEN
    RAISE object_in_use USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA,
      MESSAGE = format('%s %s is under a legal hold', TG_TABLE_NAME, NEW.id);
  END IF;
  RETURN NEW;
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

CREATE OR REPLACE FUNCTION public.restore_batch(p_batch bigint)
 RETURNS bigint
 LANGUAGE plpgsql
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
  IF OLD.kind = 'rule' OR (OLD.kind = 'gone' AND current_setting('sevra.reclaiming', true) = OLD.path) THEN
    RETURN OLD;
  END IF;
  RAISE insufficient_privilege USING
    CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA,
    MESSAGE = format('path %L is never deleted', OLD.path);
END
$function$;

CREATE OR REPLACE FUNCTION public.verification_transition()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
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

CREATE TRIGGER comments_target_fixed BEFORE UPDATE OF post_id, salon_id, artist_id, parent_id ON public.comments
    FOR EACH ROW WHEN (((new.post_id IS DISTINCT FROM old.post_id) OR (new.salon_id IS DISTINCT FROM old.salon_id) OR (new.artist_id IS DISTINCT FROM old.artist_id) OR (new.parent_id IS DISTINCT FROM old.parent_id)))
    EXECUTE FUNCTION public.refuse_change('target and parent');

DROP TRIGGER url_paths_kept ON public.url_paths;

CREATE TRIGGER url_paths_kept BEFORE DELETE ON public.url_paths
    FOR EACH ROW
    EXECUTE FUNCTION public.url_paths_kept();

-- Privileges
REVOKE UPDATE (
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
) ON TABLE public.artist_certifications FROM sevra_maintenance;

REVOKE UPDATE (
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
) ON TABLE public.artists FROM sevra_maintenance;

REVOKE UPDATE (avatar_id, bio, display_name) ON TABLE public.author_profiles FROM sevra_maintenance;

REVOKE UPDATE (description, name, parent_id, "position", slug) ON TABLE public.categories FROM sevra_maintenance;

REVOKE UPDATE (
    is_landing_enabled,
    landing_intro,
    lat,
    lng,
    name_en,
    name_fa,
    province_id,
    slug
) ON TABLE public.cities FROM sevra_maintenance;

REVOKE UPDATE (
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
) ON TABLE public.comments FROM sevra_maintenance;

REVOKE INSERT (actor_id, reason, request_id, root_id, root_type, row_count), UPDATE (
    archived_at,
    blocked_at,
    blocked_by,
    hold_reason,
    hold_until,
    purged_at,
    restored_at,
    row_count
) ON TABLE public.deletion_batches FROM sevra_maintenance;

REVOKE UPDATE (state, successor_id, successor_type) ON TABLE public.entities FROM sevra_maintenance;

REVOKE UPDATE (released_at, released_by_id) ON TABLE public.legal_holds FROM sevra_maintenance;

REVOKE UPDATE (
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
) ON TABLE public.media FROM sevra_maintenance;

REVOKE UPDATE (city_id, name_en, name_fa, slug) ON TABLE public.neighborhoods FROM sevra_maintenance;

REVOKE UPDATE (content, published_at, slug, status, title) ON TABLE public.pages FROM sevra_maintenance;

REVOKE UPDATE (
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
) ON TABLE public.posts FROM sevra_maintenance;

REVOKE UPDATE (name_en, name_fa, slug) ON TABLE public.provinces FROM sevra_maintenance;

REVOKE UPDATE (
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
) ON TABLE public.reviews FROM sevra_maintenance;

REVOKE UPDATE (
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
) ON TABLE public.salons FROM sevra_maintenance;

REVOKE UPDATE (description, order_strategy, slug, title) ON TABLE public.series FROM sevra_maintenance;

REVOKE UPDATE (name_en, name_fa, "position", slug) ON TABLE public.service_categories FROM sevra_maintenance;

REVOKE UPDATE (category_id, description, name_en, name_fa, "position", slug) ON TABLE public.service_definitions FROM sevra_maintenance;

REVOKE UPDATE (name_en, name_fa, "position", slug) ON TABLE public.specialties FROM sevra_maintenance;

REVOKE UPDATE (description, name, slug) ON TABLE public.tags FROM sevra_maintenance;

REVOKE UPDATE (kind) ON TABLE public.url_paths FROM sevra_maintenance;

REVOKE UPDATE (
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
) ON TABLE public.users FROM sevra_maintenance;

-- Removed
DROP TRIGGER verification_transition_insert ON public.verification_requests;

DROP TRIGGER verification_requests_target_fixed ON public.verification_requests;

DROP TRIGGER sessions_user_fixed ON public.sessions;

DROP TRIGGER post_view_deltas_append_only ON public.post_view_deltas;

DROP TRIGGER path_hit_deltas_append_only ON public.path_hit_deltas;

DROP TRIGGER outbox_append_only ON public.outbox;

DROP TRIGGER guard_legal_hold ON public.users;

DROP TRIGGER guard_legal_hold ON public.tags;

DROP TRIGGER guard_legal_hold ON public.specialties;

DROP TRIGGER guard_legal_hold ON public.service_definitions;

DROP TRIGGER guard_legal_hold ON public.service_categories;

DROP TRIGGER guard_legal_hold ON public.series;

DROP TRIGGER guard_legal_hold ON public.salons;

DROP TRIGGER guard_legal_hold ON public.reviews;

DROP TRIGGER guard_legal_hold ON public.provinces;

DROP TRIGGER guard_legal_hold ON public.posts;

DROP TRIGGER guard_legal_hold ON public.pages;

DROP TRIGGER guard_legal_hold ON public.neighborhoods;

DROP TRIGGER guard_legal_hold ON public.media;

DROP TRIGGER guard_legal_hold ON public.comments;

DROP TRIGGER guard_legal_hold ON public.cities;

DROP TRIGGER guard_legal_hold ON public.categories;

DROP TRIGGER guard_legal_hold ON public.author_profiles;

DROP TRIGGER guard_legal_hold ON public.artists;

DROP TRIGGER guard_legal_hold ON public.artist_certifications;

DROP TRIGGER entities_state_kept ON public.entities;

ALTER TABLE public.users DROP CONSTRAINT users_referral_code_check1;

ALTER TABLE public.users DROP CONSTRAINT users_email_check2;

ALTER TABLE public.sitemap_urls DROP CONSTRAINT sitemap_urls_check2;

ALTER TABLE public.sitemap_urls DROP CONSTRAINT sitemap_urls_check1;

ALTER TABLE public.sitemap_files DROP CONSTRAINT sitemap_files_byte_count_check;

ALTER TABLE public.seo_meta DROP CONSTRAINT seo_meta_canonical_url_check3;

ALTER TABLE public.seo_meta DROP CONSTRAINT seo_meta_canonical_url_check2;

ALTER TABLE public.salons DROP CONSTRAINT salons_website_check2;

ALTER TABLE public.redirect_rules DROP CONSTRAINT redirect_rules_hits_check;

ALTER TABLE public.posts DROP CONSTRAINT posts_scheduled_at_check;

ALTER TABLE public.posts DROP CONSTRAINT posts_published_at_check;

ALTER TABLE public.pages DROP CONSTRAINT pages_published_at_check;

ALTER TABLE public.menu_items DROP CONSTRAINT menu_items_url_check3;

ALTER TABLE public.media DROP CONSTRAINT media_url_check1;

ALTER TABLE public.artists DROP CONSTRAINT artists_website_check2;

ALTER TABLE public.artist_certifications DROP CONSTRAINT artist_certifications_credential_url_check2;

DROP FUNCTION public.batch_has_held_row(bigint);
