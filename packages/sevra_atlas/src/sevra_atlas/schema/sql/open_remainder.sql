-- Opens the batch of those rows of an archived deletion that could not come back with it, and returns its number. It has
-- root, reason, hold and day of that deletion, is archived from now on, and is left of the first one however often it is
-- divided. 55000 for a batch that is not archived. Nobody else gives birth to an archived batch.
CREATE FUNCTION public.open_remainder(p_batch bigint, p_rows integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
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
$f$;
