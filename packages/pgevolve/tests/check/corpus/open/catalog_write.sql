-- verdict: dangerous
-- source: PostgreSQL 18, pg_enum: labels are not removed by hand
DELETE FROM pg_enum WHERE enumlabel = 'old';
