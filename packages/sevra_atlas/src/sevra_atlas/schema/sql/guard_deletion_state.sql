-- Only who may DELETE from the base table may write deleted_at and deletion_id; that is no application role.
CREATE FUNCTION public.guard_deletion_state() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $f$
BEGIN
  IF NOT has_table_privilege(current_user, TG_RELID, 'DELETE') THEN
    RAISE insufficient_privilege USING
      TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA,
      MESSAGE = format('deletion state of %s changes by DELETE only', TG_TABLE_NAME);
  END IF;
  RETURN NEW;
END
$f$;
