-- Enums
CREATE TYPE public.comment_status AS ENUM ('pending', 'approved', 'spam', 'removed');

CREATE TYPE public.menu_location AS ENUM ('header', 'footer', 'sidebar');

CREATE TYPE public.order_strategy AS ENUM ('manual', 'by_date');

CREATE TYPE public.post_status AS ENUM ('draft', 'review', 'scheduled', 'published', 'archived');

CREATE TYPE public.post_visibility AS ENUM ('public', 'private', 'unlisted');

CREATE TYPE public.save_target_type AS ENUM ('SALON', 'ARTIST', 'BLOG_POST');

-- Functions
SET LOCAL check_function_bodies = off;

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

CREATE FUNCTION public.count_comment()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  after_rows text := CASE WHEN TG_OP = 'DELETE' THEN 'SELECT * FROM public.comments WHERE false' ELSE 'SELECT * FROM n' END;
  before_rows text := CASE WHEN TG_OP = 'INSERT' THEN 'SELECT * FROM public.comments WHERE false' ELSE 'SELECT * FROM o' END;
  changed bigint[];
  counts bigint[];
BEGIN
  EXECUTE format($q$
    SELECT array_agg(id ORDER BY id), array_agg(c ORDER BY id)
      FROM (SELECT post_id AS id, sum(c)::bigint AS c
              FROM (SELECT post_id, status, deleted_at, 1 AS c FROM (%s) a
                    UNION ALL
                    SELECT post_id, status, deleted_at, -1 FROM (%s) b) x
             WHERE post_id IS NOT NULL AND deleted_at IS NULL AND status = 'approved'
             GROUP BY post_id HAVING sum(c) <> 0) t
  $q$, after_rows, before_rows) INTO changed, counts;
  IF changed IS NULL THEN RETURN NULL; END IF;
  PERFORM FROM public.posts WHERE id = ANY (changed) ORDER BY id FOR NO KEY UPDATE;
  UPDATE public.posts p SET comments_count = p.comments_count + t.c
    FROM unnest(changed, counts) AS t (id, c) WHERE p.id = t.id;
  RETURN NULL;
END
$function$;

CREATE FUNCTION public.count_post()
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

CREATE FUNCTION public.count_reaction()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  after_rows text := CASE WHEN TG_OP = 'DELETE' THEN 'SELECT * FROM public.reactions WHERE false' ELSE 'SELECT * FROM n' END;
  before_rows text := CASE WHEN TG_OP = 'INSERT' THEN 'SELECT * FROM public.reactions WHERE false' ELSE 'SELECT * FROM o' END;
  changed bigint[];
  likes bigint[];
BEGIN
  EXECUTE format($q$
    SELECT array_agg(id ORDER BY id), array_agg(c ORDER BY id)
      FROM (SELECT entity_id AS id, sum(c)::bigint AS c
              FROM (SELECT entity_type, entity_id, reaction, 1 AS c FROM (%s) a
                    UNION ALL
                    SELECT entity_type, entity_id, reaction, -1 FROM (%s) b) x
             WHERE entity_type = 'COMMENT' AND reaction = 'like'
             GROUP BY entity_id HAVING sum(c) <> 0) t
  $q$, after_rows, before_rows) INTO changed, likes;
  IF changed IS NULL THEN RETURN NULL; END IF;
  PERFORM FROM public.comments WHERE id = ANY (changed) ORDER BY id FOR NO KEY UPDATE;
  UPDATE public.comments r SET likes_count = r.likes_count + t.c
    FROM unnest(changed, likes) AS t (id, c) WHERE r.id = t.id;
  RETURN NULL;
END
$function$;

CREATE FUNCTION public.count_save()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  after_rows text := CASE WHEN TG_OP = 'DELETE' THEN 'SELECT * FROM public.saves WHERE false' ELSE 'SELECT * FROM n' END;
  before_rows text := CASE WHEN TG_OP = 'INSERT' THEN 'SELECT * FROM public.saves WHERE false' ELSE 'SELECT * FROM o' END;
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
      UPDATE public.%I p SET save_count = p.save_count + d.c
        FROM unnest($1, $2) AS d (id, c) WHERE p.id = d.id
    $q$, parent || 's') USING changed, counts;
  END LOOP;
  RETURN NULL;
END
$function$;

CREATE FUNCTION public.keep_revision()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  number integer;
BEGIN
  SELECT coalesce(max(r.version), 0) + 1 INTO number FROM public.revisions r WHERE r.post_id = NEW.id;
  INSERT INTO public.revisions (post_id, version, editor_id, title, excerpt, content, change_note)
  VALUES (NEW.id, number, nullif(current_setting('sevra.actor_id', true), '')::bigint,
          OLD.title, OLD.excerpt, OLD.content, left(coalesce(current_setting('sevra.reason', true), ''), 255));
  DELETE FROM public.revisions r WHERE r.post_id = NEW.id AND r.version <= number - 100;
  RETURN NULL;
END
$function$;

CREATE FUNCTION public.media_in_use()
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

CREATE FUNCTION public.no_cycle()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  levels integer := TG_ARGV[1]::integer;
  above bigint[];
  below integer;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION USING ERRCODE = '25001', MESSAGE = format('moving %s needs READ COMMITTED', TG_TABLE_NAME);
  END IF;
  PERFORM pg_advisory_xact_lock(TG_RELID::integer, 1);
  EXECUTE format($q$
    WITH RECURSIVE up (id, level) AS (
      SELECT $1, 1
      UNION ALL SELECT t.%1$I, up.level + 1 FROM up JOIN %2$I.%3$I t USING (id)
       WHERE t.%1$I IS NOT NULL AND up.level <= $2)
    SELECT array_agg(id) FROM up
  $q$, TG_ARGV[0], TG_TABLE_SCHEMA, TG_TABLE_NAME)
    INTO above USING (to_jsonb(NEW) ->> TG_ARGV[0])::bigint, levels;
  EXECUTE format($q$
    WITH RECURSIVE down (id, level) AS (
      SELECT $1, 1
      UNION ALL SELECT t.id, down.level + 1 FROM down JOIN %2$I.%3$I t ON t.%1$I = down.id WHERE down.level <= $2)
    SELECT max(level) FROM down
  $q$, TG_ARGV[0], TG_TABLE_SCHEMA, TG_TABLE_NAME) INTO below USING NEW.id, levels;
  IF NEW.id = ANY (above) OR cardinality(above) + below > levels THEN
    RAISE check_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA, COLUMN = TG_ARGV[0],
      MESSAGE = CASE WHEN NEW.id = ANY (above) THEN format('%s %s would stand below itself', TG_TABLE_NAME, NEW.id)
                     ELSE format('%s %s would stand deeper than %s levels', TG_TABLE_NAME, NEW.id, levels) END;
  END IF;
  RETURN NEW;
END
$function$;

CREATE FUNCTION public.posts_lifecycle()
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
CREATE TABLE public.author_profiles (
    id bigint NOT NULL,
    display_name text NOT NULL,
    bio text DEFAULT ''::text NOT NULL,
    avatar_id bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    deletion_id bigint,
    CONSTRAINT author_profiles_pkey PRIMARY KEY (id),
    CONSTRAINT author_profiles_bio_check CHECK ((char_length(bio) <= 10000)),
    CONSTRAINT author_profiles_check CHECK (((deleted_at IS NULL) = (deletion_id IS NULL))),
    CONSTRAINT author_profiles_display_name_check CHECK ((char_length(display_name) <= 255)),
    CONSTRAINT author_profiles_display_name_check1 CHECK ((btrim(display_name) <> ''::text))
);

COMMENT ON TABLE public.author_profiles IS 'public bylines of users, under the user''s id';

COMMENT ON COLUMN public.author_profiles.id IS 'the user, whose id it shares';

COMMENT ON COLUMN public.author_profiles.display_name IS 'name below the headline';

COMMENT ON COLUMN public.author_profiles.bio IS 'what the byline says of the author';

COMMENT ON COLUMN public.author_profiles.avatar_id IS 'picture of the author';

COMMENT ON COLUMN public.author_profiles.created_at IS 'when the row was made';

COMMENT ON COLUMN public.author_profiles.updated_at IS 'last change that was not a counter, a deletion or a restore';

COMMENT ON COLUMN public.author_profiles.version IS 'optimistic lock: raised by every change by hand';

COMMENT ON COLUMN public.author_profiles.deleted_at IS 'when the row went to the trash; NULL while it is live';

COMMENT ON COLUMN public.author_profiles.deletion_id IS 'deletion batch that took the row';

CREATE TABLE public.categories (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    slug text NOT NULL,
    slug_key text GENERATED ALWAYS AS (public.slug_key_v1(slug)) STORED NOT NULL,
    name text NOT NULL,
    parent_id bigint,
    description text DEFAULT ''::text NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    post_count integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    deletion_id bigint,
    CONSTRAINT categories_pkey PRIMARY KEY (id),
    CONSTRAINT categories_check CHECK ((parent_id <> id)),
    CONSTRAINT categories_check1 CHECK (((deleted_at IS NULL) = (deletion_id IS NULL))),
    CONSTRAINT categories_description_check CHECK ((char_length(description) <= 5000)),
    CONSTRAINT categories_name_check CHECK ((char_length(name) <= 255)),
    CONSTRAINT categories_name_check1 CHECK ((btrim(name) <> ''::text)),
    CONSTRAINT categories_post_count_check CHECK ((post_count >= 0)),
    CONSTRAINT categories_slug_check CHECK ((char_length(slug) <= 255)),
    CONSTRAINT categories_slug_check1 CHECK ((btrim(slug) <> ''::text)),
    CONSTRAINT categories_slug_check2 CHECK ((octet_length(slug) <= 600)),
    CONSTRAINT categories_slug_key_check CHECK (((slug_key !~ '^[0-9]*$'::text) AND (slug_key !~ '[.~]'::text))),
    CONSTRAINT categories_slug_key_check1 CHECK ((slug_key <> ALL (ARRAY['me'::text, 'new'::text, 'slug'::text, 'specialties'::text, 'categories'::text, 'feed'::text, 'search'::text, 'admin'::text, 'api'::text])))
);

