-- An owner with aliases has a current path; checked at commit for the owner before and the owner after.
CREATE FUNCTION public.url_paths_owner_has_current() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  bare text;
BEGIN
  SELECT format('%s:%s', o.entity_type, o.entity_id) INTO bare
    FROM (SELECT NEW.entity_type, NEW.entity_id
          UNION SELECT OLD.entity_type, OLD.entity_id WHERE TG_OP = 'UPDATE') AS o (entity_type, entity_id)
   WHERE EXISTS (SELECT FROM public.url_paths u
                  WHERE (u.entity_type, u.entity_id) = (o.entity_type, o.entity_id) AND u.kind = 'alias')
     AND NOT EXISTS (SELECT FROM public.url_paths u
                      WHERE (u.entity_type, u.entity_id) = (o.entity_type, o.entity_id) AND u.kind = 'current')
   LIMIT 1;
  IF FOUND THEN
    RAISE check_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA,
      MESSAGE = format('%s has aliases and no current path', bare);
  END IF;
  RETURN NULL;
END
$f$;
