-- The shape of a canonical path, without folding: what the ledger's CHECK calls. Twin: domain/slugs.py.
CREATE FUNCTION public.is_canonical_path(p text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $f$
  SELECT length(p) <= 2048
     AND p COLLATE "C" ~ '^(/|(/[a-z0-9.~ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی]+(-[a-z0-9.~ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی]+)*)+)$'
     AND p COLLATE "C" !~ '(^|/)\.{1,2}(/|$)'
$f$;
