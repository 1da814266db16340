-- What is held is neither archived, purged, erased nor removed (55006): a batch while its own hold lies ahead or an open
-- hold names one of its rows, a person while an open hold names the person or holds a batch of theirs, a row while an
-- open hold names it or its batch has a hold of its own. Argument, on the table of a row: its entity type.
CREATE FUNCTION public.guard_legal_hold() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  is_held boolean;
BEGIN
  IF TG_OP = 'DELETE' THEN
    is_held := EXISTS (SELECT FROM public.legal_holds h
                        WHERE h.released_at IS NULL AND h.entity_type = TG_ARGV[0]::public.entity_type
                          AND h.entity_id = OLD.id)
            OR EXISTS (SELECT FROM public.deletion_batches b WHERE b.id = OLD.deletion_id AND b.hold_until > now());
  ELSIF TG_TABLE_NAME = 'erasures' THEN
    is_held := EXISTS (SELECT FROM public.legal_holds h
                        WHERE h.released_at IS NULL AND h.entity_type = 'USER' AND h.entity_id = NEW.user_id)
            OR EXISTS (SELECT FROM public.deletion_batches b
                        WHERE b.root_type = 'USER' AND b.root_id = NEW.user_id AND b.hold_until > now());
  ELSE
    is_held := coalesce(NEW.hold_until > now(), false) OR public.batch_has_held_row(NEW.id);
  END IF;
  IF is_held THEN
    RAISE object_in_use USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA,
      MESSAGE = format('%s %s is under a legal hold', TG_TABLE_NAME, coalesce(NEW.id, OLD.id));
  END IF;
  RETURN coalesce(NEW, OLD);
END
$f$;
