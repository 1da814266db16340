-- What people typed as a query for all of its words, the first sixteen of 2,000 characters; a word with a stem is
-- found by either, an English word by the stem of PostgreSQL's own dictionary too. Without a word the query is empty
-- and matches nothing. No text raises. Never changes.
CREATE FUNCTION public.fa_query_v1(t text) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $f$
DECLARE
  words text[] := (public.fa_tokens_v1(left(t, 2000)))[1:16];
  stems text[] := string_to_array(public.fa_stem_v1(array_to_string(words, ' ')), ' ');
BEGIN
  RETURN (
    SELECT coalesce(string_agg('(' || (
             SELECT string_agg(DISTINCT quote_literal(form), '|')
               FROM unnest(ARRAY[word, stem] || CASE WHEN word COLLATE "C" ~ '^[a-z]+$'
                                                     THEN ts_lexize('pg_catalog.english_stem', word) END) AS form
           ) || ')', '&' ORDER BY place), '')::tsquery
      FROM unnest(words, stems) WITH ORDINALITY AS u (word, stem, place)
  );
END
$f$;
