-- The different runs of three characters in the words of a text, with two spaces before and one behind each word.
-- Never changes.
CREATE FUNCTION public.trigrams_v1(t text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $f$
  SELECT coalesce(array_agg(DISTINCT substr(padded, place, 3) COLLATE "C"), '{}')
    FROM (SELECT '  ' || word || ' ' AS padded FROM unnest(string_to_array(public.fa_norm_v1(t), ' ')) AS word) words,
         generate_series(1, length(padded) - 2) AS place
$f$;