COMMENT ON TABLE public.categories IS 'categories of the blog, in each other';

COMMENT ON COLUMN public.categories.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.categories.slug IS 'slug as its author typed it';

COMMENT ON COLUMN public.categories.slug_key IS 'folded slug: all look-ups use it';

COMMENT ON COLUMN public.categories.name IS 'name of the category';

COMMENT ON COLUMN public.categories.parent_id IS 'category it stands in';

COMMENT ON COLUMN public.categories.description IS 'what is filed here';

COMMENT ON COLUMN public.categories."position" IS 'place among its siblings';

COMMENT ON COLUMN public.categories.post_count IS 'public posts';

COMMENT ON COLUMN public.categories.created_at IS 'when the row was made';

COMMENT ON COLUMN public.categories.updated_at IS 'last change that was not a counter, a deletion or a restore';

COMMENT ON COLUMN public.categories.version IS 'optimistic lock: raised by every change by hand';

COMMENT ON COLUMN public.categories.deleted_at IS 'when the row went to the trash; NULL while it is live';

COMMENT ON COLUMN public.categories.deletion_id IS 'deletion batch that took the row';

CREATE TABLE public.comments (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    post_id bigint,
    salon_id bigint,
    artist_id bigint,
    target_type public.entity_type GENERATED ALWAYS AS (
CASE
    WHEN (post_id IS NOT NULL) THEN 'BLOG_POST'::public.entity_type
    WHEN (salon_id IS NOT NULL) THEN 'SALON'::public.entity_type
    ELSE 'ARTIST'::public.entity_type
END) STORED NOT NULL,
    target_id bigint GENERATED ALWAYS AS (COALESCE(post_id, salon_id, artist_id)) STORED NOT NULL,
    user_id bigint NOT NULL,
    parent_id bigint,
    content text NOT NULL,
    status public.comment_status DEFAULT 'pending'::public.comment_status NOT NULL,
    likes_count integer DEFAULT 0 NOT NULL,
    ip inet,
    user_agent text,
    edited_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    deletion_id bigint,
    CONSTRAINT comments_pkey PRIMARY KEY (id),
    CONSTRAINT comments_id_target_type_target_id_key UNIQUE (id, target_type, target_id),
    CONSTRAINT comments_check CHECK ((num_nonnulls(post_id, salon_id, artist_id) = 1)),
    CONSTRAINT comments_check1 CHECK ((parent_id <> id)),
    CONSTRAINT comments_check2 CHECK (((deleted_at IS NULL) = (deletion_id IS NULL))),
    CONSTRAINT comments_content_check CHECK ((char_length(content) <= 2000)),
    CONSTRAINT comments_content_check1 CHECK ((btrim(content) <> ''::text)),
    CONSTRAINT comments_likes_count_check CHECK ((likes_count >= 0)),
    CONSTRAINT comments_user_agent_check CHECK ((char_length(user_agent) <= 255))
);

COMMENT ON TABLE public.comments IS 'comments on posts, salons and artists';

COMMENT ON COLUMN public.comments.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.comments.post_id IS 'the post it stands below';

COMMENT ON COLUMN public.comments.salon_id IS 'the salon it stands below';

COMMENT ON COLUMN public.comments.artist_id IS 'the artist it stands below';

COMMENT ON COLUMN public.comments.target_type IS 'kind of what it stands below';

COMMENT ON COLUMN public.comments.target_id IS 'id of what it stands below';

COMMENT ON COLUMN public.comments.user_id IS 'who wrote it';

COMMENT ON COLUMN public.comments.parent_id IS 'the comment it answers, below the same target';

COMMENT ON COLUMN public.comments.content IS 'text';

COMMENT ON COLUMN public.comments.status IS 'what moderation says';

COMMENT ON COLUMN public.comments.likes_count IS 'likes';

COMMENT ON COLUMN public.comments.ip IS 'address of the writer, kept 30 days';

COMMENT ON COLUMN public.comments.user_agent IS 'browser of the writer, kept 30 days';

COMMENT ON COLUMN public.comments.edited_at IS 'last change of the text by its writer';

COMMENT ON COLUMN public.comments.created_at IS 'when the row was made';

COMMENT ON COLUMN public.comments.updated_at IS 'last change that was not a counter, a deletion or a restore';

COMMENT ON COLUMN public.comments.version IS 'optimistic lock: raised by every change by hand';

COMMENT ON COLUMN public.comments.deleted_at IS 'when the row went to the trash; NULL while it is live';

COMMENT ON COLUMN public.comments.deletion_id IS 'deletion batch that took the row';

CREATE TABLE public.menu_items (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    menu_id bigint NOT NULL,
    parent_id bigint,
    label text NOT NULL,
    url text NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    target_blank boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT menu_items_pkey PRIMARY KEY (id),
    CONSTRAINT menu_items_id_menu_id_key UNIQUE (id, menu_id),
    CONSTRAINT menu_items_check CHECK ((parent_id <> id)),
    CONSTRAINT menu_items_label_check CHECK ((char_length(label) <= 255)),
    CONSTRAINT menu_items_label_check1 CHECK ((btrim(label) <> ''::text)),
    CONSTRAINT menu_items_url_check CHECK ((char_length(url) <= 2048)),
    CONSTRAINT menu_items_url_check1 CHECK ((btrim(url) <> ''::text)),
    CONSTRAINT menu_items_url_check2 CHECK ((url ~ '^(/([^/\\]|$)|#|https?://[^/]|mailto:|tel:)'::text))
);

COMMENT ON TABLE public.menu_items IS 'entries of menus, below each other';

COMMENT ON COLUMN public.menu_items.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.menu_items.menu_id IS 'the menu';

COMMENT ON COLUMN public.menu_items.parent_id IS 'the entry it stands below, in the same menu';

COMMENT ON COLUMN public.menu_items.label IS 'text of the link';

COMMENT ON COLUMN public.menu_items.url IS 'where it leads';

COMMENT ON COLUMN public.menu_items."position" IS 'place among its siblings';

COMMENT ON COLUMN public.menu_items.target_blank IS 'opens in a new window';

COMMENT ON COLUMN public.menu_items.created_at IS 'when the row was made';

COMMENT ON COLUMN public.menu_items.updated_at IS 'last change that was not a counter, a deletion or a restore';

CREATE TABLE public.menus (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    name text NOT NULL,
    location public.menu_location NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT menus_pkey PRIMARY KEY (id),
    CONSTRAINT menus_location_key UNIQUE (location),
    CONSTRAINT menus_name_check CHECK ((char_length(name) <= 255)),
    CONSTRAINT menus_name_check1 CHECK ((btrim(name) <> ''::text))
);

COMMENT ON TABLE public.menus IS 'menus of the site';

COMMENT ON COLUMN public.menus.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.menus.name IS 'name for those who edit it';

COMMENT ON COLUMN public.menus.location IS 'where it stands';

COMMENT ON COLUMN public.menus.created_at IS 'when the row was made';

COMMENT ON COLUMN public.menus.updated_at IS 'last change that was not a counter, a deletion or a restore';

CREATE TABLE public.pages (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    slug text NOT NULL,
    slug_key text GENERATED ALWAYS AS (public.slug_key_v1(slug)) STORED NOT NULL,
    title text NOT NULL,
    content text NOT NULL,
    status public.post_status DEFAULT 'draft'::public.post_status NOT NULL,
    published_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    deletion_id bigint,
    CONSTRAINT pages_pkey PRIMARY KEY (id),
    CONSTRAINT pages_check CHECK (((status <> 'published'::public.post_status) OR (published_at IS NOT NULL))),
    CONSTRAINT pages_check1 CHECK (((deleted_at IS NULL) = (deletion_id IS NULL))),
    CONSTRAINT pages_content_check CHECK ((char_length(content) <= 500000)),
    CONSTRAINT pages_content_check1 CHECK ((btrim(content) <> ''::text)),
    CONSTRAINT pages_slug_check CHECK ((char_length(slug) <= 255)),
    CONSTRAINT pages_slug_check1 CHECK ((btrim(slug) <> ''::text)),
    CONSTRAINT pages_slug_check2 CHECK ((octet_length(slug) <= 600)),
    CONSTRAINT pages_slug_key_check CHECK (((slug_key !~ '^[0-9]*$'::text) AND (slug_key !~ '[.~]'::text))),
    CONSTRAINT pages_slug_key_check1 CHECK ((slug_key <> ALL (ARRAY['me'::text, 'new'::text, 'slug'::text, 'specialties'::text, 'categories'::text, 'feed'::text, 'search'::text, 'admin'::text, 'api'::text]))),
    CONSTRAINT pages_status_check CHECK ((status = ANY (ARRAY['draft'::public.post_status, 'published'::public.post_status, 'archived'::public.post_status]))),
    CONSTRAINT pages_title_check CHECK ((char_length(title) <= 255)),
    CONSTRAINT pages_title_check1 CHECK ((btrim(title) <> ''::text))
);

COMMENT ON TABLE public.pages IS 'pages that stand by themselves';

