-- Keeps the path ledger, and the sitemap's row at the path. Arguments: the entity type and the prefix of its paths. A path that another owner holds
-- raises 23505 `url_paths_pkey` with the owner in DETAIL; the primary key arbitrates races.
CREATE FUNCTION public.sync_path() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  owner_type public.entity_type := TG_ARGV[0];
  new_path text := TG_ARGV[1] || '/' || NEW.slug_key;
  display text := TG_ARGV[1] || '/' || NEW.slug;
  renamed boolean := TG_OP = 'UPDATE';
  former text;
BEGIN
  IF renamed THEN
    IF OLD.slug = NEW.slug THEN RETURN NULL; END IF;
    -- swap_slugs() changes the ledger of both rows by itself. Anybody can write its setting, so it is believed
    -- only of a caller who may execute the function.
    IF current_setting('sevra.swapping', true) = owner_type::text
       AND has_function_privilege(
             CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role')::name END,
             'public.swap_slugs(public.entity_type, bigint, bigint, text)', 'EXECUTE')
    THEN
      RETURN NULL;
    END IF;
    former := OLD.slug;
  END IF;
  IF renamed AND OLD.slug_key = NEW.slug_key THEN
    UPDATE public.url_paths u SET display_path = display
     WHERE u.path = new_path AND u.entity_type = owner_type AND u.entity_id = NEW.id;
  ELSE
    UPDATE public.url_paths u SET kind = 'alias'
     WHERE u.entity_type = owner_type AND u.entity_id = NEW.id AND u.kind = 'current' AND u.path <> new_path;
    INSERT INTO public.url_paths AS u (path, kind, entity_type, entity_id, display_path)
    VALUES (new_path, 'current', owner_type, NEW.id, display)
    ON CONFLICT (path) DO UPDATE SET kind = 'current', display_path = excluded.display_path, since = now()
    WHERE u.kind IN ('alias', 'current')
      AND (u.entity_type, u.entity_id) = (excluded.entity_type, excluded.entity_id);
    IF NOT FOUND THEN
      RAISE unique_violation USING
        CONSTRAINT = 'url_paths_pkey', TABLE = 'url_paths', SCHEMA = 'public',
        MESSAGE = format('path %L is reserved', new_path),
        DETAIL = (SELECT format('owner=%s:%s kind=%s', u.entity_type, u.entity_id, u.kind)
                    FROM public.url_paths u WHERE u.path = new_path);
    END IF;
    UPDATE public.sitemap_urls s SET path = new_path WHERE s.entity_type = owner_type AND s.entity_id = NEW.id;
  END IF;
  INSERT INTO public.slug_history
    (entity_type, entity_id, old_slug, new_slug, path, event, actor_id, reason, request_id)
  VALUES (owner_type, NEW.id, former, NEW.slug, new_path, CASE WHEN renamed THEN 'renamed' ELSE 'assigned' END,
          nullif(current_setting('sevra.actor_id', true), '')::bigint,
          nullif(current_setting('sevra.reason', true), ''),
          nullif(current_setting('sevra.request_id', true), ''));
  IF renamed THEN
    INSERT INTO public.outbox (topic, entity_type, entity_id) VALUES ('sitemap', owner_type, NEW.id);
  END IF;
  RETURN NULL;
END
$f$;
