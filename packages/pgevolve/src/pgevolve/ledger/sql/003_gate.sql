-- Version 3: what a contract migration waits for. Who deployed which release, and writes in the old shape.
ALTER TABLE pgevolve.migrations ADD COLUMN release text;
COMMENT ON COLUMN pgevolve.migrations.release IS 'The release of the application that brought the migration.';

CREATE TABLE pgevolve.watches (
  migration text PRIMARY KEY,
  number bigint NOT NULL UNIQUE,
  since timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE pgevolve.watches IS
  'Contract migrations that wait: since when writes in the shape that they remove are counted.';

-- Two sequences a watch, because neither locks a row, waits for anybody, or is undone: a count, and the second
-- of the last write. The writers need no right to this schema.
CREATE FUNCTION pgevolve.count_old_write() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM nextval(format('pgevolve.old_writes_%s', TG_ARGV[0])::regclass),
          setval(format('pgevolve.last_old_write_%s', TG_ARGV[0])::regclass,
                 extract(epoch FROM clock_timestamp())::bigint);
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION pgevolve.count_old_write() FROM PUBLIC;
