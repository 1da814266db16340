-- Enums
CREATE TYPE public.canonical_mode AS ENUM ('SELF', 'CUSTOM');

CREATE TYPE public.otp_purpose AS ENUM ('LOGIN', 'VERIFY');

CREATE TYPE public.report_status AS ENUM ('OPEN', 'UNDER_REVIEW', 'RESOLVED', 'REJECTED');

CREATE TYPE public.robots_index AS ENUM ('INDEX_FOLLOW', 'NOINDEX_FOLLOW', 'NOINDEX_NOFOLLOW');

-- Functions
SET LOCAL check_function_bodies = off;

CREATE FUNCTION public.close_sessions()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  UPDATE public.sessions
     SET revoked_at = now(),
         revoke_reason = CASE WHEN NEW.deleted_at IS NOT NULL THEN 'deleted'
                              WHEN NEW.status <> 'ACTIVE' THEN 'suspended'
                              WHEN NEW.role <> OLD.role THEN 'role'
                              WHEN NEW.status <> OLD.status THEN 'status'
                              ELSE 'password' END
   WHERE user_id = NEW.id AND revoked_at IS NULL;
  RETURN NULL;
END
$function$;

CREATE FUNCTION public.keep_lastmod()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  IF (OLD.lastmod IS NOT NULL AND (NEW.lastmod IS NULL OR NEW.lastmod < OLD.lastmod))
     OR (NEW.lastmod IS DISTINCT FROM OLD.lastmod AND NEW.content_hash IS NOT DISTINCT FROM OLD.content_hash)
  THEN
    RAISE check_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA, COLUMN = 'lastmod',
      MESSAGE = format('the date of %L moves forward, and only with its content', OLD.path);
  END IF;
  RETURN NEW;
END
$function$;

CREATE OR REPLACE FUNCTION public.media_in_use()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  used_by text;
BEGIN
  SELECT format('%s %s', e.entity_type, e.entity_id) INTO used_by
    FROM (SELECT 'BLOG_POST'::public.entity_type AS entity_type, m.post_id AS entity_id
            FROM public.post_media m WHERE m.media_id = NEW.id
          UNION ALL
          SELECT CASE WHEN r.salon_id IS NULL THEN 'ARTIST' ELSE 'SALON' END::public.entity_type,
                 coalesce(r.salon_id, r.artist_id)
            FROM public.verification_documents d JOIN public.verification_requests r ON r.id = d.verification_request_id
           WHERE d.media_id = NEW.id
          UNION ALL
          SELECT s.entity_type, s.entity_id FROM public.seo_meta s
           WHERE NEW.id IN (s.og_image_media_id, s.twitter_image_media_id)) AS use
    JOIN public.entities e USING (entity_type, entity_id)
   WHERE e.state NOT IN ('deleted', 'archived', 'purged') LIMIT 1;
  IF used_by IS NOT NULL THEN
    RAISE foreign_key_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA,
      MESSAGE = format('media %s is used by %s', NEW.id, used_by);
  END IF;
  RETURN NEW;
END
$function$;

CREATE FUNCTION public.propagate_verification()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  UPDATE public.salons SET verification = NEW.status
   WHERE id = NEW.salon_id AND verification <> NEW.status
     AND NOT (NEW.status = 'PENDING' AND verification = 'VERIFIED');
  UPDATE public.artists SET verification = NEW.status
   WHERE id = NEW.artist_id AND verification <> NEW.status
     AND NOT (NEW.status = 'PENDING' AND verification = 'VERIFIED');
  RETURN NULL;
END
$function$;

CREATE FUNCTION public.reports_transition()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  IF OLD.status IN ('RESOLVED', 'REJECTED') AND NEW.status <> 'UNDER_REVIEW' THEN
    RAISE check_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA, COLUMN = 'status',
      MESSAGE = format('%s becomes no %s', OLD.status, NEW.status);
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
  listed public.sitemap_urls[];
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
  -- No two rows of the sitemap hold one path, not even for a moment: both go and come back.
  SELECT array_agg(s) INTO listed FROM public.sitemap_urls s
   WHERE s.entity_type = p_type AND s.entity_id IN (p_id, p_other);
  DELETE FROM public.sitemap_urls s WHERE s.entity_type = p_type AND s.entity_id IN (p_id, p_other);
  INSERT INTO public.sitemap_urls (path, entity_type, entity_id, locale, section, content_hash, lastmod, changefreq,
                                   priority, is_enabled, is_manual, created_at)
  SELECT CASE s.entity_id WHEN p_id THEN theirs.path ELSE mine.path END, s.entity_type, s.entity_id, s.locale, s.section,
         s.content_hash, s.lastmod, s.changefreq, s.priority, s.is_enabled, s.is_manual, s.created_at
    FROM unnest(listed) s;
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
  IF FOUND THEN
    IF now_state <> 'public' THEN
      DELETE FROM public.search_documents WHERE entity_type = kind AND entity_id = NEW.id;
      DELETE FROM public.sitemap_urls WHERE entity_type = kind AND entity_id = NEW.id;
    END IF;
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
    UPDATE public.sitemap_urls s SET path = new_path WHERE s.entity_type = owner_type AND s.entity_id = NEW.id;
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

CREATE FUNCTION public.verification_transition()
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

-- Tables
CREATE TABLE public.city_stats (
    city_id bigint NOT NULL,
    salon_count integer DEFAULT 0 NOT NULL,
    artist_count integer DEFAULT 0 NOT NULL,
    review_count integer DEFAULT 0 NOT NULL,
    rating_sum bigint DEFAULT 0 NOT NULL,
    avg_rating numeric(3,2) GENERATED ALWAYS AS (
CASE
    WHEN (review_count = 0) THEN (0)::numeric
    ELSE round(((rating_sum)::numeric / (review_count)::numeric), 2)
END) STORED NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT city_stats_pkey PRIMARY KEY (city_id),
    CONSTRAINT city_stats_check CHECK (((salon_count >= 0) AND (artist_count >= 0))),
    CONSTRAINT city_stats_check1 CHECK (((review_count >= 0) AND ((rating_sum >= review_count) AND (rating_sum <= (5 * (review_count)::bigint)))))
);

COMMENT ON TABLE public.city_stats IS 'numbers of the cities'' pages, kept by the worker';

COMMENT ON COLUMN public.city_stats.city_id IS 'the city';

COMMENT ON COLUMN public.city_stats.salon_count IS 'public salons';

COMMENT ON COLUMN public.city_stats.artist_count IS 'public artists';

COMMENT ON COLUMN public.city_stats.review_count IS 'their reviews';

COMMENT ON COLUMN public.city_stats.rating_sum IS 'sum of their ratings';

COMMENT ON COLUMN public.city_stats.avg_rating IS 'mean rating; 0 when there is no review';

COMMENT ON COLUMN public.city_stats.updated_at IS 'when they were counted';

CREATE TABLE public.erasures (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    user_id bigint NOT NULL,
    subject_hmac bytea NOT NULL,
    requested_at timestamp with time zone DEFAULT now() NOT NULL,
    due_at timestamp with time zone NOT NULL,
    completed_at timestamp with time zone,
    certificate jsonb,
    CONSTRAINT erasures_pkey PRIMARY KEY (id),
    CONSTRAINT erasures_subject_hmac_key UNIQUE (subject_hmac),
    CONSTRAINT erasures_certificate_check CHECK ((jsonb_typeof(certificate) = 'object'::text)),
    CONSTRAINT erasures_subject_hmac_check CHECK ((octet_length(subject_hmac) = 32))
);

COMMENT ON TABLE public.erasures IS 'requests of persons to be forgotten';

COMMENT ON COLUMN public.erasures.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.erasures.user_id IS 'id the person had; no reference, the row goes';

COMMENT ON COLUMN public.erasures.subject_hmac IS 'keyed hash of the id, to erase again after a backup';

COMMENT ON COLUMN public.erasures.requested_at IS 'when it was asked for';

COMMENT ON COLUMN public.erasures.due_at IS 'when it has to be done';

COMMENT ON COLUMN public.erasures.completed_at IS 'when it was done';

