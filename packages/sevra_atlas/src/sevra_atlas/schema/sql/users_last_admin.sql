-- One live, active ADMIN remains. Deferred: a transaction may hand the office over. The lock makes two
-- administrators who demote each other wait for one another.
CREATE FUNCTION public.users_last_admin() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
BEGIN
  PERFORM pg_advisory_xact_lock('public.users'::regclass::oid::integer, 1);
  IF NOT EXISTS (SELECT FROM public.users WHERE role = 'ADMIN' AND status = 'ACTIVE' AND deleted_at IS NULL) THEN
    RAISE check_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA,
      MESSAGE = 'the last administrator stays';
  END IF;
  RETURN NULL;
END
$f$;
