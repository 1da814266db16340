-- form: add a check
ALTER TABLE t ADD CONSTRAINT c CHECK (big >= 0);
-- form: add a check that is not validated
ALTER TABLE t ADD CONSTRAINT c CHECK (big >= 0) NOT VALID;
-- form: add a check that heirs do not get
ALTER TABLE t ADD CONSTRAINT c CHECK (big >= 0) NO INHERIT;
-- form: add a check that nobody enforces
-- since: 18
ALTER TABLE t ADD CONSTRAINT c CHECK (big >= 0) NOT ENFORCED;
-- form: validate a check
ALTER TABLE t VALIDATE CONSTRAINT t_later_check;
-- form: validate a check that is validated
ALTER TABLE t VALIDATE CONSTRAINT t_a_check;
-- form: drop a check
ALTER TABLE t DROP CONSTRAINT t_a_check;
-- form: drop a check if it is there
ALTER TABLE t DROP CONSTRAINT IF EXISTS never;
-- form: rename a constraint
ALTER TABLE t RENAME CONSTRAINT t_a_check TO t_a_positive;
-- form: add a check to a partitioned table
ALTER TABLE measures ADD CONSTRAINT c CHECK (v >= 0);
-- form: add a check that is not validated to a partitioned table
ALTER TABLE measures ADD CONSTRAINT c CHECK (v >= 0) NOT VALID;
-- form: validate a check of a partitioned table
-- setup: ALTER TABLE measures ADD CONSTRAINT c CHECK (v >= 0) NOT VALID;
ALTER TABLE measures VALIDATE CONSTRAINT c;
-- form: add a foreign key
ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES p;
-- form: add a foreign key that is not validated
ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES p NOT VALID;
-- form: add a foreign key that nobody enforces
-- since: 18
ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES p NOT ENFORCED;
-- form: validate a foreign key
ALTER TABLE t VALIDATE CONSTRAINT t_p_later_fkey;
-- form: drop a foreign key
ALTER TABLE t DROP CONSTRAINT t_p_checked_fkey;
-- form: make a foreign key deferrable
ALTER TABLE t ALTER CONSTRAINT t_p_checked_fkey DEFERRABLE INITIALLY DEFERRED;
-- form: add a foreign key from a partitioned table
ALTER TABLE measures ADD CONSTRAINT c FOREIGN KEY (id) REFERENCES p DEFERRABLE;
-- form: add a foreign key to the table itself
ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES t;
-- form: add a primary key
-- setup: ALTER TABLE plain ALTER COLUMN id SET NOT NULL;
ALTER TABLE plain ADD PRIMARY KEY (id);
-- form: add a primary key over a nullable column
ALTER TABLE plain ADD PRIMARY KEY (id);
-- form: add a primary key with an index that is there
-- setup: ALTER TABLE plain ALTER COLUMN id SET NOT NULL; CREATE UNIQUE INDEX plain_id ON plain (id);
ALTER TABLE plain ADD CONSTRAINT plain_pkey PRIMARY KEY USING INDEX plain_id;
-- form: add a primary key with an index over a nullable column
-- setup: CREATE UNIQUE INDEX plain_id ON plain (id);
ALTER TABLE plain ADD CONSTRAINT plain_pkey PRIMARY KEY USING INDEX plain_id;
-- form: drop a primary key
ALTER TABLE t DROP CONSTRAINT t_pkey;
-- form: drop a primary key that is referred to
ALTER TABLE p DROP CONSTRAINT p_pkey CASCADE;
-- form: add a unique constraint
ALTER TABLE t ADD CONSTRAINT c UNIQUE (big);
-- form: add a unique constraint over several columns
ALTER TABLE t ADD CONSTRAINT c UNIQUE NULLS NOT DISTINCT (a, big);
-- form: add a unique constraint with an index that is there
ALTER TABLE t ADD CONSTRAINT c UNIQUE USING INDEX t_small_key;
-- form: add a deferrable unique constraint with an index that is there
ALTER TABLE t ADD CONSTRAINT c UNIQUE USING INDEX t_small_key DEFERRABLE;
-- form: drop a unique constraint
ALTER TABLE t DROP CONSTRAINT t_code_key;
-- form: add a unique constraint to a partitioned table
ALTER TABLE measures ADD CONSTRAINT c UNIQUE (id, at);
-- form: add an exclusion constraint
ALTER TABLE t ADD CONSTRAINT c EXCLUDE USING gist (r WITH &&);
-- form: add two constraints at once
ALTER TABLE t ADD CONSTRAINT c CHECK (big >= 0), ADD CONSTRAINT k UNIQUE (big);
-- form: drop one constraint and add another that is not validated
ALTER TABLE t DROP CONSTRAINT t_a_check, ADD CONSTRAINT t_a_check CHECK (a >= -1) NOT VALID;
