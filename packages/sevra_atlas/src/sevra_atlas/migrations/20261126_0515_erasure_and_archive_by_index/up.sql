-- Functions
SET LOCAL check_function_bodies = off;

CREATE FUNCTION public.erase_person(p_user bigint)
 RETURNS jsonb
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET "TimeZone" TO 'UTC'
AS $function$
DECLARE
  place record;
  phone text;
  is_live boolean;
  batch bigint;
  emptied text;
  keys text[];
  touched bigint;
  certificate jsonb := '{}';
BEGIN
  SELECT phone_number, deleted_at IS NULL INTO phone, is_live FROM public.users WHERE id = p_user FOR UPDATE;
  IF is_live THEN
    INSERT INTO public.deletion_batches (root_type, root_id, reason) VALUES ('USER', p_user, 'erasure') RETURNING id INTO batch;
    touched := public.soft_delete_rows('users', ARRAY[p_user], batch);
    UPDATE public.deletion_batches SET row_count = touched WHERE id = batch;
  END IF;
  FOR place IN
    SELECT t.relname AS name, a.attname AS person, c.confdeltype <> 'c' AS stays,
           (SELECT string_agg(format('t.%I', k.attname), ', ' ORDER BY x.place)
              FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS x (number, place)
              JOIN pg_attribute k ON k.attrelid = i.indrelid AND k.attnum = x.number
             WHERE i.indrelid = t.oid AND i.indisprimary) AS key
      FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
     WHERE c.contype = 'f' AND c.confrelid = 'public.users'::regclass
       AND (c.confdeltype = 'c' OR t.relname IN ('author_profiles', 'reviews', 'comments'))
       AND t.relnamespace = 'public'::regnamespace
    UNION ALL SELECT 'users', 'id', true, 't.id'
    ORDER BY 1, 2
  LOOP
    IF place.stays THEN
      SELECT string_agg(format('%I', k), ', ') INTO emptied
        FROM jsonb_object_keys(public.erased_row(place.name, jsonb_build_object(place.person, p_user), p_user)
                               - place.person::text) k;
      EXECUTE format('WITH done AS (UPDATE public.%1$I t SET (%2$s) =
                        (SELECT %2$s FROM jsonb_populate_record(NULL::public.%1$I, public.erased_row(%1$L, to_jsonb(t), $1)) r)
                        WHERE t.%3$I = $1 RETURNING concat_ws('':'', %4$s) AS key) SELECT count(*), array_agg(key) FROM done',
                     place.name, emptied, place.person, place.key) INTO touched, keys USING p_user;
    ELSE
      EXECUTE format('WITH done AS (DELETE FROM public.%I t WHERE t.%I = $1 RETURNING concat_ws('':'', %s) AS key)
                      SELECT count(*), array_agg(key) FROM done', place.name, place.person, place.key)
        INTO touched, keys USING p_user;
    END IF;
    certificate := certificate || jsonb_build_object(place.name, coalesce((certificate ->> place.name)::bigint, 0) + touched);
    -- Behind the change, whose own entry tells the old values.
    UPDATE public.audit_log l
       SET changes = (SELECT coalesce(jsonb_object_agg(k, NULL::text), '{}') FROM jsonb_object_keys(l.changes) k)
     WHERE l.table_name = place.name AND l.row_key = ANY (keys || CASE place.name WHEN 'users' THEN ARRAY[p_user::text] END);
    WITH theirs AS (
      SELECT r.id, r.archived_at, r.row_id, public.erased_row(r.table_name, r.row, p_user) AS remains FROM archive.rows r
       WHERE r.table_name = place.name AND r.row ->> place.person = p_user::text
    ), removed AS (
      DELETE FROM archive.rows r USING theirs x
       WHERE (r.id, r.archived_at) = (x.id, x.archived_at) AND x.remains IS NULL RETURNING 1
    ), kept AS (
      UPDATE archive.rows r SET row = x.remains, row_sha256 = sha256(convert_to(x.remains::text, 'UTF8'))
        FROM theirs x WHERE (r.id, r.archived_at) = (x.id, x.archived_at) AND x.remains IS NOT NULL RETURNING 1
    ), told AS (
      UPDATE public.audit_log l
         SET changes = (SELECT coalesce(jsonb_object_agg(k, NULL::text), '{}') FROM jsonb_object_keys(l.changes) k)
        FROM theirs x WHERE l.table_name = place.name AND l.row_key = x.row_id::text
    )
    SELECT (SELECT count(*) FROM removed) + (SELECT count(*) FROM kept) INTO touched;
    certificate := certificate || jsonb_build_object('archive.' || place.name,
                     coalesce((certificate ->> ('archive.' || place.name))::bigint, 0) + touched);
  END LOOP;
  DELETE FROM public.otp_attempts WHERE user_id = p_user OR phone_e164 = phone;
  DELETE FROM public.otp_codes WHERE phone_number = phone;
  RETURN (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(certificate) WHERE value <> '0');
END
$function$;

CREATE FUNCTION public.erased_row(p_table name, p_row jsonb, p_user bigint)
 RETURNS jsonb
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  person text := p_user::text;
  unsigned_row CONSTANT jsonb := '{"ip": null, "user_agent": null}';
BEGIN
  IF p_table = 'users' AND p_row ->> 'id' = person THEN
    RETURN p_row || jsonb_build_object('username', 'erased-' || person, 'referral_code', 'erased-' || person)
           || '{"first_name": "", "last_name": "", "email": null, "phone_number": null, "is_phone_verified": false,
                "avatar_media_id": null, "gender": "UNSPECIFIED", "bio": null, "password_hash": null, "city_id": null,
                "last_login_at": null, "status": "SUSPENDED"}';
  ELSIF p_table = 'author_profiles' AND p_row ->> 'id' = person THEN
    RETURN p_row || '{"display_name": "-", "bio": "", "avatar_id": null}';
  ELSIF p_table = 'reviews' AND p_row ->> 'author_id' = person THEN
    RETURN p_row || unsigned_row || '{"title": null, "body": null}';
  ELSIF p_table = 'comments' AND p_row ->> 'user_id' = person THEN
    RETURN p_row || unsigned_row || '{"content": "-"}';
  END IF;
  RETURN CASE WHEN EXISTS (
    SELECT FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
     WHERE c.conrelid = format('public.%I', p_table)::regclass AND c.contype = 'f' AND c.confdeltype = 'c'
       AND c.confrelid = 'public.users'::regclass AND p_row ->> a.attname = person) THEN NULL ELSE p_row END;
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

