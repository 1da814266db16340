-- NOT NULL is a fact of the domain, although 18 has a row for it.
SELECT k.oid, k.contypid AS domain_oid, k.conname AS name, pg_get_constraintdef(k.oid) AS definition, k.convalidated AS validated,
       obj_description(k.oid, 'pg_constraint') AS comment
FROM pg_constraint k
WHERE k.contype = 'c' AND k.contypid <> 0
ORDER BY k.contypid, k.conname
