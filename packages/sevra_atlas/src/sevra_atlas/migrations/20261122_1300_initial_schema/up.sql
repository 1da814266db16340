-- Schemas
CREATE SCHEMA live;

-- Enums
CREATE TYPE public.account_status AS ENUM ('ACTIVE', 'SUSPENDED', 'DELETED');

CREATE TYPE public.batch_state AS ENUM ('TRASHED', 'BLOCKED', 'ARCHIVED', 'RESTORED', 'PURGED');

CREATE TYPE public.edge_action AS ENUM ('cascade', 'restrict');

CREATE TYPE public.entity_state AS ENUM (
    'hidden',
    'public',
    'unlisted',
    'retired',
    'deleted',
    'archived',
    'purged'
);

CREATE TYPE public.entity_type AS ENUM (
    'SALON',
    'ARTIST',
    'REVIEW',
    'BLOG_POST',
    'BLOG_PAGE',
    'CITY',
    'PROVINCE',
    'CATEGORY',
    'TAG',
    'SERIES',
    'NEIGHBORHOOD',
    'SERVICE_CATEGORY',
    'SERVICE',
    'SPECIALTY',
    'AUTHOR',
    'COMMENT',
    'USER',
    'MEDIA',
    'CERTIFICATION'
);

CREATE TYPE public.follow_target_type AS ENUM ('SALON', 'ARTIST');

CREATE TYPE public.gender AS ENUM ('FEMALE', 'MALE', 'OTHER', 'UNSPECIFIED');

CREATE TYPE public.media_kind AS ENUM (
    'AVATAR',
    'COVER',
    'GALLERY',
    'LICENSE',
    'CERTIFICATE',
    'OG_IMAGE'
);

CREATE TYPE public.media_status AS ENUM ('PENDING', 'PROCESSING', 'COMPLETED', 'FAILED');

CREATE TYPE public.outbox_topic AS ENUM ('search', 'sitemap', 'city_stats', 'feed');

CREATE TYPE public.path_kind AS ENUM ('current', 'alias', 'static', 'rule', 'gone');

CREATE TYPE public.query_mode AS ENUM ('pass', 'ignore', 'exact');

CREATE TYPE public.redirect_type AS ENUM (
    'PERMANENT_301',
    'TEMPORARY_302',
    'TEMPORARY_307',
    'PERMANENT_308',
    'GONE_410',
    'LEGAL_451'
);

CREATE TYPE public.review_status AS ENUM ('PUBLISHED', 'HIDDEN', 'REMOVED');

CREATE TYPE public.sitemap_change_freq AS ENUM (
    'ALWAYS',
    'HOURLY',
    'DAILY',
    'WEEKLY',
    'MONTHLY',
    'YEARLY',
    'NEVER'
);

CREATE TYPE public.user_role AS ENUM ('USER', 'SALON', 'ARTIST', 'AUTHOR', 'MODERATOR', 'ADMIN');

CREATE TYPE public.verification_status AS ENUM ('NONE', 'PENDING', 'VERIFIED', 'REJECTED');

-- Functions
SET LOCAL check_function_bodies = off;

CREATE FUNCTION public.announce()
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
      SELECT v.r FROM (SELECT to_jsonb(o) AS o, to_jsonb(n) AS n FROM o JOIN n USING (id)) c,
             LATERAL (VALUES (c.o), (c.n)) AS v (r)
       WHERE c.o - '{updated_at,version}'::text[] IS DISTINCT FROM c.n - '{updated_at,version}'::text[]
    $q$ END;
BEGIN
  EXECUTE format($q$
    INSERT INTO public.outbox (topic, entity_type, entity_id)
    SELECT DISTINCT a.part[1]::public.outbox_topic, a.part[2]::public.entity_type, (c.r ->> a.part[3])::bigint
      FROM (%s) c, (SELECT string_to_array(argument, ':') AS part FROM unnest($1) AS argument) a
     WHERE c.r ->> a.part[3] IS NOT NULL
     ORDER BY 1, 2, 3
  $q$, changes) USING TG_ARGV;
  RETURN NULL;
END
$function$;

