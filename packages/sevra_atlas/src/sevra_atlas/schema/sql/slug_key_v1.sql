-- The fold of one path segment; '' where there is none, which the CHECK of the tables refuses. Never changes.
CREATE FUNCTION public.slug_key_v1(t text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $f$
  SELECT CASE WHEN key IS NULL OR strpos(key, '/') > 0 THEN '' ELSE key END
    FROM (SELECT substr(public.canon_path_v1('/' || t), 2) AS key) folded
$f$;
