-- Replays the journal and returns the content rows of the ledger that differ from it: as stored, as replayed
-- (NULL where one side has no such row). Nothing is written. The last event on a path names its owner; the last
-- event that gave an entity a path to live at names its current one; a purged owner's paths are gone.
CREATE FUNCTION public.rebuild_url_paths()
RETURNS TABLE (path text, stored jsonb, replayed jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
  WITH moves AS (  -- events after which the entity lives at the path; a new spelling of one key is not a move
    SELECT h.*, t.url_prefix || '/' || h.new_slug AS display_path,
           lag(h.path) OVER (PARTITION BY h.entity_type, h.entity_id ORDER BY h.id) IS NOT DISTINCT FROM h.path
             AND h.event = 'renamed' AS is_spelling
      FROM public.slug_history h JOIN public.entity_types t USING (entity_type)
     WHERE h.event IN ('assigned', 'renamed') OR (h.event = 'transferred' AND h.old_slug IS NOT NULL)
  ), current_paths AS (
    SELECT DISTINCT ON (entity_type, entity_id) entity_type, entity_id, path FROM moves
     ORDER BY entity_type, entity_id, id DESC
  ), spelt AS (
    SELECT DISTINCT ON (path) path, display_path FROM moves ORDER BY path, id DESC
  ), given AS (
    SELECT DISTINCT ON (h.path) h.path, h.changed_at FROM public.slug_history h
     WHERE NOT EXISTS (SELECT FROM moves m WHERE m.id = h.id AND m.is_spelling)
     ORDER BY h.path, h.id DESC
  ), owned AS (
    SELECT DISTINCT ON (h.path) h.path, h.entity_type, h.entity_id, h.event FROM public.slug_history h
     ORDER BY h.path, h.id DESC
  ), wanted AS (
    SELECT o.path,
           CASE WHEN e.state = 'purged' THEN 'gone' WHEN c.path = o.path THEN 'current' ELSE 'alias' END AS kind,
           o.entity_type, o.entity_id, s.display_path, g.changed_at AS since
      FROM owned o
      JOIN public.entities e USING (entity_type, entity_id)
      LEFT JOIN current_paths c USING (entity_type, entity_id)
      LEFT JOIN spelt s ON s.path = o.path
      LEFT JOIN given g ON g.path = o.path
     WHERE o.event <> 'reclaimed'
  )
  SELECT path, s.row, w.row
    FROM (SELECT u.path, to_jsonb(u) AS row FROM public.url_paths u WHERE u.entity_id IS NOT NULL) s
    FULL JOIN (SELECT wanted.path, to_jsonb(wanted) AS row FROM wanted) w USING (path)
   WHERE s.row IS DISTINCT FROM w.row
$f$;
