-- verdict: dangerous
-- source: PostgreSQL 18, ALTER TABLE, ADD PRIMARY KEY
ALTER TABLE events ADD PRIMARY KEY (id);