COMMENT ON COLUMN public.pages.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.pages.slug IS 'slug as its author typed it';

COMMENT ON COLUMN public.pages.slug_key IS 'folded slug: all look-ups use it';

COMMENT ON COLUMN public.pages.title IS 'headline';

COMMENT ON COLUMN public.pages.content IS 'text, HTML that was sanitised';

COMMENT ON COLUMN public.pages.status IS 'how far it has come';

COMMENT ON COLUMN public.pages.published_at IS 'first publication';

COMMENT ON COLUMN public.pages.created_at IS 'when the row was made';

COMMENT ON COLUMN public.pages.updated_at IS 'last change that was not a counter, a deletion or a restore';

COMMENT ON COLUMN public.pages.version IS 'optimistic lock: raised by every change by hand';

COMMENT ON COLUMN public.pages.deleted_at IS 'when the row went to the trash; NULL while it is live';

COMMENT ON COLUMN public.pages.deletion_id IS 'deletion batch that took the row';

CREATE TABLE public.post_media (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    post_id bigint NOT NULL,
    media_id bigint NOT NULL,
    attachment_type text DEFAULT 'in-content'::text NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    CONSTRAINT post_media_pkey PRIMARY KEY (id),
    CONSTRAINT post_media_post_id_media_id_attachment_type_key UNIQUE (post_id, media_id, attachment_type),
    CONSTRAINT post_media_attachment_type_check CHECK ((char_length(attachment_type) <= 50))
);

COMMENT ON TABLE public.post_media IS 'files that posts show';

COMMENT ON COLUMN public.post_media.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.post_media.post_id IS 'the post';

COMMENT ON COLUMN public.post_media.media_id IS 'the file';

COMMENT ON COLUMN public.post_media.attachment_type IS 'where it is shown';

COMMENT ON COLUMN public.post_media."position" IS 'place in the post';

CREATE TABLE public.post_tags (
    post_id bigint NOT NULL,
    tag_id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT post_tags_pkey PRIMARY KEY (post_id, tag_id)
);

COMMENT ON TABLE public.post_tags IS 'which post bears which tag';

COMMENT ON COLUMN public.post_tags.post_id IS 'the post';

COMMENT ON COLUMN public.post_tags.tag_id IS 'the tag';

COMMENT ON COLUMN public.post_tags.created_at IS 'since when';

CREATE TABLE public.post_view_deltas (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    post_id bigint NOT NULL,
    views integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT post_view_deltas_pkey PRIMARY KEY (id),
    CONSTRAINT post_view_deltas_views_check CHECK ((views > 0))
);

COMMENT ON TABLE public.post_view_deltas IS 'views of posts, to be added by the roll-up';

COMMENT ON COLUMN public.post_view_deltas.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.post_view_deltas.post_id IS 'the post';

COMMENT ON COLUMN public.post_view_deltas.views IS 'views since the last row';

COMMENT ON COLUMN public.post_view_deltas.created_at IS 'when they were counted';

CREATE TABLE public.posts (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    slug text NOT NULL,
    slug_key text GENERATED ALWAYS AS (public.slug_key_v1(slug)) STORED NOT NULL,
    title text NOT NULL,
    excerpt text DEFAULT ''::text NOT NULL,
    content text DEFAULT ''::text NOT NULL,
    is_hot boolean DEFAULT false NOT NULL,
    reading_time_sec integer DEFAULT 0 NOT NULL,
    status public.post_status DEFAULT 'draft'::public.post_status NOT NULL,
    visibility public.post_visibility DEFAULT 'public'::public.post_visibility NOT NULL,
    published_at timestamp with time zone,
    scheduled_at timestamp with time zone,
    author_id bigint,
    category_id bigint,
    series_id bigint,
    series_position integer,
    cover_media_id bigint,
    views_count bigint DEFAULT 0 NOT NULL,
    comments_count integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    deletion_id bigint,
    CONSTRAINT posts_pkey PRIMARY KEY (id),
    CONSTRAINT posts_check CHECK (((status <> 'published'::public.post_status) OR (published_at IS NOT NULL))),
    CONSTRAINT posts_check1 CHECK (((status = 'scheduled'::public.post_status) = (scheduled_at IS NOT NULL))),
    CONSTRAINT posts_check2 CHECK (((series_id IS NULL) OR (series_position IS NOT NULL))),
    CONSTRAINT posts_check3 CHECK (((deleted_at IS NULL) = (deletion_id IS NULL))),
    CONSTRAINT posts_comments_count_check CHECK ((comments_count >= 0)),
    CONSTRAINT posts_content_check CHECK ((char_length(content) <= 500000)),
    CONSTRAINT posts_excerpt_check CHECK ((char_length(excerpt) <= 1000)),
    CONSTRAINT posts_reading_time_sec_check CHECK ((reading_time_sec >= 0)),
    CONSTRAINT posts_slug_check CHECK ((char_length(slug) <= 255)),
    CONSTRAINT posts_slug_check1 CHECK ((btrim(slug) <> ''::text)),
    CONSTRAINT posts_slug_check2 CHECK ((octet_length(slug) <= 600)),
    CONSTRAINT posts_slug_key_check CHECK (((slug_key !~ '^[0-9]*$'::text) AND (slug_key !~ '[.~]'::text))),
    CONSTRAINT posts_slug_key_check1 CHECK ((slug_key <> ALL (ARRAY['me'::text, 'new'::text, 'slug'::text, 'specialties'::text, 'categories'::text, 'feed'::text, 'search'::text, 'admin'::text, 'api'::text]))),
    CONSTRAINT posts_title_check CHECK ((char_length(title) <= 255)),
    CONSTRAINT posts_title_check1 CHECK ((btrim(title) <> ''::text)),
    CONSTRAINT posts_views_count_check CHECK ((views_count >= 0))
);

COMMENT ON TABLE public.posts IS 'posts of the blog';

COMMENT ON COLUMN public.posts.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.posts.slug IS 'slug as its author typed it';

COMMENT ON COLUMN public.posts.slug_key IS 'folded slug: all look-ups use it';

COMMENT ON COLUMN public.posts.title IS 'headline';

COMMENT ON COLUMN public.posts.excerpt IS 'what lists show';

COMMENT ON COLUMN public.posts.content IS 'text, HTML that was sanitised';

COMMENT ON COLUMN public.posts.is_hot IS 'shown among the hot posts';

COMMENT ON COLUMN public.posts.reading_time_sec IS 'seconds it takes to read';

COMMENT ON COLUMN public.posts.status IS 'how far it has come';

COMMENT ON COLUMN public.posts.visibility IS 'who may see it once published';

COMMENT ON COLUMN public.posts.published_at IS 'first publication';

COMMENT ON COLUMN public.posts.scheduled_at IS 'when it is due, while scheduled';

COMMENT ON COLUMN public.posts.author_id IS 'byline';

COMMENT ON COLUMN public.posts.category_id IS 'where it is filed';

COMMENT ON COLUMN public.posts.series_id IS 'series it belongs to';

COMMENT ON COLUMN public.posts.series_position IS 'place in the series, by hand';

COMMENT ON COLUMN public.posts.cover_media_id IS 'picture at its head';

COMMENT ON COLUMN public.posts.views_count IS 'views, from the roll-up';

COMMENT ON COLUMN public.posts.comments_count IS 'approved live comments';

COMMENT ON COLUMN public.posts.created_at IS 'when the row was made';

COMMENT ON COLUMN public.posts.updated_at IS 'last change that was not a counter, a deletion or a restore';

COMMENT ON COLUMN public.posts.version IS 'optimistic lock: raised by every change by hand';

COMMENT ON COLUMN public.posts.deleted_at IS 'when the row went to the trash; NULL while it is live';

COMMENT ON COLUMN public.posts.deletion_id IS 'deletion batch that took the row';

CREATE TABLE public.reactions (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    user_id bigint NOT NULL,
    entity_type public.entity_type NOT NULL,
    entity_id bigint NOT NULL,
    reaction text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT reactions_pkey PRIMARY KEY (id),
    CONSTRAINT reactions_user_id_entity_type_entity_id_key UNIQUE (user_id, entity_type, entity_id),
    CONSTRAINT reactions_check CHECK (((entity_type = 'BLOG_POST'::public.entity_type) OR (reaction = 'like'::text))),
    CONSTRAINT reactions_entity_type_check CHECK ((entity_type = ANY (ARRAY['BLOG_POST'::public.entity_type, 'COMMENT'::public.entity_type, 'REVIEW'::public.entity_type]))),
    CONSTRAINT reactions_reaction_check CHECK ((char_length(reaction) <= 50)),
    CONSTRAINT reactions_reaction_check1 CHECK ((btrim(reaction) <> ''::text)),
    CONSTRAINT reactions_reaction_check2 CHECK ((reaction = ANY (ARRAY['like'::text, 'love'::text, 'clap'::text, 'insightful'::text, 'sad'::text])))
);

COMMENT ON TABLE public.reactions IS 'reactions to posts, comments and reviews; one of a person to each';

COMMENT ON COLUMN public.reactions.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.reactions.user_id IS 'who reacts';

COMMENT ON COLUMN public.reactions.entity_type IS 'kind of what it is about';

COMMENT ON COLUMN public.reactions.entity_id IS 'id of what it is about';

COMMENT ON COLUMN public.reactions.reaction IS 'the reaction';

COMMENT ON COLUMN public.reactions.created_at IS 'since when';

