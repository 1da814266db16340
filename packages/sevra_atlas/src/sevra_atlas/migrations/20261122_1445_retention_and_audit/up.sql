-- Schemas
CREATE SCHEMA archive;

-- Functions
SET LOCAL check_function_bodies = off;

CREATE FUNCTION public.audit_row()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  left_out text[] := string_to_array(TG_ARGV[2], ',');
  before jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}' ELSE to_jsonb(OLD) - left_out END;
  after jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}' ELSE to_jsonb(NEW) - left_out END;
  told jsonb;
BEGIN
  IF before = after THEN RETURN NULL; END IF;
  SELECT jsonb_object_agg(c.key, CASE WHEN c.key = ANY (string_to_array(TG_ARGV[1], ',')) THEN 'null'::jsonb
                                      ELSE jsonb_build_object('old', before -> c.key, 'new', after -> c.key) END)
    INTO told
    FROM jsonb_object_keys(before || after) AS c (key)
   WHERE coalesce(before -> c.key, 'null') <> coalesce(after -> c.key, 'null');
  INSERT INTO public.audit_log (actor_id, request_id, table_name, row_key, action, changes)
  SELECT nullif(current_setting('sevra.actor_id', true), '')::bigint,
         nullif(current_setting('sevra.request_id', true), ''), TG_TABLE_NAME,
         string_agg((before || after) ->> k.key, ':' ORDER BY k.place), lower(TG_OP), told
    FROM unnest(string_to_array(TG_ARGV[0], ',')) WITH ORDINALITY AS k (key, place);
  RETURN NULL;
END
$function$;

CREATE FUNCTION public.drop_archive_partition(p_month date)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET "TimeZone" TO 'UTC'
AS $function$
DECLARE
  part text := 'archive.rows_' || to_char(p_month, 'YYYYMM');
  there bigint;
  exported bigint;
BEGIN
  IF to_regclass(part) IS NULL THEN
    RAISE no_data_found USING MESSAGE = format('there is no partition %s', part);
  END IF;
  EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', part);
  EXECUTE format('SELECT count(*) FROM %s', part) INTO there;
  SELECT CASE WHEN bool_and(s.verified_at IS NOT NULL) THEN sum(s.row_count) END INTO exported
    FROM archive.segments s WHERE s.month = date_trunc('month', p_month)::date;
  IF exported IS DISTINCT FROM there OR date_trunc('month', p_month) + interval '1 month' > now() THEN
    RAISE object_not_in_prerequisite_state USING
      CONSTRAINT = 'drop_archive_partition', TABLE = 'rows', SCHEMA = 'archive',
      MESSAGE = format('%s of %s rows of %s lie in verified segments of a month that has ended',
                       coalesce(exported, 0), there, part);
  END IF;
  EXECUTE format('DROP TABLE %s', part);
  UPDATE archive.segments SET dropped_at = now() WHERE month = date_trunc('month', p_month)::date;
  RETURN there;
END
$function$;

CREATE FUNCTION public.guard_legal_hold()
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

CREATE FUNCTION public.move_to_archive(p_table name, p_batch bigint, OUT gone bigint, OUT kept bigint)
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

CREATE FUNCTION public.roll_partitions(p_table text)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET "TimeZone" TO 'UTC'
AS $function$
DECLARE
  parent regclass := to_regclass(p_table);
  period text := CASE p_table WHEN 'public.otp_attempts' THEN 'day' ELSE 'month' END;
  moment name := CASE p_table WHEN 'public.otp_attempts' THEN 'created_at' WHEN 'public.audit_log' THEN 'at'
                              WHEN 'archive.rows' THEN 'archived_at' END;
  keep interval := CASE p_table WHEN 'public.otp_attempts' THEN interval '30 days'
                                WHEN 'public.audit_log' THEN interval '400 days' END;
  fallback text := p_table || '_default';
  spelling text := CASE period WHEN 'day' THEN 'YYYYMMDD' ELSE 'YYYYMM' END;
  opens timestamptz;
  closes timestamptz;
  part text;
  done integer := 0;
