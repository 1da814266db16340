-- verdict: safe
-- source: PostgreSQL 18, ALTER TABLE, storage parameters: SHARE UPDATE EXCLUSIVE
ALTER TABLE users SET (autovacuum_vacuum_scale_factor = 0.01);
