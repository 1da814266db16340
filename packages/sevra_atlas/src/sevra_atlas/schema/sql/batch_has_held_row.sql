-- Whether an open hold names a row of a deletion batch, in the trash or in the archive.
CREATE FUNCTION public.batch_has_held_row(p_batch bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  held record;
  is_held boolean;
BEGIN
  FOR held IN SELECT t.table_name, h.entity_id FROM public.legal_holds h JOIN public.entity_types t USING (entity_type)
               WHERE h.released_at IS NULL LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I WHERE id = $1 AND deletion_id = $2)', held.table_name)
      INTO is_held USING held.entity_id, p_batch;
    IF is_held OR EXISTS (SELECT FROM archive.rows r WHERE r.table_name = held.table_name
                             AND r.row_id = held.entity_id AND r.batch_id = p_batch)
    THEN
      RETURN true;
    END IF;
  END LOOP;
  RETURN false;
END
$f$;
