-- Functions
SET LOCAL check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.fa_stem_v1(words text)
 RETURNS text
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
DECLARE
  stems text COLLATE "C" := words;
  suffix CONSTANT text := '(?:ها(?:ی|یی|یم|یت|یش|یمان|یتان|یشان)?|تر(?:ی|ین)?)';
BEGIN
  IF stems LIKE '%ها%' OR stems LIKE '%تر%' THEN
    -- To ask first whether there is anything to hide takes a tenth of hiding nothing.
    IF stems ~ ('باختر|لاستر|لیاستر|پوستر|تیاتر|توستر|خاکستر|دادگستر|یمتر|شبستر|فیلتر|کاراکتر|کامپیوتر|کبوتر'
                '|کیلومتر|لوستر|هلیکوپتر|شتها|نتها|بینهایت') THEN
      stems := regexp_replace(stems,
        '(?:^| )(?:'
        '(?:باختر|پلاستر|پلیاستر|پوستر|تیاتر|توستر|خاکستر|دادگستر|سانتیمتر|شبستر|فیلتر|کاراکتر|کامپیوتر|کبوتر|کیلومتر|لوستر|میلیمتر|هلیکوپتر)(?:ی|ین)?'
        '|(?:اشتها|انتها|بیانتها|منتها)(?:ی|یی|یم|یت|یش|یمان|یتان|یشان)?'
        '|بینهایت)(?= |$)',
        '\&~', 'g');
    END IF;
    -- The letters before a suffix are counted only where some word has too few of them.
    IF stems ~ ('(?:^| )[^ ]{0,2}' || suffix || '(?: |$)') THEN
      stems := regexp_replace(stems, '([^ ]{3,})' || suffix || '(?= |$)', '\1', 'g');
    ELSE
      stems := regexp_replace(stems, suffix || '(?= |$)', '', 'g');
    END IF;
  END IF;
  RETURN replace(stems, '~', '');
END
$function$;

CREATE OR REPLACE FUNCTION public.fa_tokens_v1(t text)
 RETURNS text[]
 LANGUAGE plpgsql
 IMMUTABLE PARALLEL SAFE STRICT
AS $function$
DECLARE
  words text COLLATE "C" := lower(t COLLATE "C");
  suffix CONSTANT text := '(?:ها(?:ی|یی|یم|یت|یش|یمان|یتان|یشان)?|تر(?:ی|ین)?)(?: |$)';
BEGIN
  -- What fa_norm_v1 gives, in a fifth of its time, for a text that holds nothing rare. A single space, which is what
  -- most words have between them, is not replaced by itself, and nothing is replaced that is not there.
  IF words !~ '[^\u0001-\u007Fابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیآئأإؤ۰-۹،؛؟«»“”…–—\u200C\u0621\u064B-\u0655]' THEN
    words := replace(replace(words, 'آ', 'ا'), 'ئ', 'ی');
    IF words ~ '[أإؤ۰-۹]' THEN
      words := translate(words, 'أإؤ۰۱۲۳۴۵۶۷۸۹', 'ااو0123456789');
    END IF;
    IF words ~ '[\u0621\u064B-\u0655]' THEN
      words := regexp_replace(words, '[\u0621\u064B-\u0655]+', '', 'g');
    END IF;
    words := regexp_replace(words, '[^a-z0-9ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی ]+', ' ', 'g');
    words := btrim(regexp_replace(words, '  +', ' ', 'g'));
  ELSE
    words := public.fa_norm_v1(t);
  END IF;
  -- Looking for a few letters is many times as fast as a replacement that finds nothing.
  IF words LIKE '% ها%' OR words LIKE '% تر%' THEN
    -- Looking ahead is four times as fast as capturing; only behind a single letter the two give different words.
    IF words ~ ('(?:^| )[^ ] ' || suffix) THEN
      words := regexp_replace(words, '([^ ]{2}) (?=' || suffix || ')', '\1', 'g');
    ELSE
      words := regexp_replace(words, ' (?=' || suffix || ')', '', 'g');
    END IF;
  END IF;
  IF words LIKE '%می %' THEN
    words := regexp_replace(words, '(^| )(ن?می) (?=[^ ])', '\1\2', 'g');
  END IF;
  IF length(words) > 100 AND words ~ '[^ ]{101}' THEN
    words := regexp_replace(words, '([^ ]{100})[^ ]+', '\1', 'g');
  END IF;
  RETURN string_to_array(words, ' ');
END
$function$;

CREATE OR REPLACE FUNCTION public.require_live_parent()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
DECLARE
  parent bigint := (to_jsonb(NEW) ->> TG_ARGV[0])::bigint;
  is_live boolean;
BEGIN
  IF TG_NARGS > 2 THEN
    EXECUTE format('SELECT true FROM public.%I WHERE id = $1 AND deleted_at IS NULL AND %s FOR KEY SHARE',
                   TG_ARGV[1], TG_ARGV[2])
      INTO is_live USING parent;
  ELSIF TG_ARGV[1] = 'users' THEN
    SELECT true INTO is_live FROM public.users WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSIF TG_ARGV[1] = 'media' THEN
    SELECT true INTO is_live FROM public.media WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSIF TG_ARGV[1] = 'salons' THEN
    SELECT true INTO is_live FROM public.salons WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSIF TG_ARGV[1] = 'artists' THEN
    SELECT true INTO is_live FROM public.artists WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSIF TG_ARGV[1] = 'cities' THEN
    SELECT true INTO is_live FROM public.cities WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSIF TG_ARGV[1] = 'posts' THEN
    SELECT true INTO is_live FROM public.posts WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSIF TG_ARGV[1] = 'provinces' THEN
    SELECT true INTO is_live FROM public.provinces WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSIF TG_ARGV[1] = 'neighborhoods' THEN
    SELECT true INTO is_live FROM public.neighborhoods WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSIF TG_ARGV[1] = 'categories' THEN
    SELECT true INTO is_live FROM public.categories WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSIF TG_ARGV[1] = 'comments' THEN
    SELECT true INTO is_live FROM public.comments WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSIF TG_ARGV[1] = 'reviews' THEN
    SELECT true INTO is_live FROM public.reviews WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSIF TG_ARGV[1] = 'service_definitions' THEN
    SELECT true INTO is_live FROM public.service_definitions WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSIF TG_ARGV[1] = 'specialties' THEN
    SELECT true INTO is_live FROM public.specialties WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSIF TG_ARGV[1] = 'tags' THEN
    SELECT true INTO is_live FROM public.tags WHERE id = parent AND deleted_at IS NULL FOR KEY SHARE;
  ELSE
    EXECUTE format('SELECT true FROM public.%I WHERE id = $1 AND deleted_at IS NULL FOR KEY SHARE', TG_ARGV[1])
      INTO is_live USING parent;
  END IF;
  IF is_live IS NULL THEN
    RAISE foreign_key_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA, COLUMN = TG_ARGV[0],
      MESSAGE = format('%s %s is deleted%s', TG_ARGV[1], parent, CASE WHEN TG_NARGS > 2 THEN ' or hidden' END);
  END IF;
  RETURN NULL;
END
$function$;