COMMENT ON COLUMN public.erasures.certificate IS 'what was erased';

CREATE TABLE public.idempotency_keys (
    user_id bigint NOT NULL,
    path text NOT NULL,
    key text NOT NULL,
    request_hash bytea NOT NULL,
    status smallint,
    response jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (user_id, path, key),
    CONSTRAINT idempotency_keys_key_check CHECK ((char_length(key) <= 128)),
    CONSTRAINT idempotency_keys_status_check CHECK (((status >= 100) AND (status <= 599)))
);

COMMENT ON TABLE public.idempotency_keys IS 'answers to requests that may be sent twice, kept 24 hours';

COMMENT ON COLUMN public.idempotency_keys.user_id IS 'who asked';

COMMENT ON COLUMN public.idempotency_keys.path IS 'what was asked';

COMMENT ON COLUMN public.idempotency_keys.key IS 'key of the request';

COMMENT ON COLUMN public.idempotency_keys.request_hash IS 'hash of the request';

COMMENT ON COLUMN public.idempotency_keys.status IS 'status of the answer; NULL while it is worked on';

COMMENT ON COLUMN public.idempotency_keys.response IS 'the answer';

COMMENT ON COLUMN public.idempotency_keys.created_at IS 'when it was asked';

CREATE TABLE public.job_effects (
    key text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT job_effects_pkey PRIMARY KEY (key)
);

COMMENT ON TABLE public.job_effects IS 'effects of jobs that have happened';

COMMENT ON COLUMN public.job_effects.key IS 'name of the effect';

COMMENT ON COLUMN public.job_effects.created_at IS 'when';

CREATE TABLE public.legal_holds (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    entity_type public.entity_type NOT NULL,
    entity_id bigint NOT NULL,
    reason text NOT NULL,
    placed_by_id bigint,
    placed_at timestamp with time zone DEFAULT now() NOT NULL,
    released_by_id bigint,
    released_at timestamp with time zone,
    CONSTRAINT legal_holds_pkey PRIMARY KEY (id),
    CONSTRAINT legal_holds_check CHECK (((released_by_id IS NULL) OR (released_at IS NOT NULL))),
    CONSTRAINT legal_holds_reason_check CHECK ((char_length(reason) <= 500)),
    CONSTRAINT legal_holds_reason_check1 CHECK ((btrim(reason) <> ''::text))
);

COMMENT ON TABLE public.legal_holds IS 'entities that may not go, and why';

COMMENT ON COLUMN public.legal_holds.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.legal_holds.entity_type IS 'kind of what is held';

COMMENT ON COLUMN public.legal_holds.entity_id IS 'id of what is held';

COMMENT ON COLUMN public.legal_holds.reason IS 'why';

COMMENT ON COLUMN public.legal_holds.placed_by_id IS 'who placed it';

COMMENT ON COLUMN public.legal_holds.placed_at IS 'since when';

COMMENT ON COLUMN public.legal_holds.released_by_id IS 'who released it';

COMMENT ON COLUMN public.legal_holds.released_at IS 'until when';

CREATE TABLE public.otp_codes (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    phone_number text NOT NULL,
    purpose public.otp_purpose DEFAULT 'LOGIN'::public.otp_purpose NOT NULL,
    nonce bytea NOT NULL,
    key_id smallint NOT NULL,
    code_hmac bytea NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    attempts smallint DEFAULT 0 NOT NULL,
    consumed_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT otp_codes_pkey PRIMARY KEY (id),
    CONSTRAINT otp_codes_attempts_check CHECK (((attempts >= 0) AND (attempts <= 5))),
    CONSTRAINT otp_codes_code_hmac_check CHECK ((octet_length(code_hmac) = 32)),
    CONSTRAINT otp_codes_nonce_check CHECK ((octet_length(nonce) = 16)),
    CONSTRAINT otp_codes_phone_number_check CHECK ((phone_number ~ '^\+[1-9][0-9]{7,14}$'::text))
);

COMMENT ON TABLE public.otp_codes IS 'one open code per phone and purpose';

COMMENT ON COLUMN public.otp_codes.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.otp_codes.phone_number IS 'E.164';

COMMENT ON COLUMN public.otp_codes.purpose IS 'what it is for';

COMMENT ON COLUMN public.otp_codes.nonce IS 'from which, with the pepper, the code is derived';

COMMENT ON COLUMN public.otp_codes.key_id IS 'which pepper';

COMMENT ON COLUMN public.otp_codes.code_hmac IS 'keyed hash of the code';

COMMENT ON COLUMN public.otp_codes.expires_at IS 'end of its life';

COMMENT ON COLUMN public.otp_codes.attempts IS 'guesses so far';

COMMENT ON COLUMN public.otp_codes.consumed_at IS 'when it was used';

COMMENT ON COLUMN public.otp_codes.created_at IS 'when it was asked for';

CREATE TABLE public.path_hit_deltas (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    path text NOT NULL,
    hits integer NOT NULL,
    on_date date DEFAULT CURRENT_DATE NOT NULL,
    CONSTRAINT path_hit_deltas_pkey PRIMARY KEY (id),
    CONSTRAINT path_hit_deltas_hits_check CHECK ((hits > 0))
);

COMMENT ON TABLE public.path_hit_deltas IS 'uses of redirect rules, to be added by the roll-up';

COMMENT ON COLUMN public.path_hit_deltas.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.path_hit_deltas.path IS 'the redirected path';

COMMENT ON COLUMN public.path_hit_deltas.hits IS 'uses since the last row';

COMMENT ON COLUMN public.path_hit_deltas.on_date IS 'day of the uses';

CREATE TABLE public.path_misses (
    path text NOT NULL,
    count bigint DEFAULT 1 NOT NULL,
    first_at timestamp with time zone DEFAULT now() NOT NULL,
    last_at timestamp with time zone DEFAULT now() NOT NULL,
    referrer text,
    CONSTRAINT path_misses_pkey PRIMARY KEY (path),
    CONSTRAINT path_misses_count_check CHECK ((count > 0))
);

COMMENT ON TABLE public.path_misses IS 'paths that were asked for and not found';

COMMENT ON COLUMN public.path_misses.path IS 'the path';

COMMENT ON COLUMN public.path_misses.count IS 'times it was asked for';

COMMENT ON COLUMN public.path_misses.first_at IS 'first time';

COMMENT ON COLUMN public.path_misses.last_at IS 'last time';

COMMENT ON COLUMN public.path_misses.referrer IS 'where the last one came from';

CREATE TABLE public.rate_limits (
    key bytea NOT NULL,
    tat timestamp with time zone NOT NULL,
    CONSTRAINT rate_limits_pkey PRIMARY KEY (key)
);

COMMENT ON TABLE public.rate_limits IS 'theoretical arrival times of callers';

COMMENT ON COLUMN public.rate_limits.key IS 'keyed hash of limit and caller';

COMMENT ON COLUMN public.rate_limits.tat IS 'theoretical arrival time of the next call';

CREATE TABLE public.refresh_tokens (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    session_id bigint NOT NULL,
    token_hash bytea NOT NULL,
    parent_id bigint,
    successor_salt bytea,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT refresh_tokens_pkey PRIMARY KEY (id),
    CONSTRAINT refresh_tokens_parent_id_key UNIQUE (parent_id),
    CONSTRAINT refresh_tokens_token_hash_key UNIQUE (token_hash),
    CONSTRAINT refresh_tokens_token_hash_check CHECK ((octet_length(token_hash) = 32))
);

COMMENT ON TABLE public.refresh_tokens IS 'refresh tokens; each has one successor';

COMMENT ON COLUMN public.refresh_tokens.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.refresh_tokens.session_id IS 'the login';

COMMENT ON COLUMN public.refresh_tokens.token_hash IS 'SHA-256 of 256 random bits';

COMMENT ON COLUMN public.refresh_tokens.parent_id IS 'the token it replaced';

COMMENT ON COLUMN public.refresh_tokens.successor_salt IS 'from which its successor is computed again, inside the grace window';

COMMENT ON COLUMN public.refresh_tokens.expires_at IS 'end of its life';

