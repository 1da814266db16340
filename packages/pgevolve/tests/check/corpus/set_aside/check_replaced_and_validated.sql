-- verdict: dangerous
-- source: https://github.com/checkmarble/marble-backend/pull/1885: one transaction of the runner
ALTER TABLE jobs DROP CONSTRAINT IF EXISTS jobs_state;
ALTER TABLE jobs ADD CONSTRAINT jobs_state CHECK (state IN ('a', 'b')) NOT VALID;
ALTER TABLE jobs VALIDATE CONSTRAINT jobs_state;
