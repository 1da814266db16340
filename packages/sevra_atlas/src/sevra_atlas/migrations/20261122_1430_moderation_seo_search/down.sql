-- Functions
SET LOCAL check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.media_in_use()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  used_by text;
BEGIN
  SELECT format('post %s', p.id) INTO used_by
    FROM public.post_media m JOIN public.posts p ON p.id = m.post_id AND p.deleted_at IS NULL
   WHERE m.media_id = NEW.id LIMIT 1;
  IF used_by IS NOT NULL THEN
    RAISE foreign_key_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA,
      MESSAGE = format('media %s is used by %s', NEW.id, used_by);
  END IF;
  RETURN NEW;
END
$function$;

CREATE OR REPLACE FUNCTION public.swap_slugs(p_type public.entity_type, p_id bigint, p_other bigint, p_reason text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  soft_table name;
  mine public.url_paths;
  theirs public.url_paths;
  my_slug text;
  their_slug text;
BEGIN
  SELECT table_name INTO STRICT soft_table FROM public.entity_types
   WHERE entity_type = p_type AND url_prefix IS NOT NULL;
  EXECUTE format('SELECT FROM public.%I WHERE id IN ($1, $2) ORDER BY id FOR NO KEY UPDATE', soft_table)
    USING p_id, p_other;
  EXECUTE format('SELECT slug FROM public.%I WHERE id = $1 AND deleted_at IS NULL', soft_table)
    INTO my_slug USING p_id;
  EXECUTE format('SELECT slug FROM public.%I WHERE id = $1 AND deleted_at IS NULL', soft_table)
    INTO their_slug USING p_other;
  IF p_id = p_other OR my_slug IS NULL OR their_slug IS NULL THEN
    RAISE no_data_found USING MESSAGE = format('%s %s and %s are not two live rows', p_type, p_id, p_other);
  END IF;
  PERFORM FROM public.url_paths
    WHERE entity_type = p_type AND entity_id IN (p_id, p_other) AND kind = 'current' ORDER BY path FOR UPDATE;
  SELECT * INTO mine FROM public.url_paths WHERE entity_type = p_type AND entity_id = p_id AND kind = 'current';
  SELECT * INTO theirs FROM public.url_paths WHERE entity_type = p_type AND entity_id = p_other AND kind = 'current';
  UPDATE public.url_paths SET kind = 'alias' WHERE path IN (mine.path, theirs.path);
  UPDATE public.url_paths
     SET kind = 'current', since = now(), entity_id = CASE path WHEN mine.path THEN p_other ELSE p_id END
   WHERE path IN (mine.path, theirs.path);
  PERFORM set_config('sevra.swapping', p_type::text, true);
  EXECUTE format('UPDATE public.%I SET slug = $2 WHERE id = $1', soft_table)
    USING p_id, 'swap-' || p_id || '-' || replace(gen_random_uuid()::text, '-', '');
  EXECUTE format('UPDATE public.%I SET slug = $2 WHERE id = $1', soft_table) USING p_other, my_slug;
  EXECUTE format('UPDATE public.%I SET slug = $2 WHERE id = $1', soft_table) USING p_id, their_slug;
  PERFORM set_config('sevra.swapping', '', true);
  INSERT INTO public.slug_history
    (entity_type, entity_id, old_slug, new_slug, path, event, actor_id, reason, request_id)
  SELECT p_type, side.id, side.old_slug, side.new_slug, side.path, 'transferred',
         nullif(current_setting('sevra.actor_id', true), '')::bigint, p_reason,
         nullif(current_setting('sevra.request_id', true), '')
    FROM (VALUES (p_id, my_slug, their_slug, theirs.path), (p_other, their_slug, my_slug, mine.path))
         AS side (id, old_slug, new_slug, path);
  INSERT INTO public.outbox (topic, entity_type, entity_id)
  VALUES ('sitemap', p_type, p_id), ('sitemap', p_type, p_other);
END
$function$;

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
  IF FOUND THEN
    INSERT INTO public.outbox (topic, entity_type, entity_id)
    VALUES ('search', kind, NEW.id), ('sitemap', kind, NEW.id);
  END IF;
  RETURN NULL;
END
$function$;

CREATE OR REPLACE FUNCTION public.sync_path()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  owner_type public.entity_type := TG_ARGV[0];
  new_path text := TG_ARGV[1] || '/' || NEW.slug_key;
  display text := TG_ARGV[1] || '/' || NEW.slug;
  renamed boolean := TG_OP = 'UPDATE';
  former text;
BEGIN
  IF renamed THEN
    IF OLD.slug = NEW.slug THEN RETURN NULL; END IF;
    -- swap_slugs() changes the ledger of both rows by itself. Anybody can write its setting, so it is believed
    -- only of a caller who may execute the function.
    IF current_setting('sevra.swapping', true) = owner_type::text
       AND has_function_privilege(
             CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role')::name END,
             'public.swap_slugs(public.entity_type, bigint, bigint, text)', 'EXECUTE')
    THEN
      RETURN NULL;
    END IF;
    former := OLD.slug;
  END IF;
  IF renamed AND OLD.slug_key = NEW.slug_key THEN
    UPDATE public.url_paths u SET display_path = display
     WHERE u.path = new_path AND u.entity_type = owner_type AND u.entity_id = NEW.id;
  ELSE
    UPDATE public.url_paths u SET kind = 'alias'
     WHERE u.entity_type = owner_type AND u.entity_id = NEW.id AND u.kind = 'current' AND u.path <> new_path;
    INSERT INTO public.url_paths AS u (path, kind, entity_type, entity_id, display_path)
    VALUES (new_path, 'current', owner_type, NEW.id, display)
    ON CONFLICT (path) DO UPDATE SET kind = 'current', display_path = excluded.display_path, since = now()
    WHERE u.kind IN ('alias', 'current')
      AND (u.entity_type, u.entity_id) = (excluded.entity_type, excluded.entity_id);
    IF NOT FOUND THEN
      RAISE unique_violation USING
        CONSTRAINT = 'url_paths_pkey', TABLE = 'url_paths', SCHEMA = 'public',
        MESSAGE = format('path %L is reserved', new_path),
        DETAIL = (SELECT format('owner=%s:%s kind=%s', u.entity_type, u.entity_id, u.kind)
                    FROM public.url_paths u WHERE u.path = new_path);
    END IF;
  END IF;
  INSERT INTO public.slug_history
    (entity_type, entity_id, old_slug, new_slug, path, event, actor_id, reason, request_id)
  VALUES (owner_type, NEW.id, former, NEW.slug, new_path, CASE WHEN renamed THEN 'renamed' ELSE 'assigned' END,
          nullif(current_setting('sevra.actor_id', true), '')::bigint,
          nullif(current_setting('sevra.reason', true), ''),
          nullif(current_setting('sevra.request_id', true), ''));
  IF renamed THEN
    INSERT INTO public.outbox (topic, entity_type, entity_id) VALUES ('sitemap', owner_type, NEW.id);
  END IF;
  RETURN NULL;
END
$function$;

-- Removed
DROP TRIGGER close_sessions ON public.users;

DROP VIEW public.trash;

DROP VIEW public.indexable_entities;

DROP TABLE
    public.city_stats,
    public.erasures,
    public.idempotency_keys,
    public.job_effects,
    public.legal_holds,
    public.otp_codes,
    public.path_hit_deltas,
    public.path_misses,
    public.rate_limits,
    public.refresh_tokens,
    public.reports,
    public.retention_policies,
    public.search_documents,
    public.search_lexemes,
    public.search_weights,
    public.seo_meta,
    public.sessions,
    public.sitemap_files,
    public.sitemap_shards,
    public.sitemap_urls,
    public.verification_documents,
    public.verification_requests;

DROP FUNCTION public.verification_transition();

DROP FUNCTION public.reports_transition();

DROP FUNCTION public.propagate_verification();

DROP FUNCTION public.keep_lastmod();

DROP FUNCTION public.close_sessions();

DROP TYPE public.robots_index;

DROP TYPE public.report_status;

DROP TYPE public.otp_purpose;

DROP TYPE public.canonical_mode;
