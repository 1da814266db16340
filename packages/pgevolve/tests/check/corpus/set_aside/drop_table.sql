-- verdict: dangerous
-- source: rule of the product: no destructive changes in one step
DROP TABLE users;