CREATE FUNCTION public.canon_path_v1(p text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
DECLARE
  path text COLLATE "C";
BEGIN
  IF public.is_canonical_path(p) THEN RETURN p; END IF;
  IF length(p) > 2048 OR p COLLATE "C" ~ U&'[\+010000-\+10FFFF]' THEN RETURN NULL; END IF;
  -- Marks fall once compatibility forms are split; letters that look alike become one.
  path := lower(regexp_replace(normalize(p, NFKD),
    U&'[\0300-\036F\0610-\061A\061C\0621\0640\064B-\065F\0670\06D6-\06DC\06DF-\06E4\06E7-\06E8\06EA-\06ED\00AD\200B\200E\200F\2060\FEFF]+',
    '', 'g') COLLATE "C");
  -- translate() is linear in text and map: only where there is something to translate.
  IF path ~ U&'[\064A\0649\06D2\06CD\06D0\06CE\0643\06AA\0629\06C1\06D5\06BE\0671\0695\06B5\06C6\06C7\0660\06F0\0661\06F1\0662\06F2\0663\06F3\0664\06F4\0665\06F5\0666\06F6\0667\06F7\0668\06F8\0669\06F9]' THEN
    path := translate(path,
      U&'\064A\0649\06D2\06CD\06D0\06CE\0643\06AA\0629\06C1\06D5\06BE\0671\0695\06B5\06C6\06C7\0660\06F0\0661\06F1\0662\06F2\0663\06F3\0664\06F4\0665\06F5\0666\06F6\0667\06F7\0668\06F8\0669\06F9',
      U&'\06CC\06CC\06CC\06CC\06CC\06CC\06A9\06A9\0647\0647\0647\0647\0627\0631\0644\0648\0648\0030\0030\0031\0031\0032\0032\0033\0033\0034\0034\0035\0035\0036\0036\0037\0037\0038\0038\0039\0039');
  END IF;
  path := regexp_replace(path, U&'[\0020\005F\200C\200D\2010\2011\2012\2013\2014\2015\2212]', '-', 'g');
  IF path ~ '[^a-z0-9.~ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی/\-]' THEN RETURN NULL; END IF;
  -- One hyphen, one slash, none beside the other, a slash first and none last.
  path := regexp_replace(regexp_replace(path, '-+', '-', 'g'), '^|-*/[-/]*', '/', 'g');
  path := regexp_replace(coalesce(nullif(rtrim(path, '/-'), ''), '/'), '/[-/]+', '/', 'g');
  -- Compatibility letters grow when they are split: a key must be its own key.
  IF path ~ '(^|/)\.{1,2}(/|$)' OR length(path) > 2048 THEN RETURN NULL; END IF;
  RETURN path;
END
$function$;

CREATE FUNCTION public.check_prefix_rule()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  other text;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION USING ERRCODE = '25001', MESSAGE = 'saving a prefix rule needs READ COMMITTED';
  END IF;
  PERFORM pg_advisory_xact_lock('public.redirect_rules'::regclass::oid::integer, 1);
  SELECT r.shown INTO other
    FROM (SELECT id, from_prefix, to_prefix, coalesce(from_prefix, '') || '*' AS shown
            FROM public.redirect_rules WHERE id <> NEW.id
          UNION ALL SELECT NEW.id, NEW.from_prefix, NEW.to_prefix, NEW.from_prefix || '*') r
   WHERE starts_with(NEW.to_prefix, r.from_prefix) OR starts_with(r.from_prefix, NEW.to_prefix)
      OR starts_with(r.to_prefix, NEW.from_prefix) OR starts_with(NEW.from_prefix, r.to_prefix)
   LIMIT 1;
  IF FOUND THEN
    RAISE check_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA,
      MESSAGE = format('the target would meet the prefix rule %L', other);
  END IF;
  RETURN NEW;
END
$function$;

CREATE FUNCTION public.claim_path()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  asked text := NEW.from_path;
BEGIN
  IF asked IS NULL THEN RETURN NEW; END IF;
  NEW.from_path := public.canon_path_v1(asked);
  IF NEW.from_path IS NULL THEN
    RAISE check_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA, COLUMN = 'from_path',
      MESSAGE = format('%L cannot be a path of this site', asked);
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.from_path IS NOT DISTINCT FROM OLD.from_path THEN RETURN NEW; END IF;
  INSERT INTO public.url_paths (path, kind) VALUES (NEW.from_path, 'rule');
  RETURN NEW;
END
$function$;

CREATE FUNCTION public.count_follow()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  after_rows text := CASE WHEN TG_OP = 'DELETE' THEN 'SELECT * FROM public.follows WHERE false' ELSE 'SELECT * FROM n' END;
  before_rows text := CASE WHEN TG_OP = 'INSERT' THEN 'SELECT * FROM public.follows WHERE false' ELSE 'SELECT * FROM o' END;
  parent text;
  changed bigint[];
  counts bigint[];
BEGIN
  FOREACH parent IN ARRAY ARRAY['salon', 'artist'] LOOP
    EXECUTE format($q$
      SELECT array_agg(id ORDER BY id), array_agg(c ORDER BY id)
        FROM (SELECT id, sum(c)::bigint AS c
                FROM (SELECT %1$I AS id, 1 AS c FROM (%2$s) a UNION ALL SELECT %1$I, -1 FROM (%3$s) b) x
               WHERE id IS NOT NULL
               GROUP BY id HAVING sum(c) <> 0) d
    $q$, parent || '_id', after_rows, before_rows) INTO changed, counts;
    CONTINUE WHEN changed IS NULL;
    EXECUTE format('SELECT FROM public.%I WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE', parent || 's')
      USING changed;
    EXECUTE format($q$
      UPDATE public.%I p SET follower_count = p.follower_count + d.c
        FROM unnest($1, $2) AS d (id, c) WHERE p.id = d.id
    $q$, parent || 's') USING changed, counts;
  END LOOP;
  RETURN NULL;
END
$function$;

CREATE FUNCTION public.count_review()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  after_rows text := CASE WHEN TG_OP = 'DELETE' THEN 'SELECT * FROM public.reviews WHERE false' ELSE 'SELECT * FROM n' END;
  before_rows text := CASE WHEN TG_OP = 'INSERT' THEN 'SELECT * FROM public.reviews WHERE false' ELSE 'SELECT * FROM o' END;
  parent text;
  changed bigint[];
  sums bigint[];
  counts bigint[];
BEGIN
  FOREACH parent IN ARRAY ARRAY['salon', 'artist'] LOOP
    EXECUTE format($q$
      SELECT array_agg(id ORDER BY id), array_agg(s ORDER BY id), array_agg(c ORDER BY id)
        FROM (SELECT id, sum(s)::bigint AS s, sum(c)::bigint AS c
                FROM (SELECT %1$I AS id, rating AS s, 1 AS c FROM (%2$s) a
                       WHERE deleted_at IS NULL AND status = 'PUBLISHED'
                      UNION ALL
                      SELECT %1$I, -rating, -1 FROM (%3$s) b
                       WHERE deleted_at IS NULL AND status = 'PUBLISHED') x
               WHERE id IS NOT NULL
               GROUP BY id HAVING sum(s) <> 0 OR sum(c) <> 0) d
    $q$, parent || '_id', after_rows, before_rows) INTO changed, sums, counts;
    CONTINUE WHEN changed IS NULL;
    EXECUTE format('SELECT FROM public.%I WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE', parent || 's')
      USING changed;
    EXECUTE format($q$
      UPDATE public.%I p SET rating_sum = p.rating_sum + d.s, review_count = p.review_count + d.c
        FROM unnest($1, $2, $3) AS d (id, s, c) WHERE p.id = d.id
    $q$, parent || 's') USING changed, sums, counts;
  END LOOP;
  RETURN NULL;
END
$function$;

CREATE FUNCTION public.count_vote()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

CREATE FUNCTION public.entity_state_of(kind public.entity_type, entity jsonb)
 RETURNS public.entity_state
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  SELECT (CASE
    WHEN entity ->> 'deleted_at' IS NOT NULL THEN 'deleted'
    WHEN kind IN ('BLOG_POST', 'BLOG_PAGE') THEN
      CASE WHEN entity ->> 'status' = 'archived' THEN 'retired'
           WHEN entity ->> 'status' <> 'published' OR entity ->> 'visibility' = 'private' THEN 'hidden'
           WHEN entity ->> 'visibility' = 'unlisted' THEN 'unlisted'
           ELSE 'public' END
    WHEN kind = 'REVIEW' THEN CASE entity ->> 'status' WHEN 'PUBLISHED' THEN 'public' ELSE 'hidden' END
    WHEN kind = 'COMMENT' THEN CASE entity ->> 'status' WHEN 'approved' THEN 'public' ELSE 'hidden' END
    WHEN kind = 'CERTIFICATION' THEN CASE WHEN entity ->> 'verified_at' IS NULL THEN 'hidden' ELSE 'public' END
    WHEN kind = 'MEDIA' THEN CASE WHEN (entity ->> 'is_private')::boolean THEN 'hidden' ELSE 'public' END
    WHEN kind = 'CITY' THEN CASE WHEN (entity ->> 'is_landing_enabled')::boolean THEN 'public' ELSE 'hidden' END
    ELSE CASE coalesce(entity ->> 'status', 'ACTIVE') WHEN 'ACTIVE' THEN 'public' ELSE 'hidden' END
  END)::public.entity_state
$function$;

CREATE FUNCTION public.fa_norm_v1(t text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  SELECT btrim(regexp_replace(
           CASE WHEN plain ~ U&'[\064A\0649\06D2\06CD\06D0\06CE\0643\06AA\0629\06C1\06D5\06BE\0671\0695\06B5\06C6\06C7\0660\06F0\0661\06F1\0662\06F2\0663\06F3\0664\06F4\0665\06F5\0666\06F6\0667\06F7\0668\06F8\0669\06F9]'
                THEN translate(plain, U&'\064A\0649\06D2\06CD\06D0\06CE\0643\06AA\0629\06C1\06D5\06BE\0671\0695\06B5\06C6\06C7\0660\06F0\0661\06F1\0662\06F2\0663\06F3\0664\06F4\0665\06F5\0666\06F6\0667\06F7\0668\06F8\0669\06F9',
                               U&'\06CC\06CC\06CC\06CC\06CC\06CC\06A9\06A9\0647\0647\0647\0647\0627\0631\0644\0648\0648\0030\0030\0031\0031\0032\0032\0033\0033\0034\0034\0035\0035\0036\0036\0037\0037\0038\0038\0039\0039')
                ELSE plain END,
           '[^a-z0-9ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی]+', ' ', 'g'), ' ')
    FROM (
      SELECT lower(regexp_replace(normalize(regexp_replace(t, U&'[\+010000-\+10FFFF]', ' ', 'g'), NFKD),
               U&'[\0300-\036F\0610-\061A\061C\0621\0640\064B-\065F\0670\06D6-\06DC\06DF-\06E4\06E7-\06E8\06EA-\06ED\00AD\200B\200E\200F\2060\FEFF]+',
               '', 'g') COLLATE "C") AS plain
      OFFSET 0
    ) marks_dropped
$function$;

CREATE FUNCTION public.fill_province()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  SELECT c.province_id INTO NEW.province_id FROM public.cities c WHERE c.id = NEW.city_id;
  RETURN NEW;
END
$function$;

CREATE FUNCTION public.guard_deletion_state()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  IF NOT has_table_privilege(current_user, TG_RELID, 'DELETE') THEN
    RAISE insufficient_privilege USING
      TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA,
      MESSAGE = format('deletion state of %s changes by DELETE only', TG_TABLE_NAME);
  END IF;
  RETURN NEW;
END
$function$;

CREATE FUNCTION public.is_canonical_path(p text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
  SELECT length(p) <= 2048
     AND p COLLATE "C" ~ '^(/|(/[a-z0-9.~ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی]+(-[a-z0-9.~ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی]+)*)+)$'
     AND p COLLATE "C" !~ '(^|/)\.{1,2}(/|$)'
$function$;

CREATE FUNCTION public.live_delete()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  batch bigint;
  rows_taken bigint;
  is_live boolean;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION USING ERRCODE = '25001', MESSAGE = 'soft delete needs READ COMMITTED';
  END IF;
  EXECUTE format('SELECT true FROM public.%I WHERE id = $1 AND deleted_at IS NULL FOR UPDATE', TG_TABLE_NAME)
    INTO is_live USING OLD.id;
  IF is_live IS NULL THEN RETURN NULL; END IF;
  INSERT INTO public.deletion_batches (root_type, root_id, actor_id, reason, request_id)
  VALUES (TG_ARGV[0]::public.entity_type, OLD.id,
          nullif(current_setting('sevra.actor_id', true), '')::bigint,
          nullif(current_setting('sevra.reason', true), ''),
          nullif(current_setting('sevra.request_id', true), ''))
  RETURNING id INTO batch;
  rows_taken := public.soft_delete_rows(TG_TABLE_NAME, ARRAY[OLD.id], batch);
  UPDATE public.deletion_batches SET row_count = rows_taken WHERE id = batch;
  RETURN OLD;
END
$function$;

CREATE FUNCTION public.public_media_slot()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  public_kinds CONSTANT public.media_kind[] := '{AVATAR,COVER,GALLERY,OG_IMAGE}';
  changed jsonb := to_jsonb(NEW);
  slot text;
  private_file bigint;
BEGIN
  IF TG_TABLE_NAME = 'media' THEN
    SELECT NEW.id, 'is_private' INTO private_file, slot
     WHERE EXISTS (SELECT FROM public.users WHERE avatar_media_id = NEW.id)
        OR EXISTS (SELECT FROM public.salons WHERE avatar_media_id = NEW.id)
        OR EXISTS (SELECT FROM public.salons WHERE cover_media_id = NEW.id)
        OR EXISTS (SELECT FROM public.artists WHERE avatar_media_id = NEW.id)
        OR EXISTS (SELECT FROM public.artists WHERE cover_media_id = NEW.id)
        OR EXISTS (SELECT FROM public.media_links WHERE media_id = NEW.id AND kind = ANY (public_kinds));
  ELSIF TG_TABLE_NAME <> 'media_links' OR (changed ->> 'kind')::public.media_kind = ANY (public_kinds) THEN
    SELECT m.id, a.argument INTO private_file, slot FROM unnest(TG_ARGV) AS a (argument)
      JOIN public.media m ON m.id = (changed ->> a.argument)::bigint AND m.is_private LIMIT 1;
  END IF;
  IF private_file IS NOT NULL THEN
    RAISE check_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA, COLUMN = slot,
      MESSAGE = format('media %s cannot be private and on a page', private_file);
  END IF;
  RETURN NULL;
END
$function$;

CREATE FUNCTION public.rebuild_url_paths()
 RETURNS TABLE(path text, stored jsonb, replayed jsonb)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  WITH moves AS (  -- events after which the entity lives at the path; a new spelling of one key is not a move
    SELECT h.*, t.url_prefix || '/' || h.new_slug AS display_path,
           lag(h.path) OVER (PARTITION BY h.entity_type, h.entity_id ORDER BY h.id) IS NOT DISTINCT FROM h.path
             AND h.event = 'renamed' AS is_spelling
      FROM public.slug_history h JOIN public.entity_types t USING (entity_type)
     WHERE h.event IN ('assigned', 'renamed') OR (h.event = 'transferred' AND h.old_slug IS NOT NULL)
  ), current_paths AS (
    SELECT DISTINCT ON (entity_type, entity_id) entity_type, entity_id, path FROM moves
     ORDER BY entity_type, entity_id, id DESC
  ), spelt AS (
    SELECT DISTINCT ON (path) path, display_path FROM moves ORDER BY path, id DESC
  ), given AS (
    SELECT DISTINCT ON (h.path) h.path, h.changed_at FROM public.slug_history h
     WHERE NOT EXISTS (SELECT FROM moves m WHERE m.id = h.id AND m.is_spelling)
     ORDER BY h.path, h.id DESC
  ), owned AS (
    SELECT DISTINCT ON (h.path) h.path, h.entity_type, h.entity_id, h.event FROM public.slug_history h
     ORDER BY h.path, h.id DESC
  ), wanted AS (
    SELECT o.path,
           CASE WHEN e.state = 'purged' THEN 'gone' WHEN c.path = o.path THEN 'current' ELSE 'alias' END AS kind,
           o.entity_type, o.entity_id, s.display_path, g.changed_at AS since
      FROM owned o
      JOIN public.entities e USING (entity_type, entity_id)
      LEFT JOIN current_paths c USING (entity_type, entity_id)
      LEFT JOIN spelt s ON s.path = o.path
      LEFT JOIN given g ON g.path = o.path
     WHERE o.event <> 'reclaimed'
  )
  SELECT path, s.row, w.row
    FROM (SELECT u.path, to_jsonb(u) AS row FROM public.url_paths u WHERE u.entity_id IS NOT NULL) s
    FULL JOIN (SELECT wanted.path, to_jsonb(wanted) AS row FROM wanted) w USING (path)
   WHERE s.row IS DISTINCT FROM w.row
$function$;

CREATE FUNCTION public.reclaim_path(p_path text, p_reason text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  held public.url_paths;
BEGIN
  SELECT * INTO held FROM public.url_paths WHERE path = p_path FOR UPDATE;
  IF NOT FOUND THEN
    RAISE no_data_found USING MESSAGE = format('path %L is not in the ledger', p_path);
  END IF;
  IF held.kind <> 'gone' THEN
    RAISE check_violation USING
      CONSTRAINT = 'reclaim_path', TABLE = 'url_paths', SCHEMA = 'public',
      MESSAGE = format('path %L is %s, not gone', p_path, held.kind);
  END IF;
  IF held.entity_id IS NOT NULL THEN
    INSERT INTO public.slug_history (entity_type, entity_id, new_slug, path, event, actor_id, reason, request_id)
    VALUES (held.entity_type, held.entity_id, regexp_replace(coalesce(held.display_path, p_path), '^.*/', ''),
            p_path, 'reclaimed', nullif(current_setting('sevra.actor_id', true), '')::bigint, p_reason,
            nullif(current_setting('sevra.request_id', true), ''));
  END IF;
  PERFORM set_config('sevra.reclaiming', p_path, true);
  DELETE FROM public.url_paths WHERE path = p_path;
  PERFORM set_config('sevra.reclaiming', '', true);
END
$function$;

CREATE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  IF current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
  END IF;
  IF TG_ARGV[0] = 'append-only' THEN
    RAISE insufficient_privilege USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA,
      MESSAGE = format('%s is append-only', TG_TABLE_NAME);
  END IF;
  RAISE check_violation USING
    CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA,
    MESSAGE = format('%s of %s cannot change', TG_ARGV[0], TG_TABLE_NAME);
END
$function$;

CREATE FUNCTION public.release_path()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.from_path IS NOT DISTINCT FROM OLD.from_path THEN RETURN NULL; END IF;
  DELETE FROM public.url_paths WHERE path = OLD.from_path AND kind = 'rule';
  RETURN NULL;
END
$function$;

CREATE FUNCTION public.require_live_parent()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  parent bigint := (to_jsonb(NEW) ->> TG_ARGV[0])::bigint;
  is_live boolean;
BEGIN
  EXECUTE format('SELECT true FROM public.%I WHERE id = $1 AND deleted_at IS NULL AND %s FOR KEY SHARE',
                 TG_ARGV[1], coalesce(TG_ARGV[2], 'true'))
    INTO is_live USING parent;
  IF is_live IS NULL THEN
    RAISE foreign_key_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA, COLUMN = TG_ARGV[0],
      MESSAGE = format('%s %s is deleted%s', TG_ARGV[1], parent, CASE WHEN TG_NARGS > 2 THEN ' or hidden' END);
  END IF;
  RETURN NULL;
END
$function$;

CREATE FUNCTION public.reset_certification()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  NEW.verified_at := NULL;
  NEW.verified_by_id := NULL;
  RETURN NEW;
END
$function$;

CREATE FUNCTION public.restore_batch(p_batch bigint)
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

CREATE FUNCTION public.reviews_not_own()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  IF EXISTS (SELECT FROM public.salon_owners o WHERE o.salon_id = NEW.salon_id AND o.user_id = NEW.author_id)
     OR EXISTS (SELECT FROM public.artist_owners o WHERE o.artist_id = NEW.artist_id AND o.user_id = NEW.author_id)
  THEN
    RAISE check_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA,
      MESSAGE = format('user %s owns what the review is about', NEW.author_id);
  END IF;
  RETURN NEW;
END
$function$;

CREATE FUNCTION public.set_updated_at()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  generated_columns text[] := coalesce(TG_ARGV, '{}');
  before jsonb;
BEGIN
  IF pg_trigger_depth() > 1 THEN RETURN NEW; END IF;
  before := to_jsonb(OLD);
  IF to_jsonb(NEW) - generated_columns = before - generated_columns THEN RETURN NEW; END IF;
  NEW.updated_at := now();
  IF before ? 'version' THEN NEW.version := OLD.version + 1; END IF;
  RETURN NEW;
END
$function$;

CREATE FUNCTION public.slug_key_v1(t text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
DECLARE
  key text COLLATE "C" := substr(public.canon_path_v1('/' || t), 2);
BEGIN
  IF key IS NULL OR strpos(key, '/') > 0 THEN RETURN ''; END IF;
  RETURN key;
END
$function$;

CREATE FUNCTION public.soft_delete_rows(p_table name, p_ids bigint[], p_batch bigint)
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

CREATE FUNCTION public.swap_slugs(p_type public.entity_type, p_id bigint, p_other bigint, p_reason text)
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

CREATE FUNCTION public.sync_entity()
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

CREATE FUNCTION public.sync_path()
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

CREATE FUNCTION public.transfer_path(p_path text, p_type public.entity_type, p_id bigint, p_reason text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  held public.url_paths;
BEGIN
  SELECT * INTO held FROM public.url_paths WHERE path = p_path FOR UPDATE;
  IF NOT FOUND THEN
    RAISE no_data_found USING MESSAGE = format('path %L is not in the ledger', p_path);
  END IF;
  IF held.kind <> 'alias' THEN
    RAISE check_violation USING
      CONSTRAINT = 'transfer_path', TABLE = 'url_paths', SCHEMA = 'public',
      MESSAGE = format('path %L is %s; only an alias changes hands', p_path, held.kind);
  END IF;
  UPDATE public.url_paths SET entity_type = p_type, entity_id = p_id, since = now() WHERE path = p_path;
  INSERT INTO public.slug_history (entity_type, entity_id, new_slug, path, event, actor_id, reason, request_id)
  SELECT side.entity_type, side.entity_id, regexp_replace(held.display_path, '^.*/', ''), p_path, 'transferred',
         nullif(current_setting('sevra.actor_id', true), '')::bigint, p_reason,
         nullif(current_setting('sevra.request_id', true), '')
    FROM (VALUES (1, held.entity_type, held.entity_id), (2, p_type, p_id)) AS side (place, entity_type, entity_id)
   ORDER BY side.place;
END
$function$;

CREATE FUNCTION public.url_paths_kept()
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

CREATE FUNCTION public.url_paths_owner_has_current()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  bare text;
BEGIN
  SELECT format('%s:%s', o.entity_type, o.entity_id) INTO bare
    FROM (SELECT NEW.entity_type, NEW.entity_id
          UNION SELECT OLD.entity_type, OLD.entity_id WHERE TG_OP = 'UPDATE') AS o (entity_type, entity_id)
   WHERE EXISTS (SELECT FROM public.url_paths u
                  WHERE (u.entity_type, u.entity_id) = (o.entity_type, o.entity_id) AND u.kind = 'alias')
     AND NOT EXISTS (SELECT FROM public.url_paths u
                      WHERE (u.entity_type, u.entity_id) = (o.entity_type, o.entity_id) AND u.kind = 'current')
   LIMIT 1;
  IF FOUND THEN
    RAISE check_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA,
      MESSAGE = format('%s has aliases and no current path', bare);
  END IF;
  RETURN NULL;
END
$function$;

CREATE FUNCTION public.users_last_admin()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
  PERFORM pg_advisory_xact_lock('public.users'::regclass::oid::integer, 1);
  IF NOT EXISTS (SELECT FROM public.users WHERE role = 'ADMIN' AND status = 'ACTIVE' AND deleted_at IS NULL) THEN
    RAISE check_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA,
      MESSAGE = 'the last administrator stays';
  END IF;
  RETURN NULL;
END
$function$;

-- Tables
CREATE TABLE public.artist_certifications (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    artist_id bigint NOT NULL,
    title text NOT NULL,
    issuer text NOT NULL,
    issuer_slug text,
    category text,
    level text,
    issued_at date,
    expires_at date,
    credential_id text,
    credential_url text,
    media_id bigint,
    verified_at timestamp with time zone,
    verified_by_id bigint,
    is_verified boolean GENERATED ALWAYS AS ((verified_at IS NOT NULL)) STORED NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    deletion_id bigint,
    CONSTRAINT artist_certifications_pkey PRIMARY KEY (id),
    CONSTRAINT artist_certifications_category_check CHECK ((char_length(category) <= 64)),
    CONSTRAINT artist_certifications_check CHECK ((expires_at > issued_at)),
    CONSTRAINT artist_certifications_check1 CHECK (((verified_by_id IS NULL) OR (verified_at IS NOT NULL))),
    CONSTRAINT artist_certifications_check2 CHECK (((deleted_at IS NULL) = (deletion_id IS NULL))),
    CONSTRAINT artist_certifications_credential_id_check CHECK ((char_length(credential_id) <= 128)),
    CONSTRAINT artist_certifications_credential_url_check CHECK ((char_length(credential_url) <= 2048)),
    CONSTRAINT artist_certifications_credential_url_check1 CHECK ((credential_url ~ '^https?://'::text)),
    CONSTRAINT artist_certifications_issuer_check CHECK ((char_length(issuer) <= 255)),
    CONSTRAINT artist_certifications_issuer_check1 CHECK ((btrim(issuer) <> ''::text)),
    CONSTRAINT artist_certifications_issuer_slug_check CHECK ((char_length(issuer_slug) <= 128)),
    CONSTRAINT artist_certifications_level_check CHECK ((char_length(level) <= 64)),
    CONSTRAINT artist_certifications_title_check CHECK ((char_length(title) <= 255)),
    CONSTRAINT artist_certifications_title_check1 CHECK ((btrim(title) <> ''::text))
);

COMMENT ON TABLE public.artist_certifications IS 'proofs of an artist''s training';

COMMENT ON COLUMN public.artist_certifications.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.artist_certifications.artist_id IS 'whose proof it is';

COMMENT ON COLUMN public.artist_certifications.title IS 'what was learnt';

COMMENT ON COLUMN public.artist_certifications.issuer IS 'who issued it';

COMMENT ON COLUMN public.artist_certifications.issuer_slug IS 'issuer, folded for filters';

COMMENT ON COLUMN public.artist_certifications.category IS 'field of the training';

COMMENT ON COLUMN public.artist_certifications.level IS 'level reached';

COMMENT ON COLUMN public.artist_certifications.issued_at IS 'day of issue';

COMMENT ON COLUMN public.artist_certifications.expires_at IS 'first day on which it is no longer valid';

COMMENT ON COLUMN public.artist_certifications.credential_id IS 'number of the certificate';

COMMENT ON COLUMN public.artist_certifications.credential_url IS 'where the issuer confirms it';

COMMENT ON COLUMN public.artist_certifications.media_id IS 'scan of the certificate';

COMMENT ON COLUMN public.artist_certifications.verified_at IS 'when a moderator saw it; an edit clears it';

COMMENT ON COLUMN public.artist_certifications.verified_by_id IS 'who saw it';

COMMENT ON COLUMN public.artist_certifications.is_verified IS 'a moderator saw it';

COMMENT ON COLUMN public.artist_certifications.created_at IS 'when the row was made';

COMMENT ON COLUMN public.artist_certifications.updated_at IS 'last change that was not a counter, a deletion or a restore';

COMMENT ON COLUMN public.artist_certifications.version IS 'optimistic lock: raised by every change by hand';

COMMENT ON COLUMN public.artist_certifications.deleted_at IS 'when the row went to the trash; NULL while it is live';

COMMENT ON COLUMN public.artist_certifications.deletion_id IS 'deletion batch that took the row';

CREATE TABLE public.artist_owners (
    artist_id bigint NOT NULL,
    user_id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT artist_owners_pkey PRIMARY KEY (artist_id, user_id)
);

COMMENT ON TABLE public.artist_owners IS 'who may manage an artist';

COMMENT ON COLUMN public.artist_owners.artist_id IS 'the artist';

COMMENT ON COLUMN public.artist_owners.user_id IS 'the owner';

COMMENT ON COLUMN public.artist_owners.created_at IS 'since when';

CREATE TABLE public.artist_specialties (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    artist_id bigint NOT NULL,
    specialty_id bigint NOT NULL,
    price_toman bigint,
    duration_min integer,
    is_active boolean DEFAULT true NOT NULL,
    note text,
    "position" integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT artist_specialties_pkey PRIMARY KEY (id),
    CONSTRAINT artist_specialties_artist_id_specialty_id_key UNIQUE (artist_id, specialty_id),
    CONSTRAINT artist_specialties_duration_min_check CHECK (((duration_min >= 1) AND (duration_min <= 1440))),
    CONSTRAINT artist_specialties_note_check CHECK ((char_length(note) <= 2000)),
    CONSTRAINT artist_specialties_price_toman_check CHECK (((price_toman >= 0) AND (price_toman <= '10000000000'::bigint)))
);

COMMENT ON TABLE public.artist_specialties IS 'specialties with their prices at artists';

COMMENT ON COLUMN public.artist_specialties.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.artist_specialties.artist_id IS 'the artist';

COMMENT ON COLUMN public.artist_specialties.specialty_id IS 'the specialty';

COMMENT ON COLUMN public.artist_specialties.price_toman IS 'price, toman';

COMMENT ON COLUMN public.artist_specialties.duration_min IS 'duration, minutes';

COMMENT ON COLUMN public.artist_specialties.is_active IS 'offered now';

COMMENT ON COLUMN public.artist_specialties.note IS 'what the artist adds';

COMMENT ON COLUMN public.artist_specialties."position" IS 'place in the artist''s list';

COMMENT ON COLUMN public.artist_specialties.created_at IS 'when the row was made';

COMMENT ON COLUMN public.artist_specialties.updated_at IS 'last change that was not a counter, a deletion or a restore';

CREATE TABLE public.artists (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    full_name text NOT NULL,
    slug text NOT NULL,
    slug_key text GENERATED ALWAYS AS (public.slug_key_v1(slug)) STORED NOT NULL,
    bio text,
    summary text,
    phone text,
    instagram text,
    website text,
    province_id bigint,
    city_id bigint,
    neighborhood_id bigint,
    avatar_media_id bigint,
    cover_media_id bigint,
    verification public.verification_status DEFAULT 'NONE'::public.verification_status NOT NULL,
    status public.account_status DEFAULT 'ACTIVE'::public.account_status NOT NULL,
    primary_owner_id bigint,
    rating_sum bigint DEFAULT 0 NOT NULL,
    review_count integer DEFAULT 0 NOT NULL,
    avg_rating numeric(3,2) GENERATED ALWAYS AS (
CASE
    WHEN (review_count = 0) THEN (0)::numeric
    ELSE round(((rating_sum)::numeric / (review_count)::numeric), 2)
END) STORED NOT NULL,
    rating_key bigint GENERATED ALWAYS AS ((((
CASE
    WHEN (review_count = 0) THEN (0)::bigint
    ELSE (((rating_sum * 100) + (review_count / 2)) / review_count)
END * '18014398509481984'::bigint) + ((LEAST(review_count, 1048575))::bigint * '17179869184'::bigint)) + ('17179869183'::bigint - id))) STORED NOT NULL,
    popular_key bigint GENERATED ALWAYS AS ((((((rating_sum * 1000) + 38000) / (review_count + 10)) * '17179869184'::bigint) + ('17179869183'::bigint - id))) STORED NOT NULL,
    follower_count integer DEFAULT 0 NOT NULL,
    save_count integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    deletion_id bigint,
    CONSTRAINT artists_pkey PRIMARY KEY (id),
    CONSTRAINT artists_bio_check CHECK ((char_length(bio) <= 20000)),
    CONSTRAINT artists_check CHECK (((city_id IS NULL) OR (province_id IS NOT NULL))),
    CONSTRAINT artists_check1 CHECK (((neighborhood_id IS NULL) OR (city_id IS NOT NULL))),
    CONSTRAINT artists_check2 CHECK (((review_count >= 0) AND ((rating_sum >= review_count) AND (rating_sum <= (5 * (review_count)::bigint))))),
    CONSTRAINT artists_check3 CHECK (((deleted_at IS NULL) = (deletion_id IS NULL))),
    CONSTRAINT artists_follower_count_check CHECK ((follower_count >= 0)),
    CONSTRAINT artists_full_name_check CHECK ((char_length(full_name) <= 255)),
    CONSTRAINT artists_full_name_check1 CHECK ((btrim(full_name) <> ''::text)),
    CONSTRAINT artists_id_check CHECK ((id < '17179869184'::bigint)),
    CONSTRAINT artists_instagram_check CHECK ((char_length(instagram) <= 255)),
    CONSTRAINT artists_phone_check CHECK ((char_length(phone) <= 64)),
    CONSTRAINT artists_save_count_check CHECK ((save_count >= 0)),
    CONSTRAINT artists_slug_check CHECK ((char_length(slug) <= 255)),
    CONSTRAINT artists_slug_check1 CHECK ((btrim(slug) <> ''::text)),
    CONSTRAINT artists_slug_check2 CHECK ((octet_length(slug) <= 600)),
    CONSTRAINT artists_slug_check3 CHECK ((strpos(slug, '/'::text) = 0)),
    CONSTRAINT artists_slug_key_check CHECK (((slug_key !~ '^[0-9]*$'::text) AND (slug_key !~ '[.~]'::text))),
    CONSTRAINT artists_slug_key_check1 CHECK ((slug_key <> ALL (ARRAY['me'::text, 'new'::text, 'slug'::text, 'specialties'::text, 'categories'::text, 'feed'::text, 'search'::text, 'admin'::text, 'api'::text]))),
    CONSTRAINT artists_status_check CHECK ((status <> 'DELETED'::public.account_status)),
    CONSTRAINT artists_summary_check CHECK ((char_length(summary) <= 500)),
    CONSTRAINT artists_website_check CHECK ((char_length(website) <= 255)),
    CONSTRAINT artists_website_check1 CHECK ((website ~ '^https?://'::text))
)
WITH (fillfactor=85);

COMMENT ON TABLE public.artists IS 'artists; they work at salons';

COMMENT ON COLUMN public.artists.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.artists.full_name IS 'name of the artist';

COMMENT ON COLUMN public.artists.slug IS 'slug as its author typed it';

COMMENT ON COLUMN public.artists.slug_key IS 'folded slug: all look-ups use it';

COMMENT ON COLUMN public.artists.bio IS 'text of the page';

COMMENT ON COLUMN public.artists.summary IS 'one paragraph for lists';

COMMENT ON COLUMN public.artists.phone IS 'contact number shown on the page';

COMMENT ON COLUMN public.artists.instagram IS 'name at Instagram';

COMMENT ON COLUMN public.artists.website IS 'web site';

COMMENT ON COLUMN public.artists.province_id IS 'province; copied from the city by trigger';

COMMENT ON COLUMN public.artists.city_id IS 'city';

COMMENT ON COLUMN public.artists.neighborhood_id IS 'neighbourhood of the city';

COMMENT ON COLUMN public.artists.avatar_media_id IS 'small picture';

COMMENT ON COLUMN public.artists.cover_media_id IS 'large picture';

COMMENT ON COLUMN public.artists.verification IS 'whether papers were seen';

COMMENT ON COLUMN public.artists.status IS 'whether visitors see it';

COMMENT ON COLUMN public.artists.primary_owner_id IS 'the owner that is asked first; one of the owners';

COMMENT ON COLUMN public.artists.rating_sum IS 'sum of the ratings of published live reviews';

COMMENT ON COLUMN public.artists.review_count IS 'published live reviews';

COMMENT ON COLUMN public.artists.avg_rating IS 'mean rating; 0 when there is no review';

COMMENT ON COLUMN public.artists.rating_key IS 'keyset key: mean x 100 (bits 62..54), reviews (53..34), 17179869183 - id (33..0)';

COMMENT ON COLUMN public.artists.popular_key IS 'keyset key: Bayesian mean x 1000, ten votes of 3.8 (bits 46..34), 17179869183 - id (33..0)';

COMMENT ON COLUMN public.artists.follower_count IS 'followers';

COMMENT ON COLUMN public.artists.save_count IS 'times saved';

COMMENT ON COLUMN public.artists.created_at IS 'when the row was made';

COMMENT ON COLUMN public.artists.updated_at IS 'last change that was not a counter, a deletion or a restore';

COMMENT ON COLUMN public.artists.version IS 'optimistic lock: raised by every change by hand';

COMMENT ON COLUMN public.artists.deleted_at IS 'when the row went to the trash; NULL while it is live';

COMMENT ON COLUMN public.artists.deletion_id IS 'deletion batch that took the row';

CREATE TABLE public.cities (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    slug text NOT NULL,
    slug_key text GENERATED ALWAYS AS (public.slug_key_v1(slug)) STORED NOT NULL,
    province_id bigint NOT NULL,
    name_fa text NOT NULL,
    name_en text,
    is_landing_enabled boolean DEFAULT true NOT NULL,
    landing_intro text,
    lat double precision,
    lng double precision,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    deletion_id bigint,
    CONSTRAINT cities_pkey PRIMARY KEY (id),
    CONSTRAINT cities_id_province_id_key UNIQUE (id, province_id),
    CONSTRAINT cities_check CHECK (((lat IS NULL) = (lng IS NULL))),
    CONSTRAINT cities_check1 CHECK (((deleted_at IS NULL) = (deletion_id IS NULL))),
    CONSTRAINT cities_landing_intro_check CHECK ((char_length(landing_intro) <= 20000)),
    CONSTRAINT cities_lat_check CHECK (((lat >= ('-90'::integer)::double precision) AND (lat <= (90)::double precision))),
    CONSTRAINT cities_lng_check CHECK (((lng >= ('-180'::integer)::double precision) AND (lng <= (180)::double precision))),
    CONSTRAINT cities_name_en_check CHECK ((char_length(name_en) <= 255)),
    CONSTRAINT cities_name_fa_check CHECK ((char_length(name_fa) <= 255)),
    CONSTRAINT cities_name_fa_check1 CHECK ((btrim(name_fa) <> ''::text)),
    CONSTRAINT cities_slug_check CHECK ((char_length(slug) <= 255)),
    CONSTRAINT cities_slug_check1 CHECK ((btrim(slug) <> ''::text)),
    CONSTRAINT cities_slug_check2 CHECK ((octet_length(slug) <= 600)),
    CONSTRAINT cities_slug_check3 CHECK ((strpos(slug, '/'::text) = 0)),
    CONSTRAINT cities_slug_key_check CHECK (((slug_key !~ '^[0-9]*$'::text) AND (slug_key !~ '[.~]'::text))),
    CONSTRAINT cities_slug_key_check1 CHECK ((slug_key <> ALL (ARRAY['me'::text, 'new'::text, 'slug'::text, 'specialties'::text, 'categories'::text, 'feed'::text, 'search'::text, 'admin'::text, 'api'::text])))
);

COMMENT ON TABLE public.cities IS 'cities, second level of the geography, with a landing page';

COMMENT ON COLUMN public.cities.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.cities.slug IS 'slug as its author typed it';

COMMENT ON COLUMN public.cities.slug_key IS 'folded slug: all look-ups use it';

COMMENT ON COLUMN public.cities.province_id IS 'province the city lies in';

COMMENT ON COLUMN public.cities.name_fa IS 'Persian name';

COMMENT ON COLUMN public.cities.name_en IS 'English name';

COMMENT ON COLUMN public.cities.is_landing_enabled IS 'false = no landing page; the row stays in lists';

COMMENT ON COLUMN public.cities.landing_intro IS 'sanitised HTML above the list';

COMMENT ON COLUMN public.cities.lat IS 'latitude, degrees';

COMMENT ON COLUMN public.cities.lng IS 'longitude, degrees';

COMMENT ON COLUMN public.cities.created_at IS 'when the row was made';

COMMENT ON COLUMN public.cities.updated_at IS 'last change that was not a counter, a deletion or a restore';

COMMENT ON COLUMN public.cities.version IS 'optimistic lock: raised by every change by hand';

COMMENT ON COLUMN public.cities.deleted_at IS 'when the row went to the trash; NULL while it is live';

COMMENT ON COLUMN public.cities.deletion_id IS 'deletion batch that took the row';

CREATE TABLE public.deletion_batches (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    root_type public.entity_type NOT NULL,
    root_id bigint NOT NULL,
    actor_id bigint,
    reason text,
    request_id text,
    row_count integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    restored_at timestamp with time zone,
    archived_at timestamp with time zone,
    purged_at timestamp with time zone,
    blocked_at timestamp with time zone,
    blocked_by text,
    hold_until timestamp with time zone,
    hold_reason text,
    state public.batch_state GENERATED ALWAYS AS (
CASE
    WHEN (purged_at IS NOT NULL) THEN 'PURGED'::public.batch_state
    WHEN (restored_at IS NOT NULL) THEN 'RESTORED'::public.batch_state
    WHEN (archived_at IS NOT NULL) THEN 'ARCHIVED'::public.batch_state
    WHEN (blocked_at IS NOT NULL) THEN 'BLOCKED'::public.batch_state
    ELSE 'TRASHED'::public.batch_state
END) STORED NOT NULL,
    CONSTRAINT deletion_batches_pkey PRIMARY KEY (id),
    CONSTRAINT deletion_batches_blocked_by_check CHECK ((char_length(blocked_by) <= 255)),
    CONSTRAINT deletion_batches_check CHECK (((purged_at IS NULL) OR ((archived_at IS NOT NULL) AND (restored_at IS NULL)))),
    CONSTRAINT deletion_batches_check1 CHECK (((blocked_at IS NULL) = (blocked_by IS NULL))),
    CONSTRAINT deletion_batches_check2 CHECK (((hold_until IS NULL) = (hold_reason IS NULL))),
    CONSTRAINT deletion_batches_hold_reason_check CHECK ((char_length(hold_reason) <= 500)),
    CONSTRAINT deletion_batches_reason_check CHECK ((char_length(reason) <= 500)),
    CONSTRAINT deletion_batches_request_id_check CHECK ((char_length(request_id) <= 100))
);

COMMENT ON TABLE public.deletion_batches IS 'one deletion and everything it took along';

COMMENT ON COLUMN public.deletion_batches.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.deletion_batches.root_type IS 'kind of the row that was deleted';

COMMENT ON COLUMN public.deletion_batches.root_id IS 'id of the row that was deleted';

COMMENT ON COLUMN public.deletion_batches.actor_id IS 'who deleted it';

COMMENT ON COLUMN public.deletion_batches.reason IS 'why, as the actor put it';

COMMENT ON COLUMN public.deletion_batches.request_id IS 'request in which it happened';

COMMENT ON COLUMN public.deletion_batches.row_count IS 'rows the batch holds';

COMMENT ON COLUMN public.deletion_batches.created_at IS 'when it happened; starts the days in the trash';

COMMENT ON COLUMN public.deletion_batches.restored_at IS 'when the rows came back';

COMMENT ON COLUMN public.deletion_batches.archived_at IS 'when the rows were archived; names the archive''s month';

COMMENT ON COLUMN public.deletion_batches.purged_at IS 'when the archived rows were destroyed';

COMMENT ON COLUMN public.deletion_batches.blocked_at IS 'when archiving met a reference that stops it';

COMMENT ON COLUMN public.deletion_batches.blocked_by IS 'the reference that stops archiving';

COMMENT ON COLUMN public.deletion_batches.hold_until IS 'kept until then; infinity = until released';

COMMENT ON COLUMN public.deletion_batches.hold_reason IS 'why it is kept';

COMMENT ON COLUMN public.deletion_batches.state IS 'where the batch stands, from the times above';

CREATE TABLE public.entities (
    entity_type public.entity_type NOT NULL,
    entity_id bigint NOT NULL,
    state public.entity_state NOT NULL,
    first_public_at timestamp with time zone,
    successor_type public.entity_type,
    successor_id bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT entities_pkey PRIMARY KEY (entity_type, entity_id),
    CONSTRAINT entities_check CHECK (((successor_type IS DISTINCT FROM entity_type) OR (successor_id IS DISTINCT FROM entity_id)))
);

COMMENT ON TABLE public.entities IS 'one row per addressable row, for ever; kept by trigger';

COMMENT ON COLUMN public.entities.entity_type IS 'kind of the row';

COMMENT ON COLUMN public.entities.entity_id IS 'id of the row in its table';

COMMENT ON COLUMN public.entities.state IS 'what a visitor may see';

COMMENT ON COLUMN public.entities.first_public_at IS 'first time the row was public or unlisted';

COMMENT ON COLUMN public.entities.successor_type IS 'kind of the entity that took its place';

COMMENT ON COLUMN public.entities.successor_id IS 'where the paths of a deleted entity lead';

COMMENT ON COLUMN public.entities.created_at IS 'when the entity was registered';

CREATE TABLE public.entity_types (
    entity_type public.entity_type NOT NULL,
    table_name name NOT NULL,
    url_prefix text,
    content_type_id smallint NOT NULL,
    default_changefreq public.sitemap_change_freq,
    default_priority numeric(2,1),
    CONSTRAINT entity_types_pkey PRIMARY KEY (entity_type),
    CONSTRAINT entity_types_content_type_id_key UNIQUE (content_type_id),
    CONSTRAINT entity_types_table_name_key UNIQUE (table_name),
    CONSTRAINT entity_types_url_prefix_key UNIQUE (url_prefix)
);

COMMENT ON TABLE public.entity_types IS 'registry of addressable tables';

COMMENT ON COLUMN public.entity_types.entity_type IS 'kind of row';

COMMENT ON COLUMN public.entity_types.table_name IS 'table that holds the rows';

COMMENT ON COLUMN public.entity_types.url_prefix IS 'path before the slug; NULL = no public page';

COMMENT ON COLUMN public.entity_types.content_type_id IS 'number the API shows for the kind';

COMMENT ON COLUMN public.entity_types.default_changefreq IS 'sitemap: how often a page changes';

COMMENT ON COLUMN public.entity_types.default_priority IS 'sitemap: weight of a page';

CREATE TABLE public.follows (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    follower_id bigint NOT NULL,
    salon_id bigint,
    artist_id bigint,
    target_type public.follow_target_type GENERATED ALWAYS AS (
CASE
    WHEN (salon_id IS NOT NULL) THEN 'SALON'::public.follow_target_type
    ELSE 'ARTIST'::public.follow_target_type
END) STORED NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT follows_pkey PRIMARY KEY (id),
    CONSTRAINT follows_follower_id_salon_id_artist_id_key UNIQUE NULLS NOT DISTINCT (follower_id, salon_id, artist_id),
    CONSTRAINT follows_check CHECK ((num_nonnulls(salon_id, artist_id) = 1))
);

COMMENT ON TABLE public.follows IS 'who follows which salon or artist';

COMMENT ON COLUMN public.follows.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.follows.follower_id IS 'who follows';

COMMENT ON COLUMN public.follows.salon_id IS 'the followed salon';

COMMENT ON COLUMN public.follows.artist_id IS 'the followed artist';

COMMENT ON COLUMN public.follows.target_type IS 'what is followed';

COMMENT ON COLUMN public.follows.created_at IS 'since when';

CREATE TABLE public.media (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    storage_key text NOT NULL,
    url text,
    type text DEFAULT 'image'::text NOT NULL,
    mime text NOT NULL,
    width integer,
    height integer,
    duration integer,
    size_bytes bigint DEFAULT 0 NOT NULL,
    sha256 bytea,
    variants jsonb DEFAULT '{}'::jsonb NOT NULL,
    alt_text text DEFAULT ''::text NOT NULL,
    title text DEFAULT ''::text NOT NULL,
    status public.media_status DEFAULT 'PENDING'::public.media_status NOT NULL,
    attempts smallint DEFAULT 0 NOT NULL,
    error text,
    kind public.media_kind,
    is_private boolean DEFAULT false NOT NULL,
    uploaded_by_id bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    deletion_id bigint,
    CONSTRAINT media_pkey PRIMARY KEY (id),
    CONSTRAINT media_id_is_private_key UNIQUE (id, is_private),
    CONSTRAINT media_storage_key_key UNIQUE (storage_key),
    CONSTRAINT media_alt_text_check CHECK ((char_length(alt_text) <= 255)),
    CONSTRAINT media_check CHECK (((url IS NULL) = is_private)),
    CONSTRAINT media_check1 CHECK (((kind IS DISTINCT FROM 'LICENSE'::public.media_kind) OR is_private)),
    CONSTRAINT media_check2 CHECK (((deleted_at IS NULL) = (deletion_id IS NULL))),
    CONSTRAINT media_duration_check CHECK ((duration > 0)),
    CONSTRAINT media_error_check CHECK ((char_length(error) <= 1000)),
    CONSTRAINT media_height_check CHECK ((height > 0)),
    CONSTRAINT media_mime_check CHECK ((char_length(mime) <= 100)),
    CONSTRAINT media_mime_check1 CHECK ((mime <> ALL (ARRAY['image/svg+xml'::text, 'text/html'::text]))),
    CONSTRAINT media_sha256_check CHECK ((octet_length(sha256) = 32)),
    CONSTRAINT media_size_bytes_check CHECK (((size_bytes >= 0) AND (size_bytes <= 10485760))),
    CONSTRAINT media_storage_key_check CHECK ((char_length(storage_key) <= 255)),
    CONSTRAINT media_storage_key_check1 CHECK ((btrim(storage_key) <> ''::text)),
    CONSTRAINT media_title_check CHECK ((char_length(title) <= 255)),
    CONSTRAINT media_type_check CHECK ((char_length(type) <= 50)),
    CONSTRAINT media_type_check1 CHECK ((type = ANY (ARRAY['image'::text, 'video'::text, 'file'::text]))),
    CONSTRAINT media_url_check CHECK ((char_length(url) <= 2048)),
    CONSTRAINT media_variants_check CHECK ((jsonb_typeof(variants) = 'object'::text)),
    CONSTRAINT media_width_check CHECK ((width > 0))
);

COMMENT ON TABLE public.media IS 'stored files';

COMMENT ON COLUMN public.media.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.media.storage_key IS 'random key in the store, never made from the file name';

COMMENT ON COLUMN public.media.url IS 'public address; NULL for a private file';

COMMENT ON COLUMN public.media.type IS 'image, video or file';

COMMENT ON COLUMN public.media.mime IS 'media type, read from the bytes';

COMMENT ON COLUMN public.media.width IS 'pixels';

COMMENT ON COLUMN public.media.height IS 'pixels';

COMMENT ON COLUMN public.media.duration IS 'seconds';

COMMENT ON COLUMN public.media.size_bytes IS 'size of the stored file';

COMMENT ON COLUMN public.media.sha256 IS 'hash of the stored file';

COMMENT ON COLUMN public.media.variants IS 'name to key, mime, width, height, sizeBytes';

COMMENT ON COLUMN public.media.alt_text IS 'text for those who do not see it';

COMMENT ON COLUMN public.media.title IS 'caption';

COMMENT ON COLUMN public.media.status IS 'how far the image job has come';

COMMENT ON COLUMN public.media.attempts IS 'runs of the image job';

COMMENT ON COLUMN public.media.error IS 'last failure of the image job';

COMMENT ON COLUMN public.media.kind IS 'what it was uploaded as';

COMMENT ON COLUMN public.media.is_private IS 'has only signed addresses';

COMMENT ON COLUMN public.media.uploaded_by_id IS 'who uploaded it';

COMMENT ON COLUMN public.media.created_at IS 'when the row was made';

COMMENT ON COLUMN public.media.updated_at IS 'last change that was not a counter, a deletion or a restore';

COMMENT ON COLUMN public.media.version IS 'optimistic lock: raised by every change by hand';

COMMENT ON COLUMN public.media.deleted_at IS 'when the row went to the trash; NULL while it is live';

COMMENT ON COLUMN public.media.deletion_id IS 'deletion batch that took the row';

CREATE TABLE public.media_links (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    media_id bigint NOT NULL,
    entity_type public.entity_type NOT NULL,
    entity_id bigint NOT NULL,
    kind public.media_kind DEFAULT 'GALLERY'::public.media_kind NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT media_links_pkey PRIMARY KEY (id),
    CONSTRAINT media_links_entity_type_entity_id_kind_media_id_key UNIQUE (entity_type, entity_id, kind, media_id)
);

COMMENT ON TABLE public.media_links IS 'galleries and other many-to-many uses of files';

COMMENT ON COLUMN public.media_links.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.media_links.media_id IS 'the file';

COMMENT ON COLUMN public.media_links.entity_type IS 'kind of the entity that shows it';

COMMENT ON COLUMN public.media_links.entity_id IS 'entity that shows it';

COMMENT ON COLUMN public.media_links.kind IS 'what it is used as';

COMMENT ON COLUMN public.media_links."position" IS 'place in the gallery';

COMMENT ON COLUMN public.media_links.created_at IS 'since when';

CREATE TABLE public.neighborhoods (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    slug text NOT NULL,
    slug_key text GENERATED ALWAYS AS (public.slug_key_v1(slug)) STORED NOT NULL,
    city_id bigint NOT NULL,
    name_fa text NOT NULL,
    name_en text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    deletion_id bigint,
    CONSTRAINT neighborhoods_pkey PRIMARY KEY (id),
    CONSTRAINT neighborhoods_id_city_id_key UNIQUE (id, city_id),
    CONSTRAINT neighborhoods_check CHECK (((deleted_at IS NULL) = (deletion_id IS NULL))),
    CONSTRAINT neighborhoods_name_en_check CHECK ((char_length(name_en) <= 255)),
    CONSTRAINT neighborhoods_name_fa_check CHECK ((char_length(name_fa) <= 255)),
    CONSTRAINT neighborhoods_name_fa_check1 CHECK ((btrim(name_fa) <> ''::text)),
    CONSTRAINT neighborhoods_slug_check CHECK ((char_length(slug) <= 255)),
    CONSTRAINT neighborhoods_slug_check1 CHECK ((btrim(slug) <> ''::text)),
    CONSTRAINT neighborhoods_slug_check2 CHECK ((octet_length(slug) <= 600)),
    CONSTRAINT neighborhoods_slug_check3 CHECK ((strpos(slug, '/'::text) = 0)),
    CONSTRAINT neighborhoods_slug_key_check CHECK (((slug_key !~ '^[0-9]*$'::text) AND (slug_key !~ '[.~]'::text))),
    CONSTRAINT neighborhoods_slug_key_check1 CHECK ((slug_key <> ALL (ARRAY['me'::text, 'new'::text, 'slug'::text, 'specialties'::text, 'categories'::text, 'feed'::text, 'search'::text, 'admin'::text, 'api'::text])))
);

COMMENT ON TABLE public.neighborhoods IS 'neighbourhoods, third level of the geography';

COMMENT ON COLUMN public.neighborhoods.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.neighborhoods.slug IS 'slug as its author typed it';

COMMENT ON COLUMN public.neighborhoods.slug_key IS 'folded slug: all look-ups use it';

COMMENT ON COLUMN public.neighborhoods.city_id IS 'city the neighbourhood lies in';

COMMENT ON COLUMN public.neighborhoods.name_fa IS 'Persian name';

COMMENT ON COLUMN public.neighborhoods.name_en IS 'English name';

COMMENT ON COLUMN public.neighborhoods.created_at IS 'when the row was made';

COMMENT ON COLUMN public.neighborhoods.updated_at IS 'last change that was not a counter, a deletion or a restore';

COMMENT ON COLUMN public.neighborhoods.version IS 'optimistic lock: raised by every change by hand';

COMMENT ON COLUMN public.neighborhoods.deleted_at IS 'when the row went to the trash; NULL while it is live';

COMMENT ON COLUMN public.neighborhoods.deletion_id IS 'deletion batch that took the row';

CREATE TABLE public.opening_exceptions (
    salon_id bigint NOT NULL,
    on_date date NOT NULL,
    open_minutes int4multirange NOT NULL,
    note text,
    CONSTRAINT opening_exceptions_pkey PRIMARY KEY (salon_id, on_date),
    CONSTRAINT opening_exceptions_note_check CHECK ((char_length(note) <= 255)),
    CONSTRAINT opening_exceptions_open_minutes_check CHECK ((open_minutes <@ int4multirange(int4range(0, 1440))))
);

COMMENT ON TABLE public.opening_exceptions IS 'days on which a salon differs from its week';

COMMENT ON COLUMN public.opening_exceptions.salon_id IS 'the salon';

COMMENT ON COLUMN public.opening_exceptions.on_date IS 'the day';

COMMENT ON COLUMN public.opening_exceptions.open_minutes IS 'open minutes of that day; empty = closed';

COMMENT ON COLUMN public.opening_exceptions.note IS 'why';

CREATE TABLE public.opening_hours (
    salon_id bigint NOT NULL,
    weekday smallint NOT NULL,
    open_minutes int4multirange NOT NULL,
    CONSTRAINT opening_hours_pkey PRIMARY KEY (salon_id, weekday),
    CONSTRAINT opening_hours_open_minutes_check CHECK (((NOT isempty(open_minutes)) AND (open_minutes <@ int4multirange(int4range(0, 1440))))),
    CONSTRAINT opening_hours_weekday_check CHECK (((weekday >= 1) AND (weekday <= 7)))
);

COMMENT ON TABLE public.opening_hours IS 'the week of a salon; a missing weekday is closed';

COMMENT ON COLUMN public.opening_hours.salon_id IS 'the salon';

COMMENT ON COLUMN public.opening_hours.weekday IS 'ISO weekday, 1 Monday .. 7 Sunday';

COMMENT ON COLUMN public.opening_hours.open_minutes IS 'open minutes of the day in Asia/Tehran';

CREATE TABLE public.outbox (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    topic public.outbox_topic NOT NULL,
    entity_type public.entity_type NOT NULL,
    entity_id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT outbox_pkey PRIMARY KEY (id)
);

COMMENT ON TABLE public.outbox IS 'changes for the workers, written in the transaction of the change';

COMMENT ON COLUMN public.outbox.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.outbox.topic IS 'which worker it is for';

COMMENT ON COLUMN public.outbox.entity_type IS 'kind of the changed entity';

COMMENT ON COLUMN public.outbox.entity_id IS 'id of the changed entity';

COMMENT ON COLUMN public.outbox.created_at IS 'when it changed';

CREATE TABLE public.provinces (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    slug text NOT NULL,
    slug_key text GENERATED ALWAYS AS (public.slug_key_v1(slug)) STORED NOT NULL,
    name_fa text NOT NULL,
    name_en text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    deletion_id bigint,
    CONSTRAINT provinces_pkey PRIMARY KEY (id),
    CONSTRAINT provinces_check CHECK (((deleted_at IS NULL) = (deletion_id IS NULL))),
    CONSTRAINT provinces_name_en_check CHECK ((char_length(name_en) <= 255)),
    CONSTRAINT provinces_name_fa_check CHECK ((char_length(name_fa) <= 255)),
    CONSTRAINT provinces_name_fa_check1 CHECK ((btrim(name_fa) <> ''::text)),
    CONSTRAINT provinces_slug_check CHECK ((char_length(slug) <= 255)),
    CONSTRAINT provinces_slug_check1 CHECK ((btrim(slug) <> ''::text)),
    CONSTRAINT provinces_slug_check2 CHECK ((octet_length(slug) <= 600)),
    CONSTRAINT provinces_slug_check3 CHECK ((strpos(slug, '/'::text) = 0)),
    CONSTRAINT provinces_slug_key_check CHECK (((slug_key !~ '^[0-9]*$'::text) AND (slug_key !~ '[.~]'::text))),
    CONSTRAINT provinces_slug_key_check1 CHECK ((slug_key <> ALL (ARRAY['me'::text, 'new'::text, 'slug'::text, 'specialties'::text, 'categories'::text, 'feed'::text, 'search'::text, 'admin'::text, 'api'::text])))
);

COMMENT ON TABLE public.provinces IS 'provinces, first level of the geography';

COMMENT ON COLUMN public.provinces.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.provinces.slug IS 'slug as its author typed it';

COMMENT ON COLUMN public.provinces.slug_key IS 'folded slug: all look-ups use it';

COMMENT ON COLUMN public.provinces.name_fa IS 'Persian name';

COMMENT ON COLUMN public.provinces.name_en IS 'English name';

COMMENT ON COLUMN public.provinces.created_at IS 'when the row was made';

COMMENT ON COLUMN public.provinces.updated_at IS 'last change that was not a counter, a deletion or a restore';

COMMENT ON COLUMN public.provinces.version IS 'optimistic lock: raised by every change by hand';

COMMENT ON COLUMN public.provinces.deleted_at IS 'when the row went to the trash; NULL while it is live';

COMMENT ON COLUMN public.provinces.deletion_id IS 'deletion batch that took the row';

CREATE TABLE public.redirect_rules (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    from_path text,
    from_kind public.path_kind GENERATED ALWAYS AS ('rule'::public.path_kind) STORED NOT NULL,
    from_prefix text,
    type public.redirect_type DEFAULT 'PERMANENT_301'::public.redirect_type NOT NULL,
    to_entity_type public.entity_type,
    to_entity_id bigint,
    to_static_path text,
    to_static_kind public.path_kind GENERATED ALWAYS AS ('static'::public.path_kind) STORED NOT NULL,
    to_external_url text,
    to_prefix text,
    query_mode public.query_mode DEFAULT 'pass'::public.query_mode NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    last_hit_on date,
    hits bigint DEFAULT 0 NOT NULL,
    note text,
    created_by_id bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT redirect_rules_pkey PRIMARY KEY (id),
    CONSTRAINT redirect_rules_from_path_key UNIQUE (from_path),
    CONSTRAINT redirect_rules_from_prefix_key UNIQUE (from_prefix),
    CONSTRAINT redirect_rules_check CHECK ((num_nonnulls(from_path, from_prefix) = 1)),
    CONSTRAINT redirect_rules_check1 CHECK ((num_nonnulls(to_entity_type, to_entity_id) = ANY (ARRAY[0, 2]))),
    CONSTRAINT redirect_rules_check2 CHECK ((num_nonnulls(to_entity_id, to_static_path, to_external_url, to_prefix) =
CASE
    WHEN (type = ANY (ARRAY['GONE_410'::public.redirect_type, 'LEGAL_451'::public.redirect_type])) THEN 0
    ELSE 1
END)),
    CONSTRAINT redirect_rules_check3 CHECK (((to_prefix IS NULL) OR (from_prefix IS NOT NULL))),
    CONSTRAINT redirect_rules_from_prefix_check CHECK ((char_length(from_prefix) <= 512)),
    CONSTRAINT redirect_rules_from_prefix_check1 CHECK (((from_prefix ~ './$'::text) AND public.is_canonical_path("left"(from_prefix, '-1'::integer)))),
    CONSTRAINT redirect_rules_note_check CHECK ((char_length(note) <= 500)),
    CONSTRAINT redirect_rules_to_external_url_check CHECK ((char_length(to_external_url) <= 2048)),
    CONSTRAINT redirect_rules_to_external_url_check1 CHECK ((to_external_url ~ '^https?://[^/\\[:space:][:cntrl:]][^[:space:][:cntrl:]]*$'::text)),
    CONSTRAINT redirect_rules_to_prefix_check CHECK ((char_length(to_prefix) <= 512)),
    CONSTRAINT redirect_rules_to_prefix_check1 CHECK (((to_prefix ~ './$'::text) AND public.is_canonical_path("left"(to_prefix, '-1'::integer))))
);

COMMENT ON TABLE public.redirect_rules IS 'redirects that no rename explains, exact or by prefix';

COMMENT ON COLUMN public.redirect_rules.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.redirect_rules.from_path IS 'exact path that is redirected';

COMMENT ON COLUMN public.redirect_rules.from_kind IS 'constant: the ledger row is a rule';

COMMENT ON COLUMN public.redirect_rules.from_prefix IS 'beginning of the paths that are redirected';

COMMENT ON COLUMN public.redirect_rules.type IS 'the answer';

COMMENT ON COLUMN public.redirect_rules.to_entity_type IS 'kind of the target entity';

COMMENT ON COLUMN public.redirect_rules.to_entity_id IS 'target entity; its renames are followed';

COMMENT ON COLUMN public.redirect_rules.to_static_path IS 'target route of the application';

COMMENT ON COLUMN public.redirect_rules.to_static_kind IS 'constant: the target is static';

COMMENT ON COLUMN public.redirect_rules.to_external_url IS 'target off the site';

COMMENT ON COLUMN public.redirect_rules.to_prefix IS 'prefix to which the rest of the path is appended';

COMMENT ON COLUMN public.redirect_rules.query_mode IS 'what becomes of the query string';

COMMENT ON COLUMN public.redirect_rules.is_active IS 'in force';

COMMENT ON COLUMN public.redirect_rules.last_hit_on IS 'last day it was used, from the roll-up';

COMMENT ON COLUMN public.redirect_rules.hits IS 'times it was used, from the roll-up';

COMMENT ON COLUMN public.redirect_rules.note IS 'why it exists';

COMMENT ON COLUMN public.redirect_rules.created_by_id IS 'who made it';

COMMENT ON COLUMN public.redirect_rules.created_at IS 'when the row was made';

COMMENT ON COLUMN public.redirect_rules.updated_at IS 'last change that was not a counter, a deletion or a restore';

CREATE TABLE public.review_votes (
    review_id bigint NOT NULL,
    user_id bigint NOT NULL,
    is_like boolean NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT review_votes_pkey PRIMARY KEY (review_id, user_id)
);

COMMENT ON TABLE public.review_votes IS 'votes on reviews';

COMMENT ON COLUMN public.review_votes.review_id IS 'the review';

COMMENT ON COLUMN public.review_votes.user_id IS 'who votes';

COMMENT ON COLUMN public.review_votes.is_like IS 'for or against';

COMMENT ON COLUMN public.review_votes.created_at IS 'when the row was made';

COMMENT ON COLUMN public.review_votes.updated_at IS 'last change that was not a counter, a deletion or a restore';

CREATE TABLE public.reviews (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    author_id bigint NOT NULL,
    salon_id bigint,
    artist_id bigint,
    rating smallint NOT NULL,
    title text,
    body text,
    status public.review_status DEFAULT 'PUBLISHED'::public.review_status NOT NULL,
    visited_at date,
    ip inet,
    user_agent text,
    like_count integer DEFAULT 0 NOT NULL,
    dislike_count integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    deletion_id bigint,
    CONSTRAINT reviews_pkey PRIMARY KEY (id),
    CONSTRAINT reviews_body_check CHECK ((char_length(body) <= 5000)),
    CONSTRAINT reviews_check CHECK ((num_nonnulls(salon_id, artist_id) = 1)),
    CONSTRAINT reviews_check1 CHECK (((deleted_at IS NULL) = (deletion_id IS NULL))),
    CONSTRAINT reviews_dislike_count_check CHECK ((dislike_count >= 0)),
    CONSTRAINT reviews_like_count_check CHECK ((like_count >= 0)),
    CONSTRAINT reviews_rating_check CHECK (((rating >= 1) AND (rating <= 5))),
    CONSTRAINT reviews_title_check CHECK ((char_length(title) <= 255)),
    CONSTRAINT reviews_user_agent_check CHECK ((char_length(user_agent) <= 255))
);

COMMENT ON TABLE public.reviews IS 'reviews of salons and artists';

COMMENT ON COLUMN public.reviews.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.reviews.author_id IS 'who wrote it';

COMMENT ON COLUMN public.reviews.salon_id IS 'the salon it is about';

COMMENT ON COLUMN public.reviews.artist_id IS 'the artist it is about';

COMMENT ON COLUMN public.reviews.rating IS '1 bad .. 5 good';

COMMENT ON COLUMN public.reviews.title IS 'headline';

COMMENT ON COLUMN public.reviews.body IS 'text';

COMMENT ON COLUMN public.reviews.status IS 'whether it is shown';

COMMENT ON COLUMN public.reviews.visited_at IS 'day of the visit';

COMMENT ON COLUMN public.reviews.ip IS 'address of the writer, kept 30 days';

COMMENT ON COLUMN public.reviews.user_agent IS 'browser of the writer, kept 30 days';

COMMENT ON COLUMN public.reviews.like_count IS 'votes for it';

COMMENT ON COLUMN public.reviews.dislike_count IS 'votes against it';

COMMENT ON COLUMN public.reviews.created_at IS 'when the row was made';

COMMENT ON COLUMN public.reviews.updated_at IS 'last change that was not a counter, a deletion or a restore';

COMMENT ON COLUMN public.reviews.version IS 'optimistic lock: raised by every change by hand';

COMMENT ON COLUMN public.reviews.deleted_at IS 'when the row went to the trash; NULL while it is live';

COMMENT ON COLUMN public.reviews.deletion_id IS 'deletion batch that took the row';

CREATE TABLE public.salon_artists (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    salon_id bigint NOT NULL,
    artist_id bigint NOT NULL,
    role_title text,
    is_active boolean DEFAULT true NOT NULL,
    started_at date,
    ended_at date,
    accepted_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT salon_artists_pkey PRIMARY KEY (id),
    CONSTRAINT salon_artists_check CHECK (((ended_at IS NULL) OR (NOT is_active))),
    CONSTRAINT salon_artists_check1 CHECK ((ended_at >= started_at)),
    CONSTRAINT salon_artists_role_title_check CHECK ((char_length(role_title) <= 255))
);

COMMENT ON TABLE public.salon_artists IS 'who works where, with history';

COMMENT ON COLUMN public.salon_artists.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.salon_artists.salon_id IS 'place of work';

COMMENT ON COLUMN public.salon_artists.artist_id IS 'who works there';

COMMENT ON COLUMN public.salon_artists.role_title IS 'position';

COMMENT ON COLUMN public.salon_artists.is_active IS 'shown on the pages';

COMMENT ON COLUMN public.salon_artists.started_at IS 'first day';

COMMENT ON COLUMN public.salon_artists.ended_at IS 'last day; NULL while it lasts';

COMMENT ON COLUMN public.salon_artists.accepted_at IS 'consent of the artist''s side';

COMMENT ON COLUMN public.salon_artists.created_at IS 'when the row was made';

COMMENT ON COLUMN public.salon_artists.updated_at IS 'last change that was not a counter, a deletion or a restore';

CREATE TABLE public.salon_owners (
    salon_id bigint NOT NULL,
    user_id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT salon_owners_pkey PRIMARY KEY (salon_id, user_id)
);

COMMENT ON TABLE public.salon_owners IS 'who may manage a salon';

COMMENT ON COLUMN public.salon_owners.salon_id IS 'the salon';

COMMENT ON COLUMN public.salon_owners.user_id IS 'its owner';

COMMENT ON COLUMN public.salon_owners.created_at IS 'since when';

CREATE TABLE public.salon_services (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    salon_id bigint NOT NULL,
    service_id bigint NOT NULL,
    price_toman bigint,
    duration_min integer,
    is_active boolean DEFAULT true NOT NULL,
    notes text,
    "position" integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT salon_services_pkey PRIMARY KEY (id),
    CONSTRAINT salon_services_salon_id_service_id_key UNIQUE (salon_id, service_id),
    CONSTRAINT salon_services_duration_min_check CHECK (((duration_min >= 1) AND (duration_min <= 1440))),
    CONSTRAINT salon_services_notes_check CHECK ((char_length(notes) <= 2000)),
    CONSTRAINT salon_services_price_toman_check CHECK (((price_toman >= 0) AND (price_toman <= '10000000000'::bigint)))
);

COMMENT ON TABLE public.salon_services IS 'services with their prices at salons';

COMMENT ON COLUMN public.salon_services.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.salon_services.salon_id IS 'the salon';

COMMENT ON COLUMN public.salon_services.service_id IS 'the service';

COMMENT ON COLUMN public.salon_services.price_toman IS 'price, toman';

COMMENT ON COLUMN public.salon_services.duration_min IS 'duration, minutes';

COMMENT ON COLUMN public.salon_services.is_active IS 'offered now';

COMMENT ON COLUMN public.salon_services.notes IS 'what the salon adds';

COMMENT ON COLUMN public.salon_services."position" IS 'place in the salon''s list';

COMMENT ON COLUMN public.salon_services.created_at IS 'when the row was made';

COMMENT ON COLUMN public.salon_services.updated_at IS 'last change that was not a counter, a deletion or a restore';

CREATE TABLE public.salons (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    name text NOT NULL,
    slug text NOT NULL,
    slug_key text GENERATED ALWAYS AS (public.slug_key_v1(slug)) STORED NOT NULL,
    description text,
    address_line text,
    postal_code text,
    geo_cell bigint GENERATED ALWAYS AS ((((floor(((lat + (90)::double precision) * (100)::double precision)) * (36000)::double precision) + floor(((lng + (180)::double precision) * (100)::double precision))))::bigint) STORED,
    is_women_only boolean,
    price_tier smallint,
    summary text,
    phone text,
    instagram text,
    website text,
    province_id bigint,
    city_id bigint,
    neighborhood_id bigint,
    avatar_media_id bigint,
    cover_media_id bigint,
    verification public.verification_status DEFAULT 'NONE'::public.verification_status NOT NULL,
    status public.account_status DEFAULT 'ACTIVE'::public.account_status NOT NULL,
    primary_owner_id bigint,
    lat double precision,
    lng double precision,
    rating_sum bigint DEFAULT 0 NOT NULL,
    review_count integer DEFAULT 0 NOT NULL,
    avg_rating numeric(3,2) GENERATED ALWAYS AS (
CASE
    WHEN (review_count = 0) THEN (0)::numeric
    ELSE round(((rating_sum)::numeric / (review_count)::numeric), 2)
END) STORED NOT NULL,
    rating_key bigint GENERATED ALWAYS AS ((((
CASE
    WHEN (review_count = 0) THEN (0)::bigint
    ELSE (((rating_sum * 100) + (review_count / 2)) / review_count)
END * '18014398509481984'::bigint) + ((LEAST(review_count, 1048575))::bigint * '17179869184'::bigint)) + ('17179869183'::bigint - id))) STORED NOT NULL,
    popular_key bigint GENERATED ALWAYS AS ((((((rating_sum * 1000) + 38000) / (review_count + 10)) * '17179869184'::bigint) + ('17179869183'::bigint - id))) STORED NOT NULL,
    follower_count integer DEFAULT 0 NOT NULL,
    save_count integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    deletion_id bigint,
    CONSTRAINT salons_pkey PRIMARY KEY (id),
    CONSTRAINT salons_address_line_check CHECK ((char_length(address_line) <= 1000)),
    CONSTRAINT salons_check CHECK (((city_id IS NULL) OR (province_id IS NOT NULL))),
    CONSTRAINT salons_check1 CHECK (((neighborhood_id IS NULL) OR (city_id IS NOT NULL))),
    CONSTRAINT salons_check2 CHECK (((review_count >= 0) AND ((rating_sum >= review_count) AND (rating_sum <= (5 * (review_count)::bigint))))),
    CONSTRAINT salons_check3 CHECK (((lat IS NULL) = (lng IS NULL))),
    CONSTRAINT salons_check4 CHECK (((deleted_at IS NULL) = (deletion_id IS NULL))),
    CONSTRAINT salons_description_check CHECK ((char_length(description) <= 20000)),
    CONSTRAINT salons_follower_count_check CHECK ((follower_count >= 0)),
    CONSTRAINT salons_id_check CHECK ((id < '17179869184'::bigint)),
    CONSTRAINT salons_instagram_check CHECK ((char_length(instagram) <= 255)),
    CONSTRAINT salons_lat_check CHECK (((lat >= ('-90'::integer)::double precision) AND (lat <= (90)::double precision))),
    CONSTRAINT salons_lng_check CHECK (((lng >= ('-180'::integer)::double precision) AND (lng <= (180)::double precision))),
    CONSTRAINT salons_name_check CHECK ((char_length(name) <= 255)),
    CONSTRAINT salons_name_check1 CHECK ((btrim(name) <> ''::text)),
    CONSTRAINT salons_phone_check CHECK ((char_length(phone) <= 64)),
    CONSTRAINT salons_postal_code_check CHECK ((char_length(postal_code) <= 32)),
    CONSTRAINT salons_price_tier_check CHECK (((price_tier >= 1) AND (price_tier <= 4))),
    CONSTRAINT salons_save_count_check CHECK ((save_count >= 0)),
    CONSTRAINT salons_slug_check CHECK ((char_length(slug) <= 255)),
    CONSTRAINT salons_slug_check1 CHECK ((btrim(slug) <> ''::text)),
    CONSTRAINT salons_slug_check2 CHECK ((octet_length(slug) <= 600)),
    CONSTRAINT salons_slug_check3 CHECK ((strpos(slug, '/'::text) = 0)),
    CONSTRAINT salons_slug_key_check CHECK (((slug_key !~ '^[0-9]*$'::text) AND (slug_key !~ '[.~]'::text))),
    CONSTRAINT salons_slug_key_check1 CHECK ((slug_key <> ALL (ARRAY['me'::text, 'new'::text, 'slug'::text, 'specialties'::text, 'categories'::text, 'feed'::text, 'search'::text, 'admin'::text, 'api'::text]))),
    CONSTRAINT salons_status_check CHECK ((status <> 'DELETED'::public.account_status)),
    CONSTRAINT salons_summary_check CHECK ((char_length(summary) <= 500)),
    CONSTRAINT salons_website_check CHECK ((char_length(website) <= 255)),
    CONSTRAINT salons_website_check1 CHECK ((website ~ '^https?://'::text))
)
WITH (fillfactor=85);

COMMENT ON TABLE public.salons IS 'salons';

COMMENT ON COLUMN public.salons.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.salons.name IS 'name on the door';

COMMENT ON COLUMN public.salons.slug IS 'slug as its author typed it';

COMMENT ON COLUMN public.salons.slug_key IS 'folded slug: all look-ups use it';

COMMENT ON COLUMN public.salons.description IS 'text of the page';

COMMENT ON COLUMN public.salons.address_line IS 'street and number';

COMMENT ON COLUMN public.salons.postal_code IS 'postal code';

COMMENT ON COLUMN public.salons.geo_cell IS '0.01 degree grid cell; a nearby search reads nine';

COMMENT ON COLUMN public.salons.is_women_only IS 'women only; NULL = not stated';

COMMENT ON COLUMN public.salons.price_tier IS '1 cheap .. 4 expensive';

COMMENT ON COLUMN public.salons.summary IS 'one paragraph for lists';

COMMENT ON COLUMN public.salons.phone IS 'contact number shown on the page';

COMMENT ON COLUMN public.salons.instagram IS 'name at Instagram';

COMMENT ON COLUMN public.salons.website IS 'web site';

COMMENT ON COLUMN public.salons.province_id IS 'province; copied from the city by trigger';

COMMENT ON COLUMN public.salons.city_id IS 'city';

COMMENT ON COLUMN public.salons.neighborhood_id IS 'neighbourhood of the city';

COMMENT ON COLUMN public.salons.avatar_media_id IS 'small picture';

COMMENT ON COLUMN public.salons.cover_media_id IS 'large picture';

COMMENT ON COLUMN public.salons.verification IS 'whether papers were seen';

COMMENT ON COLUMN public.salons.status IS 'whether visitors see it';

COMMENT ON COLUMN public.salons.primary_owner_id IS 'the owner that is asked first; one of the owners';

COMMENT ON COLUMN public.salons.lat IS 'latitude, degrees';

COMMENT ON COLUMN public.salons.lng IS 'longitude, degrees';

COMMENT ON COLUMN public.salons.rating_sum IS 'sum of the ratings of published live reviews';

COMMENT ON COLUMN public.salons.review_count IS 'published live reviews';

COMMENT ON COLUMN public.salons.avg_rating IS 'mean rating; 0 when there is no review';

COMMENT ON COLUMN public.salons.rating_key IS 'keyset key: mean x 100 (bits 62..54), reviews (53..34), 17179869183 - id (33..0)';

COMMENT ON COLUMN public.salons.popular_key IS 'keyset key: Bayesian mean x 1000, ten votes of 3.8 (bits 46..34), 17179869183 - id (33..0)';

COMMENT ON COLUMN public.salons.follower_count IS 'followers';

COMMENT ON COLUMN public.salons.save_count IS 'times saved';

COMMENT ON COLUMN public.salons.created_at IS 'when the row was made';

COMMENT ON COLUMN public.salons.updated_at IS 'last change that was not a counter, a deletion or a restore';

COMMENT ON COLUMN public.salons.version IS 'optimistic lock: raised by every change by hand';

COMMENT ON COLUMN public.salons.deleted_at IS 'when the row went to the trash; NULL while it is live';

COMMENT ON COLUMN public.salons.deletion_id IS 'deletion batch that took the row';

CREATE TABLE public.service_categories (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    slug text NOT NULL,
    slug_key text GENERATED ALWAYS AS (public.slug_key_v1(slug)) STORED NOT NULL,
    name_fa text NOT NULL,
    name_en text,
    "position" integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    deletion_id bigint,
    CONSTRAINT service_categories_pkey PRIMARY KEY (id),
    CONSTRAINT service_categories_check CHECK (((deleted_at IS NULL) = (deletion_id IS NULL))),
    CONSTRAINT service_categories_name_en_check CHECK ((char_length(name_en) <= 255)),
    CONSTRAINT service_categories_name_fa_check CHECK ((char_length(name_fa) <= 255)),
    CONSTRAINT service_categories_name_fa_check1 CHECK ((btrim(name_fa) <> ''::text)),
    CONSTRAINT service_categories_slug_check CHECK ((char_length(slug) <= 255)),
    CONSTRAINT service_categories_slug_check1 CHECK ((btrim(slug) <> ''::text)),
    CONSTRAINT service_categories_slug_check2 CHECK ((octet_length(slug) <= 600)),
    CONSTRAINT service_categories_slug_check3 CHECK ((strpos(slug, '/'::text) = 0)),
    CONSTRAINT service_categories_slug_key_check CHECK (((slug_key !~ '^[0-9]*$'::text) AND (slug_key !~ '[.~]'::text))),
    CONSTRAINT service_categories_slug_key_check1 CHECK ((slug_key <> ALL (ARRAY['me'::text, 'new'::text, 'slug'::text, 'specialties'::text, 'categories'::text, 'feed'::text, 'search'::text, 'admin'::text, 'api'::text])))
);

COMMENT ON TABLE public.service_categories IS 'groups of services';

COMMENT ON COLUMN public.service_categories.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.service_categories.slug IS 'slug as its author typed it';

COMMENT ON COLUMN public.service_categories.slug_key IS 'folded slug: all look-ups use it';

COMMENT ON COLUMN public.service_categories.name_fa IS 'Persian name';

COMMENT ON COLUMN public.service_categories.name_en IS 'English name';

COMMENT ON COLUMN public.service_categories."position" IS 'place in the list';

COMMENT ON COLUMN public.service_categories.created_at IS 'when the row was made';

COMMENT ON COLUMN public.service_categories.updated_at IS 'last change that was not a counter, a deletion or a restore';

COMMENT ON COLUMN public.service_categories.version IS 'optimistic lock: raised by every change by hand';

COMMENT ON COLUMN public.service_categories.deleted_at IS 'when the row went to the trash; NULL while it is live';

COMMENT ON COLUMN public.service_categories.deletion_id IS 'deletion batch that took the row';

CREATE TABLE public.service_definitions (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    slug text NOT NULL,
    slug_key text GENERATED ALWAYS AS (public.slug_key_v1(slug)) STORED NOT NULL,
    category_id bigint NOT NULL,
    name_fa text NOT NULL,
    name_en text,
    description text,
    "position" integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    deletion_id bigint,
    CONSTRAINT service_definitions_pkey PRIMARY KEY (id),
    CONSTRAINT service_definitions_check CHECK (((deleted_at IS NULL) = (deletion_id IS NULL))),
    CONSTRAINT service_definitions_description_check CHECK ((char_length(description) <= 5000)),
    CONSTRAINT service_definitions_name_en_check CHECK ((char_length(name_en) <= 255)),
    CONSTRAINT service_definitions_name_fa_check CHECK ((char_length(name_fa) <= 255)),
    CONSTRAINT service_definitions_name_fa_check1 CHECK ((btrim(name_fa) <> ''::text)),
    CONSTRAINT service_definitions_slug_check CHECK ((char_length(slug) <= 255)),
    CONSTRAINT service_definitions_slug_check1 CHECK ((btrim(slug) <> ''::text)),
    CONSTRAINT service_definitions_slug_check2 CHECK ((octet_length(slug) <= 600)),
    CONSTRAINT service_definitions_slug_check3 CHECK ((strpos(slug, '/'::text) = 0)),
    CONSTRAINT service_definitions_slug_key_check CHECK (((slug_key !~ '^[0-9]*$'::text) AND (slug_key !~ '[.~]'::text))),
    CONSTRAINT service_definitions_slug_key_check1 CHECK ((slug_key <> ALL (ARRAY['me'::text, 'new'::text, 'slug'::text, 'specialties'::text, 'categories'::text, 'feed'::text, 'search'::text, 'admin'::text, 'api'::text])))
);

COMMENT ON TABLE public.service_definitions IS 'services that salons offer';

COMMENT ON COLUMN public.service_definitions.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.service_definitions.slug IS 'slug as its author typed it';

COMMENT ON COLUMN public.service_definitions.slug_key IS 'folded slug: all look-ups use it';

COMMENT ON COLUMN public.service_definitions.category_id IS 'group of the service';

COMMENT ON COLUMN public.service_definitions.name_fa IS 'Persian name';

COMMENT ON COLUMN public.service_definitions.name_en IS 'English name';

COMMENT ON COLUMN public.service_definitions.description IS 'what it is';

COMMENT ON COLUMN public.service_definitions."position" IS 'place in its group';

COMMENT ON COLUMN public.service_definitions.created_at IS 'when the row was made';

COMMENT ON COLUMN public.service_definitions.updated_at IS 'last change that was not a counter, a deletion or a restore';

COMMENT ON COLUMN public.service_definitions.version IS 'optimistic lock: raised by every change by hand';

COMMENT ON COLUMN public.service_definitions.deleted_at IS 'when the row went to the trash; NULL while it is live';

COMMENT ON COLUMN public.service_definitions.deletion_id IS 'deletion batch that took the row';

CREATE TABLE public.slug_history (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    entity_type public.entity_type NOT NULL,
    entity_id bigint NOT NULL,
    old_slug text,
    new_slug text NOT NULL,
    path text NOT NULL,
    event text NOT NULL,
    actor_id bigint,
    reason text,
    request_id text,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT slug_history_pkey PRIMARY KEY (id),
    CONSTRAINT slug_history_event_check CHECK ((event = ANY (ARRAY['assigned'::text, 'renamed'::text, 'transferred'::text, 'reclaimed'::text]))),
    CONSTRAINT slug_history_new_slug_check CHECK ((btrim(new_slug) <> ''::text)),
    CONSTRAINT slug_history_reason_check CHECK ((char_length(reason) <= 500)),
    CONSTRAINT slug_history_request_id_check CHECK ((char_length(request_id) <= 100))
);

COMMENT ON TABLE public.slug_history IS 'append-only journal of slugs and paths';

COMMENT ON COLUMN public.slug_history.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.slug_history.entity_type IS 'kind of the entity';

COMMENT ON COLUMN public.slug_history.entity_id IS 'id of the entity';

COMMENT ON COLUMN public.slug_history.old_slug IS 'slug before; NULL when the path was given, not renamed';

COMMENT ON COLUMN public.slug_history.new_slug IS 'slug after';

COMMENT ON COLUMN public.slug_history.path IS 'path the event is about';

COMMENT ON COLUMN public.slug_history.event IS 'what happened';

COMMENT ON COLUMN public.slug_history.actor_id IS 'who did it';

COMMENT ON COLUMN public.slug_history.reason IS 'why, as the actor put it';

COMMENT ON COLUMN public.slug_history.request_id IS 'request in which it happened';

COMMENT ON COLUMN public.slug_history.changed_at IS 'when';

CREATE TABLE public.soft_delete_edges (
    parent_table name NOT NULL,
    child_table name NOT NULL,
    child_column name NOT NULL,
    action public.edge_action NOT NULL,
    CONSTRAINT soft_delete_edges_pkey PRIMARY KEY (parent_table, child_table, child_column)
);

COMMENT ON TABLE public.soft_delete_edges IS 'what follows a parent into the trash, and what keeps it out';

COMMENT ON COLUMN public.soft_delete_edges.parent_table IS 'table of the deleted row';

COMMENT ON COLUMN public.soft_delete_edges.child_table IS 'table that refers to it';

COMMENT ON COLUMN public.soft_delete_edges.child_column IS 'column that refers to it';

COMMENT ON COLUMN public.soft_delete_edges.action IS 'follow the parent, or refuse its deletion';

CREATE TABLE public.specialties (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    slug text NOT NULL,
    slug_key text GENERATED ALWAYS AS (public.slug_key_v1(slug)) STORED NOT NULL,
    name_fa text NOT NULL,
    name_en text,
    "position" integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    deletion_id bigint,
    CONSTRAINT specialties_pkey PRIMARY KEY (id),
    CONSTRAINT specialties_check CHECK (((deleted_at IS NULL) = (deletion_id IS NULL))),
    CONSTRAINT specialties_name_en_check CHECK ((char_length(name_en) <= 255)),
    CONSTRAINT specialties_name_fa_check CHECK ((char_length(name_fa) <= 255)),
    CONSTRAINT specialties_name_fa_check1 CHECK ((btrim(name_fa) <> ''::text)),
    CONSTRAINT specialties_slug_check CHECK ((char_length(slug) <= 255)),
    CONSTRAINT specialties_slug_check1 CHECK ((btrim(slug) <> ''::text)),
    CONSTRAINT specialties_slug_check2 CHECK ((octet_length(slug) <= 600)),
    CONSTRAINT specialties_slug_check3 CHECK ((strpos(slug, '/'::text) = 0)),
    CONSTRAINT specialties_slug_key_check CHECK (((slug_key !~ '^[0-9]*$'::text) AND (slug_key !~ '[.~]'::text))),
    CONSTRAINT specialties_slug_key_check1 CHECK ((slug_key <> ALL (ARRAY['me'::text, 'new'::text, 'slug'::text, 'specialties'::text, 'categories'::text, 'feed'::text, 'search'::text, 'admin'::text, 'api'::text])))
);

COMMENT ON TABLE public.specialties IS 'what artists are good at';

COMMENT ON COLUMN public.specialties.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.specialties.slug IS 'slug as its author typed it';

COMMENT ON COLUMN public.specialties.slug_key IS 'folded slug: all look-ups use it';

COMMENT ON COLUMN public.specialties.name_fa IS 'Persian name';

COMMENT ON COLUMN public.specialties.name_en IS 'English name';

COMMENT ON COLUMN public.specialties."position" IS 'place in the list';

COMMENT ON COLUMN public.specialties.created_at IS 'when the row was made';

COMMENT ON COLUMN public.specialties.updated_at IS 'last change that was not a counter, a deletion or a restore';

COMMENT ON COLUMN public.specialties.version IS 'optimistic lock: raised by every change by hand';

COMMENT ON COLUMN public.specialties.deleted_at IS 'when the row went to the trash; NULL while it is live';

COMMENT ON COLUMN public.specialties.deletion_id IS 'deletion batch that took the row';

CREATE TABLE public.url_paths (
    path text NOT NULL,
    kind public.path_kind NOT NULL,
    entity_type public.entity_type,
    entity_id bigint,
    display_path text,
    since timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT url_paths_pkey PRIMARY KEY (path),
    CONSTRAINT url_paths_path_entity_type_entity_id_key UNIQUE (path, entity_type, entity_id),
    CONSTRAINT url_paths_path_kind_key UNIQUE (path, kind),
    CONSTRAINT url_paths_check CHECK ((num_nonnulls(entity_type, entity_id) = ANY (ARRAY[0, 2]))),
    CONSTRAINT url_paths_check1 CHECK (
CASE kind
    WHEN 'current'::public.path_kind THEN (entity_id IS NOT NULL)
    WHEN 'alias'::public.path_kind THEN (entity_id IS NOT NULL)
    WHEN 'gone'::public.path_kind THEN true
    ELSE (entity_id IS NULL)
END),
    CONSTRAINT url_paths_display_path_check CHECK ((octet_length(display_path) <= 660)),
    CONSTRAINT url_paths_path_check CHECK (public.is_canonical_path(path)),
    CONSTRAINT url_paths_path_check1 CHECK ((octet_length(path) <= 660))
);

COMMENT ON TABLE public.url_paths IS 'one row per canonical path, for ever';

COMMENT ON COLUMN public.url_paths.path IS 'canonical key, shared by all locales';

COMMENT ON COLUMN public.url_paths.kind IS 'what the path stands for';

COMMENT ON COLUMN public.url_paths.entity_type IS 'kind of the owner';

COMMENT ON COLUMN public.url_paths.entity_id IS 'id of the owner';

COMMENT ON COLUMN public.url_paths.display_path IS 'path with the slug as typed';

COMMENT ON COLUMN public.url_paths.since IS 'when it became what it is';

CREATE TABLE public.users (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    username text NOT NULL,
    username_key text GENERATED ALWAYS AS (lower((username COLLATE "C"))) STORED NOT NULL,
    first_name text DEFAULT ''::text NOT NULL,
    last_name text DEFAULT ''::text NOT NULL,
    email text,
    email_key text GENERATED ALWAYS AS (lower((email COLLATE "C"))) STORED,
    phone_number text,
    is_phone_verified boolean DEFAULT false NOT NULL,
    avatar_media_id bigint,
    score integer DEFAULT 0 NOT NULL,
    referral_code text NOT NULL,
    role public.user_role DEFAULT 'USER'::public.user_role NOT NULL,
    status public.account_status DEFAULT 'ACTIVE'::public.account_status NOT NULL,
    verification public.verification_status DEFAULT 'NONE'::public.verification_status NOT NULL,
    gender public.gender DEFAULT 'UNSPECIFIED'::public.gender NOT NULL,
    bio text,
    password_hash text,
    city_id bigint,
    last_login_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    deletion_id bigint,
    CONSTRAINT users_pkey PRIMARY KEY (id),
    CONSTRAINT users_referral_code_key UNIQUE (referral_code),
    CONSTRAINT users_bio_check CHECK ((char_length(bio) <= 5000)),
    CONSTRAINT users_check CHECK (((phone_number IS NOT NULL) OR (status = 'SUSPENDED'::public.account_status))),
    CONSTRAINT users_check1 CHECK (((deleted_at IS NULL) = (deletion_id IS NULL))),
    CONSTRAINT users_email_check CHECK ((char_length(email) <= 254)),
    CONSTRAINT users_email_check1 CHECK ((email ~~ '%_@_%'::text)),
    CONSTRAINT users_first_name_check CHECK ((char_length(first_name) <= 150)),
    CONSTRAINT users_last_name_check CHECK ((char_length(last_name) <= 150)),
    CONSTRAINT users_password_hash_check CHECK ((char_length(password_hash) <= 255)),
    CONSTRAINT users_password_hash_check1 CHECK (((password_hash ~~ '$argon2id$%'::text) OR (password_hash ~ '^\$2[aby]\$'::text))),
    CONSTRAINT users_phone_number_check CHECK ((phone_number ~ '^\+[1-9][0-9]{7,14}$'::text)),
    CONSTRAINT users_referral_code_check CHECK ((char_length(referral_code) <= 22)),
    CONSTRAINT users_status_check CHECK ((status <> 'DELETED'::public.account_status)),
    CONSTRAINT users_username_check CHECK ((char_length(username) <= 150)),
    CONSTRAINT users_username_check1 CHECK ((btrim(username) <> ''::text)),
    CONSTRAINT users_username_check2 CHECK ((username !~ '[[:space:]/]'::text))
);

COMMENT ON TABLE public.users IS 'one person with an account';

COMMENT ON COLUMN public.users.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.users.username IS 'name the person chose';

COMMENT ON COLUMN public.users.username_key IS 'user name in lower case';

COMMENT ON COLUMN public.users.first_name IS 'given name';

COMMENT ON COLUMN public.users.last_name IS 'family name';

COMMENT ON COLUMN public.users.email IS 'e-mail address; NULL when unknown';

COMMENT ON COLUMN public.users.email_key IS 'e-mail address in lower case';

COMMENT ON COLUMN public.users.phone_number IS 'E.164; NULL only after a return from the archive';

COMMENT ON COLUMN public.users.is_phone_verified IS 'the person answered a code';

COMMENT ON COLUMN public.users.avatar_media_id IS 'profile picture';

COMMENT ON COLUMN public.users.score IS 'points earned';

COMMENT ON COLUMN public.users.referral_code IS 'random code to invite others with';

COMMENT ON COLUMN public.users.role IS 'what the person may do';

COMMENT ON COLUMN public.users.status IS 'whether the account is open';

COMMENT ON COLUMN public.users.verification IS 'whether papers were seen';

COMMENT ON COLUMN public.users.gender IS 'gender as stated';

COMMENT ON COLUMN public.users.bio IS 'what the person says of themselves';

COMMENT ON COLUMN public.users.password_hash IS 'argon2id string; never leaves the server';

COMMENT ON COLUMN public.users.city_id IS 'where the person lives';

COMMENT ON COLUMN public.users.last_login_at IS 'last login';

COMMENT ON COLUMN public.users.created_at IS 'when the row was made';

COMMENT ON COLUMN public.users.updated_at IS 'last change that was not a counter, a deletion or a restore';

COMMENT ON COLUMN public.users.version IS 'optimistic lock: raised by every change by hand';

COMMENT ON COLUMN public.users.deleted_at IS 'when the row went to the trash; NULL while it is live';

COMMENT ON COLUMN public.users.deletion_id IS 'deletion batch that took the row';

-- Constraints
ALTER TABLE public.artist_certifications
    ADD CONSTRAINT artist_certifications_artist_id_fkey FOREIGN KEY (artist_id) REFERENCES public.artists(id) ON DELETE RESTRICT;

ALTER TABLE public.artist_certifications
    ADD CONSTRAINT artist_certifications_deletion_id_fkey FOREIGN KEY (deletion_id) REFERENCES public.deletion_batches(id) ON DELETE RESTRICT;

ALTER TABLE public.artist_certifications
    ADD CONSTRAINT artist_certifications_media_id_fkey FOREIGN KEY (media_id) REFERENCES public.media(id) ON DELETE RESTRICT;

ALTER TABLE public.artist_certifications
    ADD CONSTRAINT artist_certifications_verified_by_id_fkey FOREIGN KEY (verified_by_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE public.artist_owners
    ADD CONSTRAINT artist_owners_artist_id_fkey FOREIGN KEY (artist_id) REFERENCES public.artists(id) ON DELETE CASCADE;

ALTER TABLE public.artist_owners
    ADD CONSTRAINT artist_owners_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE public.artist_specialties
    ADD CONSTRAINT artist_specialties_artist_id_fkey FOREIGN KEY (artist_id) REFERENCES public.artists(id) ON DELETE CASCADE;

ALTER TABLE public.artist_specialties
    ADD CONSTRAINT artist_specialties_specialty_id_fkey FOREIGN KEY (specialty_id) REFERENCES public.specialties(id) ON DELETE CASCADE;

ALTER TABLE public.artists
    ADD CONSTRAINT artists_avatar_media_id_fkey FOREIGN KEY (avatar_media_id) REFERENCES public.media(id) ON DELETE RESTRICT;

ALTER TABLE public.artists
    ADD CONSTRAINT artists_city_id_province_id_fkey FOREIGN KEY (city_id, province_id) REFERENCES public.cities(id, province_id) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE public.artists
    ADD CONSTRAINT artists_cover_media_id_fkey FOREIGN KEY (cover_media_id) REFERENCES public.media(id) ON DELETE RESTRICT;

ALTER TABLE public.artists
    ADD CONSTRAINT artists_deletion_id_fkey FOREIGN KEY (deletion_id) REFERENCES public.deletion_batches(id) ON DELETE RESTRICT;

ALTER TABLE public.artists
    ADD CONSTRAINT artists_id_primary_owner_id_fkey FOREIGN KEY (id, primary_owner_id) REFERENCES public.artist_owners(artist_id, user_id) ON DELETE SET NULL (primary_owner_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE public.artists
    ADD CONSTRAINT artists_neighborhood_id_city_id_fkey FOREIGN KEY (neighborhood_id, city_id) REFERENCES public.neighborhoods(id, city_id) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE public.artists
    ADD CONSTRAINT artists_province_id_fkey FOREIGN KEY (province_id) REFERENCES public.provinces(id) ON DELETE RESTRICT;

ALTER TABLE public.cities
    ADD CONSTRAINT cities_deletion_id_fkey FOREIGN KEY (deletion_id) REFERENCES public.deletion_batches(id) ON DELETE RESTRICT;

ALTER TABLE public.cities
    ADD CONSTRAINT cities_province_id_fkey FOREIGN KEY (province_id) REFERENCES public.provinces(id) ON DELETE RESTRICT;

ALTER TABLE public.deletion_batches
    ADD CONSTRAINT deletion_batches_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE public.deletion_batches
    ADD CONSTRAINT deletion_batches_root_type_root_id_fkey FOREIGN KEY (root_type, root_id) REFERENCES public.entities(entity_type, entity_id);

ALTER TABLE public.entities
    ADD CONSTRAINT entities_entity_type_fkey FOREIGN KEY (entity_type) REFERENCES public.entity_types(entity_type);

ALTER TABLE public.entities
    ADD CONSTRAINT entities_successor_type_successor_id_fkey FOREIGN KEY (successor_type, successor_id) REFERENCES public.entities(entity_type, entity_id) MATCH FULL;

ALTER TABLE public.follows
    ADD CONSTRAINT follows_artist_id_fkey FOREIGN KEY (artist_id) REFERENCES public.artists(id) ON DELETE CASCADE;

ALTER TABLE public.follows
    ADD CONSTRAINT follows_follower_id_fkey FOREIGN KEY (follower_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE public.follows
    ADD CONSTRAINT follows_salon_id_fkey FOREIGN KEY (salon_id) REFERENCES public.salons(id) ON DELETE CASCADE;

ALTER TABLE public.media
    ADD CONSTRAINT media_deletion_id_fkey FOREIGN KEY (deletion_id) REFERENCES public.deletion_batches(id) ON DELETE RESTRICT;

ALTER TABLE public.media_links
    ADD CONSTRAINT media_links_entity_type_entity_id_fkey FOREIGN KEY (entity_type, entity_id) REFERENCES public.entities(entity_type, entity_id) ON DELETE RESTRICT;

ALTER TABLE public.media_links
    ADD CONSTRAINT media_links_media_id_fkey FOREIGN KEY (media_id) REFERENCES public.media(id) ON DELETE CASCADE;

ALTER TABLE public.media
    ADD CONSTRAINT media_uploaded_by_id_fkey FOREIGN KEY (uploaded_by_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE public.neighborhoods
    ADD CONSTRAINT neighborhoods_city_id_fkey FOREIGN KEY (city_id) REFERENCES public.cities(id) ON DELETE RESTRICT;

ALTER TABLE public.neighborhoods
    ADD CONSTRAINT neighborhoods_deletion_id_fkey FOREIGN KEY (deletion_id) REFERENCES public.deletion_batches(id) ON DELETE RESTRICT;

ALTER TABLE public.opening_exceptions
    ADD CONSTRAINT opening_exceptions_salon_id_fkey FOREIGN KEY (salon_id) REFERENCES public.salons(id) ON DELETE CASCADE;

ALTER TABLE public.opening_hours
    ADD CONSTRAINT opening_hours_salon_id_fkey FOREIGN KEY (salon_id) REFERENCES public.salons(id) ON DELETE CASCADE;

ALTER TABLE public.outbox
    ADD CONSTRAINT outbox_entity_type_entity_id_fkey FOREIGN KEY (entity_type, entity_id) REFERENCES public.entities(entity_type, entity_id);

ALTER TABLE public.provinces
    ADD CONSTRAINT provinces_deletion_id_fkey FOREIGN KEY (deletion_id) REFERENCES public.deletion_batches(id) ON DELETE RESTRICT;

ALTER TABLE public.redirect_rules
    ADD CONSTRAINT redirect_rules_created_by_id_fkey FOREIGN KEY (created_by_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE public.redirect_rules
    ADD CONSTRAINT redirect_rules_from_path_from_kind_fkey FOREIGN KEY (from_path, from_kind) REFERENCES public.url_paths(path, kind);

ALTER TABLE public.redirect_rules
    ADD CONSTRAINT redirect_rules_to_entity_type_to_entity_id_fkey FOREIGN KEY (to_entity_type, to_entity_id) REFERENCES public.entities(entity_type, entity_id) ON DELETE RESTRICT;

ALTER TABLE public.redirect_rules
    ADD CONSTRAINT redirect_rules_to_static_path_to_static_kind_fkey FOREIGN KEY (to_static_path, to_static_kind) REFERENCES public.url_paths(path, kind);

ALTER TABLE public.review_votes
    ADD CONSTRAINT review_votes_review_id_fkey FOREIGN KEY (review_id) REFERENCES public.reviews(id) ON DELETE CASCADE;

ALTER TABLE public.review_votes
    ADD CONSTRAINT review_votes_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE public.reviews
    ADD CONSTRAINT reviews_artist_id_fkey FOREIGN KEY (artist_id) REFERENCES public.artists(id) ON DELETE RESTRICT;

ALTER TABLE public.reviews
    ADD CONSTRAINT reviews_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.users(id) ON DELETE RESTRICT;

ALTER TABLE public.reviews
    ADD CONSTRAINT reviews_deletion_id_fkey FOREIGN KEY (deletion_id) REFERENCES public.deletion_batches(id) ON DELETE RESTRICT;

ALTER TABLE public.reviews
    ADD CONSTRAINT reviews_salon_id_fkey FOREIGN KEY (salon_id) REFERENCES public.salons(id) ON DELETE RESTRICT;

ALTER TABLE public.salon_artists
    ADD CONSTRAINT salon_artists_artist_id_fkey FOREIGN KEY (artist_id) REFERENCES public.artists(id) ON DELETE CASCADE;

ALTER TABLE public.salon_artists
    ADD CONSTRAINT salon_artists_salon_id_fkey FOREIGN KEY (salon_id) REFERENCES public.salons(id) ON DELETE CASCADE;

ALTER TABLE public.salon_owners
    ADD CONSTRAINT salon_owners_salon_id_fkey FOREIGN KEY (salon_id) REFERENCES public.salons(id) ON DELETE CASCADE;

ALTER TABLE public.salon_owners
    ADD CONSTRAINT salon_owners_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE public.salon_services
    ADD CONSTRAINT salon_services_salon_id_fkey FOREIGN KEY (salon_id) REFERENCES public.salons(id) ON DELETE CASCADE;

ALTER TABLE public.salon_services
    ADD CONSTRAINT salon_services_service_id_fkey FOREIGN KEY (service_id) REFERENCES public.service_definitions(id) ON DELETE CASCADE;

ALTER TABLE public.salons
    ADD CONSTRAINT salons_avatar_media_id_fkey FOREIGN KEY (avatar_media_id) REFERENCES public.media(id) ON DELETE RESTRICT;

ALTER TABLE public.salons
    ADD CONSTRAINT salons_city_id_province_id_fkey FOREIGN KEY (city_id, province_id) REFERENCES public.cities(id, province_id) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE public.salons
    ADD CONSTRAINT salons_cover_media_id_fkey FOREIGN KEY (cover_media_id) REFERENCES public.media(id) ON DELETE RESTRICT;

ALTER TABLE public.salons
    ADD CONSTRAINT salons_deletion_id_fkey FOREIGN KEY (deletion_id) REFERENCES public.deletion_batches(id) ON DELETE RESTRICT;

ALTER TABLE public.salons
    ADD CONSTRAINT salons_id_primary_owner_id_fkey FOREIGN KEY (id, primary_owner_id) REFERENCES public.salon_owners(salon_id, user_id) ON DELETE SET NULL (primary_owner_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE public.salons
    ADD CONSTRAINT salons_neighborhood_id_city_id_fkey FOREIGN KEY (neighborhood_id, city_id) REFERENCES public.neighborhoods(id, city_id) ON UPDATE CASCADE ON DELETE RESTRICT;

ALTER TABLE public.salons
    ADD CONSTRAINT salons_province_id_fkey FOREIGN KEY (province_id) REFERENCES public.provinces(id) ON DELETE RESTRICT;

ALTER TABLE public.service_categories
    ADD CONSTRAINT service_categories_deletion_id_fkey FOREIGN KEY (deletion_id) REFERENCES public.deletion_batches(id) ON DELETE RESTRICT;

ALTER TABLE public.service_definitions
    ADD CONSTRAINT service_definitions_category_id_fkey FOREIGN KEY (category_id) REFERENCES public.service_categories(id) ON DELETE RESTRICT;

ALTER TABLE public.service_definitions
    ADD CONSTRAINT service_definitions_deletion_id_fkey FOREIGN KEY (deletion_id) REFERENCES public.deletion_batches(id) ON DELETE RESTRICT;

ALTER TABLE public.slug_history
    ADD CONSTRAINT slug_history_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE public.slug_history
    ADD CONSTRAINT slug_history_entity_type_entity_id_fkey FOREIGN KEY (entity_type, entity_id) REFERENCES public.entities(entity_type, entity_id) ON DELETE RESTRICT;

ALTER TABLE public.soft_delete_edges
    ADD CONSTRAINT soft_delete_edges_child_table_fkey FOREIGN KEY (child_table) REFERENCES public.entity_types(table_name);

ALTER TABLE public.soft_delete_edges
    ADD CONSTRAINT soft_delete_edges_parent_table_fkey FOREIGN KEY (parent_table) REFERENCES public.entity_types(table_name);

ALTER TABLE public.specialties
    ADD CONSTRAINT specialties_deletion_id_fkey FOREIGN KEY (deletion_id) REFERENCES public.deletion_batches(id) ON DELETE RESTRICT;

ALTER TABLE public.url_paths
    ADD CONSTRAINT url_paths_entity_type_entity_id_fkey FOREIGN KEY (entity_type, entity_id) REFERENCES public.entities(entity_type, entity_id) ON DELETE RESTRICT;

ALTER TABLE public.users
    ADD CONSTRAINT users_avatar_media_id_fkey FOREIGN KEY (avatar_media_id) REFERENCES public.media(id) ON DELETE RESTRICT;

ALTER TABLE public.users
    ADD CONSTRAINT users_city_id_fkey FOREIGN KEY (city_id) REFERENCES public.cities(id) ON DELETE SET NULL;

ALTER TABLE public.users
    ADD CONSTRAINT users_deletion_id_fkey FOREIGN KEY (deletion_id) REFERENCES public.deletion_batches(id) ON DELETE RESTRICT;

-- Indexes
CREATE INDEX artist_certifications_artist_id_idx
    ON public.artist_certifications USING btree (artist_id);

CREATE INDEX artist_certifications_artist_id_issued_at_id_live_idx
    ON public.artist_certifications USING btree (artist_id, issued_at DESC NULLS LAST, id)
    WHERE (deleted_at IS NULL);

CREATE INDEX artist_certifications_created_at_id_live_idx
    ON public.artist_certifications USING btree (created_at, id)
    WHERE ((deleted_at IS NULL) AND (verified_at IS NULL));

CREATE INDEX artist_certifications_deletion_id_idx
    ON public.artist_certifications USING btree (deletion_id)
    WHERE (deletion_id IS NOT NULL);

CREATE INDEX artist_certifications_issuer_slug_live_idx
    ON public.artist_certifications USING btree (issuer_slug)
    WHERE ((deleted_at IS NULL) AND (issuer_slug IS NOT NULL));

CREATE INDEX artist_certifications_media_id_idx
    ON public.artist_certifications USING btree (media_id)
    WHERE (media_id IS NOT NULL);

CREATE INDEX artist_certifications_verified_by_id_idx
    ON public.artist_certifications USING btree (verified_by_id)
    WHERE (verified_by_id IS NOT NULL);

CREATE INDEX artist_owners_user_id_idx ON public.artist_owners USING btree (user_id);

CREATE INDEX artist_specialties_specialty_id_artist_id_active_idx
    ON public.artist_specialties USING btree (specialty_id, artist_id)
    WHERE is_active;

CREATE INDEX artist_specialties_specialty_id_idx
    ON public.artist_specialties USING btree (specialty_id);

CREATE INDEX artists_avatar_media_id_idx
    ON public.artists USING btree (avatar_media_id)
    WHERE (avatar_media_id IS NOT NULL);

CREATE INDEX artists_city_id_created_at_id_live_idx
    ON public.artists USING btree (city_id, created_at DESC, id DESC)
    WHERE ((deleted_at IS NULL) AND (status = 'ACTIVE'::public.account_status));

CREATE INDEX artists_city_id_popular_key_live_idx
    ON public.artists USING btree (city_id, popular_key DESC) INCLUDE (id)
    WHERE ((deleted_at IS NULL) AND (status = 'ACTIVE'::public.account_status));

CREATE INDEX artists_city_id_province_id_idx
    ON public.artists USING btree (city_id, province_id)
    WHERE (city_id IS NOT NULL);

CREATE INDEX artists_city_id_rating_key_live_idx
    ON public.artists USING btree (city_id, rating_key DESC) INCLUDE (id)
    WHERE ((deleted_at IS NULL) AND (status = 'ACTIVE'::public.account_status));

CREATE INDEX artists_cover_media_id_idx
    ON public.artists USING btree (cover_media_id)
    WHERE (cover_media_id IS NOT NULL);

CREATE INDEX artists_created_at_id_live_idx
    ON public.artists USING btree (created_at DESC, id DESC)
    WHERE ((deleted_at IS NULL) AND (status = 'ACTIVE'::public.account_status));

CREATE INDEX artists_deletion_id_idx
    ON public.artists USING btree (deletion_id)
    WHERE (deletion_id IS NOT NULL);

CREATE INDEX artists_neighborhood_id_city_id_idx
    ON public.artists USING btree (neighborhood_id, city_id)
    WHERE (neighborhood_id IS NOT NULL);

CREATE INDEX artists_neighborhood_id_popular_key_live_idx
    ON public.artists USING btree (neighborhood_id, popular_key DESC) INCLUDE (id)
    WHERE ((deleted_at IS NULL) AND (status = 'ACTIVE'::public.account_status));

CREATE INDEX artists_neighborhood_id_rating_key_live_idx
    ON public.artists USING btree (neighborhood_id, rating_key DESC) INCLUDE (id)
    WHERE ((deleted_at IS NULL) AND (status = 'ACTIVE'::public.account_status));

CREATE INDEX artists_popular_key_live_idx
    ON public.artists USING btree (popular_key DESC) INCLUDE (id)
    WHERE ((deleted_at IS NULL) AND (status = 'ACTIVE'::public.account_status));

CREATE INDEX artists_primary_owner_id_idx
    ON public.artists USING btree (primary_owner_id)
    WHERE (primary_owner_id IS NOT NULL);

CREATE INDEX artists_province_id_idx
    ON public.artists USING btree (province_id)
    WHERE (province_id IS NOT NULL);

CREATE INDEX artists_province_id_rating_key_live_idx
    ON public.artists USING btree (province_id, rating_key DESC) INCLUDE (id)
    WHERE ((deleted_at IS NULL) AND (status = 'ACTIVE'::public.account_status));

CREATE INDEX artists_rating_key_live_idx
    ON public.artists USING btree (rating_key DESC) INCLUDE (id)
    WHERE ((deleted_at IS NULL) AND (status = 'ACTIVE'::public.account_status));

CREATE UNIQUE INDEX artists_slug_key_live_key
    ON public.artists USING btree (slug_key)
    WHERE (deleted_at IS NULL);

CREATE INDEX artists_status_created_at_id_live_idx
    ON public.artists USING btree (status, created_at DESC, id DESC)
    WHERE (deleted_at IS NULL);

CREATE INDEX artists_verification_rating_key_live_idx
    ON public.artists USING btree (verification, rating_key DESC) INCLUDE (id)
    WHERE ((deleted_at IS NULL) AND (status = 'ACTIVE'::public.account_status));

CREATE INDEX cities_deletion_id_idx
    ON public.cities USING btree (deletion_id)
    WHERE (deletion_id IS NOT NULL);

CREATE INDEX cities_province_id_idx ON public.cities USING btree (province_id);

CREATE INDEX cities_province_id_name_fa_id_live_idx
    ON public.cities USING btree (province_id, name_fa, id)
    WHERE (deleted_at IS NULL);

CREATE UNIQUE INDEX cities_slug_key_live_key
    ON public.cities USING btree (slug_key)
    WHERE (deleted_at IS NULL);

CREATE INDEX deletion_batches_actor_id_idx
    ON public.deletion_batches USING btree (actor_id)
    WHERE (actor_id IS NOT NULL);

CREATE INDEX deletion_batches_created_at_id_idx
    ON public.deletion_batches USING btree (created_at, id)
    WHERE ((restored_at IS NULL) AND (archived_at IS NULL));

CREATE UNIQUE INDEX deletion_batches_open_key
    ON public.deletion_batches USING btree (root_type, root_id)
    WHERE ((restored_at IS NULL) AND (archived_at IS NULL));

CREATE INDEX deletion_batches_root_type_root_id_id_idx
    ON public.deletion_batches USING btree (root_type, root_id, id DESC);

CREATE INDEX entities_deleted_idx
    ON public.entities USING btree (entity_type, entity_id)
    WHERE (state = 'deleted'::public.entity_state);

CREATE INDEX entities_successor_type_successor_id_idx
    ON public.entities USING btree (successor_type, successor_id)
    WHERE (successor_id IS NOT NULL);

CREATE INDEX follows_artist_id_idx
    ON public.follows USING btree (artist_id)
    WHERE (artist_id IS NOT NULL);

CREATE INDEX follows_follower_id_created_at_id_idx
    ON public.follows USING btree (follower_id, created_at DESC, id DESC);

CREATE INDEX follows_salon_id_idx
    ON public.follows USING btree (salon_id)
    WHERE (salon_id IS NOT NULL);

CREATE INDEX media_created_at_id_live_idx
    ON public.media USING btree (created_at DESC, id DESC)
    WHERE (deleted_at IS NULL);

CREATE INDEX media_deletion_id_idx
    ON public.media USING btree (deletion_id)
    WHERE (deletion_id IS NOT NULL);

CREATE INDEX media_kind_id_live_idx
    ON public.media USING btree (kind, id DESC)
    WHERE ((deleted_at IS NULL) AND (kind IS NOT NULL));

CREATE INDEX media_links_entity_type_entity_id_kind_position_id_idx
    ON public.media_links USING btree (entity_type, entity_id, kind, "position", id);

CREATE INDEX media_links_media_id_idx ON public.media_links USING btree (media_id);

CREATE INDEX media_sha256_idx ON public.media USING btree (sha256) WHERE (sha256 IS NOT NULL);

CREATE INDEX media_unfinished_idx
    ON public.media USING btree (created_at)
    WHERE (status = ANY (ARRAY['PENDING'::public.media_status, 'PROCESSING'::public.media_status]));

CREATE INDEX media_uploaded_by_id_created_at_id_live_idx
    ON public.media USING btree (uploaded_by_id, created_at DESC, id DESC)
    WHERE (deleted_at IS NULL);

CREATE INDEX media_uploaded_by_id_idx
    ON public.media USING btree (uploaded_by_id)
    WHERE (uploaded_by_id IS NOT NULL);

CREATE INDEX neighborhoods_city_id_idx ON public.neighborhoods USING btree (city_id);

CREATE INDEX neighborhoods_city_id_name_fa_id_live_idx
    ON public.neighborhoods USING btree (city_id, name_fa, id)
    WHERE (deleted_at IS NULL);

CREATE UNIQUE INDEX neighborhoods_city_id_slug_key_live_key
    ON public.neighborhoods USING btree (city_id, slug_key)
    WHERE (deleted_at IS NULL);

CREATE INDEX neighborhoods_deletion_id_idx
    ON public.neighborhoods USING btree (deletion_id)
    WHERE (deletion_id IS NOT NULL);

CREATE INDEX outbox_entity_type_entity_id_idx ON public.outbox USING btree (entity_type, entity_id);

CREATE INDEX outbox_topic_id_idx ON public.outbox USING btree (topic, id);

CREATE INDEX provinces_deletion_id_idx
    ON public.provinces USING btree (deletion_id)
    WHERE (deletion_id IS NOT NULL);

CREATE INDEX provinces_name_fa_live_idx
    ON public.provinces USING btree (name_fa)
    WHERE (deleted_at IS NULL);

CREATE UNIQUE INDEX provinces_slug_key_live_key
    ON public.provinces USING btree (slug_key)
    WHERE (deleted_at IS NULL);

CREATE INDEX redirect_rules_created_by_id_idx
    ON public.redirect_rules USING btree (created_by_id)
    WHERE (created_by_id IS NOT NULL);

CREATE INDEX redirect_rules_to_entity_type_to_entity_id_idx
    ON public.redirect_rules USING btree (to_entity_type, to_entity_id)
    WHERE (to_entity_id IS NOT NULL);

CREATE INDEX redirect_rules_to_static_path_to_static_kind_idx
    ON public.redirect_rules USING btree (to_static_path, to_static_kind)
    WHERE (to_static_path IS NOT NULL);

CREATE INDEX review_votes_user_id_idx ON public.review_votes USING btree (user_id);

CREATE INDEX reviews_artist_id_created_at_id_live_idx
    ON public.reviews USING btree (artist_id, created_at DESC, id DESC)
    WHERE ((deleted_at IS NULL) AND (status = 'PUBLISHED'::public.review_status));

CREATE INDEX reviews_artist_id_idx
    ON public.reviews USING btree (artist_id)
    WHERE (artist_id IS NOT NULL);

CREATE INDEX reviews_artist_id_rating_live_idx
    ON public.reviews USING btree (artist_id, rating)
    WHERE ((deleted_at IS NULL) AND (status = 'PUBLISHED'::public.review_status));

CREATE INDEX reviews_author_id_idx ON public.reviews USING btree (author_id);

CREATE UNIQUE INDEX reviews_author_target_live_key
    ON public.reviews USING btree (author_id, salon_id, artist_id) NULLS NOT DISTINCT
    WHERE (deleted_at IS NULL);

CREATE INDEX reviews_deletion_id_idx
    ON public.reviews USING btree (deletion_id)
    WHERE (deletion_id IS NOT NULL);

CREATE INDEX reviews_salon_id_created_at_id_live_idx
    ON public.reviews USING btree (salon_id, created_at DESC, id DESC)
    WHERE ((deleted_at IS NULL) AND (status = 'PUBLISHED'::public.review_status));

CREATE INDEX reviews_salon_id_idx
    ON public.reviews USING btree (salon_id)
    WHERE (salon_id IS NOT NULL);

CREATE INDEX reviews_salon_id_rating_live_idx
    ON public.reviews USING btree (salon_id, rating)
    WHERE ((deleted_at IS NULL) AND (status = 'PUBLISHED'::public.review_status));

CREATE INDEX reviews_status_created_at_id_live_idx
    ON public.reviews USING btree (status, created_at DESC, id DESC)
    WHERE (deleted_at IS NULL);

CREATE INDEX salon_artists_artist_id_active_idx
    ON public.salon_artists USING btree (artist_id, id)
    WHERE ((ended_at IS NULL) AND is_active);

CREATE INDEX salon_artists_artist_id_idx ON public.salon_artists USING btree (artist_id);

CREATE INDEX salon_artists_salon_id_active_idx
    ON public.salon_artists USING btree (salon_id, id)
    WHERE ((ended_at IS NULL) AND is_active);

CREATE UNIQUE INDEX salon_artists_salon_id_artist_id_key
    ON public.salon_artists USING btree (salon_id, artist_id)
    WHERE (ended_at IS NULL);

CREATE INDEX salon_artists_salon_id_idx ON public.salon_artists USING btree (salon_id);

CREATE INDEX salon_owners_user_id_idx ON public.salon_owners USING btree (user_id);

CREATE INDEX salon_services_service_id_idx ON public.salon_services USING btree (service_id);

CREATE INDEX salon_services_service_id_salon_id_active_idx
    ON public.salon_services USING btree (service_id, salon_id)
    WHERE is_active;

CREATE INDEX salons_avatar_media_id_idx
    ON public.salons USING btree (avatar_media_id)
    WHERE (avatar_media_id IS NOT NULL);

CREATE INDEX salons_city_id_created_at_id_live_idx
    ON public.salons USING btree (city_id, created_at DESC, id DESC)
    WHERE ((deleted_at IS NULL) AND (status = 'ACTIVE'::public.account_status));

CREATE INDEX salons_city_id_popular_key_live_idx
    ON public.salons USING btree (city_id, popular_key DESC) INCLUDE (id)
    WHERE ((deleted_at IS NULL) AND (status = 'ACTIVE'::public.account_status));

CREATE INDEX salons_city_id_province_id_idx
    ON public.salons USING btree (city_id, province_id)
    WHERE (city_id IS NOT NULL);

CREATE INDEX salons_city_id_rating_key_live_idx
    ON public.salons USING btree (city_id, rating_key DESC) INCLUDE (id)
    WHERE ((deleted_at IS NULL) AND (status = 'ACTIVE'::public.account_status));

CREATE INDEX salons_cover_media_id_idx
    ON public.salons USING btree (cover_media_id)
    WHERE (cover_media_id IS NOT NULL);

CREATE INDEX salons_created_at_id_live_idx
    ON public.salons USING btree (created_at DESC, id DESC)
    WHERE ((deleted_at IS NULL) AND (status = 'ACTIVE'::public.account_status));

CREATE INDEX salons_deletion_id_idx
    ON public.salons USING btree (deletion_id)
    WHERE (deletion_id IS NOT NULL);

CREATE INDEX salons_geo_cell_live_idx
    ON public.salons USING btree (geo_cell) INCLUDE (id)
    WHERE ((deleted_at IS NULL) AND (status = 'ACTIVE'::public.account_status));

CREATE INDEX salons_neighborhood_id_city_id_idx
    ON public.salons USING btree (neighborhood_id, city_id)
    WHERE (neighborhood_id IS NOT NULL);

CREATE INDEX salons_neighborhood_id_popular_key_live_idx
    ON public.salons USING btree (neighborhood_id, popular_key DESC) INCLUDE (id)
    WHERE ((deleted_at IS NULL) AND (status = 'ACTIVE'::public.account_status));

CREATE INDEX salons_neighborhood_id_rating_key_live_idx
    ON public.salons USING btree (neighborhood_id, rating_key DESC) INCLUDE (id)
    WHERE ((deleted_at IS NULL) AND (status = 'ACTIVE'::public.account_status));

CREATE INDEX salons_popular_key_live_idx
    ON public.salons USING btree (popular_key DESC) INCLUDE (id)
    WHERE ((deleted_at IS NULL) AND (status = 'ACTIVE'::public.account_status));

CREATE INDEX salons_primary_owner_id_idx
    ON public.salons USING btree (primary_owner_id)
    WHERE (primary_owner_id IS NOT NULL);

CREATE INDEX salons_province_id_idx
    ON public.salons USING btree (province_id)
    WHERE (province_id IS NOT NULL);

CREATE INDEX salons_province_id_rating_key_live_idx
    ON public.salons USING btree (province_id, rating_key DESC) INCLUDE (id)
    WHERE ((deleted_at IS NULL) AND (status = 'ACTIVE'::public.account_status));

CREATE INDEX salons_rating_key_live_idx
    ON public.salons USING btree (rating_key DESC) INCLUDE (id)
    WHERE ((deleted_at IS NULL) AND (status = 'ACTIVE'::public.account_status));

CREATE UNIQUE INDEX salons_slug_key_live_key
    ON public.salons USING btree (slug_key)
    WHERE (deleted_at IS NULL);

CREATE INDEX salons_status_created_at_id_live_idx
    ON public.salons USING btree (status, created_at DESC, id DESC)
    WHERE (deleted_at IS NULL);

CREATE INDEX salons_verification_rating_key_live_idx
    ON public.salons USING btree (verification, rating_key DESC) INCLUDE (id)
    WHERE ((deleted_at IS NULL) AND (status = 'ACTIVE'::public.account_status));

CREATE INDEX service_categories_deletion_id_idx
    ON public.service_categories USING btree (deletion_id)
    WHERE (deletion_id IS NOT NULL);

CREATE INDEX service_categories_position_id_live_idx
    ON public.service_categories USING btree ("position", id)
    WHERE (deleted_at IS NULL);

CREATE UNIQUE INDEX service_categories_slug_key_live_key
    ON public.service_categories USING btree (slug_key)
    WHERE (deleted_at IS NULL);

CREATE INDEX service_definitions_category_id_idx
    ON public.service_definitions USING btree (category_id);

CREATE INDEX service_definitions_category_id_position_id_live_idx
    ON public.service_definitions USING btree (category_id, "position", id)
    WHERE (deleted_at IS NULL);

CREATE INDEX service_definitions_deletion_id_idx
    ON public.service_definitions USING btree (deletion_id)
    WHERE (deletion_id IS NOT NULL);

CREATE UNIQUE INDEX service_definitions_slug_key_live_key
    ON public.service_definitions USING btree (slug_key)
    WHERE (deleted_at IS NULL);

CREATE INDEX slug_history_actor_id_idx ON public.slug_history USING btree (actor_id);

CREATE INDEX slug_history_entity_type_entity_id_changed_at_id_idx
    ON public.slug_history USING btree (entity_type, entity_id, changed_at, id);

CREATE INDEX slug_history_entity_type_old_slug_idx
    ON public.slug_history USING btree (entity_type, old_slug);

CREATE INDEX soft_delete_edges_child_table_idx ON public.soft_delete_edges USING btree (child_table);

CREATE INDEX specialties_deletion_id_idx
    ON public.specialties USING btree (deletion_id)
    WHERE (deletion_id IS NOT NULL);

CREATE INDEX specialties_position_id_live_idx
    ON public.specialties USING btree ("position", id)
    WHERE (deleted_at IS NULL);

CREATE UNIQUE INDEX specialties_slug_key_live_key
    ON public.specialties USING btree (slug_key)
    WHERE (deleted_at IS NULL);

CREATE UNIQUE INDEX url_paths_current_key
    ON public.url_paths USING btree (entity_type, entity_id)
    WHERE (kind = 'current'::public.path_kind);

CREATE INDEX url_paths_entity_type_entity_id_idx
    ON public.url_paths USING btree (entity_type, entity_id)
    WHERE (entity_id IS NOT NULL);

CREATE INDEX users_avatar_media_id_idx
    ON public.users USING btree (avatar_media_id)
    WHERE (avatar_media_id IS NOT NULL);

CREATE INDEX users_city_id_idx ON public.users USING btree (city_id) WHERE (city_id IS NOT NULL);

CREATE INDEX users_created_at_id_live_idx
    ON public.users USING btree (created_at DESC, id DESC)
    WHERE (deleted_at IS NULL);

CREATE INDEX users_deletion_id_idx
    ON public.users USING btree (deletion_id)
    WHERE (deletion_id IS NOT NULL);

CREATE UNIQUE INDEX users_email_key_live_key
    ON public.users USING btree (email_key)
    WHERE ((deleted_at IS NULL) AND (email_key IS NOT NULL));

CREATE UNIQUE INDEX users_phone_number_live_key
    ON public.users USING btree (phone_number)
    WHERE (deleted_at IS NULL);

CREATE INDEX users_role_status_created_at_id_live_idx
    ON public.users USING btree (role, status, created_at DESC, id DESC)
    WHERE (deleted_at IS NULL);

CREATE UNIQUE INDEX users_username_key_live_key
    ON public.users USING btree (username_key)
    WHERE (deleted_at IS NULL);

-- Views
CREATE VIEW live.artist_certifications AS
SELECT id,
    artist_id,
    title,
    issuer,
    issuer_slug,
    category,
    level,
    issued_at,
    expires_at,
    credential_id,
    credential_url,
    media_id,
    verified_at,
    verified_by_id,
    is_verified,
    created_at,
    updated_at,
    version,
    deleted_at,
    deletion_id
   FROM public.artist_certifications
  WHERE (deleted_at IS NULL);

COMMENT ON VIEW live.artist_certifications IS 'live rows of artist_certifications; DELETE moves a row to the trash';

CREATE VIEW live.artists AS
SELECT id,
    full_name,
    slug,
    slug_key,
    bio,
    summary,
    phone,
    instagram,
    website,
    province_id,
    city_id,
    neighborhood_id,
    avatar_media_id,
    cover_media_id,
    verification,
    status,
    primary_owner_id,
    rating_sum,
    review_count,
    avg_rating,
    rating_key,
    popular_key,
    follower_count,
    save_count,
    created_at,
    updated_at,
    version,
    deleted_at,
    deletion_id
   FROM public.artists
  WHERE (deleted_at IS NULL);

COMMENT ON VIEW live.artists IS 'live rows of artists; DELETE moves a row to the trash';

CREATE VIEW live.cities AS
SELECT id,
    slug,
    slug_key,
    province_id,
    name_fa,
    name_en,
    is_landing_enabled,
    landing_intro,
    lat,
    lng,
    created_at,
    updated_at,
    version,
    deleted_at,
    deletion_id
   FROM public.cities
  WHERE (deleted_at IS NULL);

COMMENT ON VIEW live.cities IS 'live rows of cities; DELETE moves a row to the trash';

CREATE VIEW live.media AS
SELECT id,
    storage_key,
    url,
    type,
    mime,
    width,
    height,
    duration,
    size_bytes,
    sha256,
    variants,
    alt_text,
    title,
    status,
    attempts,
    error,
    kind,
    is_private,
    uploaded_by_id,
    created_at,
    updated_at,
    version,
    deleted_at,
    deletion_id
   FROM public.media
  WHERE (deleted_at IS NULL);

COMMENT ON VIEW live.media IS 'live rows of media; DELETE moves a row to the trash';

CREATE VIEW live.neighborhoods AS
SELECT id,
    slug,
    slug_key,
    city_id,
    name_fa,
    name_en,
    created_at,
    updated_at,
    version,
    deleted_at,
    deletion_id
   FROM public.neighborhoods
  WHERE (deleted_at IS NULL);

COMMENT ON VIEW live.neighborhoods IS 'live rows of neighborhoods; DELETE moves a row to the trash';

CREATE VIEW live.provinces AS
SELECT id,
    slug,
    slug_key,
    name_fa,
    name_en,
    created_at,
    updated_at,
    version,
    deleted_at,
    deletion_id
   FROM public.provinces
  WHERE (deleted_at IS NULL);

COMMENT ON VIEW live.provinces IS 'live rows of provinces; DELETE moves a row to the trash';

CREATE VIEW live.reviews AS
SELECT id,
    author_id,
    salon_id,
    artist_id,
    rating,
    title,
    body,
    status,
    visited_at,
    ip,
    user_agent,
    like_count,
    dislike_count,
    created_at,
    updated_at,
    version,
    deleted_at,
    deletion_id
   FROM public.reviews
  WHERE (deleted_at IS NULL);

COMMENT ON VIEW live.reviews IS 'live rows of reviews; DELETE moves a row to the trash';

CREATE VIEW live.salons AS
SELECT id,
    name,
    slug,
    slug_key,
    description,
    address_line,
    postal_code,
    geo_cell,
    is_women_only,
    price_tier,
    summary,
    phone,
    instagram,
    website,
    province_id,
    city_id,
    neighborhood_id,
    avatar_media_id,
    cover_media_id,
    verification,
    status,
    primary_owner_id,
    lat,
    lng,
    rating_sum,
    review_count,
    avg_rating,
    rating_key,
    popular_key,
    follower_count,
    save_count,
    created_at,
    updated_at,
    version,
    deleted_at,
    deletion_id
   FROM public.salons
  WHERE (deleted_at IS NULL);

COMMENT ON VIEW live.salons IS 'live rows of salons; DELETE moves a row to the trash';

CREATE VIEW live.service_categories AS
SELECT id,
    slug,
    slug_key,
    name_fa,
    name_en,
    "position",
    created_at,
    updated_at,
    version,
    deleted_at,
    deletion_id
   FROM public.service_categories
  WHERE (deleted_at IS NULL);

COMMENT ON VIEW live.service_categories IS 'live rows of service_categories; DELETE moves a row to the trash';

CREATE VIEW live.service_definitions AS
SELECT id,
    slug,
    slug_key,
    category_id,
    name_fa,
    name_en,
    description,
    "position",
    created_at,
    updated_at,
    version,
    deleted_at,
    deletion_id
   FROM public.service_definitions
  WHERE (deleted_at IS NULL);

COMMENT ON VIEW live.service_definitions IS 'live rows of service_definitions; DELETE moves a row to the trash';

CREATE VIEW live.specialties AS
SELECT id,
    slug,
    slug_key,
    name_fa,
    name_en,
    "position",
    created_at,
    updated_at,
    version,
    deleted_at,
    deletion_id
   FROM public.specialties
  WHERE (deleted_at IS NULL);

COMMENT ON VIEW live.specialties IS 'live rows of specialties; DELETE moves a row to the trash';

CREATE VIEW live.users AS
SELECT id,
    username,
    username_key,
    first_name,
    last_name,
    email,
    email_key,
    phone_number,
    is_phone_verified,
    avatar_media_id,
    score,
    referral_code,
    role,
    status,
    verification,
    gender,
    bio,
    password_hash,
    city_id,
    last_login_at,
    created_at,
    updated_at,
    version,
    deleted_at,
    deletion_id
   FROM public.users
  WHERE (deleted_at IS NULL);

COMMENT ON VIEW live.users IS 'live rows of users; DELETE moves a row to the trash';

-- Triggers
CREATE TRIGGER soft_delete INSTEAD OF DELETE ON live.artist_certifications
    FOR EACH ROW
    EXECUTE FUNCTION public.live_delete('CERTIFICATION');

CREATE TRIGGER soft_delete INSTEAD OF DELETE ON live.artists
    FOR EACH ROW
    EXECUTE FUNCTION public.live_delete('ARTIST');

CREATE TRIGGER soft_delete INSTEAD OF DELETE ON live.cities
    FOR EACH ROW
    EXECUTE FUNCTION public.live_delete('CITY');

CREATE TRIGGER soft_delete INSTEAD OF DELETE ON live.media
    FOR EACH ROW
    EXECUTE FUNCTION public.live_delete('MEDIA');

CREATE TRIGGER soft_delete INSTEAD OF DELETE ON live.neighborhoods
    FOR EACH ROW
    EXECUTE FUNCTION public.live_delete('NEIGHBORHOOD');

CREATE TRIGGER soft_delete INSTEAD OF DELETE ON live.provinces
    FOR EACH ROW
    EXECUTE FUNCTION public.live_delete('PROVINCE');

CREATE TRIGGER soft_delete INSTEAD OF DELETE ON live.reviews
    FOR EACH ROW
    EXECUTE FUNCTION public.live_delete('REVIEW');

CREATE TRIGGER soft_delete INSTEAD OF DELETE ON live.salons
    FOR EACH ROW
    EXECUTE FUNCTION public.live_delete('SALON');

CREATE TRIGGER soft_delete INSTEAD OF DELETE ON live.service_categories
    FOR EACH ROW
    EXECUTE FUNCTION public.live_delete('SERVICE_CATEGORY');

CREATE TRIGGER soft_delete INSTEAD OF DELETE ON live.service_definitions
    FOR EACH ROW
    EXECUTE FUNCTION public.live_delete('SERVICE');

CREATE TRIGGER soft_delete INSTEAD OF DELETE ON live.specialties
    FOR EACH ROW
    EXECUTE FUNCTION public.live_delete('SPECIALTY');

CREATE TRIGGER soft_delete INSTEAD OF DELETE ON live.users
    FOR EACH ROW
    EXECUTE FUNCTION public.live_delete('USER');

CREATE TRIGGER a00_deletion_guard_insert BEFORE INSERT ON public.artist_certifications
    FOR EACH ROW WHEN ((new.deleted_at IS NOT NULL))
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_insert BEFORE INSERT ON public.artists
    FOR EACH ROW WHEN ((new.deleted_at IS NOT NULL))
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_insert BEFORE INSERT ON public.cities
    FOR EACH ROW WHEN ((new.deleted_at IS NOT NULL))
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_insert BEFORE INSERT ON public.media
    FOR EACH ROW WHEN ((new.deleted_at IS NOT NULL))
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_insert BEFORE INSERT ON public.neighborhoods
    FOR EACH ROW WHEN ((new.deleted_at IS NOT NULL))
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_insert BEFORE INSERT ON public.provinces
    FOR EACH ROW WHEN ((new.deleted_at IS NOT NULL))
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_insert BEFORE INSERT ON public.reviews
    FOR EACH ROW WHEN ((new.deleted_at IS NOT NULL))
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_insert BEFORE INSERT ON public.salons
    FOR EACH ROW WHEN ((new.deleted_at IS NOT NULL))
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_insert BEFORE INSERT ON public.service_categories
    FOR EACH ROW WHEN ((new.deleted_at IS NOT NULL))
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_insert BEFORE INSERT ON public.service_definitions
    FOR EACH ROW WHEN ((new.deleted_at IS NOT NULL))
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_insert BEFORE INSERT ON public.specialties
    FOR EACH ROW WHEN ((new.deleted_at IS NOT NULL))
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_insert BEFORE INSERT ON public.users
    FOR EACH ROW WHEN ((new.deleted_at IS NOT NULL))
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_update BEFORE UPDATE OF deleted_at, deletion_id ON public.artist_certifications
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_update BEFORE UPDATE OF deleted_at, deletion_id ON public.artists
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_update BEFORE UPDATE OF deleted_at, deletion_id ON public.cities
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_update BEFORE UPDATE OF deleted_at, deletion_id ON public.media
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_update BEFORE UPDATE OF deleted_at, deletion_id ON public.neighborhoods
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_update BEFORE UPDATE OF deleted_at, deletion_id ON public.provinces
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_update BEFORE UPDATE OF deleted_at, deletion_id ON public.reviews
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_update BEFORE UPDATE OF deleted_at, deletion_id ON public.salons
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_update BEFORE UPDATE OF deleted_at, deletion_id ON public.service_categories
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_update BEFORE UPDATE OF deleted_at, deletion_id ON public.service_definitions
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_update BEFORE UPDATE OF deleted_at, deletion_id ON public.specialties
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_update BEFORE UPDATE OF deleted_at, deletion_id ON public.users
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.artist_certifications
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('CERTIFICATION');

CREATE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.artists
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('ARTIST');

CREATE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.cities
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('CITY');

CREATE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.media
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('MEDIA');

CREATE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.neighborhoods
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('NEIGHBORHOOD');

CREATE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.provinces
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('PROVINCE');

CREATE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.reviews
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('REVIEW');

CREATE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.salons
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('SALON');

CREATE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.service_categories
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('SERVICE_CATEGORY');

CREATE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.service_definitions
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('SERVICE');

CREATE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.specialties
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('SPECIALTY');

CREATE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.users
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('USER');

CREATE TRIGGER a20_path AFTER INSERT OR UPDATE OF slug ON public.artists
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_path('ARTIST', '/atlas/artist');

CREATE TRIGGER a20_path AFTER INSERT OR UPDATE OF slug ON public.cities
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_path('CITY', '/atlas/city');

CREATE TRIGGER a20_path AFTER INSERT OR UPDATE OF slug ON public.provinces
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_path('PROVINCE', '/atlas/province');

CREATE TRIGGER a20_path AFTER INSERT OR UPDATE OF slug ON public.salons
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_path('SALON', '/atlas/salon');

CREATE TRIGGER announce_delete AFTER DELETE ON public.artist_specialties REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:ARTIST:artist_id', 'sitemap:ARTIST:artist_id');

CREATE TRIGGER announce_delete AFTER DELETE ON public.artists REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:ARTIST:id', 'sitemap:ARTIST:id', 'city_stats:CITY:city_id');

CREATE TRIGGER announce_delete AFTER DELETE ON public.cities REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:CITY:id', 'sitemap:CITY:id');

CREATE TRIGGER announce_delete AFTER DELETE ON public.media REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('sitemap:MEDIA:id');

CREATE TRIGGER announce_delete AFTER DELETE ON public.neighborhoods REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:NEIGHBORHOOD:id', 'sitemap:CITY:city_id');

CREATE TRIGGER announce_delete AFTER DELETE ON public.provinces REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:PROVINCE:id', 'sitemap:PROVINCE:id');

CREATE TRIGGER announce_delete AFTER DELETE ON public.reviews REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('sitemap:SALON:salon_id', 'sitemap:ARTIST:artist_id');

CREATE TRIGGER announce_delete AFTER DELETE ON public.salon_artists REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('sitemap:SALON:salon_id', 'sitemap:ARTIST:artist_id');

CREATE TRIGGER announce_delete AFTER DELETE ON public.salon_services REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:SALON:salon_id', 'sitemap:SALON:salon_id');

CREATE TRIGGER announce_delete AFTER DELETE ON public.salons REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:SALON:id', 'sitemap:SALON:id', 'city_stats:CITY:city_id');

CREATE TRIGGER announce_delete AFTER DELETE ON public.service_definitions REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:SERVICE:id', 'sitemap:SERVICE:id');

CREATE TRIGGER announce_delete AFTER DELETE ON public.specialties REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:SPECIALTY:id', 'sitemap:SPECIALTY:id');

CREATE TRIGGER announce_insert AFTER INSERT ON public.artist_specialties REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:ARTIST:artist_id', 'sitemap:ARTIST:artist_id');

CREATE TRIGGER announce_insert AFTER INSERT ON public.artists REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:ARTIST:id', 'sitemap:ARTIST:id', 'city_stats:CITY:city_id');

CREATE TRIGGER announce_insert AFTER INSERT ON public.cities REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:CITY:id', 'sitemap:CITY:id');

CREATE TRIGGER announce_insert AFTER INSERT ON public.media REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('sitemap:MEDIA:id');

CREATE TRIGGER announce_insert AFTER INSERT ON public.neighborhoods REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:NEIGHBORHOOD:id', 'sitemap:CITY:city_id');

CREATE TRIGGER announce_insert AFTER INSERT ON public.provinces REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:PROVINCE:id', 'sitemap:PROVINCE:id');

CREATE TRIGGER announce_insert AFTER INSERT ON public.reviews REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('sitemap:SALON:salon_id', 'sitemap:ARTIST:artist_id');

CREATE TRIGGER announce_insert AFTER INSERT ON public.salon_artists REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('sitemap:SALON:salon_id', 'sitemap:ARTIST:artist_id');

CREATE TRIGGER announce_insert AFTER INSERT ON public.salon_services REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:SALON:salon_id', 'sitemap:SALON:salon_id');

CREATE TRIGGER announce_insert AFTER INSERT ON public.salons REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:SALON:id', 'sitemap:SALON:id', 'city_stats:CITY:city_id');

CREATE TRIGGER announce_insert AFTER INSERT ON public.service_definitions REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:SERVICE:id', 'sitemap:SERVICE:id');

CREATE TRIGGER announce_insert AFTER INSERT ON public.specialties REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:SPECIALTY:id', 'sitemap:SPECIALTY:id');

CREATE TRIGGER announce_update AFTER UPDATE ON public.artist_specialties REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:ARTIST:artist_id', 'sitemap:ARTIST:artist_id');

CREATE TRIGGER announce_update AFTER UPDATE ON public.artists REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:ARTIST:id', 'sitemap:ARTIST:id', 'city_stats:CITY:city_id');

CREATE TRIGGER announce_update AFTER UPDATE ON public.cities REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:CITY:id', 'sitemap:CITY:id');

CREATE TRIGGER announce_update AFTER UPDATE ON public.media REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('sitemap:MEDIA:id');

CREATE TRIGGER announce_update AFTER UPDATE ON public.neighborhoods REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:NEIGHBORHOOD:id', 'sitemap:CITY:city_id');

CREATE TRIGGER announce_update AFTER UPDATE ON public.provinces REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:PROVINCE:id', 'sitemap:PROVINCE:id');

CREATE TRIGGER announce_update AFTER UPDATE ON public.reviews REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('sitemap:SALON:salon_id', 'sitemap:ARTIST:artist_id');

CREATE TRIGGER announce_update AFTER UPDATE ON public.salon_artists REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('sitemap:SALON:salon_id', 'sitemap:ARTIST:artist_id');

CREATE TRIGGER announce_update AFTER UPDATE ON public.salon_services REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:SALON:salon_id', 'sitemap:SALON:salon_id');

CREATE TRIGGER announce_update AFTER UPDATE ON public.salons REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:SALON:id', 'sitemap:SALON:id', 'city_stats:CITY:city_id');

CREATE TRIGGER announce_update AFTER UPDATE ON public.service_definitions REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:SERVICE:id', 'sitemap:SERVICE:id');

CREATE TRIGGER announce_update AFTER UPDATE ON public.specialties REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:SPECIALTY:id', 'sitemap:SPECIALTY:id');

CREATE CONSTRAINT TRIGGER artist_certifications_artist_id_live AFTER INSERT OR UPDATE OF artist_id, deleted_at ON public.artist_certifications DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.artist_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('artist_id', 'artists');

CREATE CONSTRAINT TRIGGER artist_certifications_media_id_live AFTER INSERT OR UPDATE OF media_id, deleted_at ON public.artist_certifications DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.media_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('media_id', 'media');

CREATE CONSTRAINT TRIGGER artist_certifications_verified_by_id_live AFTER INSERT OR UPDATE OF verified_by_id ON public.artist_certifications DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.verified_by_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('verified_by_id', 'users');

CREATE CONSTRAINT TRIGGER artist_owners_artist_id_live AFTER INSERT OR UPDATE OF artist_id ON public.artist_owners DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.artist_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('artist_id', 'artists');

CREATE CONSTRAINT TRIGGER artist_owners_user_id_live AFTER INSERT OR UPDATE OF user_id ON public.artist_owners DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.user_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('user_id', 'users');

CREATE CONSTRAINT TRIGGER artist_specialties_artist_id_live AFTER INSERT OR UPDATE OF artist_id ON public.artist_specialties DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.artist_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('artist_id', 'artists');

CREATE CONSTRAINT TRIGGER artist_specialties_specialty_id_live AFTER INSERT OR UPDATE OF specialty_id ON public.artist_specialties DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.specialty_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('specialty_id', 'specialties');

CREATE CONSTRAINT TRIGGER artists_avatar_media_id_live AFTER INSERT OR UPDATE OF avatar_media_id, deleted_at ON public.artists DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.avatar_media_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('avatar_media_id', 'media');

CREATE CONSTRAINT TRIGGER artists_city_id_live AFTER INSERT OR UPDATE OF city_id, deleted_at ON public.artists DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.city_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('city_id', 'cities');

CREATE CONSTRAINT TRIGGER artists_cover_media_id_live AFTER INSERT OR UPDATE OF cover_media_id, deleted_at ON public.artists DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.cover_media_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('cover_media_id', 'media');

CREATE CONSTRAINT TRIGGER artists_neighborhood_id_live AFTER INSERT OR UPDATE OF neighborhood_id, deleted_at ON public.artists DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.neighborhood_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('neighborhood_id', 'neighborhoods');

CREATE CONSTRAINT TRIGGER artists_province_id_live AFTER INSERT OR UPDATE OF province_id, deleted_at ON public.artists DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.province_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('province_id', 'provinces');

CREATE TRIGGER check_prefix_rule BEFORE INSERT OR UPDATE OF from_prefix, to_prefix ON public.redirect_rules
    FOR EACH ROW WHEN ((new.from_prefix IS NOT NULL))
    EXECUTE FUNCTION public.check_prefix_rule();

CREATE CONSTRAINT TRIGGER cities_province_id_live AFTER INSERT OR UPDATE OF province_id, deleted_at ON public.cities DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.province_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('province_id', 'provinces');

CREATE TRIGGER claim_path BEFORE INSERT OR UPDATE OF from_path ON public.redirect_rules
    FOR EACH ROW
    EXECUTE FUNCTION public.claim_path();

CREATE TRIGGER count_follow_delete AFTER DELETE ON public.follows REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.count_follow();

CREATE TRIGGER count_follow_insert AFTER INSERT ON public.follows REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.count_follow();

CREATE TRIGGER count_follow_update AFTER UPDATE ON public.follows REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.count_follow();

CREATE TRIGGER count_review_delete AFTER DELETE ON public.reviews REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.count_review();

CREATE TRIGGER count_review_insert AFTER INSERT ON public.reviews REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.count_review();

CREATE TRIGGER count_review_update AFTER UPDATE ON public.reviews REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.count_review();

CREATE TRIGGER count_vote_delete AFTER DELETE ON public.review_votes REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.count_vote();

CREATE TRIGGER count_vote_insert AFTER INSERT ON public.review_votes REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.count_vote();

CREATE TRIGGER count_vote_update AFTER UPDATE ON public.review_votes REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.count_vote();

CREATE TRIGGER fill_province BEFORE INSERT OR UPDATE OF city_id ON public.artists
    FOR EACH ROW WHEN ((new.city_id IS NOT NULL))
    EXECUTE FUNCTION public.fill_province();

CREATE TRIGGER fill_province BEFORE INSERT OR UPDATE OF city_id ON public.salons
    FOR EACH ROW WHEN ((new.city_id IS NOT NULL))
    EXECUTE FUNCTION public.fill_province();

CREATE CONSTRAINT TRIGGER follows_artist_id_live AFTER INSERT OR UPDATE OF artist_id ON public.follows DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.artist_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('artist_id', 'artists', 'status = ''ACTIVE''');

CREATE CONSTRAINT TRIGGER follows_follower_id_live AFTER INSERT OR UPDATE OF follower_id ON public.follows DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.follower_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('follower_id', 'users');

CREATE CONSTRAINT TRIGGER follows_salon_id_live AFTER INSERT OR UPDATE OF salon_id ON public.follows DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.salon_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('salon_id', 'salons', 'status = ''ACTIVE''');

CREATE CONSTRAINT TRIGGER media_links_media_id_live AFTER INSERT OR UPDATE OF media_id ON public.media_links DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.media_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('media_id', 'media');

CREATE CONSTRAINT TRIGGER media_uploaded_by_id_live AFTER INSERT OR UPDATE OF uploaded_by_id ON public.media DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.uploaded_by_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('uploaded_by_id', 'users');

CREATE CONSTRAINT TRIGGER neighborhoods_city_id_live AFTER INSERT OR UPDATE OF city_id, deleted_at ON public.neighborhoods DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.city_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('city_id', 'cities');

CREATE CONSTRAINT TRIGGER opening_exceptions_salon_id_live AFTER INSERT OR UPDATE OF salon_id ON public.opening_exceptions DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.salon_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('salon_id', 'salons');

CREATE CONSTRAINT TRIGGER opening_hours_salon_id_live AFTER INSERT OR UPDATE OF salon_id ON public.opening_hours DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.salon_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('salon_id', 'salons');

CREATE CONSTRAINT TRIGGER public_media_slot AFTER INSERT OR UPDATE OF avatar_media_id, cover_media_id ON public.artists NOT DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.avatar_media_id IS NOT NULL) OR (new.cover_media_id IS NOT NULL)))
    EXECUTE FUNCTION public.public_media_slot('avatar_media_id', 'cover_media_id');

CREATE CONSTRAINT TRIGGER public_media_slot AFTER UPDATE OF is_private ON public.media NOT DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.is_private AND (NOT old.is_private)))
    EXECUTE FUNCTION public.public_media_slot();

CREATE CONSTRAINT TRIGGER public_media_slot AFTER INSERT OR UPDATE ON public.media_links NOT DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.media_id IS NOT NULL))
    EXECUTE FUNCTION public.public_media_slot('media_id');

CREATE CONSTRAINT TRIGGER public_media_slot AFTER INSERT OR UPDATE OF avatar_media_id, cover_media_id ON public.salons NOT DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.avatar_media_id IS NOT NULL) OR (new.cover_media_id IS NOT NULL)))
    EXECUTE FUNCTION public.public_media_slot('avatar_media_id', 'cover_media_id');

CREATE CONSTRAINT TRIGGER public_media_slot AFTER INSERT OR UPDATE OF avatar_media_id ON public.users NOT DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.avatar_media_id IS NOT NULL))
    EXECUTE FUNCTION public.public_media_slot('avatar_media_id');

