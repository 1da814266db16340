-- verdict: dangerous
-- source: PostgreSQL 18, CREATE INDEX, "Building Indexes Concurrently": ADD PRIMARY KEY builds an index under ACCESS EXCLUSIVE
ALTER TABLE memberships ADD PRIMARY KEY (user_id, group_id);