BEGIN
  IF moment IS NULL THEN
    RAISE invalid_parameter_value USING MESSAGE = format('%L has no partitions to roll', p_table);
  END IF;
  PERFORM pg_advisory_xact_lock(parent::oid::integer, 2);
  EXECUTE format('CREATE TABLE IF NOT EXISTS %s PARTITION OF %s DEFAULT', fallback, p_table);
  FOR ahead IN 0..7 LOOP
    opens := date_trunc(period, now()) + ahead * ('1 ' || period)::interval;
    closes := opens + ('1 ' || period)::interval;
    part := p_table || '_' || to_char(opens, spelling);
    CONTINUE WHEN to_regclass(part) IS NOT NULL;
    EXECUTE format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', p_table);
    EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part, p_table);
    EXECUTE format('WITH moved AS (DELETE FROM %1$s WHERE %2$I >= %3$L AND %2$I < %4$L RETURNING *)
                    INSERT INTO %5$s SELECT * FROM moved', fallback, moment, opens, closes, part);
    EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)', p_table, part, opens, closes);
    done := done + 1;
  END LOOP;
  FOR part IN
    SELECT i.inhrelid::regclass::text FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = parent AND c.relname ~ '_[0-9]+$'
       AND to_timestamp(substring(c.relname FROM '_([0-9]+)$'), spelling) + ('1 ' || period)::interval <= now() - keep
  LOOP
    EXECUTE format('DROP TABLE %s', part);
    done := done + 1;
  END LOOP;
  RETURN done;
END
$function$;

CREATE FUNCTION public.rows_of_batch(p_table name)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  marked text;
BEGIN
  IF EXISTS (SELECT FROM public.entity_types WHERE table_name = p_table) THEN RETURN 't.deletion_id = $1'; END IF;
  SELECT string_agg(
           CASE WHEN c.confrelid = 'public.entities'::regclass THEN
             format('(%s) IN (%s)', (SELECT string_agg(format('t.%I', a.attname), ', ' ORDER BY k.place)
                                       FROM unnest(c.conkey) WITH ORDINALITY k (number, place)
                                       JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number),
                    (SELECT string_agg(format('SELECT %L::public.entity_type, id FROM public.%I WHERE deletion_id = $1',
                                              e.entity_type, e.table_name), ' UNION ALL ')
                       FROM public.entity_types e))
           ELSE format('t.%I IN (SELECT t.id FROM %s t WHERE %s)',
                       (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = c.conrelid AND a.attnum = c.conkey[1]),
                       c.confrelid::regclass, public.rows_of_batch(p.relname)) END, ' OR ')
    INTO marked
    FROM pg_constraint c JOIN pg_class p ON p.oid = c.confrelid
   WHERE c.conrelid = format('public.%I', p_table)::regclass AND c.contype = 'f' AND c.conrelid <> c.confrelid
     AND (c.confdeltype = 'c' AND public.rows_of_batch(p.relname) IS NOT NULL
          OR c.confrelid = 'public.entities'::regclass
             AND p_table IN ('media_links', 'reactions', 'reports', 'seo_meta'));
  RETURN marked;
END
$function$;

-- Tables
CREATE TABLE archive.rows (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    batch_id bigint NOT NULL,
    table_name name NOT NULL,
    row_id bigint,
    "row" jsonb NOT NULL,
    row_sha256 bytea NOT NULL,
    migration text NOT NULL,
    archived_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT rows_pkey PRIMARY KEY (id, archived_at),
    CONSTRAINT rows_row_sha256_check CHECK ((octet_length(row_sha256) = 32))
)
PARTITION BY RANGE (archived_at);

COMMENT ON TABLE archive.rows IS 'rows that left the hot tables, in partitions by month';

COMMENT ON COLUMN archive.rows.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN archive.rows.batch_id IS 'deletion that took it';

COMMENT ON COLUMN archive.rows.table_name IS 'table it was in';

COMMENT ON COLUMN archive.rows.row_id IS 'its id; NULL where the key is composite';

COMMENT ON COLUMN archive.rows."row" IS 'its columns, without contact data and generated ones';

COMMENT ON COLUMN archive.rows.row_sha256 IS 'hash of the columns as text';

COMMENT ON COLUMN archive.rows.migration IS 'last migration at that time';

COMMENT ON COLUMN archive.rows.archived_at IS 'when it left';

CREATE TABLE archive.segments (
    month date NOT NULL,
    part smallint DEFAULT 1 NOT NULL,
    storage_key text NOT NULL,
    sha256 bytea NOT NULL,
    row_count bigint NOT NULL,
    byte_size bigint NOT NULL,
    format_version smallint NOT NULL,
    exported_at timestamp with time zone DEFAULT now() NOT NULL,
    verified_at timestamp with time zone,
    rewritten_at timestamp with time zone,
    dropped_at timestamp with time zone,
    CONSTRAINT segments_pkey PRIMARY KEY (month, part),
    CONSTRAINT segments_storage_key_key UNIQUE (storage_key),
    CONSTRAINT segments_byte_size_check CHECK ((byte_size >= 0)),
    CONSTRAINT segments_check CHECK (((dropped_at IS NULL) OR (verified_at IS NOT NULL))),
    CONSTRAINT segments_month_check CHECK ((month = (date_trunc('month'::text, (month)::timestamp without time zone))::date)),
    CONSTRAINT segments_row_count_check CHECK ((row_count >= 0)),
    CONSTRAINT segments_sha256_check CHECK ((octet_length(sha256) = 32))
);

