-- Functions
SET LOCAL check_function_bodies = off;

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

-- Privileges
REVOKE EXECUTE ON ROUTINE public.open_remainder(bigint, integer) FROM PUBLIC;

GRANT EXECUTE ON ROUTINE public.open_remainder(bigint, integer) TO sevra_maintenance;

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
