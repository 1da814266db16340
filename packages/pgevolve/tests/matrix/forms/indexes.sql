-- form: create an index
CREATE INDEX x ON t (a);
-- form: create an index if it is missing
CREATE INDEX IF NOT EXISTS x ON t (a);
-- form: create an index concurrently
CREATE INDEX CONCURRENTLY x ON t (a);
-- form: create a unique index
CREATE UNIQUE INDEX x ON t (big);
-- form: create a unique index concurrently
CREATE UNIQUE INDEX CONCURRENTLY x ON t (big);
-- form: create a partial index
CREATE INDEX x ON t (a) WHERE flag;
-- form: create an index over an expression
CREATE INDEX x ON t ((a + 1));
-- form: create an index with columns that it only carries
CREATE INDEX x ON t (a) INCLUDE (big);
-- form: create a GIN index
CREATE INDEX x ON t USING gin (jb);
-- form: create a GIN index concurrently
CREATE INDEX CONCURRENTLY x ON t USING gin (jb);
-- form: create a BRIN index
CREATE INDEX x ON t USING brin (a);
-- form: create a hash index
CREATE INDEX x ON t USING hash (a);
-- form: create a GiST index
CREATE INDEX x ON t USING gist (r);
-- form: create an index on a partitioned table
CREATE INDEX x ON measures (v);
-- form: create an index on the partitioned table only
CREATE INDEX x ON ONLY measures (v);
-- form: attach the index of a partition
-- setup: CREATE INDEX x ON ONLY measures (v); CREATE INDEX x_2025 ON measures_2025 (v);
ALTER INDEX x ATTACH PARTITION x_2025;
-- form: create an index concurrently on a partition
CREATE INDEX CONCURRENTLY x ON measures_2025 (v);
-- form: create an index on a materialised view
CREATE INDEX x ON mv (a);
-- form: drop an index
DROP INDEX t_big_idx;
-- form: drop an index concurrently
DROP INDEX CONCURRENTLY t_big_idx;
-- form: drop an index if it is there
DROP INDEX IF EXISTS never;
-- form: rename an index
ALTER INDEX t_big_idx RENAME TO t_large_idx;
-- form: set an option of an index
ALTER INDEX t_big_idx SET (fillfactor = 70);
-- form: set the statistics target of an index
ALTER INDEX t_double_idx ALTER COLUMN 1 SET STATISTICS 500;
-- form: rebuild an index
REINDEX INDEX t_big_idx;
-- form: rebuild an index concurrently
REINDEX INDEX CONCURRENTLY t_big_idx;
-- form: rebuild the indexes of a table
REINDEX TABLE plain;
-- form: rebuild the indexes of a table that has some
REINDEX TABLE t;
-- form: rebuild the indexes of a table concurrently
REINDEX TABLE CONCURRENTLY t;
-- form: cluster a table by an index
CLUSTER t USING t_big_idx;
-- form: mark the index to cluster by
ALTER TABLE t CLUSTER ON t_big_idx;
-- form: forget the index to cluster by
ALTER TABLE t SET WITHOUT CLUSTER;
-- form: identify replicated rows by an index
ALTER TABLE t REPLICA IDENTITY USING INDEX t_nn_key;
-- form: identify replicated rows by all columns
ALTER TABLE t REPLICA IDENTITY FULL;
-- form: create extended statistics
CREATE STATISTICS x ON a, big FROM t;
-- form: drop extended statistics
DROP STATISTICS t_stats;
-- form: set the target of extended statistics
ALTER STATISTICS t_stats SET STATISTICS 500;
-- form: comment on an index
COMMENT ON INDEX t_big_idx IS 'for large ones';
