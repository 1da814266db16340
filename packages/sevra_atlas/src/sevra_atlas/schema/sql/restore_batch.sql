-- Brings back exactly the rows of a batch; returns how many. Live-parent checks wait for the last row, so that
-- parents and children may come back in any order, then they speak (23503). A second call raises P0002. Acts as
-- the owner, so that who may call it needs no right to write the mark itself.
CREATE FUNCTION public.restore_batch(p_batch bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  soft_table name;
  live_checks text;
  restored bigint;
  total bigint := 0;
BEGIN
  PERFORM FROM public.deletion_batches
    WHERE id = p_batch AND restored_at IS NULL AND archived_at IS NULL FOR UPDATE;
  IF NOT FOUND THEN
    RAISE no_data_found USING MESSAGE = format('deletion batch %s is not in the trash', p_batch);
  END IF;
  SELECT string_agg(format('public.%I', tgname), ', ') INTO live_checks
    FROM pg_trigger WHERE tgfoid = 'public.require_live_parent()'::regprocedure;
  EXECUTE format('SET CONSTRAINTS %s DEFERRED', live_checks);
  FOR soft_table IN SELECT table_name FROM public.entity_types ORDER BY table_name LOOP
    EXECUTE format('UPDATE public.%I SET deleted_at = NULL, deletion_id = NULL WHERE deletion_id = $1', soft_table)
      USING p_batch;
    GET DIAGNOSTICS restored = ROW_COUNT;
    total := total + restored;
  END LOOP;
  EXECUTE format('SET CONSTRAINTS %s IMMEDIATE', live_checks);
  UPDATE public.deletion_batches SET restored_at = now() WHERE id = p_batch;
  RETURN total;
END
$f$;