CREATE TABLE public.revisions (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    post_id bigint NOT NULL,
    version integer NOT NULL,
    editor_id bigint,
    title text NOT NULL,
    excerpt text NOT NULL,
    content text NOT NULL,
    change_note text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT revisions_pkey PRIMARY KEY (id),
    CONSTRAINT revisions_post_id_version_key UNIQUE (post_id, version),
    CONSTRAINT revisions_change_note_check CHECK ((char_length(change_note) <= 255))
);

COMMENT ON TABLE public.revisions IS 'former texts of posts, the 100 newest of each; written by trigger';

COMMENT ON COLUMN public.revisions.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.revisions.post_id IS 'the post';

COMMENT ON COLUMN public.revisions.version IS 'number of the revision of its post';

COMMENT ON COLUMN public.revisions.editor_id IS 'who replaced it';

COMMENT ON COLUMN public.revisions.title IS 'headline it had';

COMMENT ON COLUMN public.revisions.excerpt IS 'excerpt it had';

COMMENT ON COLUMN public.revisions.content IS 'text it had';

COMMENT ON COLUMN public.revisions.change_note IS 'why, as the editor put it';

COMMENT ON COLUMN public.revisions.created_at IS 'when it was replaced';

CREATE TABLE public.saves (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    user_id bigint NOT NULL,
    salon_id bigint,
    artist_id bigint,
    post_id bigint,
    target_type public.save_target_type GENERATED ALWAYS AS (
CASE
    WHEN (salon_id IS NOT NULL) THEN 'SALON'::public.save_target_type
    WHEN (artist_id IS NOT NULL) THEN 'ARTIST'::public.save_target_type
    ELSE 'BLOG_POST'::public.save_target_type
END) STORED NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT saves_pkey PRIMARY KEY (id),
    CONSTRAINT saves_user_id_salon_id_artist_id_post_id_key UNIQUE NULLS NOT DISTINCT (user_id, salon_id, artist_id, post_id),
    CONSTRAINT saves_check CHECK ((num_nonnulls(salon_id, artist_id, post_id) = 1))
);

COMMENT ON TABLE public.saves IS 'who keeps which salon, artist or post';

COMMENT ON COLUMN public.saves.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.saves.user_id IS 'who keeps it';

COMMENT ON COLUMN public.saves.salon_id IS 'the kept salon';

COMMENT ON COLUMN public.saves.artist_id IS 'the kept artist';

COMMENT ON COLUMN public.saves.post_id IS 'the kept post';

COMMENT ON COLUMN public.saves.target_type IS 'what is kept';

COMMENT ON COLUMN public.saves.created_at IS 'since when';

CREATE TABLE public.series (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    slug text NOT NULL,
    slug_key text GENERATED ALWAYS AS (public.slug_key_v1(slug)) STORED NOT NULL,
    title text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    order_strategy public.order_strategy DEFAULT 'manual'::public.order_strategy NOT NULL,
    post_count integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    deletion_id bigint,
    CONSTRAINT series_pkey PRIMARY KEY (id),
    CONSTRAINT series_check CHECK (((deleted_at IS NULL) = (deletion_id IS NULL))),
    CONSTRAINT series_description_check CHECK ((char_length(description) <= 5000)),
    CONSTRAINT series_post_count_check CHECK ((post_count >= 0)),
    CONSTRAINT series_slug_check CHECK ((char_length(slug) <= 255)),
    CONSTRAINT series_slug_check1 CHECK ((btrim(slug) <> ''::text)),
    CONSTRAINT series_slug_check2 CHECK ((octet_length(slug) <= 600)),
    CONSTRAINT series_slug_key_check CHECK (((slug_key !~ '^[0-9]*$'::text) AND (slug_key !~ '[.~]'::text))),
    CONSTRAINT series_slug_key_check1 CHECK ((slug_key <> ALL (ARRAY['me'::text, 'new'::text, 'slug'::text, 'specialties'::text, 'categories'::text, 'feed'::text, 'search'::text, 'admin'::text, 'api'::text]))),
    CONSTRAINT series_title_check CHECK ((char_length(title) <= 255)),
    CONSTRAINT series_title_check1 CHECK ((btrim(title) <> ''::text))
);

COMMENT ON TABLE public.series IS 'series of posts';

COMMENT ON COLUMN public.series.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.series.slug IS 'slug as its author typed it';

COMMENT ON COLUMN public.series.slug_key IS 'folded slug: all look-ups use it';

COMMENT ON COLUMN public.series.title IS 'title of the series';

COMMENT ON COLUMN public.series.description IS 'what it is about';

COMMENT ON COLUMN public.series.order_strategy IS 'what orders its posts';

COMMENT ON COLUMN public.series.post_count IS 'public posts';

COMMENT ON COLUMN public.series.created_at IS 'when the row was made';

COMMENT ON COLUMN public.series.updated_at IS 'last change that was not a counter, a deletion or a restore';

COMMENT ON COLUMN public.series.version IS 'optimistic lock: raised by every change by hand';

COMMENT ON COLUMN public.series.deleted_at IS 'when the row went to the trash; NULL while it is live';

COMMENT ON COLUMN public.series.deletion_id IS 'deletion batch that took the row';

CREATE TABLE public.tags (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    slug text NOT NULL,
    slug_key text GENERATED ALWAYS AS (public.slug_key_v1(slug)) STORED NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    post_count integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    deletion_id bigint,
    CONSTRAINT tags_pkey PRIMARY KEY (id),
    CONSTRAINT tags_check CHECK (((deleted_at IS NULL) = (deletion_id IS NULL))),
    CONSTRAINT tags_description_check CHECK ((char_length(description) <= 5000)),
    CONSTRAINT tags_name_check CHECK ((char_length(name) <= 255)),
    CONSTRAINT tags_name_check1 CHECK ((btrim(name) <> ''::text)),
    CONSTRAINT tags_post_count_check CHECK ((post_count >= 0)),
    CONSTRAINT tags_slug_check CHECK ((char_length(slug) <= 255)),
    CONSTRAINT tags_slug_check1 CHECK ((btrim(slug) <> ''::text)),
    CONSTRAINT tags_slug_check2 CHECK ((octet_length(slug) <= 600)),
    CONSTRAINT tags_slug_key_check CHECK (((slug_key !~ '^[0-9]*$'::text) AND (slug_key !~ '[.~]'::text))),
    CONSTRAINT tags_slug_key_check1 CHECK ((slug_key <> ALL (ARRAY['me'::text, 'new'::text, 'slug'::text, 'specialties'::text, 'categories'::text, 'feed'::text, 'search'::text, 'admin'::text, 'api'::text])))
);

COMMENT ON TABLE public.tags IS 'tags of the blog';

COMMENT ON COLUMN public.tags.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.tags.slug IS 'slug as its author typed it';

COMMENT ON COLUMN public.tags.slug_key IS 'folded slug: all look-ups use it';

COMMENT ON COLUMN public.tags.name IS 'name of the tag';

COMMENT ON COLUMN public.tags.description IS 'what it stands for';

COMMENT ON COLUMN public.tags.post_count IS 'public posts';

COMMENT ON COLUMN public.tags.created_at IS 'when the row was made';

COMMENT ON COLUMN public.tags.updated_at IS 'last change that was not a counter, a deletion or a restore';

COMMENT ON COLUMN public.tags.version IS 'optimistic lock: raised by every change by hand';

COMMENT ON COLUMN public.tags.deleted_at IS 'when the row went to the trash; NULL while it is live';

COMMENT ON COLUMN public.tags.deletion_id IS 'deletion batch that took the row';

-- Constraints
ALTER TABLE public.author_profiles
    ADD CONSTRAINT author_profiles_avatar_id_fkey FOREIGN KEY (avatar_id) REFERENCES public.media(id) ON DELETE RESTRICT;

ALTER TABLE public.author_profiles
    ADD CONSTRAINT author_profiles_deletion_id_fkey FOREIGN KEY (deletion_id) REFERENCES public.deletion_batches(id) ON DELETE RESTRICT;

ALTER TABLE public.author_profiles
    ADD CONSTRAINT author_profiles_id_fkey FOREIGN KEY (id) REFERENCES public.users(id) ON DELETE RESTRICT;

ALTER TABLE public.categories
    ADD CONSTRAINT categories_deletion_id_fkey FOREIGN KEY (deletion_id) REFERENCES public.deletion_batches(id) ON DELETE RESTRICT;

ALTER TABLE public.categories
    ADD CONSTRAINT categories_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.categories(id) ON DELETE SET NULL;

ALTER TABLE public.comments
    ADD CONSTRAINT comments_artist_id_fkey FOREIGN KEY (artist_id) REFERENCES public.artists(id) ON DELETE RESTRICT;

ALTER TABLE public.comments
    ADD CONSTRAINT comments_deletion_id_fkey FOREIGN KEY (deletion_id) REFERENCES public.deletion_batches(id) ON DELETE RESTRICT;

ALTER TABLE public.comments
    ADD CONSTRAINT comments_parent_id_target_type_target_id_fkey FOREIGN KEY (parent_id, target_type, target_id) REFERENCES public.comments(id, target_type, target_id) ON DELETE RESTRICT;

ALTER TABLE public.comments
    ADD CONSTRAINT comments_post_id_fkey FOREIGN KEY (post_id) REFERENCES public.posts(id) ON DELETE RESTRICT;

ALTER TABLE public.comments
    ADD CONSTRAINT comments_salon_id_fkey FOREIGN KEY (salon_id) REFERENCES public.salons(id) ON DELETE RESTRICT;

ALTER TABLE public.comments
    ADD CONSTRAINT comments_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE RESTRICT;

