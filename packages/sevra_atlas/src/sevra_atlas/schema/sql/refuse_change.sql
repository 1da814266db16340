-- What is written stays. Argument: what cannot change, or 'append-only'. The owner of the table passes: as the
-- owner foreign keys, erasure and the dropping of partitions act.
CREATE FUNCTION public.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $f$
BEGIN
  IF current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
  END IF;
  IF TG_ARGV[0] = 'append-only' THEN
    RAISE insufficient_privilege USING
      CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA,
      MESSAGE = format('%s is append-only', TG_TABLE_NAME);
  END IF;
  RAISE check_violation USING
    CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA,
    MESSAGE = format('%s of %s cannot change', TG_ARGV[0], TG_TABLE_NAME);
END
$f$;
