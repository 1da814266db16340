-- Frees a gone path, so that an entity may claim it again; journaled at its last owner. P0002 when the path is
-- not in the ledger, 23514 when it is not gone.
CREATE FUNCTION public.reclaim_path(p_path text, p_reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  held public.url_paths;
BEGIN
  SELECT * INTO held FROM public.url_paths WHERE path = p_path FOR UPDATE;
  IF NOT FOUND THEN
    RAISE no_data_found USING MESSAGE = format('path %L is not in the ledger', p_path);
  END IF;
  IF held.kind <> 'gone' THEN
    RAISE check_violation USING
      CONSTRAINT = 'reclaim_path', TABLE = 'url_paths', SCHEMA = 'public',
      MESSAGE = format('path %L is %s, not gone', p_path, held.kind);
  END IF;
  IF held.entity_id IS NOT NULL THEN
    INSERT INTO public.slug_history (entity_type, entity_id, new_slug, path, event, actor_id, reason, request_id)
    VALUES (held.entity_type, held.entity_id, regexp_replace(coalesce(held.display_path, p_path), '^.*/', ''),
            p_path, 'reclaimed', nullif(current_setting('sevra.actor_id', true), '')::bigint, p_reason,
            nullif(current_setting('sevra.request_id', true), ''));
  END IF;
  PERFORM set_config('sevra.reclaiming', p_path, true);
  DELETE FROM public.url_paths WHERE path = p_path;
  PERFORM set_config('sevra.reclaiming', '', true);
END
$f$;