COMMENT ON COLUMN public.refresh_tokens.used_at IS 'when it was replaced';

COMMENT ON COLUMN public.refresh_tokens.created_at IS 'when it was given';

CREATE TABLE public.reports (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    reporter_id bigint NOT NULL,
    target_type public.entity_type NOT NULL,
    target_id bigint NOT NULL,
    salon_id bigint GENERATED ALWAYS AS (
CASE
    WHEN (target_type = 'SALON'::public.entity_type) THEN target_id
    ELSE NULL::bigint
END) STORED,
    artist_id bigint GENERATED ALWAYS AS (
CASE
    WHEN (target_type = 'ARTIST'::public.entity_type) THEN target_id
    ELSE NULL::bigint
END) STORED,
    review_id bigint GENERATED ALWAYS AS (
CASE
    WHEN (target_type = 'REVIEW'::public.entity_type) THEN target_id
    ELSE NULL::bigint
END) STORED,
    reason text NOT NULL,
    details text,
    status public.report_status DEFAULT 'OPEN'::public.report_status NOT NULL,
    assignee_id bigint,
    resolved_by_id bigint,
    resolution_note text,
    resolved_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT reports_pkey PRIMARY KEY (id),
    CONSTRAINT reports_check CHECK (((status = ANY (ARRAY['RESOLVED'::public.report_status, 'REJECTED'::public.report_status])) = (resolved_at IS NOT NULL))),
    CONSTRAINT reports_details_check CHECK ((char_length(details) <= 5000)),
    CONSTRAINT reports_reason_check CHECK ((char_length(reason) <= 255)),
    CONSTRAINT reports_reason_check1 CHECK ((btrim(reason) <> ''::text)),
    CONSTRAINT reports_resolution_note_check CHECK ((char_length(resolution_note) <= 2000))
);

COMMENT ON TABLE public.reports IS 'reports of visitors';

COMMENT ON COLUMN public.reports.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.reports.reporter_id IS 'who reports';

COMMENT ON COLUMN public.reports.target_type IS 'kind of what is reported';

COMMENT ON COLUMN public.reports.target_id IS 'id of what is reported';

COMMENT ON COLUMN public.reports.salon_id IS 'the target, when it is a salon';

COMMENT ON COLUMN public.reports.artist_id IS 'the target, when it is a artist';

COMMENT ON COLUMN public.reports.review_id IS 'the target, when it is a review';

COMMENT ON COLUMN public.reports.reason IS 'what is wrong';

COMMENT ON COLUMN public.reports.details IS 'more of it';

COMMENT ON COLUMN public.reports.status IS 'how far it has come';

COMMENT ON COLUMN public.reports.assignee_id IS 'who looks at it';

COMMENT ON COLUMN public.reports.resolved_by_id IS 'who decided';

COMMENT ON COLUMN public.reports.resolution_note IS 'what was decided';

COMMENT ON COLUMN public.reports.resolved_at IS 'when it was decided';

COMMENT ON COLUMN public.reports.created_at IS 'when the row was made';

COMMENT ON COLUMN public.reports.updated_at IS 'last change that was not a counter, a deletion or a restore';

CREATE TABLE public.retention_policies (
    entity_type public.entity_type NOT NULL,
    keep_days integer DEFAULT 30 NOT NULL,
    archive_days integer DEFAULT 1095,
    CONSTRAINT retention_policies_pkey PRIMARY KEY (entity_type),
    CONSTRAINT retention_policies_archive_days_check CHECK ((archive_days >= 1)),
    CONSTRAINT retention_policies_keep_days_check CHECK ((keep_days >= 1))
);

COMMENT ON TABLE public.retention_policies IS 'days in the trash and in the archive, per kind';

COMMENT ON COLUMN public.retention_policies.entity_type IS 'kind of row';

COMMENT ON COLUMN public.retention_policies.keep_days IS 'days in the trash';

COMMENT ON COLUMN public.retention_policies.archive_days IS 'days in the archive; NULL = for ever';

CREATE TABLE public.search_documents (
    entity_type public.entity_type NOT NULL,
    entity_id bigint NOT NULL,
    locale text DEFAULT 'fa'::text NOT NULL,
    title text NOT NULL,
    name_norm text NOT NULL,
    tsv tsvector NOT NULL,
    popularity integer DEFAULT 0 NOT NULL,
    rating_bucket smallint DEFAULT 0 NOT NULL,
    rank_key bigint GENERATED ALWAYS AS (((((popularity)::bigint * '8796093022208'::bigint) + ((rating_bucket)::bigint * '1099511627776'::bigint)) + ('1099511627775'::bigint - entity_id))) STORED NOT NULL,
    published_at timestamp with time zone,
    city_id bigint,
    norm_version smallint DEFAULT 1 NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT search_documents_pkey PRIMARY KEY (entity_type, entity_id, locale),
    CONSTRAINT search_documents_check CHECK ((entity_id < '1099511627776'::bigint)),
    CONSTRAINT search_documents_locale_check CHECK ((locale = ANY (ARRAY['fa'::text, 'en'::text]))),
    CONSTRAINT search_documents_popularity_check CHECK (((popularity >= 0) AND (popularity <= 1048575))),
    CONSTRAINT search_documents_rating_bucket_check CHECK (((rating_bucket >= 0) AND (rating_bucket <= 5)))
);

COMMENT ON TABLE public.search_documents IS 'what search knows of public entities';

COMMENT ON COLUMN public.search_documents.entity_type IS 'kind of the entity';

COMMENT ON COLUMN public.search_documents.entity_id IS 'the entity';

COMMENT ON COLUMN public.search_documents.locale IS 'language of the text';

COMMENT ON COLUMN public.search_documents.title IS 'what the result shows';

COMMENT ON COLUMN public.search_documents.name_norm IS 'name as fa_norm_v1 folds it';

COMMENT ON COLUMN public.search_documents.tsv IS 'stems with their weights';

COMMENT ON COLUMN public.search_documents.popularity IS 'how much it is visited or reviewed';

COMMENT ON COLUMN public.search_documents.rating_bucket IS 'mean rating, whole points';

COMMENT ON COLUMN public.search_documents.rank_key IS 'keyset key: popularity (bits 62..43), bucket (42..40), 1099511627775 - entity_id (39..0)';

COMMENT ON COLUMN public.search_documents.published_at IS 'publication, of posts';

COMMENT ON COLUMN public.search_documents.city_id IS 'city, of listings';

COMMENT ON COLUMN public.search_documents.norm_version IS 'which folding made it';

COMMENT ON COLUMN public.search_documents.updated_at IS 'when it was made';

CREATE TABLE public.search_lexemes (
    lexeme text NOT NULL,
    doc_count integer NOT NULL,
    trigrams text[] NOT NULL,
    CONSTRAINT search_lexemes_pkey PRIMARY KEY (lexeme),
    CONSTRAINT search_lexemes_doc_count_check CHECK ((doc_count >= 0))
);

COMMENT ON TABLE public.search_lexemes IS 'words of the documents';

COMMENT ON COLUMN public.search_lexemes.lexeme IS 'the word';

COMMENT ON COLUMN public.search_lexemes.doc_count IS 'documents that hold it';

COMMENT ON COLUMN public.search_lexemes.trigrams IS 'its trigrams, for typing errors';

CREATE TABLE public.search_weights (
    name text NOT NULL,
    weight integer NOT NULL,
    CONSTRAINT search_weights_pkey PRIMARY KEY (name),
    CONSTRAINT search_weights_weight_check CHECK (((weight >= 0) AND (weight <= 1000)))
);

COMMENT ON TABLE public.search_weights IS 'what counts how much in a ranking; the sum is 1000';

COMMENT ON COLUMN public.search_weights.name IS 'part of the match';

COMMENT ON COLUMN public.search_weights.weight IS 'share of 1000';

