-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, Notes: one rewrite for all subcommands
ALTER TABLE users ADD COLUMN phone text, ADD COLUMN token uuid DEFAULT gen_random_uuid();
