-- Nothing stands below itself, nor too deep. Arguments: the column that names the parent, and how many levels there
-- may be. The lock makes moves happen one after the other; a snapshot older than the lock would not see the one
-- before.
CREATE FUNCTION public.no_cycle() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $f$
DECLARE
  levels integer := TG_ARGV[1]::integer;
  above bigint[];
  below integer;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION USING ERRCODE = '25001', MESSAGE = format('moving %s needs READ COMMITTED', TG_TABLE_NAME);
  END IF;
  PERFORM pg_advisory_xact_lock(TG_RELID::integer, 1);
  EXECUTE format($q$
    WITH RECURSIVE up (id, level) AS (
      SELECT $1, 1
      UNION ALL SELECT t.%1$I, up.level + 1 FROM up JOIN %2$I.%3$I t USING (id)
       WHERE t.%1$I IS NOT NULL AND up.level <= $2)
    SELECT array_agg(id) FROM up
  $q$, TG_ARGV[0], TG_TABLE_SCHEMA, TG_TABLE_NAME)
    INTO above USING (to_jsonb(NEW) ->> TG_ARGV[0])::bigint, levels;
  EXECUTE format($q$
    WITH RECURSIVE down (id, level) AS (
      SELECT $1, 1
      UNION ALL SELECT t.id, down.level + 1 FROM down JOIN %2$I.%3$I t ON t.%1$I = down.id WHERE down.level <= $2)
    SELECT max(level) FROM down
  $q$, TG_ARGV[0], TG_TABLE_SCHEMA, TG_TABLE_NAME) INTO below USING NEW.id, levels;
  IF NEW.id = ANY (above) OR cardinality(above) + below > levels THEN
    RAISE check_violation USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA, COLUMN = TG_ARGV[0],
      MESSAGE = CASE WHEN NEW.id = ANY (above) THEN format('%s %s would stand below itself', TG_TABLE_NAME, NEW.id)
                     ELSE format('%s %s would stand deeper than %s levels', TG_TABLE_NAME, NEW.id, levels) END;
  END IF;
  RETURN NEW;
END
$f$;
