-- verdict: safe
-- source: PostgreSQL 18, ALTER TABLE: a column of NULLs meets every check that the new column alone decides; the scan is avoided by NOT VALID
ALTER TABLE orders ADD COLUMN note text;
ALTER TABLE orders ADD CONSTRAINT short_note CHECK (length(note) < 100) NOT VALID;