CREATE CONSTRAINT TRIGGER redirect_rules_created_by_id_live AFTER INSERT OR UPDATE OF created_by_id ON public.redirect_rules DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.created_by_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('created_by_id', 'users');

CREATE TRIGGER release_path AFTER DELETE OR UPDATE OF from_path ON public.redirect_rules
    FOR EACH ROW WHEN ((old.from_path IS NOT NULL))
    EXECUTE FUNCTION public.release_path();

CREATE TRIGGER reset_certification BEFORE UPDATE OF title, issuer, issuer_slug, category, level, issued_at, expires_at, credential_id, credential_url, media_id ON public.artist_certifications
    FOR EACH ROW WHEN (((((((((((new.title IS DISTINCT FROM old.title) OR (new.issuer IS DISTINCT FROM old.issuer)) OR (new.issuer_slug IS DISTINCT FROM old.issuer_slug)) OR (new.category IS DISTINCT FROM old.category)) OR (new.level IS DISTINCT FROM old.level)) OR (new.issued_at IS DISTINCT FROM old.issued_at)) OR (new.expires_at IS DISTINCT FROM old.expires_at)) OR (new.credential_id IS DISTINCT FROM old.credential_id)) OR (new.credential_url IS DISTINCT FROM old.credential_url)) OR (new.media_id IS DISTINCT FROM old.media_id)))
    EXECUTE FUNCTION public.reset_certification();

