-- DELETE through a live view: one batch per root row, with actor, reason and request of the `sevra.*` settings.
-- Argument: the entity type. A row that is not there, or that another session deleted first, counts 0.
CREATE FUNCTION public.live_delete() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
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
$f$;