CREATE TABLE public.seo_meta (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    entity_type public.entity_type NOT NULL,
    entity_id bigint NOT NULL,
    locale text DEFAULT 'fa'::text NOT NULL,
    title text,
    og_title text,
    twitter_title text,
    h1 text,
    breadcrumb_label text,
    description text,
    og_description text,
    twitter_desc text,
    canonical_mode public.canonical_mode DEFAULT 'SELF'::public.canonical_mode NOT NULL,
    canonical_url text,
    robots public.robots_index DEFAULT 'INDEX_FOLLOW'::public.robots_index NOT NULL,
    og_image_media_id bigint,
    twitter_image_media_id bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT seo_meta_pkey PRIMARY KEY (id),
    CONSTRAINT seo_meta_entity_type_entity_id_locale_key UNIQUE (entity_type, entity_id, locale),
    CONSTRAINT seo_meta_breadcrumb_label_check CHECK ((char_length(breadcrumb_label) <= 255)),
    CONSTRAINT seo_meta_canonical_url_check CHECK ((char_length(canonical_url) <= 2048)),
    CONSTRAINT seo_meta_canonical_url_check1 CHECK ((canonical_url ~ '^https?://'::text)),
    CONSTRAINT seo_meta_check CHECK (((canonical_mode = 'CUSTOM'::public.canonical_mode) = (canonical_url IS NOT NULL))),
    CONSTRAINT seo_meta_description_check CHECK ((char_length(description) <= 1000)),
    CONSTRAINT seo_meta_entity_type_check CHECK ((entity_type = ANY (ARRAY['ARTIST'::public.entity_type, 'BLOG_PAGE'::public.entity_type, 'BLOG_POST'::public.entity_type, 'CATEGORY'::public.entity_type, 'CITY'::public.entity_type, 'PROVINCE'::public.entity_type, 'SALON'::public.entity_type, 'SERIES'::public.entity_type, 'TAG'::public.entity_type]))),
    CONSTRAINT seo_meta_h1_check CHECK ((char_length(h1) <= 255)),
    CONSTRAINT seo_meta_locale_check CHECK ((locale = ANY (ARRAY['fa'::text, 'en'::text]))),
    CONSTRAINT seo_meta_og_description_check CHECK ((char_length(og_description) <= 1000)),
    CONSTRAINT seo_meta_og_title_check CHECK ((char_length(og_title) <= 255)),
    CONSTRAINT seo_meta_title_check CHECK ((char_length(title) <= 255)),
    CONSTRAINT seo_meta_twitter_desc_check CHECK ((char_length(twitter_desc) <= 1000)),
    CONSTRAINT seo_meta_twitter_title_check CHECK ((char_length(twitter_title) <= 255))
);

COMMENT ON TABLE public.seo_meta IS 'what the heads of pages say, per entity and locale';

COMMENT ON COLUMN public.seo_meta.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.seo_meta.entity_type IS 'kind of the page';

COMMENT ON COLUMN public.seo_meta.entity_id IS 'entity of the page';

COMMENT ON COLUMN public.seo_meta.locale IS 'language of the page';

COMMENT ON COLUMN public.seo_meta.title IS 'title of the page';

COMMENT ON COLUMN public.seo_meta.og_title IS 'title where it is shared';

COMMENT ON COLUMN public.seo_meta.twitter_title IS 'title on cards';

COMMENT ON COLUMN public.seo_meta.h1 IS 'headline';

COMMENT ON COLUMN public.seo_meta.breadcrumb_label IS 'name in the path above the headline';

COMMENT ON COLUMN public.seo_meta.description IS 'description of the page';

COMMENT ON COLUMN public.seo_meta.og_description IS 'description where it is shared';

COMMENT ON COLUMN public.seo_meta.twitter_desc IS 'description on cards';

COMMENT ON COLUMN public.seo_meta.canonical_mode IS 'whose address is canonical';

COMMENT ON COLUMN public.seo_meta.canonical_url IS 'the canonical address, when it is another';

COMMENT ON COLUMN public.seo_meta.robots IS 'what robots may do';

COMMENT ON COLUMN public.seo_meta.og_image_media_id IS 'picture where it is shared';

COMMENT ON COLUMN public.seo_meta.twitter_image_media_id IS 'picture on cards';

COMMENT ON COLUMN public.seo_meta.created_at IS 'when the row was made';

COMMENT ON COLUMN public.seo_meta.updated_at IS 'last change that was not a counter, a deletion or a restore';

CREATE TABLE public.sessions (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    user_id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_used_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    revoke_reason text,
    user_agent text,
    ip inet,
    CONSTRAINT sessions_pkey PRIMARY KEY (id),
    CONSTRAINT sessions_check CHECK (((revoked_at IS NULL) = (revoke_reason IS NULL))),
    CONSTRAINT sessions_revoke_reason_check CHECK ((char_length(revoke_reason) <= 50)),
    CONSTRAINT sessions_user_agent_check CHECK ((char_length(user_agent) <= 255))
);

COMMENT ON TABLE public.sessions IS 'logins; each is the family of its refresh tokens';

COMMENT ON COLUMN public.sessions.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.sessions.user_id IS 'who logged in';

COMMENT ON COLUMN public.sessions.created_at IS 'when';

COMMENT ON COLUMN public.sessions.last_used_at IS 'last refresh';

COMMENT ON COLUMN public.sessions.expires_at IS 'end, whatever is refreshed';

COMMENT ON COLUMN public.sessions.revoked_at IS 'when it was ended early';

COMMENT ON COLUMN public.sessions.revoke_reason IS 'why it was ended early';

COMMENT ON COLUMN public.sessions.user_agent IS 'browser';

COMMENT ON COLUMN public.sessions.ip IS 'address';

CREATE TABLE public.sitemap_files (
    name text NOT NULL,
    section text NOT NULL,
    shard integer NOT NULL,
    url_count integer NOT NULL,
    byte_count bigint NOT NULL,
    content_hash bytea NOT NULL,
    lastmod timestamp with time zone NOT NULL,
    CONSTRAINT sitemap_files_pkey PRIMARY KEY (name),
    CONSTRAINT sitemap_files_check CHECK ((((url_count >= 1) AND (url_count <= 50000)) AND (byte_count <= 52428800))),
    CONSTRAINT sitemap_files_content_hash_check CHECK ((octet_length(content_hash) = 32))
);

COMMENT ON TABLE public.sitemap_files IS 'files of the sitemap as written';

COMMENT ON COLUMN public.sitemap_files.name IS 'name of the file, with the suffix of a split';

COMMENT ON COLUMN public.sitemap_files.section IS 'part of the sitemap';

COMMENT ON COLUMN public.sitemap_files.shard IS 'number in its section';

COMMENT ON COLUMN public.sitemap_files.url_count IS 'addresses in it';

COMMENT ON COLUMN public.sitemap_files.byte_count IS 'size before compression';

COMMENT ON COLUMN public.sitemap_files.content_hash IS 'SHA-256 before compression';

COMMENT ON COLUMN public.sitemap_files.lastmod IS 'when its bytes last changed';

CREATE TABLE public.sitemap_shards (
    section text NOT NULL,
    shard integer NOT NULL,
    is_dirty boolean DEFAULT true NOT NULL,
    CONSTRAINT sitemap_shards_pkey PRIMARY KEY (section, shard),
    CONSTRAINT sitemap_shards_section_check CHECK ((section = ANY (ARRAY['salons'::text, 'artists'::text, 'geo'::text, 'posts'::text, 'pages'::text, 'taxonomy'::text, 'static'::text])))
);

COMMENT ON TABLE public.sitemap_shards IS 'parts of the sitemap''s sections';

COMMENT ON COLUMN public.sitemap_shards.section IS 'part of the sitemap';

COMMENT ON COLUMN public.sitemap_shards.shard IS 'number in its section';

COMMENT ON COLUMN public.sitemap_shards.is_dirty IS 'its files are to be written again';

