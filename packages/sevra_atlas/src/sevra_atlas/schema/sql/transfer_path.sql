-- Gives an alias to another entity and journals both sides. A current path is refused (23514): it is renamed or
-- swapped. P0002 when the path is not in the ledger.
CREATE FUNCTION public.transfer_path(p_path text, p_type public.entity_type, p_id bigint, p_reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  held public.url_paths;
BEGIN
  SELECT * INTO held FROM public.url_paths WHERE path = p_path FOR UPDATE;
  IF NOT FOUND THEN
    RAISE no_data_found USING MESSAGE = format('path %L is not in the ledger', p_path);
  END IF;
  IF held.kind <> 'alias' THEN
    RAISE check_violation USING
      CONSTRAINT = 'transfer_path', TABLE = 'url_paths', SCHEMA = 'public',
      MESSAGE = format('path %L is %s; only an alias changes hands', p_path, held.kind);
  END IF;
  UPDATE public.url_paths SET entity_type = p_type, entity_id = p_id, since = now() WHERE path = p_path;
  INSERT INTO public.slug_history (entity_type, entity_id, new_slug, path, event, actor_id, reason, request_id)
  SELECT side.entity_type, side.entity_id, regexp_replace(held.display_path, '^.*/', ''), p_path, 'transferred',
         nullif(current_setting('sevra.actor_id', true), '')::bigint, p_reason,
         nullif(current_setting('sevra.request_id', true), '')
    FROM (VALUES (1, held.entity_type, held.entity_id), (2, p_type, p_id)) AS side (place, entity_type, entity_id)
   ORDER BY side.place;
END
$f$;