COMMENT ON TABLE archive.segments IS 'files to which months of the archive were written';

COMMENT ON COLUMN archive.segments.month IS 'first day of the month';

COMMENT ON COLUMN archive.segments.part IS 'number of the file in its month';

COMMENT ON COLUMN archive.segments.storage_key IS 'where the file lies';

COMMENT ON COLUMN archive.segments.sha256 IS 'hash of the file';

COMMENT ON COLUMN archive.segments.row_count IS 'rows in it';

COMMENT ON COLUMN archive.segments.byte_size IS 'bytes of it';

COMMENT ON COLUMN archive.segments.format_version IS 'how it is written';

COMMENT ON COLUMN archive.segments.exported_at IS 'when it was written';

COMMENT ON COLUMN archive.segments.verified_at IS 'when it was read back and was right';

COMMENT ON COLUMN archive.segments.rewritten_at IS 'when rows were last taken out of it';

COMMENT ON COLUMN archive.segments.dropped_at IS 'when the month''s partition was dropped';

CREATE TABLE public.audit_log (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    actor_id bigint,
    request_id text,
    table_name name NOT NULL,
    row_key text NOT NULL,
    action text NOT NULL,
    changes jsonb NOT NULL,
    CONSTRAINT audit_log_pkey PRIMARY KEY (id, at),
    CONSTRAINT audit_log_action_check CHECK ((action = ANY (ARRAY['insert'::text, 'update'::text, 'delete'::text])))
)
PARTITION BY RANGE (at);

COMMENT ON TABLE public.audit_log IS 'who changed what, in partitions by month';

COMMENT ON COLUMN public.audit_log.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.audit_log.at IS 'when';

COMMENT ON COLUMN public.audit_log.actor_id IS 'who; no reference, the row may go';

COMMENT ON COLUMN public.audit_log.request_id IS 'request in which it happened';

COMMENT ON COLUMN public.audit_log.table_name IS 'table of the row';

COMMENT ON COLUMN public.audit_log.row_key IS 'key of the row; parts of a composite one apart by a colon';

COMMENT ON COLUMN public.audit_log.action IS 'insert, update or delete';

COMMENT ON COLUMN public.audit_log.changes IS 'column to old and new value; null where the value is not kept';

CREATE TABLE public.otp_attempts (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    phone_e164 text NOT NULL,
    ip inet,
    user_agent text,
    purpose public.otp_purpose NOT NULL,
    success boolean DEFAULT false NOT NULL,
    user_id bigint,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT otp_attempts_pkey PRIMARY KEY (id, created_at),
    CONSTRAINT otp_attempts_user_agent_check CHECK ((char_length(user_agent) <= 255))
)
PARTITION BY RANGE (created_at);

COMMENT ON TABLE public.otp_attempts IS 'attempts to sign in with a code, in partitions by day';

COMMENT ON COLUMN public.otp_attempts.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.otp_attempts.phone_e164 IS 'number the code went to';

COMMENT ON COLUMN public.otp_attempts.ip IS 'address of the visitor';

COMMENT ON COLUMN public.otp_attempts.user_agent IS 'browser of the visitor';

COMMENT ON COLUMN public.otp_attempts.purpose IS 'what the code was for';

COMMENT ON COLUMN public.otp_attempts.success IS 'the code was right';

COMMENT ON COLUMN public.otp_attempts.user_id IS 'whose number it is';

COMMENT ON COLUMN public.otp_attempts.created_at IS 'when';

-- Constraints
ALTER TABLE archive.rows
    ADD CONSTRAINT rows_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES public.deletion_batches(id) ON DELETE RESTRICT;

ALTER TABLE public.otp_attempts
    ADD CONSTRAINT otp_attempts_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE SET NULL;

-- Indexes
CREATE INDEX rows_batch_id_idx ON ONLY archive.rows USING btree (batch_id);

CREATE INDEX rows_table_name_row_id_idx ON ONLY archive.rows USING btree (table_name, row_id);

CREATE INDEX audit_log_actor_id_at_idx ON ONLY public.audit_log USING btree (actor_id, at DESC);