CREATE CONSTRAINT TRIGGER review_votes_review_id_live AFTER INSERT OR UPDATE OF review_id ON public.review_votes DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.review_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('review_id', 'reviews');

CREATE CONSTRAINT TRIGGER review_votes_user_id_live AFTER INSERT OR UPDATE OF user_id ON public.review_votes DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.user_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('user_id', 'users');

CREATE CONSTRAINT TRIGGER reviews_artist_id_live AFTER INSERT OR UPDATE OF artist_id, deleted_at ON public.reviews DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.artist_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('artist_id', 'artists');

CREATE CONSTRAINT TRIGGER reviews_author_id_live AFTER INSERT OR UPDATE OF author_id, deleted_at ON public.reviews DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.author_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('author_id', 'users');

CREATE TRIGGER reviews_not_own BEFORE INSERT ON public.reviews
    FOR EACH ROW
    EXECUTE FUNCTION public.reviews_not_own();

CREATE CONSTRAINT TRIGGER reviews_salon_id_live AFTER INSERT OR UPDATE OF salon_id, deleted_at ON public.reviews DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.salon_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('salon_id', 'salons');

CREATE TRIGGER reviews_target_fixed BEFORE UPDATE OF author_id, salon_id, artist_id ON public.reviews
    FOR EACH ROW WHEN ((((new.author_id IS DISTINCT FROM old.author_id) OR (new.salon_id IS DISTINCT FROM old.salon_id)) OR (new.artist_id IS DISTINCT FROM old.artist_id)))
    EXECUTE FUNCTION public.refuse_change('author and target');

