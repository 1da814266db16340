-- verdict: safe
-- source: PostgreSQL 18, CREATE INDEX, "Building Indexes Concurrently"
CREATE INDEX CONCURRENTLY posts_words ON posts USING gin (words);
