-- verdict: dangerous
-- source: PostgreSQL 18, Explicit Locking, table-level locks: SHARE conflicts with every writer
LOCK TABLE orders IN SHARE MODE;
