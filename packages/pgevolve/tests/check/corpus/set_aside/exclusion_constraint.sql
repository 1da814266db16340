-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE: exclusion constraints cannot be NOT VALID
ALTER TABLE bookings ADD CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&);