CREATE CONSTRAINT TRIGGER salon_artists_artist_id_live AFTER INSERT OR UPDATE OF artist_id ON public.salon_artists DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.artist_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('artist_id', 'artists');

CREATE CONSTRAINT TRIGGER salon_artists_salon_id_live AFTER INSERT OR UPDATE OF salon_id ON public.salon_artists DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.salon_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('salon_id', 'salons');

CREATE CONSTRAINT TRIGGER salon_owners_salon_id_live AFTER INSERT OR UPDATE OF salon_id ON public.salon_owners DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.salon_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('salon_id', 'salons');

CREATE CONSTRAINT TRIGGER salon_owners_user_id_live AFTER INSERT OR UPDATE OF user_id ON public.salon_owners DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.user_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('user_id', 'users');

CREATE CONSTRAINT TRIGGER salon_services_salon_id_live AFTER INSERT OR UPDATE OF salon_id ON public.salon_services DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.salon_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('salon_id', 'salons');

CREATE CONSTRAINT TRIGGER salon_services_service_id_live AFTER INSERT OR UPDATE OF service_id ON public.salon_services DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.service_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('service_id', 'service_definitions');

CREATE CONSTRAINT TRIGGER salons_avatar_media_id_live AFTER INSERT OR UPDATE OF avatar_media_id, deleted_at ON public.salons DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.avatar_media_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('avatar_media_id', 'media');

