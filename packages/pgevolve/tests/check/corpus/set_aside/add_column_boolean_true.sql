-- verdict: safe
-- source: https://github.com/sbdchd/squawk/issues/390: true is not volatile
ALTER TABLE payers ADD COLUMN allows_billing boolean DEFAULT true NOT NULL;
