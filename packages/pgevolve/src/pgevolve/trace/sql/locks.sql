-- Locks of one session on relations of this database.
SELECT l.relation, l.mode, l.granted
  FROM pg_catalog.pg_locks l
 WHERE l.locktype = 'relation' AND l.pid = %(pid)s
   AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
