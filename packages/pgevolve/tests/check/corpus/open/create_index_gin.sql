-- verdict: dangerous
-- source: PostgreSQL 18, CREATE INDEX, "Building Indexes Concurrently": writers wait
CREATE INDEX posts_words ON posts USING gin (words);
