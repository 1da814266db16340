-- Functions
SET LOCAL check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.require_live_parent()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  parent bigint := (to_jsonb(NEW) ->> TG_ARGV[0])::bigint;
  is_live boolean;
BEGIN
  IF current_setting('sevra.returning', true) = 'on' THEN
    -- Anybody can write the setting, so it is believed only of a session whose role may restore.
    IF has_function_privilege(
         CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role')::name END,
         'public.restore_batch(bigint)', 'EXECUTE')
       AND NOT EXISTS (SELECT FROM public.soft_delete_edges e
                        WHERE (e.parent_table, e.child_table, e.child_column) = (TG_ARGV[1], TG_TABLE_NAME, TG_ARGV[0]))
    THEN
      RETURN NULL;
    END IF;
  END IF;
  IF TG_NARGS > 2 THEN
    EXECUTE format('SELECT true FROM public.%I WHERE id = $1 AND deleted_at IS NULL AND %s FOR KEY SHARE',
                   TG_ARGV[1], TG_ARGV[2])
      INTO is_live USING parent;
  ELSIF TG_ARGV[1] = 'users' THEN
    SELECT true INTO is_live FROM public.users WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSIF TG_ARGV[1] = 'media' THEN
    SELECT true INTO is_live FROM public.media WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSIF TG_ARGV[1] = 'salons' THEN
    SELECT true INTO is_live FROM public.salons WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSIF TG_ARGV[1] = 'artists' THEN
    SELECT true INTO is_live FROM public.artists WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSIF TG_ARGV[1] = 'cities' THEN
    SELECT true INTO is_live FROM public.cities WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSIF TG_ARGV[1] = 'posts' THEN
    SELECT true INTO is_live FROM public.posts WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSIF TG_ARGV[1] = 'provinces' THEN
    SELECT true INTO is_live FROM public.provinces WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSIF TG_ARGV[1] = 'neighborhoods' THEN
    SELECT true INTO is_live FROM public.neighborhoods WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSIF TG_ARGV[1] = 'categories' THEN
    SELECT true INTO is_live FROM public.categories WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSIF TG_ARGV[1] = 'comments' THEN
    SELECT true INTO is_live FROM public.comments WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSIF TG_ARGV[1] = 'reviews' THEN
    SELECT true INTO is_live FROM public.reviews WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSIF TG_ARGV[1] = 'service_definitions' THEN
    SELECT true INTO is_live FROM public.service_definitions WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSIF TG_ARGV[1] = 'specialties' THEN
    SELECT true INTO is_live FROM public.specialties WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSIF TG_ARGV[1] = 'tags' THEN
    SELECT true INTO is_live FROM public.tags WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSE
    EXECUTE format('SELECT true FROM public.%I WHERE id = $1 AND deleted_at IS NULL FOR KEY SHARE', TG_ARGV[1])
      INTO is_live USING parent;
  END IF;
  IF is_live IS NULL THEN
    RAISE foreign_key_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA, COLUMN = TG_ARGV[0],
      MESSAGE = format('%s %s is deleted%s', TG_ARGV[1], parent, CASE WHEN TG_NARGS > 2 THEN ' or hidden' END);
  END IF;
  RETURN NULL;
END
$function$;

CREATE FUNCTION public.return_reference(p_table name, p_column name, p_value bigint, p_ids bigint[])
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  done bigint;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attname = p_column
                  WHERE c.conrelid = to_regclass(format('public.%I', p_table)) AND c.contype = 'f'
                    AND c.confdeltype = 'n' AND a.attnum = ANY (coalesce(c.confdelsetcols, c.conkey)))
  THEN
    RAISE invalid_parameter_value USING MESSAGE = format('no foreign key sets %s.%s to NULL', p_table, p_column);
  END IF;
  EXECUTE format('UPDATE public.%I SET %I = $1 WHERE id = ANY ($2) AND %I IS NULL', p_table, p_column, p_column)
    USING p_value, p_ids;
  GET DIAGNOSTICS done = ROW_COUNT;
  RETURN done;
END
$function$;

CREATE OR REPLACE FUNCTION public.set_updated_at()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  generated_columns text[] := coalesce(TG_ARGV, '{}');
  before jsonb;
BEGIN
  IF pg_trigger_depth() > 1 THEN RETURN NEW; END IF;
  IF current_setting('sevra.returning', true) = 'on' THEN
    -- Anybody can write the setting, so it is believed only of who may restore.
    IF has_function_privilege(current_user, 'public.restore_batch(bigint)', 'EXECUTE') THEN RETURN NEW; END IF;
  END IF;
  before := to_jsonb(OLD);
  IF to_jsonb(NEW) - generated_columns = before - generated_columns THEN RETURN NEW; END IF;
  NEW.updated_at := now();
  IF before ? 'version' THEN NEW.version := OLD.version + 1; END IF;
  RETURN NEW;
END
$function$;

-- Privileges
REVOKE EXECUTE ON ROUTINE public.return_reference(name, name, bigint, bigint[]) FROM PUBLIC;

GRANT EXECUTE ON ROUTINE public.return_reference(name, name, bigint, bigint[]) TO sevra_maintenance;