CREATE INDEX audit_log_table_name_row_key_at_idx
    ON ONLY public.audit_log USING btree (table_name, row_key, at DESC);

CREATE INDEX otp_attempts_ip_created_at_idx
    ON ONLY public.otp_attempts USING btree (ip, created_at DESC);

CREATE INDEX otp_attempts_phone_e164_created_at_idx
    ON ONLY public.otp_attempts USING btree (phone_e164, created_at DESC);

CREATE INDEX otp_attempts_user_id_created_at_idx
    ON ONLY public.otp_attempts USING btree (user_id, created_at DESC);

-- Triggers
CREATE TRIGGER rows_append_only BEFORE UPDATE ON archive.rows
    FOR EACH ROW
    EXECUTE FUNCTION public.refuse_change('append-only');

CREATE TRIGGER audit_log_append_only BEFORE DELETE OR UPDATE ON public.audit_log
    FOR EACH ROW
    EXECUTE FUNCTION public.refuse_change('append-only');

CREATE TRIGGER guard_legal_hold BEFORE UPDATE OF archived_at, purged_at ON public.deletion_batches
    FOR EACH ROW WHEN ((((old.archived_at IS NULL) AND (new.archived_at IS NOT NULL)) OR ((old.purged_at IS NULL) AND (new.purged_at IS NOT NULL))))
    EXECUTE FUNCTION public.guard_legal_hold();

CREATE TRIGGER guard_legal_hold BEFORE INSERT ON public.erasures
    FOR EACH ROW
    EXECUTE FUNCTION public.guard_legal_hold();

CREATE TRIGGER otp_attempts_append_only BEFORE UPDATE ON public.otp_attempts
    FOR EACH ROW
    EXECUTE FUNCTION public.refuse_change('append-only');

CREATE TRIGGER z95_audit AFTER INSERT OR DELETE OR UPDATE ON public.artist_owners
    FOR EACH ROW
    EXECUTE FUNCTION public.audit_row('artist_id,user_id', '', '');

CREATE TRIGGER z95_audit AFTER INSERT OR DELETE OR UPDATE ON public.artists
    FOR EACH ROW
    EXECUTE FUNCTION public.audit_row('id', '', 'slug_key,rating_sum,review_count,avg_rating,rating_key,popular_key,follower_count,save_count,updated_at,version');

CREATE TRIGGER z95_audit AFTER INSERT OR DELETE OR UPDATE ON public.categories
    FOR EACH ROW
    EXECUTE FUNCTION public.audit_row('id', '', 'slug_key,post_count,updated_at,version');

CREATE TRIGGER z95_audit AFTER INSERT OR DELETE OR UPDATE ON public.cities
    FOR EACH ROW
    EXECUTE FUNCTION public.audit_row('id', '', 'slug_key,updated_at,version');

CREATE TRIGGER z95_audit AFTER INSERT OR DELETE OR UPDATE ON public.legal_holds
    FOR EACH ROW
    EXECUTE FUNCTION public.audit_row('id', '', '');

CREATE TRIGGER z95_audit AFTER INSERT OR DELETE OR UPDATE ON public.menu_items
    FOR EACH ROW
    EXECUTE FUNCTION public.audit_row('id', '', 'updated_at');

CREATE TRIGGER z95_audit AFTER INSERT OR DELETE OR UPDATE ON public.menus
    FOR EACH ROW
    EXECUTE FUNCTION public.audit_row('id', '', 'updated_at');

CREATE TRIGGER z95_audit AFTER INSERT OR DELETE OR UPDATE ON public.neighborhoods
    FOR EACH ROW
    EXECUTE FUNCTION public.audit_row('id', '', 'slug_key,updated_at,version');

CREATE TRIGGER z95_audit AFTER INSERT OR DELETE OR UPDATE ON public.pages
    FOR EACH ROW
    EXECUTE FUNCTION public.audit_row('id', '', 'slug_key,updated_at,version');

CREATE TRIGGER z95_audit AFTER INSERT OR DELETE OR UPDATE ON public.posts
    FOR EACH ROW
    EXECUTE FUNCTION public.audit_row('id', 'content', 'slug_key,views_count,comments_count,updated_at,version');

CREATE TRIGGER z95_audit AFTER INSERT OR DELETE OR UPDATE ON public.provinces
    FOR EACH ROW
    EXECUTE FUNCTION public.audit_row('id', '', 'slug_key,updated_at,version');

CREATE TRIGGER z95_audit AFTER INSERT OR DELETE OR UPDATE ON public.redirect_rules
    FOR EACH ROW
    EXECUTE FUNCTION public.audit_row('id', '', 'from_kind,to_static_kind,last_hit_on,hits,updated_at');

