-- The words of a text as search compares them: a suffix that stands alone joins the word before it, when that has two
-- letters, and the prefix of the present tense joins the word behind it, so joined, half-spaced and spaced spellings
-- are one word. Words are cut at 100 characters, which no real one reaches. Never changes.
CREATE FUNCTION public.fa_tokens_v1(t text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $f$
DECLARE
  words text COLLATE "C" := public.fa_norm_v1(t);
  suffix CONSTANT text := '(?:ها(?:ی|یی|یم|یت|یش|یمان|یتان|یشان)?|تر(?:ی|ین)?)(?: |$)';
BEGIN
  -- Looking ahead is four times as fast as capturing; only behind a single letter the two give different words.
  IF words ~ ('(?:^| )[^ ] ' || suffix) THEN
    words := regexp_replace(words, '([^ ]{2}) (?=' || suffix || ')', '\1', 'g');
  ELSE
    words := regexp_replace(words, ' (?=' || suffix || ')', '', 'g');
  END IF;
  words := regexp_replace(words, '(^| )(ن?می) (?=[^ ])', '\1\2', 'g');
  IF words ~ '[^ ]{101}' THEN
    words := regexp_replace(words, '([^ ]{100})[^ ]+', '\1', 'g');
  END IF;
  RETURN string_to_array(words, ' ');
END
$f$;
