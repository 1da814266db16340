-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE: EXCLUDE has no USING INDEX and no NOT VALID
ALTER TABLE loans ADD EXCLUDE USING gist (during WITH &&);
