-- The fold of one path segment; '' where there is none, which the CHECK of the tables refuses. Never changes.
CREATE FUNCTION public.slug_key_v1(t text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $f$
DECLARE
  key text COLLATE "C" := substr(public.canon_path_v1('/' || t), 2);
BEGIN
  IF key IS NULL OR strpos(key, '/') > 0 THEN RETURN ''; END IF;
  RETURN key;
END
$f$;
