-- verdict: dangerous
-- source: reports from users of other linters: DDL in DO blocks
DO $$ BEGIN EXECUTE format('CREATE INDEX ON %I (email)', 'users'); END $$;
