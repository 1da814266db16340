-- Who was suspended, deleted, given another role or another password logs in again.
CREATE FUNCTION public.close_sessions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
BEGIN
  UPDATE public.sessions
     SET revoked_at = now(),
         revoke_reason = CASE WHEN NEW.deleted_at IS NOT NULL THEN 'deleted'
                              WHEN NEW.status <> 'ACTIVE' THEN 'suspended'
                              WHEN NEW.role <> OLD.role THEN 'role'
                              WHEN NEW.status <> OLD.status THEN 'status'
                              ELSE 'password' END
   WHERE user_id = NEW.id AND revoked_at IS NULL;
  RETURN NULL;
END
$f$;
