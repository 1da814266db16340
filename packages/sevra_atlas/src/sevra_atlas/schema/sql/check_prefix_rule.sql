-- No output of a prefix rule meets a second one: a to_prefix and a from_prefix never begin one another. The lock
-- makes rules be saved one after the other; a snapshot older than the lock would not see the rule before.
CREATE FUNCTION public.check_prefix_rule() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  other text;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION USING ERRCODE = '25001', MESSAGE = 'saving a prefix rule needs READ COMMITTED';
  END IF;
  PERFORM pg_advisory_xact_lock('public.redirect_rules'::regclass::oid::integer, 1);
  SELECT r.shown INTO other
    FROM (SELECT id, from_prefix, to_prefix, coalesce(from_prefix, '') || '*' AS shown
            FROM public.redirect_rules WHERE id <> NEW.id
          UNION ALL SELECT NEW.id, NEW.from_prefix, NEW.to_prefix, NEW.from_prefix || '*') r
   WHERE starts_with(NEW.to_prefix, r.from_prefix) OR starts_with(r.from_prefix, NEW.to_prefix)
      OR starts_with(r.to_prefix, NEW.from_prefix) OR starts_with(NEW.from_prefix, r.to_prefix)
   LIMIT 1;
  IF FOUND THEN
    RAISE check_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA,
      MESSAGE = format('the target would meet the prefix rule %L', other);
  END IF;
  RETURN NEW;
END
$f$;