ALTER TABLE public.menu_items
    ADD CONSTRAINT menu_items_menu_id_fkey FOREIGN KEY (menu_id) REFERENCES public.menus(id) ON DELETE CASCADE;

ALTER TABLE public.menu_items
    ADD CONSTRAINT menu_items_parent_id_menu_id_fkey FOREIGN KEY (parent_id, menu_id) REFERENCES public.menu_items(id, menu_id) ON DELETE CASCADE;

ALTER TABLE public.pages
    ADD CONSTRAINT pages_deletion_id_fkey FOREIGN KEY (deletion_id) REFERENCES public.deletion_batches(id) ON DELETE RESTRICT;

ALTER TABLE public.post_media
    ADD CONSTRAINT post_media_media_id_fkey FOREIGN KEY (media_id) REFERENCES public.media(id) ON DELETE RESTRICT;

ALTER TABLE public.post_media
    ADD CONSTRAINT post_media_post_id_fkey FOREIGN KEY (post_id) REFERENCES public.posts(id) ON DELETE CASCADE;

ALTER TABLE public.post_tags
    ADD CONSTRAINT post_tags_post_id_fkey FOREIGN KEY (post_id) REFERENCES public.posts(id) ON DELETE CASCADE;

ALTER TABLE public.post_tags
    ADD CONSTRAINT post_tags_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES public.tags(id) ON DELETE CASCADE;

ALTER TABLE public.post_view_deltas
    ADD CONSTRAINT post_view_deltas_post_id_fkey FOREIGN KEY (post_id) REFERENCES public.posts(id) ON DELETE CASCADE;

ALTER TABLE public.posts
    ADD CONSTRAINT posts_author_id_fkey FOREIGN KEY (author_id) REFERENCES public.author_profiles(id) ON DELETE SET NULL;

ALTER TABLE public.posts
    ADD CONSTRAINT posts_category_id_fkey FOREIGN KEY (category_id) REFERENCES public.categories(id) ON DELETE SET NULL;

ALTER TABLE public.posts
    ADD CONSTRAINT posts_cover_media_id_fkey FOREIGN KEY (cover_media_id) REFERENCES public.media(id) ON DELETE RESTRICT;

ALTER TABLE public.posts
    ADD CONSTRAINT posts_deletion_id_fkey FOREIGN KEY (deletion_id) REFERENCES public.deletion_batches(id) ON DELETE RESTRICT;

ALTER TABLE public.posts
    ADD CONSTRAINT posts_series_id_fkey FOREIGN KEY (series_id) REFERENCES public.series(id) ON DELETE SET NULL;

ALTER TABLE public.reactions
    ADD CONSTRAINT reactions_entity_type_entity_id_fkey FOREIGN KEY (entity_type, entity_id) REFERENCES public.entities(entity_type, entity_id) ON DELETE RESTRICT;

ALTER TABLE public.reactions
    ADD CONSTRAINT reactions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE public.revisions
    ADD CONSTRAINT revisions_editor_id_fkey FOREIGN KEY (editor_id) REFERENCES public.users(id) ON DELETE SET NULL;

ALTER TABLE public.revisions
    ADD CONSTRAINT revisions_post_id_fkey FOREIGN KEY (post_id) REFERENCES public.posts(id) ON DELETE CASCADE;

ALTER TABLE public.saves
    ADD CONSTRAINT saves_artist_id_fkey FOREIGN KEY (artist_id) REFERENCES public.artists(id) ON DELETE CASCADE;

ALTER TABLE public.saves
    ADD CONSTRAINT saves_post_id_fkey FOREIGN KEY (post_id) REFERENCES public.posts(id) ON DELETE CASCADE;

ALTER TABLE public.saves
    ADD CONSTRAINT saves_salon_id_fkey FOREIGN KEY (salon_id) REFERENCES public.salons(id) ON DELETE CASCADE;

ALTER TABLE public.saves
    ADD CONSTRAINT saves_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;

ALTER TABLE public.series
    ADD CONSTRAINT series_deletion_id_fkey FOREIGN KEY (deletion_id) REFERENCES public.deletion_batches(id) ON DELETE RESTRICT;

ALTER TABLE public.tags
    ADD CONSTRAINT tags_deletion_id_fkey FOREIGN KEY (deletion_id) REFERENCES public.deletion_batches(id) ON DELETE RESTRICT;

-- Indexes
CREATE INDEX author_profiles_avatar_id_idx
    ON public.author_profiles USING btree (avatar_id)
    WHERE (avatar_id IS NOT NULL);

CREATE INDEX author_profiles_deletion_id_idx
    ON public.author_profiles USING btree (deletion_id)
    WHERE (deletion_id IS NOT NULL);

CREATE INDEX categories_deletion_id_idx
    ON public.categories USING btree (deletion_id)
    WHERE (deletion_id IS NOT NULL);

CREATE INDEX categories_parent_id_idx
    ON public.categories USING btree (parent_id)
    WHERE (parent_id IS NOT NULL);

CREATE INDEX categories_parent_id_position_id_live_idx
    ON public.categories USING btree (parent_id, "position", id)
    WHERE (deleted_at IS NULL);

CREATE UNIQUE INDEX categories_slug_key_live_key
    ON public.categories USING btree (slug_key)
    WHERE (deleted_at IS NULL);

CREATE INDEX comments_artist_id_created_at_id_live_idx
    ON public.comments USING btree (artist_id, created_at DESC, id DESC)
    WHERE ((deleted_at IS NULL) AND (status = 'approved'::public.comment_status));

CREATE INDEX comments_artist_id_idx
    ON public.comments USING btree (artist_id)
    WHERE (artist_id IS NOT NULL);

CREATE INDEX comments_deletion_id_idx
    ON public.comments USING btree (deletion_id)
    WHERE (deletion_id IS NOT NULL);

CREATE INDEX comments_parent_id_target_type_target_id_idx
    ON public.comments USING btree (parent_id, target_type, target_id);

CREATE INDEX comments_post_id_created_at_id_live_idx
    ON public.comments USING btree (post_id, created_at DESC, id DESC)
    WHERE ((deleted_at IS NULL) AND (status = 'approved'::public.comment_status));

CREATE INDEX comments_post_id_idx
    ON public.comments USING btree (post_id)
    WHERE (post_id IS NOT NULL);

CREATE INDEX comments_salon_id_created_at_id_live_idx
    ON public.comments USING btree (salon_id, created_at DESC, id DESC)
    WHERE ((deleted_at IS NULL) AND (status = 'approved'::public.comment_status));

CREATE INDEX comments_salon_id_idx
    ON public.comments USING btree (salon_id)
    WHERE (salon_id IS NOT NULL);

CREATE INDEX comments_status_created_at_id_live_idx
    ON public.comments USING btree (status, created_at, id)
    WHERE (deleted_at IS NULL);

CREATE INDEX comments_user_id_created_at_live_idx
    ON public.comments USING btree (user_id, created_at DESC)
    WHERE (deleted_at IS NULL);

CREATE INDEX comments_user_id_idx ON public.comments USING btree (user_id);

CREATE INDEX menu_items_menu_id_parent_id_position_id_idx
    ON public.menu_items USING btree (menu_id, parent_id, "position", id);

CREATE INDEX menu_items_parent_id_menu_id_idx ON public.menu_items USING btree (parent_id, menu_id);

CREATE INDEX pages_deletion_id_idx
    ON public.pages USING btree (deletion_id)
    WHERE (deletion_id IS NOT NULL);

CREATE INDEX pages_published_at_id_live_idx
    ON public.pages USING btree (published_at DESC, id DESC)
    WHERE ((deleted_at IS NULL) AND (status = 'published'::public.post_status));

CREATE UNIQUE INDEX pages_slug_key_live_key
    ON public.pages USING btree (slug_key)
    WHERE (deleted_at IS NULL);

CREATE INDEX post_media_media_id_idx ON public.post_media USING btree (media_id);

CREATE INDEX post_tags_tag_id_post_id_idx ON public.post_tags USING btree (tag_id, post_id);

CREATE INDEX post_view_deltas_post_id_idx ON public.post_view_deltas USING btree (post_id);

CREATE INDEX posts_author_id_idx
    ON public.posts USING btree (author_id)
    WHERE (author_id IS NOT NULL);

CREATE INDEX posts_author_id_published_at_id_live_idx
    ON public.posts USING btree (author_id, published_at DESC, id DESC)
    WHERE ((deleted_at IS NULL) AND (status = 'published'::public.post_status) AND (visibility = 'public'::public.post_visibility));

CREATE INDEX posts_author_id_updated_at_id_live_idx
    ON public.posts USING btree (author_id, updated_at DESC, id DESC)
    WHERE (deleted_at IS NULL);

CREATE INDEX posts_category_id_idx
    ON public.posts USING btree (category_id)
    WHERE (category_id IS NOT NULL);

CREATE INDEX posts_category_id_published_at_id_live_idx
    ON public.posts USING btree (category_id, published_at DESC, id DESC)
    WHERE ((deleted_at IS NULL) AND (status = 'published'::public.post_status) AND (visibility = 'public'::public.post_visibility));

CREATE INDEX posts_cover_media_id_idx
    ON public.posts USING btree (cover_media_id)
    WHERE (cover_media_id IS NOT NULL);

CREATE INDEX posts_deletion_id_idx
    ON public.posts USING btree (deletion_id)
    WHERE (deletion_id IS NOT NULL);

CREATE INDEX posts_hot_live_idx
    ON public.posts USING btree (published_at DESC, id DESC)
    WHERE ((deleted_at IS NULL) AND (status = 'published'::public.post_status) AND (visibility = 'public'::public.post_visibility) AND is_hot);

