-- Moves the rows of a batch from one table to archive.rows by one statement, in the caller's transaction; returns how
-- many went and how many arrived. Contact data and generated columns stay behind. What refers to a row and is set NULL
-- when it goes is remembered in it, as `_referrers`: table.column to ids, for a restore to set again. Raises unless
-- TimeZone is UTC, in which the times of the archive are written, 22023 for a table that no deletion reaches, and 55006
-- for a batch under a hold, its own or one of a row of it.
CREATE FUNCTION public.move_to_archive(p_table name, p_batch bigint, OUT gone bigint, OUT kept bigint)
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
