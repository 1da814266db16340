-- Version 2: what became of each statement, forward and back, and of the rows that a migration fills.
ALTER TABLE pgevolve.migrations
  ADD COLUMN blockers jsonb,
  ADD COLUMN backfill text NOT NULL DEFAULT 'none' CHECK (backfill IN ('none', 'running', 'done')),
  DROP CONSTRAINT migrations_state_check,
  ADD CONSTRAINT migrations_state_check
    CHECK (state IN ('applying', 'applied', 'failed', 'rolling_back', 'rolled_back'));
COMMENT ON COLUMN pgevolve.migrations.blockers IS 'The sessions that held what the failed step waited for.';

ALTER TABLE pgevolve.steps
  ADD COLUMN direction text NOT NULL DEFAULT 'up' CHECK (direction IN ('up', 'down')),
  ADD COLUMN statement text,
  ADD COLUMN finished_at timestamptz,
  ADD COLUMN waited_seconds double precision,
  ADD COLUMN locked jsonb,
  ADD COLUMN locked_seconds double precision,
  ADD COLUMN lsn pg_lsn,
  ADD COLUMN session_role text,
  ADD COLUMN host text,
  ADD COLUMN tool_version text,
  ADD COLUMN sqlstate text,
  ADD COLUMN message text,
  ADD COLUMN blockers jsonb,
  ADD COLUMN before jsonb,
  DROP CONSTRAINT steps_state_check,
  ADD CONSTRAINT steps_state_check CHECK (state IN ('started', 'done', 'failed')),
  DROP CONSTRAINT steps_pkey,
  ADD CONSTRAINT steps_pkey PRIMARY KEY (migration, direction, number);
COMMENT ON TABLE pgevolve.steps IS
  'Steps that are done, that failed, and those outside a transaction that were begun. Numbers count from 1.';
COMMENT ON COLUMN pgevolve.steps.before IS
  'What the catalogue said of the objects of a step outside a transaction before it began.';

-- Steps of version 1 were run by whoever ran their migration.
UPDATE pgevolve.steps AS s
SET session_role = m.session_role, host = m.host, tool_version = m.tool_version
FROM pgevolve.migrations AS m WHERE m.name = s.migration;
