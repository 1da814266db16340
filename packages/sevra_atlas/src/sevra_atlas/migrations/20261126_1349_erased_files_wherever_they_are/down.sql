-- Functions
SET LOCAL check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.erase_files(p_media bigint[])
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  file bigint;
  named jsonb;
  batch bigint;
  done bigint := 0;
BEGIN
  FOR file IN SELECT DISTINCT m FROM unnest(p_media) m WHERE m IS NOT NULL ORDER BY m LOOP
    named := NULL;
    BEGIN
      DELETE FROM public.media m WHERE m.id = file RETURNING to_jsonb(m), m.deletion_id INTO named, batch;
    EXCEPTION WHEN foreign_key_violation OR restrict_violation THEN
      CONTINUE;
    END;
    IF named IS NULL THEN
      IF EXISTS (SELECT FROM public.legal_holds h
                  WHERE h.released_at IS NULL AND h.entity_type = 'MEDIA' AND h.entity_id = file)
      THEN
        RAISE object_in_use USING
          CONSTRAINT = 'erase_files', TABLE = 'media', SCHEMA = 'public',
          MESSAGE = format('media %s is under a legal hold', file);
      END IF;
      DELETE FROM archive.rows r WHERE r.table_name = 'media' AND r.row_id = file RETURNING r.row, r.batch_id INTO named, batch;
    END IF;
    CONTINUE WHEN named IS NULL;
    -- A deletion of a file takes nothing else along, so nothing is left of it.
    UPDATE public.deletion_batches SET archived_at = coalesce(archived_at, now()), purged_at = now() WHERE id = batch;
    UPDATE public.entities SET state = 'purged' WHERE entity_type = 'MEDIA' AND entity_id = file;
    INSERT INTO public.file_removals (storage_key, media_id, why)
    SELECT k, file, 'erased'
      FROM (SELECT named ->> 'storage_key' AS k
            UNION SELECT v.value ->> 'key' FROM jsonb_each(named -> 'variants') v) keys
     WHERE k IS NOT NULL ON CONFLICT (storage_key) DO NOTHING;
    UPDATE public.audit_log l
       SET changes = (SELECT coalesce(jsonb_object_agg(k, NULL::text), '{}') FROM jsonb_object_keys(l.changes) k)
     WHERE l.table_name = 'media' AND l.row_key = file::text;
    done := done + 1;
  END LOOP;
  RETURN done;
END
$function$;
