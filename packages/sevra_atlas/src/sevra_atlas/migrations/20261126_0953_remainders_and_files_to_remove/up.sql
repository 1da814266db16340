-- Functions
SET LOCAL check_function_bodies = off;

CREATE FUNCTION public.erase_files(p_media bigint[])
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

CREATE FUNCTION public.open_remainder(p_batch bigint, p_rows integer)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  remainder bigint;
BEGIN
  INSERT INTO public.deletion_batches (root_type, root_id, actor_id, reason, request_id, row_count, created_at,
                                       archived_at, hold_until, hold_reason, remainder_of_id)
  SELECT root_type, root_id, actor_id, reason, request_id, p_rows, created_at, now(), hold_until, hold_reason,
         coalesce(remainder_of_id, id)
    FROM public.deletion_batches WHERE id = p_batch AND state = 'ARCHIVED'
  RETURNING id INTO remainder;
  IF remainder IS NULL THEN
    RAISE object_not_in_prerequisite_state USING
      CONSTRAINT = 'open_remainder', TABLE = 'deletion_batches', SCHEMA = 'public',
      MESSAGE = format('deletion batch %s is not archived', p_batch);
  END IF;
  UPDATE public.deletion_batches SET row_count = row_count - p_rows WHERE id = p_batch;
  RETURN remainder;
END
$function$;

-- Tables
ALTER TABLE public.deletion_batches ADD COLUMN remainder_of_id bigint;

COMMENT ON COLUMN public.deletion_batches.remainder_of_id IS 'the archived deletion of which these rows could not come back yet';

CREATE TABLE public.file_removals (
    id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    storage_key text NOT NULL,
    media_id bigint,
    why text NOT NULL,
    asked_at timestamp with time zone DEFAULT now() NOT NULL,
    not_before timestamp with time zone DEFAULT now() NOT NULL,
    attempts smallint DEFAULT 0 NOT NULL,
    error text,
    CONSTRAINT file_removals_pkey PRIMARY KEY (id),
    CONSTRAINT file_removals_storage_key_key UNIQUE (storage_key),
    CONSTRAINT file_removals_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT file_removals_check CHECK (((why = 'orphan'::text) = (media_id IS NULL))),
    CONSTRAINT file_removals_error_check CHECK ((char_length(error) <= 1000)),
    CONSTRAINT file_removals_storage_key_check CHECK ((char_length(storage_key) <= 255)),
    CONSTRAINT file_removals_storage_key_check1 CHECK ((btrim(storage_key) <> ''::text)),
    CONSTRAINT file_removals_why_check CHECK ((why = ANY (ARRAY['purged'::text, 'erased'::text, 'orphan'::text])))
);

COMMENT ON COLUMN public.file_removals.id IS 'identity, never used again after a deletion';

COMMENT ON COLUMN public.file_removals.storage_key IS 'key in the store';

COMMENT ON COLUMN public.file_removals.media_id IS 'id of the row that named it; no reference, the row is gone; NULL where none ever did';

COMMENT ON COLUMN public.file_removals.why IS 'purged or erased with its row, or found without one';

COMMENT ON COLUMN public.file_removals.asked_at IS 'since when';

COMMENT ON COLUMN public.file_removals.not_before IS 'when it is removed, or tried again';

COMMENT ON COLUMN public.file_removals.attempts IS 'tries that failed';

COMMENT ON COLUMN public.file_removals.error IS 'last failure';

COMMENT ON TABLE public.file_removals IS 'stored files to remove, written in the transaction that destroyed their row';

-- Indexes
CREATE INDEX file_removals_not_before_id_idx ON public.file_removals USING btree (not_before, id);

-- Privileges
REVOKE EXECUTE ON ROUTINE public.erase_files(bigint[]) FROM PUBLIC;

REVOKE EXECUTE ON ROUTINE public.open_remainder(bigint, integer) FROM PUBLIC;

GRANT EXECUTE ON ROUTINE public.erase_files(bigint[]) TO sevra_maintenance;

GRANT EXECUTE ON ROUTINE public.open_remainder(bigint, integer) TO sevra_maintenance;

GRANT SELECT ON TABLE public.file_removals TO sevra_app, sevra_readonly;

GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.file_removals TO sevra_maintenance;

-- pgevolve: transaction=off
-- Indexes, while everybody works on
CREATE INDEX CONCURRENTLY deletion_batches_remainder_of_id_idx
    ON public.deletion_batches USING btree (remainder_of_id)
    WHERE (remainder_of_id IS NOT NULL);

-- Constraints, for new rows
ALTER TABLE public.deletion_batches
    ADD CONSTRAINT deletion_batches_remainder_of_id_fkey FOREIGN KEY (remainder_of_id) REFERENCES public.deletion_batches(id) ON DELETE RESTRICT NOT VALID;

-- pgevolve: transaction=off
-- Constraints, for the rows that are there
ALTER TABLE public.deletion_batches VALIDATE CONSTRAINT deletion_batches_remainder_of_id_fkey;