CREATE CONSTRAINT TRIGGER salons_city_id_live AFTER INSERT OR UPDATE OF city_id, deleted_at ON public.salons DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.city_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('city_id', 'cities');

CREATE CONSTRAINT TRIGGER salons_cover_media_id_live AFTER INSERT OR UPDATE OF cover_media_id, deleted_at ON public.salons DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.cover_media_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('cover_media_id', 'media');

CREATE CONSTRAINT TRIGGER salons_neighborhood_id_live AFTER INSERT OR UPDATE OF neighborhood_id, deleted_at ON public.salons DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.neighborhood_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('neighborhood_id', 'neighborhoods');

CREATE CONSTRAINT TRIGGER salons_province_id_live AFTER INSERT OR UPDATE OF province_id, deleted_at ON public.salons DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.province_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('province_id', 'provinces');

CREATE CONSTRAINT TRIGGER service_definitions_category_id_live AFTER INSERT OR UPDATE OF category_id, deleted_at ON public.service_definitions DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.category_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('category_id', 'service_categories');

CREATE TRIGGER slug_history_append_only BEFORE DELETE OR UPDATE ON public.slug_history
    FOR EACH ROW
    EXECUTE FUNCTION public.refuse_change('append-only');

CREATE TRIGGER url_paths_kept BEFORE DELETE ON public.url_paths
    FOR EACH ROW
    EXECUTE FUNCTION public.url_paths_kept();

