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
  IF TG_NARGS > 2 OR TG_ARGV[1] NOT IN ('users', 'salons', 'artists', 'reviews', 'posts', 'media') THEN
    EXECUTE format('SELECT true FROM public.%I WHERE id = $1 AND deleted_at IS NULL AND %s FOR KEY SHARE',
                   TG_ARGV[1], coalesce(TG_ARGV[2], 'true'))
      INTO is_live USING parent;
  ELSIF TG_ARGV[1] = 'users' THEN
    SELECT true INTO is_live FROM public.users WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSIF TG_ARGV[1] = 'salons' THEN
    SELECT true INTO is_live FROM public.salons WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSIF TG_ARGV[1] = 'artists' THEN
    SELECT true INTO is_live FROM public.artists WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSIF TG_ARGV[1] = 'reviews' THEN
    SELECT true INTO is_live FROM public.reviews WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSIF TG_ARGV[1] = 'posts' THEN
    SELECT true INTO is_live FROM public.posts WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSIF TG_ARGV[1] = 'media' THEN
    SELECT true INTO is_live FROM public.media WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  END IF;
  IF is_live IS NULL THEN
    RAISE foreign_key_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA, COLUMN = TG_ARGV[0],
      MESSAGE = format('%s %s is deleted%s', TG_ARGV[1], parent, CASE WHEN TG_NARGS > 2 THEN ' or hidden' END);
  END IF;
  RETURN NULL;
END
$function$;
