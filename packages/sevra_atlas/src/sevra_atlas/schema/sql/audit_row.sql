-- Who changed what. Arguments, each with commas between: the columns of the key; those of which only the fact of a
-- change is told; those that are left out. An update of nothing else leaves no entry.
CREATE FUNCTION public.audit_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  left_out text[] := string_to_array(TG_ARGV[2], ',');
  before jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}' ELSE to_jsonb(OLD) - left_out END;
  after jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}' ELSE to_jsonb(NEW) - left_out END;
  told jsonb;
BEGIN
  IF before = after THEN RETURN NULL; END IF;
  SELECT jsonb_object_agg(c.key, CASE WHEN c.key = ANY (string_to_array(TG_ARGV[1], ',')) THEN 'null'::jsonb
                                      ELSE jsonb_build_object('old', before -> c.key, 'new', after -> c.key) END)
    INTO told
    FROM jsonb_object_keys(before || after) AS c (key)
   WHERE coalesce(before -> c.key, 'null') <> coalesce(after -> c.key, 'null');
  INSERT INTO public.audit_log (actor_id, request_id, table_name, row_key, action, changes)
  SELECT nullif(current_setting('sevra.actor_id', true), '')::bigint,
         nullif(current_setting('sevra.request_id', true), ''), TG_TABLE_NAME,
         string_agg((before || after) ->> k.key, ':' ORDER BY k.place), lower(TG_OP), told
    FROM unnest(string_to_array(TG_ARGV[0], ',')) WITH ORDINALITY AS k (key, place);
  RETURN NULL;
END
$f$;