CREATE OR REPLACE FUNCTION public.rows_of_batch(p_table name)
 RETURNS text
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  marked text;
BEGIN
  IF EXISTS (SELECT FROM public.entity_types WHERE table_name = p_table) THEN RETURN 't.deletion_id = $1'; END IF;
  SELECT string_agg(format('SELECT s.ctid FROM public.%I s WHERE %s', p_table,
           CASE WHEN c.confrelid = 'public.entities'::regclass THEN
             format('(%s) IN (%s)', (SELECT string_agg(format('s.%I', a.attname), ', ' ORDER BY k.place)
                                       FROM unnest(c.conkey) WITH ORDINALITY k (number, place)
                                       JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number),
                    (SELECT string_agg(format('SELECT %L::public.entity_type, id FROM public.%I WHERE deletion_id = $1',
                                              e.entity_type, e.table_name), ' UNION ALL ')
                       FROM public.entity_types e))
           ELSE format('s.%I IN (SELECT t.id FROM %s t WHERE %s)',
                       (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = c.conrelid AND a.attnum = c.conkey[1]),
                       c.confrelid::regclass, public.rows_of_batch(p.relname)) END), ' UNION ALL ')
    INTO marked
    FROM pg_constraint c JOIN pg_class p ON p.oid = c.confrelid
   WHERE c.conrelid = format('public.%I', p_table)::regclass AND c.contype = 'f' AND c.conrelid <> c.confrelid
     AND (c.confdeltype = 'c' AND public.rows_of_batch(p.relname) IS NOT NULL
          OR c.confrelid = 'public.entities'::regclass
             AND p_table IN ('media_links', 'reactions', 'reports', 'seo_meta'));
  RETURN 't.ctid = ANY (ARRAY(' || marked || '))';
END
$function$;

-- Privileges
REVOKE EXECUTE ON ROUTINE public.erase_person(bigint) FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.erased_row(name, jsonb, bigint) FROM PUBLIC;

GRANT EXECUTE ON ROUTINE public.erase_person(bigint) TO sevra_maintenance;

GRANT EXECUTE ON ROUTINE public.erased_row(name, jsonb, bigint) TO sevra_maintenance;