CREATE INDEX posts_published_at_id_live_idx
    ON public.posts USING btree (published_at DESC, id DESC)
    WHERE ((deleted_at IS NULL) AND (status = 'published'::public.post_status) AND (visibility = 'public'::public.post_visibility));

CREATE INDEX posts_scheduled_at_id_live_idx
    ON public.posts USING btree (scheduled_at, id)
    WHERE ((deleted_at IS NULL) AND (status = 'scheduled'::public.post_status));

CREATE INDEX posts_series_id_idx
    ON public.posts USING btree (series_id)
    WHERE (series_id IS NOT NULL);

CREATE INDEX posts_series_id_published_at_id_live_idx
    ON public.posts USING btree (series_id, published_at, id)
    WHERE ((deleted_at IS NULL) AND (status = 'published'::public.post_status) AND (visibility = 'public'::public.post_visibility));

CREATE INDEX posts_series_id_series_position_published_at_id_live_idx
    ON public.posts USING btree (series_id, series_position, published_at, id)
    WHERE ((deleted_at IS NULL) AND (status = 'published'::public.post_status) AND (visibility = 'public'::public.post_visibility));

CREATE UNIQUE INDEX posts_slug_key_live_key
    ON public.posts USING btree (slug_key)
    WHERE (deleted_at IS NULL);

CREATE INDEX posts_status_updated_at_id_live_idx
    ON public.posts USING btree (status, updated_at DESC, id DESC)
    WHERE (deleted_at IS NULL);

CREATE INDEX reactions_entity_type_entity_id_reaction_idx
    ON public.reactions USING btree (entity_type, entity_id, reaction);

CREATE INDEX revisions_editor_id_idx
    ON public.revisions USING btree (editor_id)
    WHERE (editor_id IS NOT NULL);

CREATE INDEX saves_artist_id_idx
    ON public.saves USING btree (artist_id)
    WHERE (artist_id IS NOT NULL);

CREATE INDEX saves_post_id_idx ON public.saves USING btree (post_id) WHERE (post_id IS NOT NULL);

CREATE INDEX saves_salon_id_idx ON public.saves USING btree (salon_id) WHERE (salon_id IS NOT NULL);

CREATE INDEX saves_user_id_created_at_id_idx
    ON public.saves USING btree (user_id, created_at DESC, id DESC);

CREATE INDEX series_deletion_id_idx
    ON public.series USING btree (deletion_id)
    WHERE (deletion_id IS NOT NULL);

CREATE UNIQUE INDEX series_slug_key_live_key
    ON public.series USING btree (slug_key)
    WHERE (deleted_at IS NULL);

CREATE INDEX series_title_id_live_idx
    ON public.series USING btree (title, id)
    WHERE (deleted_at IS NULL);

CREATE INDEX tags_deletion_id_idx
    ON public.tags USING btree (deletion_id)
    WHERE (deletion_id IS NOT NULL);

CREATE INDEX tags_name_id_live_idx ON public.tags USING btree (name, id) WHERE (deleted_at IS NULL);

CREATE UNIQUE INDEX tags_slug_key_live_key
    ON public.tags USING btree (slug_key)
    WHERE (deleted_at IS NULL);

-- Views
CREATE VIEW live.author_profiles AS
SELECT id,
    display_name,
    bio,
    avatar_id,
    created_at,
    updated_at,
    version,
    deleted_at,
    deletion_id
   FROM public.author_profiles
  WHERE (deleted_at IS NULL);

COMMENT ON VIEW live.author_profiles IS 'live rows of author_profiles; DELETE moves a row to the trash';

CREATE VIEW live.categories AS
SELECT id,
    slug,
    slug_key,
    name,
    parent_id,
    description,
    "position",
    post_count,
    created_at,
    updated_at,
    version,
    deleted_at,
    deletion_id
   FROM public.categories
  WHERE (deleted_at IS NULL);

COMMENT ON VIEW live.categories IS 'live rows of categories; DELETE moves a row to the trash';

CREATE VIEW live.comments AS
SELECT id,
    post_id,
    salon_id,
    artist_id,
    target_type,
    target_id,
    user_id,
    parent_id,
    content,
    status,
    likes_count,
    ip,
    user_agent,
    edited_at,
    created_at,
    updated_at,
    version,
    deleted_at,
    deletion_id
   FROM public.comments
  WHERE (deleted_at IS NULL);

COMMENT ON VIEW live.comments IS 'live rows of comments; DELETE moves a row to the trash';

CREATE VIEW live.pages AS
SELECT id,
    slug,
    slug_key,
    title,
    content,
    status,
    published_at,
    created_at,
    updated_at,
    version,
    deleted_at,
    deletion_id
   FROM public.pages
  WHERE (deleted_at IS NULL);

COMMENT ON VIEW live.pages IS 'live rows of pages; DELETE moves a row to the trash';

CREATE VIEW live.posts AS
SELECT id,
    slug,
    slug_key,
    title,
    excerpt,
    content,
    is_hot,
    reading_time_sec,
    status,
    visibility,
    published_at,
    scheduled_at,
    author_id,
    category_id,
    series_id,
    series_position,
    cover_media_id,
    views_count,
    comments_count,
    created_at,
    updated_at,
    version,
    deleted_at,
    deletion_id
   FROM public.posts
  WHERE (deleted_at IS NULL);

COMMENT ON VIEW live.posts IS 'live rows of posts; DELETE moves a row to the trash';

CREATE VIEW live.series AS
SELECT id,
    slug,
    slug_key,
    title,
    description,
    order_strategy,
    post_count,
    created_at,
    updated_at,
    version,
    deleted_at,
    deletion_id
   FROM public.series
  WHERE (deleted_at IS NULL);

COMMENT ON VIEW live.series IS 'live rows of series; DELETE moves a row to the trash';

CREATE VIEW live.tags AS
SELECT id,
    slug,
    slug_key,
    name,
    description,
    post_count,
    created_at,
    updated_at,
    version,
    deleted_at,
    deletion_id
   FROM public.tags
  WHERE (deleted_at IS NULL);

COMMENT ON VIEW live.tags IS 'live rows of tags; DELETE moves a row to the trash';

-- Triggers
CREATE TRIGGER soft_delete INSTEAD OF DELETE ON live.author_profiles
    FOR EACH ROW
    EXECUTE FUNCTION public.live_delete('AUTHOR');

CREATE TRIGGER soft_delete INSTEAD OF DELETE ON live.categories
    FOR EACH ROW
    EXECUTE FUNCTION public.live_delete('CATEGORY');

CREATE TRIGGER soft_delete INSTEAD OF DELETE ON live.comments
    FOR EACH ROW
    EXECUTE FUNCTION public.live_delete('COMMENT');

CREATE TRIGGER soft_delete INSTEAD OF DELETE ON live.pages
    FOR EACH ROW
    EXECUTE FUNCTION public.live_delete('BLOG_PAGE');

CREATE TRIGGER soft_delete INSTEAD OF DELETE ON live.posts
    FOR EACH ROW
    EXECUTE FUNCTION public.live_delete('BLOG_POST');

CREATE TRIGGER soft_delete INSTEAD OF DELETE ON live.series
    FOR EACH ROW
    EXECUTE FUNCTION public.live_delete('SERIES');

CREATE TRIGGER soft_delete INSTEAD OF DELETE ON live.tags
    FOR EACH ROW
    EXECUTE FUNCTION public.live_delete('TAG');

CREATE TRIGGER a00_deletion_guard_insert BEFORE INSERT ON public.author_profiles
    FOR EACH ROW WHEN ((new.deleted_at IS NOT NULL))
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_insert BEFORE INSERT ON public.categories
    FOR EACH ROW WHEN ((new.deleted_at IS NOT NULL))
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_insert BEFORE INSERT ON public.comments
    FOR EACH ROW WHEN ((new.deleted_at IS NOT NULL))
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_insert BEFORE INSERT ON public.pages
    FOR EACH ROW WHEN ((new.deleted_at IS NOT NULL))
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_insert BEFORE INSERT ON public.posts
    FOR EACH ROW WHEN ((new.deleted_at IS NOT NULL))
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_insert BEFORE INSERT ON public.series
    FOR EACH ROW WHEN ((new.deleted_at IS NOT NULL))
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_insert BEFORE INSERT ON public.tags
    FOR EACH ROW WHEN ((new.deleted_at IS NOT NULL))
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_update BEFORE UPDATE OF deleted_at, deletion_id ON public.author_profiles
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_update BEFORE UPDATE OF deleted_at, deletion_id ON public.categories
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_update BEFORE UPDATE OF deleted_at, deletion_id ON public.comments
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_update BEFORE UPDATE OF deleted_at, deletion_id ON public.pages
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_update BEFORE UPDATE OF deleted_at, deletion_id ON public.posts
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_update BEFORE UPDATE OF deleted_at, deletion_id ON public.series
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a00_deletion_guard_update BEFORE UPDATE OF deleted_at, deletion_id ON public.tags
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_deletion_state();

CREATE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.author_profiles
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('AUTHOR');

CREATE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.categories
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('CATEGORY');

CREATE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.comments
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('COMMENT');

CREATE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.pages
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('BLOG_PAGE');

CREATE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.posts
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('BLOG_POST');

CREATE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.series
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('SERIES');

CREATE TRIGGER a10_entity AFTER INSERT OR DELETE OR UPDATE ON public.tags
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_entity('TAG');

CREATE TRIGGER a20_path AFTER INSERT OR UPDATE OF slug ON public.categories
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_path('CATEGORY', '/blog/category');

