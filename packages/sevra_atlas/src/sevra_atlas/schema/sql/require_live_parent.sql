-- A live row refers to live rows only. Arguments: the column, which is not NULL, the parent's table, and perhaps a
-- condition that the parent meets as well. KEY SHARE waits for a deletion, which holds FOR UPDATE, and not for
-- counters, which hold FOR NO KEY UPDATE. The parents of most rows are asked by statements whose plan is kept: to
-- plan one costs eight times what it costs to run it. A return from the archive brings references that were there
-- before: as at a restore from the trash, only the edges of deletion are asked.
CREATE FUNCTION public.require_live_parent() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
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
$f$;
