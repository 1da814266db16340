-- Takes what tells who a person was out of every table and out of the archive; returns how many rows of each were
-- emptied or removed. The account stays as an empty one, because reviews and comments need an author; a live one goes
-- to the trash. Acts as the owner: journals and the archive change for nobody else. Holds are asked by the row in
-- `erasures` that comes first; segments are the caller's.
CREATE FUNCTION public.erase_person(p_user bigint) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $f$
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
$f$;
