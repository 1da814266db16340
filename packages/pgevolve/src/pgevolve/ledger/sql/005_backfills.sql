-- Version 5: how far the rows of a migration are filled. A cursor moves in the transaction of its batch.
CREATE TABLE pgevolve.backfills (
  migration text NOT NULL REFERENCES pgevolve.migrations (name) ON DELETE CASCADE,
  statement integer NOT NULL CHECK (statement > 0),
  relation text NOT NULL,
  checksum text NOT NULL,
  state text NOT NULL CHECK (state IN ('running', 'paused', 'done', 'failed')),
  pass integer NOT NULL CHECK (pass > 0),
  next_block bigint NOT NULL CHECK (next_block >= 0),
  end_block bigint NOT NULL CHECK (end_block >= 0),
  found bigint NOT NULL CHECK (found >= 0),
  files text NOT NULL,
  rows_done bigint NOT NULL CHECK (rows_done >= 0),
  rows_estimated bigint NOT NULL CHECK (rows_estimated >= 0),
  batches bigint NOT NULL DEFAULT 0,
  batch_blocks integer NOT NULL CHECK (batch_blocks > 0),
  held boolean NOT NULL DEFAULT false,
  why text,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  progress_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (migration, statement),
  CHECK (NOT held OR state <> 'done')
);
COMMENT ON TABLE pgevolve.backfills IS
  'Statements of backfills, numbered from 1, and how far each has come. A new pass begins at block 0.';
COMMENT ON COLUMN pgevolve.backfills.found IS 'Rows written in this pass: one that writes none is the last.';
COMMENT ON COLUMN pgevolve.backfills.files IS
  'The files of the table when the pass began; a table written anew meanwhile takes another pass.';
COMMENT ON COLUMN pgevolve.backfills.held IS 'Somebody asked to pause: no deploy goes on until it is lifted.';
COMMENT ON COLUMN pgevolve.backfills.why IS 'What it waits for while it runs, or why it stands still.';