CREATE CONSTRAINT TRIGGER url_paths_owner_has_current AFTER INSERT OR UPDATE ON public.url_paths DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW
    EXECUTE FUNCTION public.url_paths_owner_has_current();

CREATE CONSTRAINT TRIGGER users_avatar_media_id_live AFTER INSERT OR UPDATE OF avatar_media_id, deleted_at ON public.users DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.avatar_media_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('avatar_media_id', 'media');

CREATE CONSTRAINT TRIGGER users_city_id_live AFTER INSERT OR UPDATE OF city_id ON public.users DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.city_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('city_id', 'cities');

CREATE CONSTRAINT TRIGGER users_last_admin AFTER UPDATE OF role, status, deleted_at ON public.users DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (((old.role = 'ADMIN'::public.user_role) AND (old.status = 'ACTIVE'::public.account_status) AND (old.deleted_at IS NULL)))
    EXECUTE FUNCTION public.users_last_admin();

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.artist_certifications
    FOR EACH ROW WHEN ((NOT (new.deletion_id IS DISTINCT FROM old.deletion_id)))
    EXECUTE FUNCTION public.set_updated_at('is_verified');

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.artist_specialties
    FOR EACH ROW
    EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.artists
    FOR EACH ROW WHEN ((NOT (new.deletion_id IS DISTINCT FROM old.deletion_id)))
    EXECUTE FUNCTION public.set_updated_at('slug_key', 'avg_rating', 'rating_key', 'popular_key');

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.cities
    FOR EACH ROW WHEN ((NOT (new.deletion_id IS DISTINCT FROM old.deletion_id)))
    EXECUTE FUNCTION public.set_updated_at('slug_key');

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.media
    FOR EACH ROW WHEN ((NOT (new.deletion_id IS DISTINCT FROM old.deletion_id)))
    EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.neighborhoods
    FOR EACH ROW WHEN ((NOT (new.deletion_id IS DISTINCT FROM old.deletion_id)))
    EXECUTE FUNCTION public.set_updated_at('slug_key');

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.provinces
    FOR EACH ROW WHEN ((NOT (new.deletion_id IS DISTINCT FROM old.deletion_id)))
    EXECUTE FUNCTION public.set_updated_at('slug_key');

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.redirect_rules
    FOR EACH ROW
    EXECUTE FUNCTION public.set_updated_at('from_kind', 'to_static_kind');

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.review_votes
    FOR EACH ROW
    EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.reviews
    FOR EACH ROW WHEN ((NOT (new.deletion_id IS DISTINCT FROM old.deletion_id)))
    EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.salon_artists
    FOR EACH ROW
    EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.salon_services
    FOR EACH ROW
    EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.salons
    FOR EACH ROW WHEN ((NOT (new.deletion_id IS DISTINCT FROM old.deletion_id)))
    EXECUTE FUNCTION public.set_updated_at('slug_key', 'geo_cell', 'avg_rating', 'rating_key', 'popular_key');

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.service_categories
    FOR EACH ROW WHEN ((NOT (new.deletion_id IS DISTINCT FROM old.deletion_id)))
    EXECUTE FUNCTION public.set_updated_at('slug_key');

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.service_definitions
    FOR EACH ROW WHEN ((NOT (new.deletion_id IS DISTINCT FROM old.deletion_id)))
    EXECUTE FUNCTION public.set_updated_at('slug_key');

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.specialties
    FOR EACH ROW WHEN ((NOT (new.deletion_id IS DISTINCT FROM old.deletion_id)))
    EXECUTE FUNCTION public.set_updated_at('slug_key');

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.users
    FOR EACH ROW WHEN ((NOT (new.deletion_id IS DISTINCT FROM old.deletion_id)))
    EXECUTE FUNCTION public.set_updated_at('username_key', 'email_key');

