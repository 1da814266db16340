-- What was done to this database. Written by pgevolve; names are in full, because any search path may be set.
CREATE TABLE pgevolve.versions (
  version integer PRIMARY KEY,
  tool_version text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE pgevolve.versions IS 'Upgrades of this schema itself; the highest version is the current one.';

CREATE TABLE pgevolve.migrations (
  name text PRIMARY KEY,
  position integer NOT NULL,
  phase text NOT NULL CHECK (phase IN ('expand', 'contract')),
  checksum text NOT NULL,
  digest text NOT NULL,
  digest_before text NOT NULL,
  state text NOT NULL CHECK (state IN ('applying', 'applied', 'failed', 'rolled_back')),
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz,
  session_role text NOT NULL DEFAULT session_user,
  host text NOT NULL,
  tool_version text NOT NULL,
  lsn pg_lsn,
  failed_step integer,
  sqlstate text,
  message text,
  statement text
);
COMMENT ON TABLE pgevolve.migrations IS 'Every migration that was begun here, and how it ended.';

CREATE TABLE pgevolve.steps (
  migration text NOT NULL REFERENCES pgevolve.migrations (name) ON DELETE CASCADE,
  number integer NOT NULL CHECK (number > 0),
  checksum text NOT NULL,
  state text NOT NULL CHECK (state IN ('started', 'done')),
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  seconds double precision,
  attempts integer NOT NULL DEFAULT 1,
  PRIMARY KEY (migration, number)
);
COMMENT ON TABLE pgevolve.steps IS
  'Steps that were done, and those outside a transaction that were begun. Numbers count from 1.';

CREATE TABLE pgevolve.events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  session_role text NOT NULL DEFAULT session_user,
  kind text NOT NULL,
  detail jsonb NOT NULL
);
CREATE INDEX events_kind_idx ON pgevolve.events (kind, id);
COMMENT ON TABLE pgevolve.events IS 'What happened, in order; rows are only ever added.';

CREATE FUNCTION pgevolve.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'rows of %.% are only ever added', TG_TABLE_SCHEMA, TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;
REVOKE ALL ON FUNCTION pgevolve.refuse_change() FROM PUBLIC;

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON pgevolve.events
  FOR EACH ROW EXECUTE FUNCTION pgevolve.refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON pgevolve.events
  FOR EACH STATEMENT EXECUTE FUNCTION pgevolve.refuse_change();