CREATE TRIGGER a20_path AFTER INSERT OR UPDATE OF slug ON public.pages
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_path('BLOG_PAGE', '/blog/page');

CREATE TRIGGER a20_path AFTER INSERT OR UPDATE OF slug ON public.posts
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_path('BLOG_POST', '/blog/post');

CREATE TRIGGER a20_path AFTER INSERT OR UPDATE OF slug ON public.series
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_path('SERIES', '/blog/series');

CREATE TRIGGER a20_path AFTER INSERT OR UPDATE OF slug ON public.tags
    FOR EACH ROW
    EXECUTE FUNCTION public.sync_path('TAG', '/blog/tag');

CREATE TRIGGER announce_delete AFTER DELETE ON public.author_profiles REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:AUTHOR:id', 'sitemap:AUTHOR:id');

CREATE TRIGGER announce_delete AFTER DELETE ON public.categories REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:CATEGORY:id', 'sitemap:CATEGORY:id');

CREATE TRIGGER announce_delete AFTER DELETE ON public.pages REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:BLOG_PAGE:id', 'sitemap:BLOG_PAGE:id');

CREATE TRIGGER announce_delete AFTER DELETE ON public.post_tags REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:BLOG_POST:post_id', 'sitemap:BLOG_POST:post_id', 'sitemap:TAG:tag_id');

CREATE TRIGGER announce_delete AFTER DELETE ON public.posts REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:BLOG_POST:id', 'sitemap:BLOG_POST:id', 'feed:BLOG_POST:id', 'sitemap:CATEGORY:category_id', 'sitemap:SERIES:series_id');

CREATE TRIGGER announce_delete AFTER DELETE ON public.series REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:SERIES:id', 'sitemap:SERIES:id');

CREATE TRIGGER announce_delete AFTER DELETE ON public.tags REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:TAG:id', 'sitemap:TAG:id');

CREATE TRIGGER announce_insert AFTER INSERT ON public.author_profiles REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:AUTHOR:id', 'sitemap:AUTHOR:id');

CREATE TRIGGER announce_insert AFTER INSERT ON public.categories REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:CATEGORY:id', 'sitemap:CATEGORY:id');

CREATE TRIGGER announce_insert AFTER INSERT ON public.pages REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:BLOG_PAGE:id', 'sitemap:BLOG_PAGE:id');

CREATE TRIGGER announce_insert AFTER INSERT ON public.post_tags REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:BLOG_POST:post_id', 'sitemap:BLOG_POST:post_id', 'sitemap:TAG:tag_id');

CREATE TRIGGER announce_insert AFTER INSERT ON public.posts REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:BLOG_POST:id', 'sitemap:BLOG_POST:id', 'feed:BLOG_POST:id', 'sitemap:CATEGORY:category_id', 'sitemap:SERIES:series_id');

CREATE TRIGGER announce_insert AFTER INSERT ON public.series REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:SERIES:id', 'sitemap:SERIES:id');

CREATE TRIGGER announce_insert AFTER INSERT ON public.tags REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:TAG:id', 'sitemap:TAG:id');

CREATE TRIGGER announce_update AFTER UPDATE ON public.author_profiles REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:AUTHOR:id', 'sitemap:AUTHOR:id');

CREATE TRIGGER announce_update AFTER UPDATE ON public.categories REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:CATEGORY:id', 'sitemap:CATEGORY:id');

CREATE TRIGGER announce_update AFTER UPDATE ON public.pages REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:BLOG_PAGE:id', 'sitemap:BLOG_PAGE:id');

CREATE TRIGGER announce_update AFTER UPDATE ON public.post_tags REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:BLOG_POST:post_id', 'sitemap:BLOG_POST:post_id', 'sitemap:TAG:tag_id');

CREATE TRIGGER announce_update AFTER UPDATE ON public.posts REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:BLOG_POST:id', 'sitemap:BLOG_POST:id', 'feed:BLOG_POST:id', 'sitemap:CATEGORY:category_id', 'sitemap:SERIES:series_id');

CREATE TRIGGER announce_update AFTER UPDATE ON public.series REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:SERIES:id', 'sitemap:SERIES:id');

CREATE TRIGGER announce_update AFTER UPDATE ON public.tags REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.announce('search:TAG:id', 'sitemap:TAG:id');

CREATE CONSTRAINT TRIGGER author_profiles_avatar_id_live AFTER INSERT OR UPDATE OF avatar_id, deleted_at ON public.author_profiles DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.avatar_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('avatar_id', 'media');

CREATE CONSTRAINT TRIGGER author_profiles_id_live AFTER INSERT OR UPDATE OF id, deleted_at ON public.author_profiles DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('id', 'users');

CREATE CONSTRAINT TRIGGER categories_parent_id_live AFTER INSERT OR UPDATE OF parent_id, deleted_at ON public.categories DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.parent_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('parent_id', 'categories');

CREATE CONSTRAINT TRIGGER comments_artist_id_live AFTER INSERT OR UPDATE OF artist_id, deleted_at ON public.comments DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.artist_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('artist_id', 'artists');

CREATE CONSTRAINT TRIGGER comments_parent_id_live AFTER INSERT OR UPDATE OF parent_id, deleted_at ON public.comments DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.parent_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('parent_id', 'comments');

CREATE CONSTRAINT TRIGGER comments_post_id_live AFTER INSERT OR UPDATE OF post_id, deleted_at ON public.comments DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.post_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('post_id', 'posts');

CREATE CONSTRAINT TRIGGER comments_salon_id_live AFTER INSERT OR UPDATE OF salon_id, deleted_at ON public.comments DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.salon_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('salon_id', 'salons');

CREATE TRIGGER comments_target_fixed BEFORE UPDATE OF post_id, salon_id, artist_id, parent_id ON public.comments
    FOR EACH ROW WHEN (((((new.post_id IS DISTINCT FROM old.post_id) OR (new.salon_id IS DISTINCT FROM old.salon_id)) OR (new.artist_id IS DISTINCT FROM old.artist_id)) OR (new.parent_id IS DISTINCT FROM old.parent_id)))
    EXECUTE FUNCTION public.refuse_change('target and parent');

CREATE CONSTRAINT TRIGGER comments_user_id_live AFTER INSERT OR UPDATE OF user_id, deleted_at ON public.comments DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.user_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('user_id', 'users');

CREATE TRIGGER count_comment_delete AFTER DELETE ON public.comments REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.count_comment();

CREATE TRIGGER count_comment_insert AFTER INSERT ON public.comments REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.count_comment();

CREATE TRIGGER count_comment_update AFTER UPDATE ON public.comments REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.count_comment();

CREATE TRIGGER count_post_delete AFTER DELETE ON public.post_tags REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.count_post();

CREATE TRIGGER count_post_delete AFTER DELETE ON public.posts REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.count_post();

CREATE TRIGGER count_post_insert AFTER INSERT ON public.post_tags REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.count_post();

CREATE TRIGGER count_post_insert AFTER INSERT ON public.posts REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.count_post();

CREATE TRIGGER count_post_update AFTER UPDATE ON public.post_tags REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.count_post();

CREATE TRIGGER count_post_update AFTER UPDATE ON public.posts REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.count_post();

CREATE TRIGGER count_reaction_delete AFTER DELETE ON public.reactions REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.count_reaction();

CREATE TRIGGER count_reaction_insert AFTER INSERT ON public.reactions REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.count_reaction();

CREATE TRIGGER count_reaction_update AFTER UPDATE ON public.reactions REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.count_reaction();

CREATE TRIGGER count_save_delete AFTER DELETE ON public.saves REFERENCING OLD TABLE AS o
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.count_save();

CREATE TRIGGER count_save_insert AFTER INSERT ON public.saves REFERENCING NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.count_save();

CREATE TRIGGER count_save_update AFTER UPDATE ON public.saves REFERENCING OLD TABLE AS o NEW TABLE AS n
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.count_save();

CREATE TRIGGER keep_revision AFTER UPDATE OF title, excerpt, content ON public.posts
    FOR EACH ROW WHEN ((((new.title IS DISTINCT FROM old.title) OR (new.excerpt IS DISTINCT FROM old.excerpt)) OR (new.content IS DISTINCT FROM old.content)))
    EXECUTE FUNCTION public.keep_revision();

CREATE TRIGGER media_in_use BEFORE UPDATE OF deleted_at ON public.media
    FOR EACH ROW WHEN (((old.deleted_at IS NULL) AND (new.deleted_at IS NOT NULL)))
    EXECUTE FUNCTION public.media_in_use();

CREATE TRIGGER no_cycle BEFORE INSERT OR UPDATE OF parent_id ON public.categories
    FOR EACH ROW WHEN ((new.parent_id IS NOT NULL))
    EXECUTE FUNCTION public.no_cycle('parent_id', '5');

CREATE TRIGGER no_cycle BEFORE INSERT OR UPDATE OF parent_id ON public.menu_items
    FOR EACH ROW WHEN ((new.parent_id IS NOT NULL))
    EXECUTE FUNCTION public.no_cycle('parent_id', '3');

CREATE CONSTRAINT TRIGGER post_media_media_id_live AFTER INSERT OR UPDATE OF media_id ON public.post_media DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.media_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('media_id', 'media');

CREATE CONSTRAINT TRIGGER post_media_post_id_live AFTER INSERT OR UPDATE OF post_id ON public.post_media DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.post_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('post_id', 'posts');

CREATE CONSTRAINT TRIGGER post_tags_post_id_live AFTER INSERT OR UPDATE OF post_id ON public.post_tags DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.post_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('post_id', 'posts');