-- Privileges
REVOKE EXECUTE ON ROUTINE public.announce() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.check_prefix_rule() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.claim_path() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.count_follow() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.count_review() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.count_vote() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.fill_province() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.guard_deletion_state() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.live_delete() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.public_media_slot() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.rebuild_url_paths() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.reclaim_path(text, text) FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.refuse_change() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.release_path() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.require_live_parent() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.reset_certification() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.restore_batch(bigint) FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.reviews_not_own() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.set_updated_at() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.soft_delete_rows(name, bigint[], bigint) FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.swap_slugs(public.entity_type, bigint, bigint, text) FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.sync_entity() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.sync_path() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.transfer_path(text, public.entity_type, bigint, text) FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.url_paths_kept() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.url_paths_owner_has_current() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.users_last_admin() FROM PUBLIC;

GRANT EXECUTE ON ROUTINE public.rebuild_url_paths() TO sevra_maintenance;

GRANT EXECUTE ON ROUTINE public.reclaim_path(text, text) TO sevra_maintenance;

GRANT EXECUTE ON ROUTINE public.restore_batch(bigint) TO sevra_maintenance;

GRANT EXECUTE ON ROUTINE public.soft_delete_rows(name, bigint[], bigint) TO sevra_maintenance;

GRANT EXECUTE ON ROUTINE public.swap_slugs(public.entity_type, bigint, bigint, text) TO sevra_maintenance;

GRANT EXECUTE ON ROUTINE public.transfer_path(text, public.entity_type, bigint, text) TO sevra_maintenance;

GRANT USAGE ON SCHEMA live TO sevra_app, sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.artist_certifications TO sevra_maintenance;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.artist_owners TO sevra_app, sevra_maintenance;

GRANT SELECT ON TABLE public.artist_owners TO sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.artist_specialties TO sevra_app, sevra_maintenance;

GRANT SELECT ON TABLE public.artist_specialties TO sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.artists TO sevra_maintenance;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.cities TO sevra_maintenance;

GRANT SELECT ON TABLE public.deletion_batches TO sevra_app, sevra_readonly;

GRANT INSERT, SELECT, UPDATE ON TABLE public.deletion_batches TO sevra_maintenance;

GRANT SELECT ON TABLE public.entities TO sevra_app, sevra_readonly;

GRANT SELECT, UPDATE ON TABLE public.entities TO sevra_maintenance;

GRANT SELECT ON TABLE public.entity_types TO sevra_app, sevra_maintenance, sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.follows TO sevra_app, sevra_maintenance;

GRANT SELECT ON TABLE public.follows TO sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.media TO sevra_maintenance;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.media_links TO sevra_app, sevra_maintenance;

GRANT SELECT ON TABLE public.media_links TO sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.neighborhoods TO sevra_maintenance;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.opening_exceptions TO sevra_app, sevra_maintenance;

GRANT SELECT ON TABLE public.opening_exceptions TO sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.opening_hours TO sevra_app, sevra_maintenance;

GRANT SELECT ON TABLE public.opening_hours TO sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.outbox TO sevra_app, sevra_maintenance;

GRANT SELECT ON TABLE public.outbox TO sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.provinces TO sevra_maintenance;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.redirect_rules TO sevra_app, sevra_maintenance;

GRANT SELECT ON TABLE public.redirect_rules TO sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.review_votes TO sevra_app, sevra_maintenance;

GRANT SELECT ON TABLE public.review_votes TO sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.reviews TO sevra_maintenance;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.salon_artists TO sevra_app, sevra_maintenance;

GRANT SELECT ON TABLE public.salon_artists TO sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.salon_owners TO sevra_app, sevra_maintenance;

GRANT SELECT ON TABLE public.salon_owners TO sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.salon_services TO sevra_app, sevra_maintenance;

GRANT SELECT ON TABLE public.salon_services TO sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.salons TO sevra_maintenance;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.service_categories TO sevra_maintenance;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.service_definitions TO sevra_maintenance;

GRANT SELECT ON TABLE public.slug_history TO sevra_app, sevra_maintenance, sevra_readonly;

GRANT SELECT ON TABLE public.soft_delete_edges TO sevra_app, sevra_maintenance, sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.specialties TO sevra_maintenance;

GRANT SELECT ON TABLE public.url_paths TO sevra_app, sevra_readonly;

GRANT SELECT, UPDATE ON TABLE public.url_paths TO sevra_maintenance;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.users TO sevra_maintenance;

GRANT DELETE, SELECT, INSERT (
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
), UPDATE (
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
) ON TABLE live.artist_certifications TO sevra_app;

GRANT SELECT ON TABLE live.artist_certifications TO sevra_readonly;

GRANT DELETE, SELECT, INSERT (
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
), UPDATE (
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
) ON TABLE live.artists TO sevra_app;

GRANT SELECT ON TABLE live.artists TO sevra_readonly;

GRANT DELETE, SELECT, INSERT (
    is_landing_enabled,
    landing_intro,
    lat,
    lng,
    name_en,
    name_fa,
    province_id,
    slug
), UPDATE (
    is_landing_enabled,
    landing_intro,
    lat,
    lng,
    name_en,
    name_fa,
    province_id,
    slug
) ON TABLE live.cities TO sevra_app;

GRANT SELECT ON TABLE live.cities TO sevra_readonly;

GRANT DELETE, SELECT, INSERT (
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
), UPDATE (
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
) ON TABLE live.media TO sevra_app;

GRANT SELECT ON TABLE live.media TO sevra_readonly;

GRANT DELETE, SELECT, INSERT (city_id, name_en, name_fa, slug), UPDATE (city_id, name_en, name_fa, slug) ON TABLE live.neighborhoods TO sevra_app;

GRANT SELECT ON TABLE live.neighborhoods TO sevra_readonly;

GRANT DELETE, SELECT, INSERT (name_en, name_fa, slug), UPDATE (name_en, name_fa, slug) ON TABLE live.provinces TO sevra_app;

GRANT SELECT ON TABLE live.provinces TO sevra_readonly;

GRANT DELETE, SELECT, INSERT (
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
), UPDATE (
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
) ON TABLE live.reviews TO sevra_app;

GRANT SELECT ON TABLE live.reviews TO sevra_readonly;

GRANT DELETE, SELECT, INSERT (
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
), UPDATE (
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
) ON TABLE live.salons TO sevra_app;

GRANT SELECT ON TABLE live.salons TO sevra_readonly;

GRANT DELETE, SELECT, INSERT (name_en, name_fa, "position", slug), UPDATE (name_en, name_fa, "position", slug) ON TABLE live.service_categories TO sevra_app;

GRANT SELECT ON TABLE live.service_categories TO sevra_readonly;

GRANT DELETE, SELECT, INSERT (category_id, description, name_en, name_fa, "position", slug), UPDATE (category_id, description, name_en, name_fa, "position", slug) ON TABLE live.service_definitions TO sevra_app;

GRANT SELECT ON TABLE live.service_definitions TO sevra_readonly;

GRANT DELETE, SELECT, INSERT (name_en, name_fa, "position", slug), UPDATE (name_en, name_fa, "position", slug) ON TABLE live.specialties TO sevra_app;

GRANT SELECT ON TABLE live.specialties TO sevra_readonly;

GRANT DELETE, SELECT, INSERT (
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
), UPDATE (
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
) ON TABLE live.users TO sevra_app;

GRANT SELECT ON TABLE live.users TO sevra_readonly;

-- Reference rows
INSERT INTO public.entity_types (entity_type, table_name, content_type_id, url_prefix, default_priority, default_changefreq) VALUES
    ('ARTIST', 'artists', '2', '/atlas/artist', '0.5', 'WEEKLY'),
    ('CERTIFICATION', 'artist_certifications', '19', NULL, NULL, NULL),
    ('CITY', 'cities', '6', '/atlas/city', '0.8', 'WEEKLY'),
    ('MEDIA', 'media', '18', NULL, NULL, NULL),
    ('NEIGHBORHOOD', 'neighborhoods', '11', NULL, NULL, NULL),
    ('PROVINCE', 'provinces', '7', '/atlas/province', '0.9', 'WEEKLY'),
    ('REVIEW', 'reviews', '3', NULL, NULL, NULL),
    ('SALON', 'salons', '1', '/atlas/salon', '0.5', 'WEEKLY'),
    ('SERVICE', 'service_definitions', '13', NULL, NULL, NULL),
    ('SERVICE_CATEGORY', 'service_categories', '12', NULL, NULL, NULL),
    ('SPECIALTY', 'specialties', '14', NULL, NULL, NULL),
    ('USER', 'users', '17', NULL, NULL, NULL);

INSERT INTO public.soft_delete_edges (parent_table, child_table, child_column, action) VALUES
    ('artists', 'artist_certifications', 'artist_id', 'cascade'),
    ('artists', 'reviews', 'artist_id', 'cascade'),
    ('cities', 'artists', 'city_id', 'restrict'),
    ('cities', 'neighborhoods', 'city_id', 'cascade'),
    ('cities', 'salons', 'city_id', 'restrict'),
    ('media', 'artist_certifications', 'media_id', 'restrict'),
    ('media', 'artists', 'avatar_media_id', 'restrict'),
    ('media', 'artists', 'cover_media_id', 'restrict'),
    ('media', 'salons', 'avatar_media_id', 'restrict'),
    ('media', 'salons', 'cover_media_id', 'restrict'),
    ('media', 'users', 'avatar_media_id', 'restrict'),
    ('neighborhoods', 'artists', 'neighborhood_id', 'restrict'),
    ('neighborhoods', 'salons', 'neighborhood_id', 'restrict'),
    ('provinces', 'artists', 'province_id', 'restrict'),
    ('provinces', 'cities', 'province_id', 'restrict'),
    ('provinces', 'salons', 'province_id', 'restrict'),
    ('salons', 'reviews', 'salon_id', 'cascade'),
    ('service_categories', 'service_definitions', 'category_id', 'cascade'),
    ('users', 'reviews', 'author_id', 'cascade');

INSERT INTO public.url_paths (path, kind, display_path) VALUES
    ('/', 'static', '/'),
    ('/atlas', 'static', '/atlas');