CREATE TABLE public.sitemap_urls (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    path text NOT NULL,
    entity_type public.entity_type,
    entity_id bigint,
    locale text DEFAULT 'fa'::text NOT NULL,
    section text NOT NULL,
    shard integer GENERATED ALWAYS AS (((COALESCE(entity_id, (0)::bigint) / 20000))::integer) STORED NOT NULL,
    content_hash bytea,
    lastmod timestamp with time zone,
    changefreq public.sitemap_change_freq DEFAULT 'WEEKLY'::public.sitemap_change_freq,
    priority numeric(2,1),
    is_enabled boolean DEFAULT true NOT NULL,
    is_manual boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT sitemap_urls_pkey PRIMARY KEY (id),
    CONSTRAINT sitemap_urls_path_locale_key UNIQUE (path, locale),
    CONSTRAINT sitemap_urls_check CHECK ((num_nonnulls(entity_type, entity_id) = ANY (ARRAY[0, 2]))),
    CONSTRAINT sitemap_urls_locale_check CHECK ((locale = ANY (ARRAY['fa'::text, 'en'::text]))),
    CONSTRAINT sitemap_urls_priority_check CHECK (((priority >= (0)::numeric) AND (priority <= (1)::numeric))),
    CONSTRAINT sitemap_urls_section_check CHECK ((section = ANY (ARRAY['salons'::text, 'artists'::text, 'geo'::text, 'posts'::text, 'pages'::text, 'taxonomy'::text, 'static'::text])))
);

COMMENT ON TABLE public.sitemap_urls IS 'addresses of the sitemap, one per entity and locale';

COMMENT ON COLUMN public.sitemap_urls.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.sitemap_urls.path IS 'the address';

COMMENT ON COLUMN public.sitemap_urls.entity_type IS 'kind of the page; NULL for a route';

COMMENT ON COLUMN public.sitemap_urls.entity_id IS 'entity of the page; NULL for a route';

COMMENT ON COLUMN public.sitemap_urls.locale IS 'language of the page';

COMMENT ON COLUMN public.sitemap_urls.section IS 'part of the sitemap';

COMMENT ON COLUMN public.sitemap_urls.shard IS 'file of the section';

COMMENT ON COLUMN public.sitemap_urls.content_hash IS 'hash of what the page shows';

COMMENT ON COLUMN public.sitemap_urls.lastmod IS 'last change of what the page shows';

COMMENT ON COLUMN public.sitemap_urls.changefreq IS 'how often it changes';

COMMENT ON COLUMN public.sitemap_urls.priority IS 'weight among the pages';

COMMENT ON COLUMN public.sitemap_urls.is_enabled IS 'listed';

COMMENT ON COLUMN public.sitemap_urls.is_manual IS 'made by hand; a rebuild keeps it';

COMMENT ON COLUMN public.sitemap_urls.created_at IS 'when the row was made';

COMMENT ON COLUMN public.sitemap_urls.updated_at IS 'last change that was not a counter, a deletion or a restore';

CREATE TABLE public.verification_documents (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    verification_request_id bigint NOT NULL,
    media_id bigint NOT NULL,
    media_is_private boolean GENERATED ALWAYS AS (true) STORED NOT NULL,
    label text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT verification_documents_pkey PRIMARY KEY (id),
    CONSTRAINT verification_documents_verification_request_id_media_id_key UNIQUE (verification_request_id, media_id),
    CONSTRAINT verification_documents_label_check CHECK ((char_length(label) <= 255))
);

COMMENT ON TABLE public.verification_documents IS 'private files that a request shows';

COMMENT ON COLUMN public.verification_documents.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.verification_documents.verification_request_id IS 'the request';

COMMENT ON COLUMN public.verification_documents.media_id IS 'the file';

COMMENT ON COLUMN public.verification_documents.media_is_private IS 'constant: the file is private';

COMMENT ON COLUMN public.verification_documents.label IS 'what it is';

COMMENT ON COLUMN public.verification_documents.created_at IS 'since when';

CREATE TABLE public.verification_requests (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    requested_by_id bigint NOT NULL,
    salon_id bigint,
    artist_id bigint,
    status public.verification_status DEFAULT 'PENDING'::public.verification_status NOT NULL,
    notes text,
    decision_note text,
    reviewed_by_id bigint,
    decided_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT verification_requests_pkey PRIMARY KEY (id),
    CONSTRAINT verification_requests_check CHECK ((num_nonnulls(salon_id, artist_id) = 1)),
    CONSTRAINT verification_requests_check1 CHECK (((status = 'PENDING'::public.verification_status) = (decided_at IS NULL))),
    CONSTRAINT verification_requests_decision_note_check CHECK ((char_length(decision_note) <= 2000)),
    CONSTRAINT verification_requests_notes_check CHECK ((char_length(notes) <= 2000)),
    CONSTRAINT verification_requests_status_check CHECK ((status <> 'NONE'::public.verification_status))
);

COMMENT ON TABLE public.verification_requests IS 'requests of listings to be verified';

COMMENT ON COLUMN public.verification_requests.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.verification_requests.requested_by_id IS 'who asks';

COMMENT ON COLUMN public.verification_requests.salon_id IS 'the salon';

COMMENT ON COLUMN public.verification_requests.artist_id IS 'the artist';

COMMENT ON COLUMN public.verification_requests.status IS 'how far it has come';

COMMENT ON COLUMN public.verification_requests.notes IS 'what the applicant says';

COMMENT ON COLUMN public.verification_requests.decision_note IS 'what the reviewer says';

COMMENT ON COLUMN public.verification_requests.reviewed_by_id IS 'who decided';

COMMENT ON COLUMN public.verification_requests.decided_at IS 'when it was decided';

COMMENT ON COLUMN public.verification_requests.created_at IS 'when the row was made';

COMMENT ON COLUMN public.verification_requests.updated_at IS 'last change that was not a counter, a deletion or a restore';

-- Constraints
ALTER TABLE public.city_stats
    ADD CONSTRAINT city_stats_city_id_fkey FOREIGN KEY (city_id) REFERENCES public.cities(id) ON DELETE CASCADE;

ALTER TABLE public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE public.legal_holds
    ADD CONSTRAINT legal_holds_entity_type_entity_id_fkey FOREIGN KEY (entity_type, entity_id) REFERENCES public.entities(entity_type, entity_id) ON DELETE RESTRICT;

