-- A path is never deleted, save a rule's, which goes with its rule, and a gone one by reclaim_path(). It changes by
-- the triggers and procedures, which act as the owner; whoever else may write it may only say that the paths of a
-- purged entity are gone.
CREATE FUNCTION public.url_paths_kept() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $f$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN RETURN NEW; END IF;
    IF NEW.kind = 'gone' AND to_jsonb(NEW) - 'kind' = to_jsonb(OLD) - 'kind'
       AND EXISTS (SELECT FROM public.entities e
                    WHERE (e.entity_type, e.entity_id) = (OLD.entity_type, OLD.entity_id) AND e.state = 'purged')
    THEN
      RETURN NEW;
    END IF;
  ELSIF OLD.kind = 'rule' OR (OLD.kind = 'gone' AND current_setting('sevra.reclaiming', true) = OLD.path) THEN
    RETURN OLD;
  END IF;
  RAISE insufficient_privilege USING
    CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA,
    MESSAGE = CASE TG_OP WHEN 'UPDATE' THEN format('path %L changes with its entity only', OLD.path)
                         ELSE format('path %L is never deleted', OLD.path) END;
END
$f$;
