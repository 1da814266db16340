-- verdict: dangerous
-- source: PostgreSQL 18, MERGE
MERGE INTO stock s USING deliveries d ON d.item = s.item WHEN MATCHED THEN UPDATE SET amount = s.amount + d.amount;
