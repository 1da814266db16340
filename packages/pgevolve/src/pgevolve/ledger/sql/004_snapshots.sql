-- Which snapshot a deploy can be undone with, and who decided that none was needed.
CREATE TABLE pgevolve.snapshots (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  session_role text NOT NULL DEFAULT session_user,
  kind text NOT NULL CHECK (kind IN ('taken', 'found', 'declined')),
  name text,
  destination text,
  reason text NOT NULL CHECK (reason <> ''),
  migrations text[] NOT NULL,
  CHECK ((kind = 'declined') = (name IS NULL) AND (name IS NULL) = (destination IS NULL))
);
COMMENT ON TABLE pgevolve.snapshots IS
  'What deploys did about a snapshot before they changed anything; rows are only ever added.';
COMMENT ON COLUMN pgevolve.snapshots.name IS 'Holds the hash of the manifest: an edited snapshot has another name.';

CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON pgevolve.snapshots
  FOR EACH ROW EXECUTE FUNCTION pgevolve.refuse_change();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON pgevolve.snapshots
  FOR EACH STATEMENT EXECUTE FUNCTION pgevolve.refuse_change();
