-- Exchanges the current paths, and the slugs, of two live entities of one type; aliases stay with their owners.
-- Ledger rows are locked in key order. The unique slug of live rows is checked row by row, so the first row waits
-- under a slug of its own; sync_path() leaves the ledger alone meanwhile.
CREATE FUNCTION public.swap_slugs(p_type public.entity_type, p_id bigint, p_other bigint, p_reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  soft_table name;
  mine public.url_paths;
  theirs public.url_paths;
  my_slug text;
  their_slug text;
  listed public.sitemap_urls[];
BEGIN
  SELECT table_name INTO STRICT soft_table FROM public.entity_types
   WHERE entity_type = p_type AND url_prefix IS NOT NULL;
  EXECUTE format('SELECT FROM public.%I WHERE id IN ($1, $2) ORDER BY id FOR NO KEY UPDATE', soft_table)
    USING p_id, p_other;
  EXECUTE format('SELECT slug FROM public.%I WHERE id = $1 AND deleted_at IS NULL', soft_table)
    INTO my_slug USING p_id;
  EXECUTE format('SELECT slug FROM public.%I WHERE id = $1 AND deleted_at IS NULL', soft_table)
    INTO their_slug USING p_other;
  IF p_id = p_other OR my_slug IS NULL OR their_slug IS NULL THEN
    RAISE no_data_found USING MESSAGE = format('%s %s and %s are not two live rows', p_type, p_id, p_other);
  END IF;
  PERFORM FROM public.url_paths
    WHERE entity_type = p_type AND entity_id IN (p_id, p_other) AND kind = 'current' ORDER BY path FOR UPDATE;
  SELECT * INTO mine FROM public.url_paths WHERE entity_type = p_type AND entity_id = p_id AND kind = 'current';
  SELECT * INTO theirs FROM public.url_paths WHERE entity_type = p_type AND entity_id = p_other AND kind = 'current';
  UPDATE public.url_paths SET kind = 'alias' WHERE path IN (mine.path, theirs.path);
  UPDATE public.url_paths
     SET kind = 'current', since = now(), entity_id = CASE path WHEN mine.path THEN p_other ELSE p_id END
   WHERE path IN (mine.path, theirs.path);
  -- No two rows of the sitemap hold one path, not even for a moment: both go and come back.
  SELECT array_agg(s) INTO listed FROM public.sitemap_urls s
   WHERE s.entity_type = p_type AND s.entity_id IN (p_id, p_other);
  DELETE FROM public.sitemap_urls s WHERE s.entity_type = p_type AND s.entity_id IN (p_id, p_other);
  INSERT INTO public.sitemap_urls (path, entity_type, entity_id, locale, section, content_hash, lastmod, changefreq,
                                   priority, is_enabled, is_manual, created_at)
  SELECT CASE s.entity_id WHEN p_id THEN theirs.path ELSE mine.path END, s.entity_type, s.entity_id, s.locale, s.section,
         s.content_hash, s.lastmod, s.changefreq, s.priority, s.is_enabled, s.is_manual, s.created_at
    FROM unnest(listed) s;
  PERFORM set_config('sevra.swapping', p_type::text, true);
  EXECUTE format('UPDATE public.%I SET slug = $2 WHERE id = $1', soft_table)
    USING p_id, 'swap-' || p_id || '-' || replace(gen_random_uuid()::text, '-', '');
  EXECUTE format('UPDATE public.%I SET slug = $2 WHERE id = $1', soft_table) USING p_other, my_slug;
  EXECUTE format('UPDATE public.%I SET slug = $2 WHERE id = $1', soft_table) USING p_id, their_slug;
  PERFORM set_config('sevra.swapping', '', true);
  INSERT INTO public.slug_history
    (entity_type, entity_id, old_slug, new_slug, path, event, actor_id, reason, request_id)
  SELECT p_type, side.id, side.old_slug, side.new_slug, side.path, 'transferred',
         nullif(current_setting('sevra.actor_id', true), '')::bigint, p_reason,
         nullif(current_setting('sevra.request_id', true), '')
    FROM (VALUES (p_id, my_slug, their_slug, theirs.path), (p_other, their_slug, my_slug, mine.path))
         AS side (id, old_slug, new_slug, path);
  INSERT INTO public.outbox (topic, entity_type, entity_id)
  VALUES ('sitemap', p_type, p_id), ('sitemap', p_type, p_other);
END
$f$;
