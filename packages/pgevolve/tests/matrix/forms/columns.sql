-- form: add a nullable column
ALTER TABLE t ADD COLUMN x int;
-- form: add a column with a constant default
ALTER TABLE t ADD COLUMN x int DEFAULT 7;
-- form: add a column with a constant default and NOT NULL
ALTER TABLE t ADD COLUMN x int NOT NULL DEFAULT 7;
-- form: add a column with a negative constant default
ALTER TABLE t ADD COLUMN x int DEFAULT -7;
-- form: add a column with a cast constant default
ALTER TABLE t ADD COLUMN x jsonb NOT NULL DEFAULT '{}'::jsonb;
-- form: add a column with a stable default
ALTER TABLE t ADD COLUMN x timestamptz DEFAULT now();
-- form: add a column with CURRENT_TIMESTAMP as default
ALTER TABLE t ADD COLUMN x timestamptz DEFAULT CURRENT_TIMESTAMP;
-- form: add a column with the default of a volatile function
ALTER TABLE t ADD COLUMN x uuid DEFAULT gen_random_uuid();
-- form: add a column with random() as default
ALTER TABLE t ADD COLUMN x double precision DEFAULT random();
-- form: add a column with clock_timestamp() as default
ALTER TABLE t ADD COLUMN x timestamptz DEFAULT clock_timestamp();
-- form: add a serial column
ALTER TABLE t ADD COLUMN x serial;
-- form: add a bigserial column
ALTER TABLE t ADD COLUMN x bigserial;
-- form: add a column with nextval as default
ALTER TABLE t ADD COLUMN x bigint DEFAULT nextval('free_seq');
-- form: add an identity column
ALTER TABLE t ADD COLUMN x bigint GENERATED ALWAYS AS IDENTITY;
-- form: add a stored generated column
ALTER TABLE t ADD COLUMN x int GENERATED ALWAYS AS (a + 1) STORED;
-- form: add a virtual generated column
-- since: 18
ALTER TABLE t ADD COLUMN x int GENERATED ALWAYS AS (a + 1) VIRTUAL;
-- form: add a column of a domain without a constraint
ALTER TABLE t ADD COLUMN x plain_text;
-- form: add a column of a domain with a constraint
ALTER TABLE t ADD COLUMN x email;
-- form: add a column of an enum with a default
ALTER TABLE t ADD COLUMN x mood DEFAULT 'ok';
-- form: add a column with a check on it
ALTER TABLE t ADD COLUMN x int CHECK (x > 0);
-- form: add a column with a default and a check on it
ALTER TABLE t ADD COLUMN x int DEFAULT 1 CHECK (x > 0);
-- form: add a unique column
ALTER TABLE t ADD COLUMN x int UNIQUE;
-- form: add a column that refers to another table
ALTER TABLE t ADD COLUMN x int REFERENCES p;
-- form: add a column with a default that refers to another table
ALTER TABLE t ADD COLUMN x int DEFAULT 1 REFERENCES p;
-- form: add two columns at once
ALTER TABLE t ADD COLUMN x int, ADD COLUMN y text DEFAULT '';
-- form: add a column if it is missing
ALTER TABLE t ADD COLUMN IF NOT EXISTS x int;
-- form: add a column that is there already, if it is missing
ALTER TABLE t ADD COLUMN IF NOT EXISTS a int;
-- form: add a column to a partitioned table
ALTER TABLE measures ADD COLUMN x int;
-- form: add a column with a constant default to a partitioned table
ALTER TABLE measures ADD COLUMN x int NOT NULL DEFAULT 0;
-- form: add a column with a volatile default to a partitioned table
ALTER TABLE measures ADD COLUMN x double precision DEFAULT random();
-- form: add a column to a table with an heir
ALTER TABLE family ADD COLUMN x int;
-- form: drop a column
ALTER TABLE t DROP COLUMN flag;
-- form: drop a column with an index
ALTER TABLE t DROP COLUMN v50;
-- form: drop a column with a foreign key
ALTER TABLE t DROP COLUMN p_checked;
-- form: drop a column on which views stand
ALTER TABLE t DROP COLUMN a CASCADE;
-- form: drop a column if it is there
ALTER TABLE t DROP COLUMN IF EXISTS never;
-- form: drop a generated column
ALTER TABLE t DROP COLUMN gen;
-- form: drop a column of a partitioned table
ALTER TABLE measures DROP COLUMN v;
-- form: rename a column
ALTER TABLE t RENAME COLUMN a TO a2;
-- form: rename a column of a partitioned table
ALTER TABLE measures RENAME COLUMN v TO w;
-- form: set a default
ALTER TABLE t ALTER COLUMN a SET DEFAULT 5;
-- form: set a volatile default
ALTER TABLE t ALTER COLUMN u SET DEFAULT gen_random_uuid();
-- form: drop a default
ALTER TABLE t ALTER COLUMN def DROP DEFAULT;
-- form: set NOT NULL
ALTER TABLE t ALTER COLUMN a SET NOT NULL;
-- form: set NOT NULL where a validated check proves it
ALTER TABLE t ALTER COLUMN filled SET NOT NULL;
-- form: set NOT NULL where it is set already
ALTER TABLE t ALTER COLUMN nn SET NOT NULL;
-- form: set NOT NULL where a check proves it that is not validated
-- setup: ALTER TABLE t ADD CONSTRAINT big_there CHECK (big IS NOT NULL) NOT VALID;
ALTER TABLE t ALTER COLUMN big SET NOT NULL;
-- form: set NOT NULL where a check with AND proves it
-- setup: ALTER TABLE t ADD CONSTRAINT big_there CHECK (big IS NOT NULL AND big > 0);
ALTER TABLE t ALTER COLUMN big SET NOT NULL;
-- form: set NOT NULL on a partitioned table
ALTER TABLE measures ALTER COLUMN v SET NOT NULL;
-- form: set NOT NULL on two columns at once
ALTER TABLE t ALTER COLUMN a SET NOT NULL, ALTER COLUMN big SET NOT NULL;
-- form: drop NOT NULL
ALTER TABLE t ALTER COLUMN nn DROP NOT NULL;
-- form: add a NOT NULL constraint
-- since: 18
ALTER TABLE t ADD CONSTRAINT a_there NOT NULL a;
-- form: add a NOT NULL constraint that is not validated
-- since: 18
ALTER TABLE t ADD CONSTRAINT a_there NOT NULL a NOT VALID;
-- form: validate a NOT NULL constraint
-- since: 18
-- setup: ALTER TABLE t ADD CONSTRAINT a_there NOT NULL a NOT VALID;
ALTER TABLE t VALIDATE CONSTRAINT a_there;
-- form: set the statistics target of a column
ALTER TABLE t ALTER COLUMN a SET STATISTICS 500;
-- form: set an option of a column
ALTER TABLE t ALTER COLUMN a SET (n_distinct = 5);
-- form: reset an option of a column
ALTER TABLE t ALTER COLUMN a RESET (n_distinct);
-- form: set the storage of a column
ALTER TABLE t ALTER COLUMN txt SET STORAGE EXTERNAL;
-- form: set the compression of a column
ALTER TABLE t ALTER COLUMN txt SET COMPRESSION pglz;
-- form: make a column an identity
-- setup: ALTER TABLE plain ALTER COLUMN id SET NOT NULL;
ALTER TABLE plain ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;
-- form: change how an identity is given
ALTER TABLE t ALTER COLUMN idn SET GENERATED ALWAYS;
-- form: change how an identity counts
ALTER TABLE t ALTER COLUMN idn SET INCREMENT BY 2;
-- form: drop an identity
ALTER TABLE t ALTER COLUMN idn DROP IDENTITY;
-- form: drop the expression of a generated column
ALTER TABLE t ALTER COLUMN gen DROP EXPRESSION;
-- form: change the expression of a generated column
-- since: 18
ALTER TABLE t ALTER COLUMN gen SET EXPRESSION AS (id * 3);
-- form: comment on a column
COMMENT ON COLUMN t.a IS 'a number';
