-- The fold of a path; NULL when it cannot be a path of this site. Twin: domain/slugs.py. This body never changes:
-- generated columns and the ledger's keys are made with it. A new rule is canon_path_v2.
CREATE FUNCTION public.canon_path_v1(p text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $f$
DECLARE
  path text COLLATE "C";
BEGIN
  IF public.is_canonical_path(p) THEN RETURN p; END IF;
  IF length(p) > 2048 OR p COLLATE "C" ~ U&'[\+010000-\+10FFFF]' THEN RETURN NULL; END IF;
  -- Marks fall once compatibility forms are split; letters that look alike become one.
  path := lower(regexp_replace(normalize(p, NFKD),
    U&'[\0300-\036F\0610-\061A\061C\0621\0640\064B-\065F\0670\06D6-\06DC\06DF-\06E4\06E7-\06E8\06EA-\06ED\00AD\200B\200E\200F\2060\FEFF]+',
    '', 'g') COLLATE "C");
  -- translate() is linear in text and map: only where there is something to translate.
  IF path ~ U&'[\064A\0649\06D2\06CD\06D0\06CE\0643\06AA\0629\06C1\06D5\06BE\0671\0695\06B5\06C6\06C7\0660\06F0\0661\06F1\0662\06F2\0663\06F3\0664\06F4\0665\06F5\0666\06F6\0667\06F7\0668\06F8\0669\06F9]' THEN
    path := translate(path,
      U&'\064A\0649\06D2\06CD\06D0\06CE\0643\06AA\0629\06C1\06D5\06BE\0671\0695\06B5\06C6\06C7\0660\06F0\0661\06F1\0662\06F2\0663\06F3\0664\06F4\0665\06F5\0666\06F6\0667\06F7\0668\06F8\0669\06F9',
      U&'\06CC\06CC\06CC\06CC\06CC\06CC\06A9\06A9\0647\0647\0647\0647\0627\0631\0644\0648\0648\0030\0030\0031\0031\0032\0032\0033\0033\0034\0034\0035\0035\0036\0036\0037\0037\0038\0038\0039\0039');
  END IF;
  path := regexp_replace(path, U&'[\0020\005F\200C\200D\2010\2011\2012\2013\2014\2015\2212]', '-', 'g');
  IF path ~ '[^a-z0-9.~ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی/\-]' THEN RETURN NULL; END IF;
  -- One hyphen, one slash, none beside the other, a slash first and none last.
  path := regexp_replace(regexp_replace(path, '-+', '-', 'g'), '^|-*/[-/]*', '/', 'g');
  path := regexp_replace(coalesce(nullif(rtrim(path, '/-'), ''), '/'), '/[-/]+', '/', 'g');
  -- Compatibility letters grow when they are split: a key must be its own key.
  IF path ~ '(^|/)\.{1,2}(/|$)' OR length(path) > 2048 THEN RETURN NULL; END IF;
  RETURN path;
END
$f$;