CREATE TRIGGER z95_audit AFTER INSERT OR DELETE OR UPDATE ON public.reports
    FOR EACH ROW
    EXECUTE FUNCTION public.audit_row('id', '', 'salon_id,artist_id,review_id,updated_at');

CREATE TRIGGER z95_audit AFTER INSERT OR DELETE OR UPDATE ON public.salon_owners
    FOR EACH ROW
    EXECUTE FUNCTION public.audit_row('salon_id,user_id', '', '');

CREATE TRIGGER z95_audit AFTER INSERT OR DELETE OR UPDATE ON public.salons
    FOR EACH ROW
    EXECUTE FUNCTION public.audit_row('id', '', 'slug_key,geo_cell,rating_sum,review_count,avg_rating,rating_key,popular_key,follower_count,save_count,updated_at,version');

CREATE TRIGGER z95_audit AFTER INSERT OR DELETE OR UPDATE ON public.seo_meta
    FOR EACH ROW
    EXECUTE FUNCTION public.audit_row('id', '', 'updated_at');

CREATE TRIGGER z95_audit AFTER INSERT OR DELETE OR UPDATE ON public.series
    FOR EACH ROW
    EXECUTE FUNCTION public.audit_row('id', '', 'slug_key,post_count,updated_at,version');

CREATE TRIGGER z95_audit AFTER INSERT OR DELETE OR UPDATE ON public.service_categories
    FOR EACH ROW
    EXECUTE FUNCTION public.audit_row('id', '', 'slug_key,updated_at,version');

CREATE TRIGGER z95_audit AFTER INSERT OR DELETE OR UPDATE ON public.service_definitions
    FOR EACH ROW
    EXECUTE FUNCTION public.audit_row('id', '', 'slug_key,updated_at,version');

CREATE TRIGGER z95_audit AFTER INSERT OR DELETE OR UPDATE ON public.specialties
    FOR EACH ROW
    EXECUTE FUNCTION public.audit_row('id', '', 'slug_key,updated_at,version');

CREATE TRIGGER z95_audit AFTER INSERT OR DELETE OR UPDATE ON public.tags
    FOR EACH ROW
    EXECUTE FUNCTION public.audit_row('id', '', 'slug_key,post_count,updated_at,version');

CREATE TRIGGER z95_audit AFTER INSERT OR DELETE OR UPDATE ON public.users
    FOR EACH ROW
    EXECUTE FUNCTION public.audit_row('id', 'email,password_hash,phone_number', 'username_key,email_key,updated_at,version');

CREATE TRIGGER z95_audit AFTER INSERT OR DELETE OR UPDATE ON public.verification_documents
    FOR EACH ROW
    EXECUTE FUNCTION public.audit_row('id', '', 'media_is_private');

CREATE TRIGGER z95_audit AFTER INSERT OR DELETE OR UPDATE ON public.verification_requests
    FOR EACH ROW
    EXECUTE FUNCTION public.audit_row('id', '', 'updated_at');

-- Privileges
REVOKE EXECUTE ON ROUTINE public.audit_row() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.drop_archive_partition(date) FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.guard_legal_hold() FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.move_to_archive(name, bigint) FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.roll_partitions(text) FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.rows_of_batch(name) FROM PUBLIC;

GRANT EXECUTE ON ROUTINE public.drop_archive_partition(date) TO sevra_maintenance;

GRANT EXECUTE ON ROUTINE public.move_to_archive(name, bigint) TO sevra_maintenance;

GRANT EXECUTE ON ROUTINE public.roll_partitions(text) TO sevra_maintenance;

GRANT USAGE ON SCHEMA archive TO sevra_maintenance;

GRANT DELETE, INSERT, SELECT ON TABLE archive.rows TO sevra_maintenance;

GRANT DELETE, INSERT, SELECT, UPDATE (byte_size, rewritten_at, row_count, sha256, verified_at) ON TABLE archive.segments TO sevra_maintenance;

GRANT SELECT ON TABLE public.audit_log TO sevra_app, sevra_maintenance, sevra_readonly;

GRANT INSERT, SELECT ON TABLE public.otp_attempts TO sevra_app;

GRANT SELECT ON TABLE public.otp_attempts TO sevra_maintenance, sevra_readonly;

-- The partitions of now and of the periods to come; without one a row lies in the default partition
SELECT public.roll_partitions('public.otp_attempts');

SELECT public.roll_partitions('public.audit_log');

SELECT public.roll_partitions('archive.rows');
