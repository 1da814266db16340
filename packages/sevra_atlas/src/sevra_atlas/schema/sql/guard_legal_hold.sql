-- What is held is neither archived, purged nor erased (55006): a batch while its own hold lies ahead or an open hold
-- names one of its rows, a person while an open hold names the person or holds a batch of theirs.
CREATE FUNCTION public.guard_legal_hold() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  held record;
  is_held boolean;
BEGIN
  IF TG_TABLE_NAME = 'erasures' THEN
    is_held := EXISTS (SELECT FROM public.legal_holds h
                        WHERE h.released_at IS NULL AND h.entity_type = 'USER' AND h.entity_id = NEW.user_id)
            OR EXISTS (SELECT FROM public.deletion_batches b
                        WHERE b.root_type = 'USER' AND b.root_id = NEW.user_id AND b.hold_until > now());
  ELSE
    is_held := coalesce(NEW.hold_until > now(), false);
    FOR held IN SELECT t.table_name, h.entity_id FROM public.legal_holds h JOIN public.entity_types t USING (entity_type)
                 WHERE h.released_at IS NULL LOOP
      EXIT WHEN is_held;
      EXECUTE format('SELECT EXISTS (SELECT FROM public.%I WHERE id = $1 AND deletion_id = $2)', held.table_name)
        INTO is_held USING held.entity_id, NEW.id;
      is_held := is_held OR EXISTS (SELECT FROM archive.rows r WHERE r.table_name = held.table_name
                                       AND r.row_id = held.entity_id AND r.batch_id = NEW.id);
    END LOOP;
  END IF;
  IF is_held THEN
    RAISE object_in_use USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA,
      MESSAGE = format('%s %s is under a legal hold', TG_TABLE_NAME, NEW.id);
  END IF;
  RETURN NEW;
END
$f$;
