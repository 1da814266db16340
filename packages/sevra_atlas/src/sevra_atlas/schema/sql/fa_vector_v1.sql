-- The words of a text with their places at one weight, and at weight D the stems that differ from their word.
-- No text raises: what lies behind 150,000 characters is left out, or the vector could pass its limit of one megabyte.
-- The text parser is not used, because it would part `1e5` and what follows. Never changes.
CREATE FUNCTION public.fa_vector_v1(t text, weight "char") RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $f$
DECLARE
  -- Compatibility forms grow when they are split, hence cut twice.
  words text := left(array_to_string(public.fa_tokens_v1(left(t, 150000)), ' '), 150000);
  stems text := public.fa_stem_v1(words);
  mark CONSTANT text := weight::text;
BEGIN
  RETURN (
    SELECT coalesce(string_agg(word || ':' || place || mark
             || CASE WHEN stem <> word THEN ' ' || stem || ':' || place || 'D' ELSE '' END, ' '), '')::tsvector
      FROM unnest(string_to_array(words, ' '), string_to_array(stems, ' ')) WITH ORDINALITY AS u (word, stem, place)
     WHERE word <> ''
  );
END
$f$;