CREATE CONSTRAINT TRIGGER post_tags_tag_id_live AFTER INSERT OR UPDATE OF tag_id ON public.post_tags DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.tag_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('tag_id', 'tags');

CREATE CONSTRAINT TRIGGER post_view_deltas_post_id_live AFTER INSERT OR UPDATE OF post_id ON public.post_view_deltas DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.post_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('post_id', 'posts');

CREATE CONSTRAINT TRIGGER posts_author_id_live AFTER INSERT OR UPDATE OF author_id ON public.posts DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.author_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('author_id', 'author_profiles');

CREATE CONSTRAINT TRIGGER posts_category_id_live AFTER INSERT OR UPDATE OF category_id ON public.posts DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.category_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('category_id', 'categories');

CREATE CONSTRAINT TRIGGER posts_cover_media_id_live AFTER INSERT OR UPDATE OF cover_media_id, deleted_at ON public.posts DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.cover_media_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('cover_media_id', 'media');

CREATE TRIGGER posts_lifecycle BEFORE INSERT OR UPDATE OF status, published_at ON public.pages
    FOR EACH ROW
    EXECUTE FUNCTION public.posts_lifecycle();

CREATE TRIGGER posts_lifecycle BEFORE INSERT OR UPDATE OF status, published_at, scheduled_at ON public.posts
    FOR EACH ROW
    EXECUTE FUNCTION public.posts_lifecycle();

CREATE CONSTRAINT TRIGGER posts_series_id_live AFTER INSERT OR UPDATE OF series_id ON public.posts DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN (((new.series_id IS NOT NULL) AND (new.deleted_at IS NULL)))
    EXECUTE FUNCTION public.require_live_parent('series_id', 'series');

CREATE CONSTRAINT TRIGGER public_media_slot AFTER INSERT OR UPDATE OF avatar_id ON public.author_profiles NOT DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.avatar_id IS NOT NULL))
    EXECUTE FUNCTION public.public_media_slot('avatar_id');

CREATE CONSTRAINT TRIGGER public_media_slot AFTER INSERT OR UPDATE OF cover_media_id ON public.posts NOT DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.cover_media_id IS NOT NULL))
    EXECUTE FUNCTION public.public_media_slot('cover_media_id');

CREATE CONSTRAINT TRIGGER reactions_user_id_live AFTER INSERT OR UPDATE OF user_id ON public.reactions DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.user_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('user_id', 'users');

CREATE TRIGGER revisions_append_only BEFORE UPDATE ON public.revisions
    FOR EACH ROW
    EXECUTE FUNCTION public.refuse_change('append-only');

CREATE CONSTRAINT TRIGGER saves_artist_id_live AFTER INSERT OR UPDATE OF artist_id ON public.saves DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.artist_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('artist_id', 'artists');

CREATE CONSTRAINT TRIGGER saves_post_id_live AFTER INSERT OR UPDATE OF post_id ON public.saves DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.post_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('post_id', 'posts');

CREATE CONSTRAINT TRIGGER saves_salon_id_live AFTER INSERT OR UPDATE OF salon_id ON public.saves DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.salon_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('salon_id', 'salons');

CREATE CONSTRAINT TRIGGER saves_user_id_live AFTER INSERT OR UPDATE OF user_id ON public.saves DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW WHEN ((new.user_id IS NOT NULL))
    EXECUTE FUNCTION public.require_live_parent('user_id', 'users');

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.author_profiles
    FOR EACH ROW WHEN ((NOT (new.deletion_id IS DISTINCT FROM old.deletion_id)))
    EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.categories
    FOR EACH ROW WHEN ((NOT (new.deletion_id IS DISTINCT FROM old.deletion_id)))
    EXECUTE FUNCTION public.set_updated_at('slug_key');

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.comments
    FOR EACH ROW WHEN ((NOT (new.deletion_id IS DISTINCT FROM old.deletion_id)))
    EXECUTE FUNCTION public.set_updated_at('target_type', 'target_id');

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.menu_items
    FOR EACH ROW
    EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.menus
    FOR EACH ROW
    EXECUTE FUNCTION public.set_updated_at();

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.pages
    FOR EACH ROW WHEN ((NOT (new.deletion_id IS DISTINCT FROM old.deletion_id)))
    EXECUTE FUNCTION public.set_updated_at('slug_key');

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.posts
    FOR EACH ROW WHEN ((NOT (new.deletion_id IS DISTINCT FROM old.deletion_id)))
    EXECUTE FUNCTION public.set_updated_at('slug_key');

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.series
    FOR EACH ROW WHEN ((NOT (new.deletion_id IS DISTINCT FROM old.deletion_id)))
    EXECUTE FUNCTION public.set_updated_at('slug_key');

CREATE TRIGGER z90_updated_at BEFORE UPDATE ON public.tags
    FOR EACH ROW WHEN ((NOT (new.deletion_id IS DISTINCT FROM old.deletion_id)))
    EXECUTE FUNCTION public.set_updated_at('slug_key');

-- Privileges
REVOKE EXECUTE ON ROUTINE public.count_comment() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.count_post() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.count_reaction() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.count_save() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.keep_revision() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.media_in_use() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.no_cycle() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.posts_lifecycle() FROM PUBLIC;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.author_profiles TO sevra_maintenance;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.categories TO sevra_maintenance;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.comments TO sevra_maintenance;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.menu_items TO sevra_app, sevra_maintenance;

GRANT SELECT ON TABLE public.menu_items TO sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.menus TO sevra_app, sevra_maintenance;

GRANT SELECT ON TABLE public.menus TO sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.pages TO sevra_maintenance;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.post_media TO sevra_app, sevra_maintenance;

GRANT SELECT ON TABLE public.post_media TO sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.post_tags TO sevra_app, sevra_maintenance;

GRANT SELECT ON TABLE public.post_tags TO sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.post_view_deltas TO sevra_app, sevra_maintenance;

GRANT SELECT ON TABLE public.post_view_deltas TO sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.posts TO sevra_maintenance;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.reactions TO sevra_app, sevra_maintenance;

GRANT SELECT ON TABLE public.reactions TO sevra_readonly;

GRANT SELECT ON TABLE public.revisions TO sevra_app, sevra_readonly;

GRANT DELETE, INSERT, SELECT ON TABLE public.revisions TO sevra_maintenance;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.saves TO sevra_app, sevra_maintenance;

GRANT SELECT ON TABLE public.saves TO sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.series TO sevra_maintenance;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.tags TO sevra_maintenance;

GRANT DELETE, SELECT, INSERT (avatar_id, bio, display_name, id), UPDATE (avatar_id, bio, display_name) ON TABLE live.author_profiles TO sevra_app;

GRANT SELECT ON TABLE live.author_profiles TO sevra_readonly;

GRANT DELETE, SELECT, INSERT (description, name, parent_id, "position", slug), UPDATE (description, name, parent_id, "position", slug) ON TABLE live.categories TO sevra_app;

GRANT SELECT ON TABLE live.categories TO sevra_readonly;

GRANT DELETE, SELECT, INSERT (
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
), UPDATE (
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
) ON TABLE live.comments TO sevra_app;

GRANT SELECT ON TABLE live.comments TO sevra_readonly;

GRANT DELETE, SELECT, INSERT (content, published_at, slug, status, title), UPDATE (content, published_at, slug, status, title) ON TABLE live.pages TO sevra_app;

GRANT SELECT ON TABLE live.pages TO sevra_readonly;

GRANT DELETE, SELECT, INSERT (
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
    visibility
), UPDATE (
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
    visibility
) ON TABLE live.posts TO sevra_app;

GRANT SELECT ON TABLE live.posts TO sevra_readonly;

GRANT DELETE, SELECT, INSERT (description, order_strategy, slug, title), UPDATE (description, order_strategy, slug, title) ON TABLE live.series TO sevra_app;

GRANT SELECT ON TABLE live.series TO sevra_readonly;

GRANT DELETE, SELECT, INSERT (description, name, slug), UPDATE (description, name, slug) ON TABLE live.tags TO sevra_app;

GRANT SELECT ON TABLE live.tags TO sevra_readonly;

-- Reference rows
INSERT INTO public.entity_types (entity_type, table_name, content_type_id, url_prefix, default_priority, default_changefreq) VALUES
    ('AUTHOR', 'author_profiles', '15', NULL, NULL, NULL),
    ('BLOG_PAGE', 'pages', '5', '/blog/page', '0.5', 'WEEKLY'),
    ('BLOG_POST', 'posts', '4', '/blog/post', '0.6', 'WEEKLY'),
    ('CATEGORY', 'categories', '8', '/blog/category', '0.4', 'WEEKLY'),
    ('COMMENT', 'comments', '16', NULL, NULL, NULL),
    ('SERIES', 'series', '10', '/blog/series', '0.3', 'WEEKLY'),
    ('TAG', 'tags', '9', '/blog/tag', '0.3', 'WEEKLY');

INSERT INTO public.soft_delete_edges (parent_table, child_table, child_column, action) VALUES
    ('artists', 'comments', 'artist_id', 'cascade'),
    ('categories', 'categories', 'parent_id', 'restrict'),
    ('comments', 'comments', 'parent_id', 'cascade'),
    ('media', 'author_profiles', 'avatar_id', 'restrict'),
    ('media', 'posts', 'cover_media_id', 'restrict'),
    ('posts', 'comments', 'post_id', 'cascade'),
    ('salons', 'comments', 'salon_id', 'cascade'),
    ('users', 'author_profiles', 'id', 'cascade'),
    ('users', 'comments', 'user_id', 'cascade');
