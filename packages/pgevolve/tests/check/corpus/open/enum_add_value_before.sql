-- verdict: safe
-- source: PostgreSQL 18, ALTER TYPE, ADD VALUE
ALTER TYPE mood ADD VALUE 'wild' BEFORE 'calm';
