-- verdict: dangerous
-- source: PostgreSQL 18, CLUSTER: ACCESS EXCLUSIVE
CLUSTER orders USING orders_pkey;