ALTER TABLE public.legal_holds
    ADD CONSTRAINT legal_holds_placed_by_id_fkey FOREIGN KEY (placed_by_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE public.legal_holds
    ADD CONSTRAINT legal_holds_released_by_id_fkey FOREIGN KEY (released_by_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.refresh_tokens(id) ON DELETE CASCADE;

ALTER TABLE public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.sessions(id) ON DELETE CASCADE;

ALTER TABLE public.reports
    ADD CONSTRAINT reports_assignee_id_fkey FOREIGN KEY (assignee_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE public.reports
    ADD CONSTRAINT reports_reporter_id_fkey FOREIGN KEY (reporter_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE public.reports
    ADD CONSTRAINT reports_resolved_by_id_fkey FOREIGN KEY (resolved_by_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE public.reports
    ADD CONSTRAINT reports_target_type_target_id_fkey FOREIGN KEY (target_type, target_id) REFERENCES public.entities(entity_type, entity_id) ON DELETE RESTRICT;

ALTER TABLE public.retention_policies
    ADD CONSTRAINT retention_policies_entity_type_fkey FOREIGN KEY (entity_type) REFERENCES public.entity_types(entity_type);

ALTER TABLE public.search_documents
    ADD CONSTRAINT search_documents_city_id_fkey FOREIGN KEY (city_id) REFERENCES public.cities(id) ON DELETE SET NULL;

ALTER TABLE public.search_documents
    ADD CONSTRAINT search_documents_entity_type_entity_id_fkey FOREIGN KEY (entity_type, entity_id) REFERENCES public.entities(entity_type, entity_id) ON DELETE CASCADE;

ALTER TABLE public.seo_meta
    ADD CONSTRAINT seo_meta_entity_type_entity_id_fkey FOREIGN KEY (entity_type, entity_id) REFERENCES public.entities(entity_type, entity_id) ON DELETE RESTRICT;

ALTER TABLE public.seo_meta
    ADD CONSTRAINT seo_meta_og_image_media_id_fkey FOREIGN KEY (og_image_media_id) REFERENCES public.media(id) ON DELETE RESTRICT;

ALTER TABLE public.seo_meta
    ADD CONSTRAINT seo_meta_twitter_image_media_id_fkey FOREIGN KEY (twitter_image_media_id) REFERENCES public.media(id) ON DELETE RESTRICT;

ALTER TABLE public.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE public.sitemap_files
    ADD CONSTRAINT sitemap_files_section_shard_fkey FOREIGN KEY (section, shard) REFERENCES public.sitemap_shards(section, shard) ON DELETE CASCADE;

ALTER TABLE public.sitemap_urls
    ADD CONSTRAINT sitemap_urls_entity_type_entity_id_fkey FOREIGN KEY (entity_type, entity_id) REFERENCES public.entities(entity_type, entity_id) ON DELETE RESTRICT;

ALTER TABLE public.sitemap_urls
    ADD CONSTRAINT sitemap_urls_path_entity_type_entity_id_fkey FOREIGN KEY (path, entity_type, entity_id) REFERENCES public.url_paths(path, entity_type, entity_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE public.sitemap_urls
    ADD CONSTRAINT sitemap_urls_path_fkey FOREIGN KEY (path) REFERENCES public.url_paths(path);

ALTER TABLE public.verification_documents
    ADD CONSTRAINT verification_documents_media_id_media_is_private_fkey FOREIGN KEY (media_id, media_is_private) REFERENCES public.media(id, is_private) ON DELETE RESTRICT;

ALTER TABLE public.verification_documents
    ADD CONSTRAINT verification_documents_verification_request_id_fkey FOREIGN KEY (verification_request_id) REFERENCES public.verification_requests(id) ON DELETE CASCADE;

ALTER TABLE public.verification_requests
    ADD CONSTRAINT verification_requests_artist_id_fkey FOREIGN KEY (artist_id) REFERENCES public.artists(id) ON DELETE CASCADE;

ALTER TABLE public.verification_requests
    ADD CONSTRAINT verification_requests_requested_by_id_fkey FOREIGN KEY (requested_by_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE public.verification_requests
    ADD CONSTRAINT verification_requests_reviewed_by_id_fkey FOREIGN KEY (reviewed_by_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE public.verification_requests
    ADD CONSTRAINT verification_requests_salon_id_fkey FOREIGN KEY (salon_id) REFERENCES public.salons(id) ON DELETE CASCADE;

-- Indexes
CREATE INDEX erasures_due_idx ON public.erasures USING btree (due_at) WHERE (completed_at IS NULL);

CREATE INDEX idempotency_keys_created_at_idx ON public.idempotency_keys USING btree (created_at);

CREATE INDEX legal_holds_entity_type_entity_id_idx
    ON public.legal_holds USING btree (entity_type, entity_id);

CREATE UNIQUE INDEX legal_holds_open_key
    ON public.legal_holds USING btree (entity_type, entity_id)
    WHERE (released_at IS NULL);

CREATE INDEX legal_holds_placed_by_id_idx
    ON public.legal_holds USING btree (placed_by_id)
    WHERE (placed_by_id IS NOT NULL);

CREATE INDEX legal_holds_released_by_id_idx
    ON public.legal_holds USING btree (released_by_id)
    WHERE (released_by_id IS NOT NULL);

CREATE INDEX otp_codes_expires_at_idx ON public.otp_codes USING btree (expires_at);

CREATE UNIQUE INDEX otp_codes_open_key
    ON public.otp_codes USING btree (phone_number, purpose)
    WHERE (consumed_at IS NULL);

CREATE INDEX path_misses_count_path_idx ON public.path_misses USING btree (count DESC, path);

CREATE INDEX refresh_tokens_expires_at_idx ON public.refresh_tokens USING btree (expires_at);

CREATE INDEX refresh_tokens_session_id_idx ON public.refresh_tokens USING btree (session_id);

CREATE UNIQUE INDEX refresh_tokens_unused_key
    ON public.refresh_tokens USING btree (session_id)
    WHERE (used_at IS NULL);

CREATE INDEX reports_assignee_id_idx
    ON public.reports USING btree (assignee_id)
    WHERE (assignee_id IS NOT NULL);

CREATE UNIQUE INDEX reports_open_key
    ON public.reports USING btree (reporter_id, target_type, target_id)
    WHERE (status = ANY (ARRAY['OPEN'::public.report_status, 'UNDER_REVIEW'::public.report_status]));

CREATE INDEX reports_reporter_id_idx ON public.reports USING btree (reporter_id);

CREATE INDEX reports_resolved_by_id_idx
    ON public.reports USING btree (resolved_by_id)
    WHERE (resolved_by_id IS NOT NULL);

CREATE INDEX reports_status_created_at_id_idx ON public.reports USING btree (status, created_at, id);

CREATE INDEX reports_target_type_target_id_status_idx
    ON public.reports USING btree (target_type, target_id, status);

CREATE INDEX search_documents_city_id_idx
    ON public.search_documents USING btree (city_id)
    WHERE (city_id IS NOT NULL);

CREATE INDEX search_documents_entity_type_published_at_entity_id_idx
    ON public.search_documents USING btree (entity_type, published_at DESC, entity_id DESC)
    WHERE (published_at IS NOT NULL);

CREATE INDEX search_documents_locale_entity_type_city_id_rank_key_idx
    ON public.search_documents USING btree (locale, entity_type, city_id, rank_key DESC)
    WHERE (city_id IS NOT NULL);

CREATE INDEX search_documents_locale_entity_type_rank_key_idx
    ON public.search_documents USING btree (locale, entity_type, rank_key DESC);

CREATE INDEX search_documents_tsv_idx
    ON public.search_documents USING gin (tsv) WITH (fastupdate=off);

CREATE INDEX search_lexemes_doc_count_lexeme_idx
    ON public.search_lexemes USING btree (doc_count DESC, lexeme);

CREATE INDEX search_lexemes_lexeme_idx
    ON public.search_lexemes USING btree (lexeme text_pattern_ops);

CREATE INDEX search_lexemes_trigrams_idx ON public.search_lexemes USING gin (trigrams);

CREATE INDEX seo_meta_og_image_media_id_idx
    ON public.seo_meta USING btree (og_image_media_id)
    WHERE (og_image_media_id IS NOT NULL);

CREATE INDEX seo_meta_twitter_image_media_id_idx
    ON public.seo_meta USING btree (twitter_image_media_id)
    WHERE (twitter_image_media_id IS NOT NULL);

CREATE INDEX sessions_expires_at_idx ON public.sessions USING btree (expires_at);

CREATE INDEX sessions_open_idx
    ON public.sessions USING btree (user_id, created_at DESC)
    WHERE (revoked_at IS NULL);

CREATE INDEX sessions_user_id_idx ON public.sessions USING btree (user_id);

CREATE INDEX sitemap_files_section_shard_idx ON public.sitemap_files USING btree (section, shard);

CREATE INDEX sitemap_shards_dirty_idx
    ON public.sitemap_shards USING btree (section, shard)
    WHERE is_dirty;

CREATE UNIQUE INDEX sitemap_urls_entity_type_entity_id_locale_key
    ON public.sitemap_urls USING btree (entity_type, entity_id, locale)
    WHERE (entity_id IS NOT NULL);

CREATE INDEX sitemap_urls_path_entity_type_entity_id_idx
    ON public.sitemap_urls USING btree (path, entity_type, entity_id);

CREATE INDEX sitemap_urls_shard_idx
    ON public.sitemap_urls USING btree (section, shard, entity_type, entity_id, path, locale)
    WHERE is_enabled;

CREATE INDEX verification_documents_media_id_media_is_private_idx
    ON public.verification_documents USING btree (media_id, media_is_private);

CREATE INDEX verification_requests_artist_id_id_idx
    ON public.verification_requests USING btree (artist_id, id DESC)
    WHERE (artist_id IS NOT NULL);

CREATE UNIQUE INDEX verification_requests_open_key
    ON public.verification_requests USING btree (salon_id, artist_id) NULLS NOT DISTINCT
    WHERE (status = 'PENDING'::public.verification_status);

CREATE INDEX verification_requests_requested_by_id_idx
    ON public.verification_requests USING btree (requested_by_id);

CREATE INDEX verification_requests_reviewed_by_id_idx
    ON public.verification_requests USING btree (reviewed_by_id)
    WHERE (reviewed_by_id IS NOT NULL);

CREATE INDEX verification_requests_salon_id_id_idx
    ON public.verification_requests USING btree (salon_id, id DESC)
    WHERE (salon_id IS NOT NULL);

CREATE INDEX verification_requests_status_created_at_id_idx
    ON public.verification_requests USING btree (status, created_at, id);

-- Views
CREATE VIEW public.indexable_entities AS
SELECT e.entity_type,
    e.entity_id,
    l.locale,
    u.path,
    u.display_path
   FROM (((public.entities e
     JOIN public.url_paths u ON (((u.entity_type = e.entity_type) AND (u.entity_id = e.entity_id) AND (u.kind = 'current'::public.path_kind))))
     CROSS JOIN ( VALUES ('fa'::text), ('en'::text)) l(locale))
     LEFT JOIN public.seo_meta s ON (((s.entity_type = e.entity_type) AND (s.entity_id = e.entity_id) AND (s.locale = l.locale))))
  WHERE ((e.state = 'public'::public.entity_state) AND ((l.locale = 'fa'::text) OR (s.id IS NOT NULL)) AND (COALESCE(s.robots, 'INDEX_FOLLOW'::public.robots_index) = 'INDEX_FOLLOW'::public.robots_index) AND ((s.canonical_url IS NULL) OR ((regexp_replace(s.canonical_url, '^https?://[^/]+(/en(?=/))?'::text, ''::text) = u.path) OR (regexp_replace(s.canonical_url, '^https?://[^/]+(/en(?=/))?'::text, ''::text) = u.display_path))) AND ((e.entity_type <> 'CITY'::public.entity_type) OR (EXISTS ( SELECT
           FROM public.salons x
          WHERE ((x.city_id = e.entity_id) AND (x.deleted_at IS NULL) AND (x.status = 'ACTIVE'::public.account_status)))) OR (EXISTS ( SELECT
           FROM public.artists x
          WHERE ((x.city_id = e.entity_id) AND (x.deleted_at IS NULL) AND (x.status = 'ACTIVE'::public.account_status))))));

COMMENT ON VIEW public.indexable_entities IS 'what search engines may be told of, per locale';

CREATE VIEW public.trash AS
SELECT b.id AS batch_id,
    b.root_type,
    b.root_id,
    b.actor_id,
    b.reason,
    b.created_at,
    b.row_count,
    b.state,
    b.blocked_by,
    b.hold_until,
    (b.created_at + make_interval(days => p.keep_days)) AS archived_from,
    ( SELECT jsonb_object_agg(c.name, c.n) AS jsonb_object_agg
           FROM ( SELECT 'artist_certifications'::text AS name,
                    count(*) AS n
                   FROM public.artist_certifications
                  WHERE (artist_certifications.deletion_id = b.id)
                UNION ALL
                 SELECT 'artists'::text AS name,
                    count(*) AS n
                   FROM public.artists
                  WHERE (artists.deletion_id = b.id)
                UNION ALL
                 SELECT 'author_profiles'::text AS name,
                    count(*) AS n
                   FROM public.author_profiles
                  WHERE (author_profiles.deletion_id = b.id)
                UNION ALL
                 SELECT 'categories'::text AS name,
                    count(*) AS n
                   FROM public.categories
                  WHERE (categories.deletion_id = b.id)
                UNION ALL
                 SELECT 'cities'::text AS name,
                    count(*) AS n
                   FROM public.cities
                  WHERE (cities.deletion_id = b.id)
                UNION ALL
                 SELECT 'comments'::text AS name,
                    count(*) AS n
                   FROM public.comments
                  WHERE (comments.deletion_id = b.id)
                UNION ALL
                 SELECT 'media'::text AS name,
                    count(*) AS n
                   FROM public.media
                  WHERE (media.deletion_id = b.id)
                UNION ALL
                 SELECT 'neighborhoods'::text AS name,
                    count(*) AS n
                   FROM public.neighborhoods
                  WHERE (neighborhoods.deletion_id = b.id)
                UNION ALL
                 SELECT 'pages'::text AS name,
                    count(*) AS n
                   FROM public.pages
                  WHERE (pages.deletion_id = b.id)
                UNION ALL
                 SELECT 'posts'::text AS name,
                    count(*) AS n
                   FROM public.posts
                  WHERE (posts.deletion_id = b.id)
                UNION ALL
                 SELECT 'provinces'::text AS name,
                    count(*) AS n
                   FROM public.provinces
                  WHERE (provinces.deletion_id = b.id)
                UNION ALL
                 SELECT 'reviews'::text AS name,
                    count(*) AS n
                   FROM public.reviews
                  WHERE (reviews.deletion_id = b.id)
                UNION ALL
                 SELECT 'salons'::text AS name,
                    count(*) AS n
                   FROM public.salons
                  WHERE (salons.deletion_id = b.id)
                UNION ALL
                 SELECT 'series'::text AS name,
                    count(*) AS n
                   FROM public.series
                  WHERE (series.deletion_id = b.id)
                UNION ALL
                 SELECT 'service_categories'::text AS name,
                    count(*) AS n
                   FROM public.service_categories
                  WHERE (service_categories.deletion_id = b.id)
                UNION ALL
                 SELECT 'service_definitions'::text AS name,
                    count(*) AS n
                   FROM public.service_definitions
                  WHERE (service_definitions.deletion_id = b.id)
                UNION ALL
                 SELECT 'specialties'::text AS name,
                    count(*) AS n
                   FROM public.specialties
                  WHERE (specialties.deletion_id = b.id)
                UNION ALL
                 SELECT 'tags'::text AS name,
                    count(*) AS n
                   FROM public.tags
                  WHERE (tags.deletion_id = b.id)
                UNION ALL
                 SELECT 'users'::text AS name,
                    count(*) AS n
                   FROM public.users
                  WHERE (users.deletion_id = b.id)) c
          WHERE (c.n > 0)) AS rows
   FROM (public.deletion_batches b
     JOIN public.retention_policies p ON ((p.entity_type = b.root_type)))
  WHERE ((b.restored_at IS NULL) AND (b.archived_at IS NULL));

COMMENT ON VIEW public.trash IS 'open deletion batches: root, rows per table, when archiving may take them';

-- Triggers
CREATE TRIGGER announce_delete AFTER DELETE ON public.seo_meta REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:entity_type:entity_id', 'sitemap:entity_type:entity_id');

CREATE TRIGGER announce_insert AFTER INSERT ON public.seo_meta REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:entity_type:entity_id', 'sitemap:entity_type:entity_id');

CREATE TRIGGER announce_update AFTER UPDATE ON public.seo_meta REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:entity_type:entity_id', 'sitemap:entity_type:entity_id');

CREATE CONSTRAINT TRIGGER city_stats_city_id_live AFTER INSERT OR UPDATE OF city_id ON public.city_stats DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.city_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('city_id', 'cities');

CREATE TRIGGER close_sessions AFTER UPDATE OF role, status, password_hash, deleted_at ON public.users
    FOR EACH ROW WHEN (((((new.role IS DISTINCT FROM old.role) OR (new.status IS DISTINCT FROM old.status)) OR (new.password_hash IS DISTINCT FROM old.password_hash)) OR ((old.deleted_at IS NULL) AND (new.deleted_at IS NOT NULL))))
    EXECUTE FUNCTION public.close_sessions();

CREATE CONSTRAINT TRIGGER idempotency_keys_user_id_live AFTER INSERT OR UPDATE OF user_id ON public.idempotency_keys DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.user_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('user_id', 'users');

CREATE TRIGGER keep_lastmod BEFORE UPDATE OF lastmod, content_hash ON public.sitemap_urls
    FOR EACH ROW
    EXECUTE FUNCTION public.keep_lastmod();

CREATE CONSTRAINT TRIGGER legal_holds_placed_by_id_live AFTER INSERT OR UPDATE OF placed_by_id ON public.legal_holds DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.placed_by_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('placed_by_id', 'users');

CREATE CONSTRAINT TRIGGER legal_holds_released_by_id_live AFTER INSERT OR UPDATE OF released_by_id ON public.legal_holds DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.released_by_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('released_by_id', 'users');

CREATE TRIGGER propagate_verification AFTER INSERT OR UPDATE OF status ON public.verification_requests
    FOR EACH ROW
    EXECUTE FUNCTION public.propagate_verification();

CREATE CONSTRAINT TRIGGER public_media_slot AFTER INSERT OR UPDATE OF og_image_media_id, twitter_image_media_id ON public.seo_meta NOT DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.og_image_media_id IS NOT NULL) OR (new.twitter_image_media_id IS NOT NULL)))
    EXECUTE FUNCTION public.public_media_slot('og_image_media_id', 'twitter_image_media_id');

CREATE CONSTRAINT TRIGGER reports_assignee_id_live AFTER INSERT OR UPDATE OF assignee_id ON public.reports DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.assignee_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('assignee_id', 'users');

CREATE CONSTRAINT TRIGGER reports_reporter_id_live AFTER INSERT OR UPDATE OF reporter_id ON public.reports DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.reporter_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('reporter_id', 'users');

CREATE CONSTRAINT TRIGGER reports_resolved_by_id_live AFTER INSERT OR UPDATE OF resolved_by_id ON public.reports DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.resolved_by_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('resolved_by_id', 'users');

CREATE TRIGGER reports_transition BEFORE UPDATE OF status ON public.reports
    FOR EACH ROW WHEN ((new.status IS DISTINCT FROM old.status))
    EXECUTE FUNCTION public.reports_transition();

CREATE CONSTRAINT TRIGGER search_documents_city_id_live AFTER INSERT OR UPDATE OF city_id ON public.search_documents DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.city_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('city_id', 'cities');

CREATE CONSTRAINT TRIGGER seo_meta_og_image_media_id_live AFTER INSERT OR UPDATE OF og_image_media_id ON public.seo_meta DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.og_image_media_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('og_image_media_id', 'media');

CREATE CONSTRAINT TRIGGER seo_meta_twitter_image_media_id_live AFTER INSERT OR UPDATE OF twitter_image_media_id ON public.seo_meta DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.twitter_image_media_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('twitter_image_media_id', 'media');

CREATE CONSTRAINT TRIGGER sessions_user_id_live AFTER INSERT OR UPDATE OF user_id ON public.sessions DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.user_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('user_id', 'users');

CREATE CONSTRAINT TRIGGER verification_documents_media_id_live AFTER INSERT OR UPDATE OF media_id ON public.verification_documents DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.media_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('media_id', 'media');

CREATE CONSTRAINT TRIGGER verification_requests_artist_id_live AFTER INSERT OR UPDATE OF artist_id ON public.verification_requests DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.artist_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('artist_id', 'artists');

CREATE CONSTRAINT TRIGGER verification_requests_requested_by_id_live AFTER INSERT OR UPDATE OF requested_by_id ON public.verification_requests DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.requested_by_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('requested_by_id', 'users');

CREATE CONSTRAINT TRIGGER verification_requests_reviewed_by_id_live AFTER INSERT OR UPDATE OF reviewed_by_id ON public.verification_requests DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.reviewed_by_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('reviewed_by_id', 'users');

CREATE CONSTRAINT TRIGGER verification_requests_salon_id_live AFTER INSERT OR UPDATE OF salon_id ON public.verification_requests DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.salon_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('salon_id', 'salons');

CREATE TRIGGER verification_transition BEFORE UPDATE OF status ON public.verification_requests
    FOR EACH ROW WHEN ((new.status IS DISTINCT FROM old.status))
    EXECUTE FUNCTION public.verification_transition();

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.reports
    FOR EACH ROW
    EXECUTE FUNCTION public.set_updated_at('salon_id', 'artist_id', 'review_id');

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.seo_meta
    FOR EACH ROW
    EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.sitemap_urls
    FOR EACH ROW
    EXECUTE FUNCTION public.set_updated_at('shard');

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.verification_requests
    FOR EACH ROW
    EXECUTE FUNCTION public.set_updated_at();

-- Privileges
REVOKE EXECUTE ON ROUTINE public.close_sessions() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.keep_lastmod() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.propagate_verification() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.reports_transition() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.verification_transition() FROM PUBLIC;

GRANT SELECT ON TABLE public.city_stats TO sevra_app, sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.city_stats TO sevra_maintenance;

GRANT SELECT ON TABLE public.erasures TO sevra_app, sevra_readonly;

GRANT INSERT, SELECT, UPDATE ON TABLE public.erasures TO sevra_maintenance;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.idempotency_keys TO sevra_app, sevra_maintenance;

GRANT SELECT ON TABLE public.idempotency_keys TO sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.job_effects TO sevra_app, sevra_maintenance;

GRANT SELECT ON TABLE public.job_effects TO sevra_readonly;

GRANT SELECT ON TABLE public.legal_holds TO sevra_app, sevra_readonly;

GRANT INSERT, SELECT, UPDATE ON TABLE public.legal_holds TO sevra_maintenance;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.otp_codes TO sevra_app, sevra_maintenance;

GRANT SELECT ON TABLE public.otp_codes TO sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.path_hit_deltas TO sevra_app, sevra_maintenance;

GRANT SELECT ON TABLE public.path_hit_deltas TO sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.path_misses TO sevra_app, sevra_maintenance;

GRANT SELECT ON TABLE public.path_misses TO sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.rate_limits TO sevra_app, sevra_maintenance;

GRANT SELECT ON TABLE public.rate_limits TO sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.refresh_tokens TO sevra_app, sevra_maintenance;

GRANT SELECT ON TABLE public.refresh_tokens TO sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.reports TO sevra_app, sevra_maintenance;

GRANT SELECT ON TABLE public.reports TO sevra_readonly;

GRANT SELECT ON TABLE public.retention_policies TO sevra_app, sevra_maintenance, sevra_readonly;

GRANT SELECT ON TABLE public.search_documents TO sevra_app, sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.search_documents TO sevra_maintenance;

GRANT SELECT ON TABLE public.search_lexemes TO sevra_app, sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.search_lexemes TO sevra_maintenance;

GRANT SELECT ON TABLE public.search_weights TO sevra_app, sevra_maintenance, sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.seo_meta TO sevra_app, sevra_maintenance;

GRANT SELECT ON TABLE public.seo_meta TO sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.sessions TO sevra_app, sevra_maintenance;

GRANT SELECT ON TABLE public.sessions TO sevra_readonly;

GRANT SELECT ON TABLE public.sitemap_files TO sevra_app, sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.sitemap_files TO sevra_maintenance;

GRANT SELECT ON TABLE public.sitemap_shards TO sevra_app, sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.sitemap_shards TO sevra_maintenance;

GRANT SELECT ON TABLE public.sitemap_urls TO sevra_app, sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.sitemap_urls TO sevra_maintenance;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.verification_documents TO sevra_app, sevra_maintenance;

GRANT SELECT ON TABLE public.verification_documents TO sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.verification_requests TO sevra_app, sevra_maintenance;

GRANT SELECT ON TABLE public.verification_requests TO sevra_readonly;

GRANT SELECT ON TABLE public.indexable_entities TO sevra_app, sevra_maintenance, sevra_readonly;

GRANT SELECT ON TABLE public.trash TO sevra_maintenance;

-- Reference rows
INSERT INTO public.retention_policies (entity_type) VALUES
    ('ARTIST'),
    ('AUTHOR'),
    ('BLOG_PAGE'),
    ('BLOG_POST'),
    ('CATEGORY'),
    ('CERTIFICATION'),
    ('CITY'),
    ('COMMENT'),
    ('MEDIA'),
    ('NEIGHBORHOOD'),
    ('PROVINCE'),
    ('REVIEW'),
    ('SALON'),
    ('SERIES'),
    ('SERVICE'),
    ('SERVICE_CATEGORY'),
    ('SPECIALTY'),
    ('TAG'),
    ('USER');

INSERT INTO public.search_weights (name, weight) VALUES
    ('exact', '150'),
    ('fresh', '50'),
    ('rating', '200'),
    ('text', '600');
