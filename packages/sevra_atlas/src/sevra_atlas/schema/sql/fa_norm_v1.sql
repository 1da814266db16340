-- Text for comparison and search: letters folded, marks dropped, words apart by one space. Never changes.
CREATE FUNCTION public.fa_norm_v1(t text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $f$
  SELECT btrim(regexp_replace(
           CASE WHEN plain ~ U&'[\064A\0649\06D2\06CD\06D0\06CE\0643\06AA\0629\06C1\06D5\06BE\0671\0695\06B5\06C6\06C7\0660\06F0\0661\06F1\0662\06F2\0663\06F3\0664\06F4\0665\06F5\0666\06F6\0667\06F7\0668\06F8\0669\06F9]'
                THEN translate(plain, U&'\064A\0649\06D2\06CD\06D0\06CE\0643\06AA\0629\06C1\06D5\06BE\0671\0695\06B5\06C6\06C7\0660\06F0\0661\06F1\0662\06F2\0663\06F3\0664\06F4\0665\06F5\0666\06F6\0667\06F7\0668\06F8\0669\06F9',
                               U&'\06CC\06CC\06CC\06CC\06CC\06CC\06A9\06A9\0647\0647\0647\0647\0627\0631\0644\0648\0648\0030\0030\0031\0031\0032\0032\0033\0033\0034\0034\0035\0035\0036\0036\0037\0037\0038\0038\0039\0039')
                ELSE plain END,
           '[^a-z0-9ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی]+', ' ', 'g'), ' ')
    FROM (
      SELECT lower(regexp_replace(normalize(regexp_replace(t, U&'[\+010000-\+10FFFF]', ' ', 'g'), NFKD),
               U&'[\0300-\036F\0610-\061A\061C\0621\0640\064B-\065F\0670\06D6-\06DC\06DF-\06E4\06E7-\06E8\06EA-\06ED\00AD\200B\200E\200F\2060\FEFF]+',
               '', 'g') COLLATE "C") AS plain
      OFFSET 0
    ) marks_dropped
$f$;
