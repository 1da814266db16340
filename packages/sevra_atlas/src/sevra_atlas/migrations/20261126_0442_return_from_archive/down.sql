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
  before := to_jsonb(OLD);
  IF to_jsonb(NEW) - generated_columns = before - generated_columns THEN RETURN NEW; END IF;
  NEW.updated_at := now();
  IF before ? 'version' THEN NEW.version := OLD.version + 1; END IF;
  RETURN NEW;
END
$function$;

-- Removed
DROP FUNCTION public.return_reference(name, name, bigint, bigint[]);
